"""/control: the phones and the faults over HTTP, for the page and for other processes.

Everything is JSON. A mistake in what was sent answers 400 with {"error": one sentence}.
"""

import base64
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from .exchange import call_view, text_view
from .people import People
from .stream import Streams

if TYPE_CHECKING:
    from .simulator import SimulatedTwilio

FAULTS = (
    "clear", "delay", "drop_callbacks", "duplicate_webhooks", "early_callbacks", "fail",
    "lose_connection", "opted_out", "rate_limit", "reorder_callbacks", "server_error", "timeout",
)  # fmt: skip
SCRIPTS = ("answer", "clear", "decline", "ignore", "on_call", "reply", "voicemail")
View = Callable[..., Any]


def blueprint(sim: "SimulatedTwilio") -> Blueprint:
    """The control routes of one simulator."""
    views = _Control(sim)
    routes = Blueprint("control", __name__, url_prefix="/control")
    get: dict[str, View] = {
        "/state": views.state,
        "/stream": views.stream,
        "/people": views.people,
        "/requests": views.requests,
        "/webhooks": views.webhooks,
        "/media/<sid>": views.media,
    }
    post: dict[str, View] = {
        "/texts": views.text,
        "/calls": views.call,
        "/calls/<sid>": views.act,
        "/faults": views.fault,
        "/scripts": views.script,
        "/advance": views.advance,
    }
    for path, view in get.items():
        routes.add_url_rule(path, f"get {path}", view)
    for path, view in post.items():
        routes.add_url_rule(path, f"post {path}", view, methods=["POST"])
    for error in (ValueError, TypeError, LookupError):
        routes.register_error_handler(error, _mistake)
    return routes


def _mistake(error: Exception) -> tuple[dict[str, str], int]:
    words = f"{error} is missing or unknown" if isinstance(error, LookupError) else str(error)
    return {"error": words}, 400


class _Control:
    def __init__(self, sim: "SimulatedTwilio"):
        self.sim = sim
        self.exchange = sim.exchange
        self.streams = Streams(self.exchange.events)
        self.directory = People(lambda: sim.public_url)

    def state(self) -> dict[str, Any]:
        """GET state: everything there is, and the cursor where the stream goes on."""
        exchange = self.exchange
        with exchange.changed:
            return {
                "cursor": exchange.events.cursor(),
                "texts": [text_view(each) for each in exchange.messages.values()],
                "calls": [call_view(each) for each in exchange.calls.values()],
                "faults": exchange.faults.as_json(),
                "numbers": [
                    {"number": number, "label": urls.get("label", ""), "role": urls.get("role", "")}
                    for number, urls in exchange.numbers.items()
                ],
            }

    def stream(self) -> Response:
        """GET stream: server-sent events after `Last-Event-ID` or ?after=."""
        cursor = request.headers.get("Last-Event-ID") or request.args.get("after")
        return self.streams.response(cursor)

    def people(self) -> list[dict[str, str]]:
        """GET people: {name, number, role, language} from the product, [] without one."""
        return self.directory.ask()

    def requests(self) -> list[dict[str, Any]]:
        """GET requests: what the API received, with arrival times (benchmarks read this)."""
        return [
            {
                "method": each.method,
                "path": each.path,
                "query": each.query.to_dict(flat=False),
                "form": each.form.to_dict(flat=False),
                "at": each.at.isoformat(),
                "monotonic": each.monotonic,
                "status": each.status,
                "fault": each.fault,
            }
            for each in list(self.sim.requests)
        ]

    def webhooks(self) -> list[dict[str, Any]]:
        """GET webhooks: what was posted to the product, and how it answered."""
        return [
            {
                "at": each.at.isoformat(),
                "method": each.method,
                "url": each.url,
                "params": dict(each.params),
                "status": each.status,
                "error": each.error,
            }
            for each in list(self.sim.webhooks.attempts)
        ]

    def media(self, sid: str) -> tuple[Response, int]:
        """GET media/<sid>: a picture for the page; other files only as a download."""
        found = [
            media
            for message in list(self.exchange.messages.values())
            for media in message.media
            if media.sid == sid
        ]
        if not found:
            return Response(status=404), 404
        response = Response(found[0].content, content_type=found[0].content_type)
        if found[0].content_type not in ("image/png", "image/jpeg", "image/gif", "image/webp"):
            response.headers["Content-Disposition"] = "attachment"
        return response, 200

    def text(self) -> dict[str, Any]:
        """POST texts {from, to, body, media: [{type, base64}]}: a phone texts the pharmacy.

        Answers once the webhook was answered: {sid, webhook_status} (0: nobody answered).
        """
        sent = request.get_json()
        files = [(each["type"], base64.b64decode(each["base64"])) for each in sent.get("media", [])]
        phone = self.sim.phone(_number(sent["from"]))
        message = phone.text(str(sent.get("body", "")), sent.get("to"), files)
        return {"sid": message.sid, "webhook_status": message.webhook_status}

    def call(self) -> dict[str, Any]:
        """POST calls {from, to}: a phone calls the pharmacy."""
        sent = request.get_json()
        return call_view(self.sim.phone(_number(sent["from"])).call(sent.get("to")).call)

    def act(self, sid: str) -> dict[str, Any]:
        """POST calls/<sid> {action: answer|voicemail|decline|hang_up|press, keys}."""
        sent = request.get_json()
        call = self.sim.phone_call(sid)
        if sent["action"] == "press":
            call.press(str(sent["keys"]))
        elif sent["action"] in ("answer", "voicemail", "decline", "hang_up"):
            getattr(call, sent["action"])()
        else:
            raise ValueError("action must be answer, voicemail, decline, hang_up or press")
        return call_view(call.call)

    def fault(self) -> dict[str, Any]:
        """POST faults {name, ...arguments of the method of that name in Faults}."""
        sent = dict(request.get_json())
        name = sent.pop("name")
        if name not in FAULTS:
            raise ValueError(f"name must be one of {', '.join(FAULTS)}")
        _call(getattr(self.sim.faults, name), sent)
        return self.sim.faults.as_json()

    def script(self) -> dict[str, str]:
        """POST scripts {number, name, ...arguments of the method of that name in Script}."""
        sent = dict(request.get_json())
        number, name = _number(sent.pop("number")), sent.pop("name")
        if name not in SCRIPTS:
            raise ValueError(f"name must be one of {', '.join(SCRIPTS)}")
        _call(getattr(self.sim.phone(number).script, name), sent)
        return {"number": number, "script": name}

    def advance(self) -> dict[str, str]:
        """POST advance {seconds}: let time pass at once."""
        self.sim.advance(float(request.get_json()["seconds"]))
        return {"now": self.sim.clock.now().isoformat()}


def _call(method: Callable[..., object], arguments: dict[str, Any]) -> None:
    inspect.signature(method).bind(**arguments)  # TypeError names the argument that is wrong
    method(**arguments)


def _number(value: object) -> str:
    number = str(value).strip()
    if not number.startswith("+") or not number[1:].isdigit():
        raise ValueError(f"{number!r} is not a number in the form +15550100")
    return number
