"""The exchange: everything the simulator knows, behind one lock."""

import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from .callbacks import Webhooks
from .clock import Clock
from .events import Events
from .faults import Faults
from .lanes import Lanes
from .resources import Call, Message

Numbers = Mapping[str, Mapping[str, str]]

# Twilio tells where the two numbers of a webhook are registered; any US city will do.
_PLACE = {"City": "RICHMOND", "State": "VA", "Zip": "23220", "Country": "US"}


class Handset(Protocol):
    """What the exchange needs of a phone: it can be rung and it can be texted."""

    def take_text(self, message: Message, from_carrier: bool) -> None:
        """A text arrives."""
        ...

    def ring(self, call: Call) -> None:
        """A call arrives."""
        ...

    def note_call(self, call: Call) -> None:
        """A call begins that this phone placed itself."""
        ...


class Exchange:
    """State shared by the API, the phones and the page.

    `changed` guards all of it and is notified after each change; nothing waits for the network
    while holding it.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        numbers: Numbers,
        messaging_services: Mapping[str, str],
        clock: Clock,
        webhooks: Webhooks,
    ):
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.numbers = {number: dict(urls) for number, urls in numbers.items()}
        self.messaging_services = dict(messaging_services)
        self.clock = clock
        self.webhooks = webhooks
        self.lanes = Lanes()
        self.changed = threading.Condition()
        self.events = Events(self.changed)
        self.faults = Faults(self._publish_faults)
        self.messages: dict[str, Message] = {}
        self.calls: dict[str, Call] = {}
        self.opt_outs: set[tuple[str, str]] = set()
        # Any number that is texted or called is a phone; the simulator says which object.
        self.handset: Callable[[str], Handset | None] = lambda number: None
        self.base_url = ""
        # Put before the addresses in lists; "" as with Twilio (see paging.envelope).
        self.list_host = ""

    def opted_out(self, phone: str, number: str) -> bool:
        """Whether texts from `number` to `phone` are refused with 21610."""
        return (phone, number) in self.opt_outs or self.faults.refuses(phone, number)

    def publish_text(self, message: Message) -> None:
        """Tell everybody who watches that a text is new or changed."""
        self.events.publish("text", text_view(message))

    def publish_call(self, call: Call) -> None:
        """Tell everybody who watches that a call is new or changed."""
        self.events.publish("call", call_view(call))

    def copies(self) -> int:
        """How often each webhook is posted."""
        return 2 if self.faults.duplicates else 1

    def _publish_faults(self) -> None:
        if hasattr(self, "faults"):
            self.events.publish("faults", self.faults.as_json())


def geography(*names: str) -> dict[str, str]:
    """FromCity, FromState ... of Twilio's forms, for each of `names` (From, To, Called, Caller)."""
    return {f"{name}{part}": value for name in names for part, value in _PLACE.items()}


def text_view(message: Message) -> dict[str, Any]:
    """A text as the page shows it."""
    return {
        "sid": message.sid,
        "from": message.from_,
        "to": message.to,
        "body": message.body,
        "direction": message.direction,
        "status": message.status,
        "error_code": message.error_code,
        "error_message": message.error_message,
        "media": [f"/control/media/{each.sid}" for each in message.media],
        "media_links": message.media_urls,
        "webhook_status": message.webhook_status,
        "at": message.created.isoformat(),
    }


def call_view(call: Call) -> dict[str, Any]:
    """A call as the page shows it."""
    return {
        "sid": call.sid,
        "from": call.from_,
        "to": call.to,
        "direction": call.direction,
        "status": call.status,
        "answered_by": call.answered_by,
        "parent": call.parent_sid,
        "listening": call.listening,
        "talking_to": call.talking_to,
        "duration": call.duration,
        "said": [{"text": each.text, "language": each.language} for each in call.spoken],
        "at": call.created.isoformat(),
        "started": call.started.isoformat() if call.started else None,
    }
