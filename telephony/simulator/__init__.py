"""A Twilio on loopback: REST API, signed webhooks, scripted phones, and faults on request.

with SimulatedTwilio(numbers={"+15550100110": {"sms_url": "/twilio/sms"}},
                     public_url="http://127.0.0.1:8000") as sim:
    ...  # TWILIO_API_BASE_URL = sim.base_url
    dana = sim.phone("+15550100301")
    dana.expect("Reply 42A")
    dana.text("42A")
    dana.expect_call().answer().press("1")
    sim.advance(60)
    assert sim.unexpected() == []
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .callbacks import wsgi_transport
    from .credentials import SIMULATOR_ACCOUNT_SID, SIMULATOR_AUTH_TOKEN
    from .phones import Phone, PhoneCall, Text
    from .simulator import SimulatedTwilio

__all__ = [
    "SIMULATOR_ACCOUNT_SID",
    "SIMULATOR_AUTH_TOKEN",
    "Phone",
    "PhoneCall",
    "SimulatedTwilio",
    "Text",
    "wsgi_transport",
]

_HOMES = {
    "SIMULATOR_ACCOUNT_SID": "credentials",
    "SIMULATOR_AUTH_TOKEN": "credentials",
    "Phone": "phones",
    "PhoneCall": "phones",
    "SimulatedTwilio": "simulator",
    "Text": "phones",
    "wsgi_transport": "callbacks",
}


def __getattr__(name: str) -> Any:
    """Load a part when it is asked for: settings need the credentials, not a web server."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
