"""Webhooks: signed like Twilio's and posted to the product's real routes."""

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urldefrag, urlencode, urljoin

import requests
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

log = logging.getLogger(__name__)
Params = Mapping[str, str]
WEBHOOK_TIMEOUT = 15.0  # seconds Twilio waits for an answer


class Unreachable(Exception):
    """Nothing answered at the webhook's address."""


@dataclass(frozen=True)
class Answer:
    """What the product answered."""

    status: int
    text: str

    @property
    def ok(self) -> bool:
        """Whether the status is one of 2xx."""
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Attempt:
    """One webhook request: where, what, and how it went (`status` None: no connection)."""

    at: datetime
    method: str
    url: str
    params: Params
    signature: str
    status: int | None
    error: str | None = None
    answer: str = ""


class Transport(Protocol):
    """Carries one request to the product; raises Unreachable when nothing answers."""

    def __call__(self, method: str, url: str, params: Params, headers: Params) -> Answer:
        """Send it."""
        ...


def http_transport() -> Transport:
    """Real HTTP. Proxies of the environment are ignored: webhooks stay on this machine."""
    session = requests.Session()
    session.trust_env = False

    def send(method: str, url: str, params: Params, headers: Params) -> Answer:
        # A fresh connection each: a kept one that the product closed would look like a failure.
        headers = {**headers, "Connection": "close"}
        data = list(params.items()) if method == "POST" else None
        try:
            response = session.request(
                method,
                url,
                data=data,
                headers=headers,
                timeout=WEBHOOK_TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise Unreachable(str(error)) from error
        return Answer(response.status_code, response.text)

    return send


def wsgi_transport(app: Any) -> Transport:
    """Straight into a WSGI application, without a socket: for tests of single routes."""
    from werkzeug.test import Client

    def send(method: str, url: str, params: Params, headers: Params) -> Answer:
        data = dict(params) if method == "POST" else None
        response = Client(app).open(
            urldefrag(url).url, method=method, data=data, headers=dict(headers)
        )
        return Answer(response.status_code, response.get_data(as_text=True))

    return send


def sign(auth_token: str, url: str, params: Params | MultiDict[str, str]) -> str:
    """X-Twilio-Signature of a request: `params` are the form's, and a MultiDict may repeat."""
    return str(RequestValidator(auth_token).compute_signature(url, params))


class Webhooks:
    """Sends the product what Twilio would send, and remembers every attempt."""

    def __init__(self, auth_token: str, transport: Transport, now: Callable[[], datetime]):
        self.auth_token = auth_token
        self.base_url = ""
        self.attempts: list[Attempt] = []
        self._transport = transport
        self._now = now

    def use(self, transport: Transport) -> None:
        """Carry webhooks another way from now on."""
        self._transport = transport

    def send(
        self,
        url: str,
        params: Params,
        method: str = "POST",
        fallback: str | None = None,
        copies: int = 1,
    ) -> Answer | None:
        """Send one webhook as Twilio does and return the product's answer.

        A failed connection is tried once more; after that, or after an answer that is not 2xx,
        the `fallback` address is asked with ErrorCode and ErrorUrl. `copies` above 1 sends the
        very same request again (a fault); the last answer counts. None: nobody answered.
        """
        token = secrets.token_hex(16)
        answer = None
        for _ in range(copies):
            answer = self._with_retry(url, params, method, token)
        if (answer is None or not answer.ok) and fallback:
            code = "11200" if answer else "11205"
            extra = {"ErrorCode": code, "ErrorUrl": self.absolute(url)}
            answer = self._with_retry(fallback, {**params, **extra}, "POST", token)
        return answer

    def absolute(self, url: str) -> str:
        """The address without its fragment, which Twilio keeps for its own settings."""
        return urldefrag(urljoin(self.base_url, url)).url

    def _with_retry(self, url: str, params: Params, method: str, token: str) -> Answer | None:
        target = self.absolute(url)
        form: Params = params
        if method == "GET":
            target += ("&" if "?" in target else "?") + urlencode(list(params.items()))
            form = {}
        signature = sign(self.auth_token, target, form)
        headers = {
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": signature,
            "I-Twilio-Idempotency-Token": token,
        }
        for _ in range(2):
            try:
                answer = self._transport(method, target, form, headers)
            except Unreachable as error:
                self._note(method, target, params, signature, error=str(error))
                continue
            self._note(method, target, params, signature, answer=answer)
            return answer
        return None

    def _note(
        self,
        method: str,
        url: str,
        params: Params,
        signature: str,
        *,
        answer: Answer | None = None,
        error: str | None = None,
    ) -> None:
        status = answer.status if answer else None
        text = answer.text if answer else ""
        attempt = Attempt(self._now(), method, url, params, signature, status, error, text)
        self.attempts.append(attempt)
        if error or (status and status >= 400):
            log.warning("webhook %s: %s", url, error or f"HTTP {status}")
