"""SimulatedTwilio: the whole simulator as one object, for tests and for the server process."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from . import api, control, guard, page
from .callbacks import Transport, Webhooks, http_transport
from .calls import Calls
from .clock import Clock
from .credentials import SIMULATOR_ACCOUNT_SID, SIMULATOR_AUTH_TOKEN
from .exchange import Exchange, Numbers
from .phones import Phone, PhoneCall, Text
from .texts import Texts


class _QuietHandler(WSGIRequestHandler):
    """No line on stderr per request: `sim.requests` is the log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class SimulatedTwilio:
    """A Twilio on loopback, with phones.

    numbers: {number: {"sms_url", "sms_fallback_url", "voice_url", "voice_fallback_url",
    "voice_status_url"}}, addresses either absolute or relative to `public_url`, the product's
    PUBLIC_URL (which may also be set later). messaging_services: {MG sid: number it sends from}.
    real_time: False lets timers ring only in `advance`; paced: speech and pauses take seconds
    (default: as real_time). now: another wall clock for the times it writes down, transport:
    another way for webhooks than HTTP (see callbacks.wsgi_transport). absolute_uris: lists name
    their pages with the host, for judges stricter than Twilio (see paging.envelope).
    """

    def __init__(
        self,
        *,
        account_sid: str = SIMULATOR_ACCOUNT_SID,
        auth_token: str = SIMULATOR_AUTH_TOKEN,
        numbers: Numbers | None = None,
        public_url: str = "",
        messaging_services: Mapping[str, str] | None = None,
        real_time: bool = False,
        paced: bool | None = None,
        now: Callable[[], datetime] | None = None,
        transport: Transport | None = None,
        port: int = 0,
        absolute_uris: bool = False,
    ):
        self.clock = Clock(real_time, now)
        self.webhooks = Webhooks(auth_token, transport or http_transport(), self.clock.now)
        self.webhooks.base_url = public_url
        self.exchange = Exchange(
            account_sid,
            auth_token,
            numbers=numbers or {},
            messaging_services=messaging_services or {},
            clock=self.clock,
            webhooks=self.webhooks,
        )
        self.exchange.handset = self._handset
        self.texts = Texts(self.exchange)
        self.calls = Calls(self.exchange, real_time if paced is None else paced)
        self.faults = self.exchange.faults
        self.requests: list[api.ApiRequest] = []
        self.app = self._application()
        self._phones: dict[str, Phone] = {}
        self._port = port
        self._absolute_uris = absolute_uris
        self._server: BaseWSGIServer | None = None

    @property
    def base_url(self) -> str:
        """The value for TWILIO_API_BASE_URL, known once it is started."""
        return self.exchange.base_url

    @property
    def public_url(self) -> str:
        """The product's address, to which relative webhook URLs belong."""
        return self.webhooks.base_url

    @public_url.setter
    def public_url(self, url: str) -> None:
        self.webhooks.base_url = url

    def start(self) -> "SimulatedTwilio":
        """Serve on 127.0.0.1 (a free port unless one was given) in a thread."""
        server = make_server(
            "127.0.0.1", self._port, self.app, threaded=True, request_handler=_QuietHandler
        )
        self._server = server
        self.exchange.base_url = f"http://127.0.0.1:{server.server_port}"
        if self._absolute_uris:
            self.exchange.list_host = self.base_url
        self.clock.start()
        threading.Thread(
            target=server.serve_forever,
            kwargs={"poll_interval": 0.05},
            daemon=True,
            name="simulator-http",
        ).start()
        return self

    def stop(self) -> None:
        """Stop serving, ringing and posting."""
        self.faults.clear()
        self.exchange.events.close()
        self.clock.stop()
        self.exchange.lanes.stop()
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> "SimulatedTwilio":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def phone(self, number: str) -> Phone:
        """The phone with this number (E.164), made when first asked for."""
        with self.exchange.changed:
            if number not in self._phones:
                self._phones[number] = Phone(number, self.exchange, self.texts, self.calls)
            return self._phones[number]

    def _handset(self, number: str) -> Phone | None:
        return None if number in self.exchange.numbers else self.phone(number)

    def phone_call(self, sid: str) -> PhoneCall:
        """A call as its phone has it; raises LookupError for a sid that no phone knows."""
        for phone in self.phones:
            for call in phone.calls:
                if call.sid == sid:
                    return call
        raise LookupError(sid)

    @property
    def phones(self) -> list[Phone]:
        """Every phone that was asked for, texted or called so far."""
        return list(self._phones.values())

    def unexpected(self) -> list[Text]:
        """Texts on any phone that no test has expected."""
        return [text for phone in self.phones for text in phone.unexpected()]

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass on the simulator's clock: ringing ends, menus time out, late texts
        arrive. Returns when all that has been told to the product."""
        self.clock.advance(seconds, self.settle)

    def settle(self, timeout: float = 30.0) -> None:
        """Wait until no webhook is on its way; raises TimeoutError after `timeout` seconds."""
        self.exchange.lanes.settle(timeout)

    def _application(self) -> Flask:
        app = Flask(__name__)
        guard.protect(app)
        app.register_blueprint(control.blueprint(self))
        app.register_blueprint(page.blueprint(self))
        app.register_blueprint(api.blueprint(self.exchange, self.texts, self.calls, self.requests))
        return app
