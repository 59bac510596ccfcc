"""Misbehaviour on request: what networks, carriers and Twilio itself do on bad days."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

CREATES = ("Messages", "Calls")


@dataclass
class ApiFault:
    """One API request (a POST that creates something) that will go wrong.

    kind: rate_limit, server_error, timeout or lost_connection. accepted: the message or call
    was created all the same, so that a resend would double it. hold: seconds the connection
    stays open without an answer. resource: Messages or Calls; to: only for this number.
    """

    kind: str
    status: int = 503
    accepted: bool = False
    retry_after: int = 1
    hold: float = 60.0
    resource: str | None = None
    to: str | None = None

    def fits(self, resource: str, to: str) -> bool:
        """Whether this request is the one meant."""
        return self.resource in (None, resource) and self.to in (None, to)


@dataclass
class CarrierFault:
    """How a carrier treats texts to one number; `left` None: every one."""

    error_code: int
    status: str
    left: int | None = None


class Faults:
    """The misbehaviour in force. Every method may be called at any time, from any thread."""

    def __init__(self, changed: Callable[[], object] = lambda: None):
        self._lock = threading.Lock()
        self._changed = changed
        self.clear()

    def clear(self) -> None:
        """Behave again, and let go of requests that are held open."""
        released: threading.Event | None = getattr(self, "released", None)
        self._api: deque[ApiFault] = deque()
        self._carrier: dict[str, CarrierFault] = {}
        self._opted_out: set[tuple[str, str | None]] = set()
        self.duplicates = False
        self.reordered = False
        self.dropped = False
        self.early = False
        self.text_delay = 0.0
        self.callback_delay = 0.0
        self.released = threading.Event()
        if released:
            released.set()
        self._changed()

    def duplicate_webhooks(self, on: bool = True) -> None:
        """Post every webhook and every callback twice, with the same sids."""
        self._set(duplicates=on)

    def reorder_callbacks(self, on: bool = True) -> None:
        """Hold a message's or call's status callbacks to its end, then post the last first."""
        self._set(reordered=on)

    def drop_callbacks(self, on: bool = True) -> None:
        """Never post a status callback."""
        self._set(dropped=on)

    def early_callbacks(self, on: bool = True) -> None:
        """Post a text's callbacks before the API request that created it is answered."""
        self._set(early=on)

    def delay(self, seconds: float, what: str = "texts") -> None:
        """Deliver later by `seconds` of the clock: `what` is "texts" or "callbacks"."""
        if what not in ("texts", "callbacks"):
            raise ValueError('what must be "texts" or "callbacks"')
        name = "text_delay" if what == "texts" else "callback_delay"
        self._set(**{name: float(seconds)})

    def rate_limit(
        self, n: int = 1, retry_after: int = 1, resource: str | None = None, to: str | None = None
    ) -> None:
        """Answer the next `n` creates with 429, code 20429 and Retry-After (seconds)."""
        fault = ApiFault("rate_limit", retry_after=retry_after, resource=resource, to=to)
        self._plan(n, fault)

    def server_error(
        self,
        n: int = 1,
        accepted: bool = False,
        status: int = 503,
        resource: str | None = None,
        to: str | None = None,
    ) -> None:
        """Answer the next `n` creates with a 5xx `status`; `accepted`: the text goes out."""
        fault = ApiFault("server_error", status, accepted, resource=resource, to=to)
        self._plan(n, fault)

    def timeout(
        self,
        n: int = 1,
        accepted: bool = True,
        hold: float = 60.0,
        resource: str | None = None,
        to: str | None = None,
    ) -> None:
        """Leave the next `n` creates without an answer for `hold` real seconds, then hang up."""
        fault = ApiFault("timeout", accepted=accepted, hold=hold, resource=resource, to=to)
        self._plan(n, fault)

    def lose_connection(
        self, n: int = 1, accepted: bool = True, resource: str | None = None, to: str | None = None
    ) -> None:
        """Hang up on the next `n` creates without an answer, at once."""
        fault = ApiFault("lost_connection", accepted=accepted, resource=resource, to=to)
        self._plan(n, fault)

    def fail(
        self,
        to: str,
        error_code: int = 30003,
        status: str = "undelivered",
        times: int | None = None,
    ) -> None:
        """Let texts to `to` end as `status` with `error_code` (all, or the next `times`)."""
        if status not in ("undelivered", "failed"):
            raise ValueError('status must be "undelivered" or "failed"')
        with self._lock:
            self._carrier[to] = CarrierFault(int(error_code), status, times)
        self._changed()

    def opted_out(self, number: str, sender: str | None = None) -> None:
        """Refuse texts to `number` with 21610 (from `sender`, or from every number)."""
        with self._lock:
            self._opted_out.add((number, sender))
        self._changed()

    def refuses(self, number: str, sender: str) -> bool:
        """Whether `number` counts as opted out of texts from `sender`."""
        return bool({(number, None), (number, sender)} & self._opted_out)

    def take_api(self, resource: str, to: str) -> ApiFault | None:
        """The fault planned for this create, used up by asking."""
        with self._lock:
            fault = next((each for each in self._api if each.fits(resource, to)), None)
            if fault:
                self._api.remove(fault)
        if fault:
            self._changed()
        return fault

    def take_carrier(self, to: str) -> CarrierFault | None:
        """What the carrier does with this text, counted when only some are meant."""
        with self._lock:
            fault = self._carrier.get(to)
            if fault and fault.left is not None:
                fault.left -= 1
                if fault.left <= 0:
                    del self._carrier[to]
            return fault

    def as_json(self) -> dict[str, Any]:
        """What is in force, for the page and for other processes."""
        with self._lock:
            return {
                "duplicate_webhooks": self.duplicates,
                "reorder_callbacks": self.reordered,
                "drop_callbacks": self.dropped,
                "early_callbacks": self.early,
                "text_delay": self.text_delay,
                "callback_delay": self.callback_delay,
                "planned": [each.kind for each in self._api],
                "failing": {to: each.error_code for to, each in self._carrier.items()},
                "opted_out": sorted(number for number, _ in self._opted_out),
            }

    def _plan(self, n: int, fault: ApiFault) -> None:
        if fault.resource not in (None, *CREATES):
            raise ValueError(f"resource must be one of {CREATES}")
        with self._lock:
            self._api.extend([fault] * int(n))
        self._changed()

    def _set(self, **values: Any) -> None:
        with self._lock:
            for name, value in values.items():
                setattr(self, name, value)
        self._changed()
