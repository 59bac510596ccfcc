"""Whose phones can be played: the product's sample patients and nurses."""

import logging
import time
from collections.abc import Callable

import requests

log = logging.getLogger(__name__)
FIELDS = ("name", "number", "role", "language")
KEPT_SECONDS = 10.0


class People:
    """Asks the product for its people, and remembers them for a little while."""

    def __init__(self, public_url: Callable[[], str]):
        self._public_url = public_url
        self._known: list[dict[str, str]] = []
        self._asked: float | None = None

    def ask(self) -> list[dict[str, str]]:
        """The people as {name, number, role, language}; those known last when it is silent."""
        if self._asked is None or time.monotonic() - self._asked > KEPT_SECONDS:
            self._asked = time.monotonic()
            self._known = self._fetch() or self._known
            if not self._known:
                self._asked = None
        return self._known

    def _fetch(self) -> list[dict[str, str]]:
        with requests.Session() as session:
            session.trust_env = False
            try:
                url = f"{self._public_url()}/simulator/people.json"
                answer = session.get(url, timeout=2, allow_redirects=False)
                answer.raise_for_status()
                return [_person(each) for each in answer.json()]
            except (requests.RequestException, ValueError, TypeError, AttributeError) as error:
                log.info("no people from the product: %s", error)
                return []


def _person(row: dict[str, object]) -> dict[str, str]:
    return {field: str(row.get(field) or "") for field in FIELDS}
