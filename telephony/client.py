"""The official Twilio client, re-pointed where TWILIO_API_BASE_URL says, with a time limit."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

TIMEOUT_SECONDS = 8.0


class RepointedHttpClient(TwilioHttpClient):  # type: ignore[misc]
    """Sends Twilio's requests to another host: the simulator on loopback."""

    def __init__(self, base_url: str) -> None:
        """`base_url` such as http://127.0.0.1:8010."""
        super().__init__(timeout=TIMEOUT_SECONDS)
        self._base = urlsplit(base_url)
        if self.session is not None:
            self.session.trust_env = False

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """As the library's own, at the other host."""
        parts = urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc)
        return super().request(method, urlunsplit(parts), *args, **kwargs)


def twilio_client(account_sid: str, auth_token: str, base_url: str | None) -> Client:
    """A client for one process. `base_url` None means Twilio itself."""
    http = RepointedHttpClient(base_url) if base_url else TwilioHttpClient(timeout=TIMEOUT_SECONDS)
    client = Client(account_sid, auth_token, http_client=http)
    _warm_up(client)
    return client


def _warm_up(client: Client) -> None:
    """Let the library import its hundreds of modules now, and not with the first page."""
    assert client.messages is not None
    assert client.calls is not None
