"""Twilio's REST API: account, authentication, faults and errors around every resource."""

import socket
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, g, request
from werkzeug.datastructures import MultiDict

from . import api_calls, api_messages
from .calls import Calls
from .errors import ApiError, answer
from .exchange import Exchange
from .faults import ApiFault
from .resources import API_VERSION, new_sid
from .texts import Texts

PREFIX = f"/{API_VERSION}/Accounts/<account_sid>"


@dataclass
class ApiRequest:
    """One request that reached the API, and what it was answered.

    `at`: wall clock (aware UTC) and `monotonic`: time.monotonic() when it arrived; `status` is
    None while it is open or when the connection was lost on purpose (`fault` says so).
    """

    method: str
    url: str
    path: str
    query: MultiDict[str, str]
    form: MultiDict[str, str]
    content_type: str
    body: bytes
    authorization: str
    at: datetime
    monotonic: float
    fault: str | None = None
    status: int | None = None
    answer: bytes = b""
    answer_type: str = ""
    answer_headers: dict[str, str] = field(default_factory=dict)


def blueprint(exchange: Exchange, texts: Texts, calls: Calls, log: list[ApiRequest]) -> Blueprint:
    """The API as a Flask blueprint; every request is noted in `log`."""
    api = Blueprint("api", __name__, url_prefix=PREFIX)
    gate = _Gate(exchange, log)
    api.before_request(gate.enter)
    api.after_request(gate.leave)
    api.register_error_handler(ApiError, answer)
    api_messages.routes(api, exchange, texts)
    api_calls.routes(api, exchange, calls)
    return api


class _Gate:
    """What happens before and after each request of the API."""

    def __init__(self, exchange: Exchange, log: list[ApiRequest]):
        self.exchange = exchange
        self.log = log

    def enter(self) -> Response | None:
        """Note the request, check the credentials, and misbehave if that was asked for."""
        g.launch = lambda: None
        g.fault = None
        g.noted = self._note()
        self.log.append(g.noted)
        given = request.authorization
        exchange = self.exchange
        pair = (given.username, given.password) if given else None
        if pair != (exchange.account_sid, exchange.auth_token):
            return answer(ApiError(20003))
        if (request.view_args or {}).get("account_sid") != exchange.account_sid:
            return answer(ApiError(20404, request.path))
        g.fault = self._planned_fault()
        if g.fault and not g.fault.accepted:
            return self._misbehave(g.fault)
        return None

    def leave(self, response: Response) -> Response:
        """Misbehave after the fact, note the answer, and let what was accepted begin."""
        if "noted" not in g:
            return response  # turned away at the door, before it was a request to Twilio
        fault: ApiFault | None = g.fault
        if fault and fault.accepted and response.status_code < 400:
            g.launch()
            response = self._misbehave(fault)
        elif self.exchange.faults.early:
            g.launch()
            self.exchange.lanes.settle()
        else:
            # Twilio answers first and dials afterwards; so a callback rarely overtakes the sid.
            # Held until then, so that whoever settles does not look in between.
            release = self.exchange.lanes.hold()
            launch = g.launch
            response.call_on_close(lambda: (launch(), release()))
        response.headers["Twilio-Request-Id"] = new_sid("RQ")
        self._note_answer(g.noted, response)
        return response

    def _planned_fault(self) -> ApiFault | None:
        resource = request.path.rsplit("/", 1)[-1].removesuffix(".json")
        if request.method != "POST" or resource not in ("Messages", "Calls"):
            return None
        fault = self.exchange.faults.take_api(resource, request.form.get("To", ""))
        g.noted.fault = fault.kind if fault else None
        return fault

    def _misbehave(self, fault: ApiFault) -> Response:
        if fault.kind == "rate_limit":
            response = answer(ApiError(20429))
            response.headers["Retry-After"] = str(fault.retry_after)
            return response
        if fault.kind == "server_error":
            return answer(ApiError(20503 if fault.status == 503 else 20500, status=fault.status))
        if fault.kind == "timeout":
            self.exchange.faults.released.wait(fault.hold)
        return _hang_up()

    def _note(self) -> ApiRequest:
        return ApiRequest(
            request.method,
            request.url,
            request.path,
            MultiDict(request.args),
            MultiDict(request.form),
            request.content_type or "",
            _form_body(),
            request.headers.get("Authorization", ""),
            self.exchange.clock.now(),
            time.monotonic(),
        )

    def _note_answer(self, noted: ApiRequest, response: Response) -> None:
        if response.status_code == HUNG_UP:
            return
        noted.answer = response.get_data()
        noted.answer_type = response.content_type or ""
        noted.answer_headers = dict(response.headers)
        noted.status = response.status_code


HUNG_UP = 599  # stands for "no answer" inside the simulator; it never reaches the network


def _hang_up() -> Response:
    """Close the connection without an answer."""
    connection: Any = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)
    return Response(status=HUNG_UP)


def _form_body() -> bytes:
    """The form as it was sent; Flask has consumed the original by the time it is noted."""
    pairs = [(key, value) for key, values in request.form.lists() for value in values]
    return urlencode(pairs).encode()
