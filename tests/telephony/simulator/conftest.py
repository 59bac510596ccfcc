"""A played product with scripted answers, the simulator, and Twilio's own client."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask, Response, request
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from werkzeug.serving import WSGIRequestHandler, make_server

from telephony.simulator import (
    SIMULATOR_ACCOUNT_SID,
    SIMULATOR_AUTH_TOKEN,
    SimulatedTwilio,
)

PHARMACY, NURSES = "+15550100100", "+15550100110"
ROSA, DANA = "+15550100201", "+15550100301"
SERVICE = "MG" + "a" * 32


class Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        pass


class Product:
    """A web server that answers what a test says and keeps what it was sent."""

    def __init__(self) -> None:
        self.answers: dict[str, str | int] = {}
        self.got: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.people: list[dict[str, str]] = []
        app = Flask("product")
        app.add_url_rule("/simulator/people.json", "people", lambda: self.people)
        app.add_url_rule("/<path:path>", "any", self._answer, methods=["GET", "POST"])
        self.server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def _answer(self, path: str) -> Response:
        form = dict(request.form) if request.method == "POST" else dict(request.args)
        self.got.append((path, form, dict(request.headers)))
        answer = self.answers.get(path, "<Response/>")
        if isinstance(answer, int):
            return Response(status=answer)
        return Response(answer, mimetype="text/xml")

    def forms(self, path: str) -> list[dict[str, str]]:
        """What arrived at one path."""
        return [form for where, form, _ in self.got if where == path]

    def statuses(self, path: str = "status") -> list[str]:
        """The statuses told at one path, in the order they arrived."""
        return [
            form.get("MessageStatus") or form.get("CallStatus", "") for form in self.forms(path)
        ]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def product() -> Iterator[Product]:
    made = Product()
    yield made
    made.close()


@pytest.fixture
def sim(product: Product) -> Iterator[SimulatedTwilio]:
    hooks = {
        "sms_url": "/sms", "sms_fallback_url": "/fallback", "voice_url": "/voice",
        "voice_status_url": "/call-status",
    }  # fmt: skip
    made = SimulatedTwilio(
        numbers={PHARMACY: hooks, NURSES: hooks},
        public_url=product.url,
        messaging_services={SERVICE: PHARMACY},
    )
    with made:
        yield made


@pytest.fixture
def client(sim: SimulatedTwilio) -> Client:
    return make_client(sim.base_url)


def make_client(base_url: str, timeout: float = 10.0) -> Client:
    http = TwilioHttpClient(timeout=timeout)
    assert http.session is not None
    http.session.trust_env = False
    client = Client(SIMULATOR_ACCOUNT_SID, SIMULATOR_AUTH_TOKEN, http_client=http)
    client.api.base_url = base_url
    return client
