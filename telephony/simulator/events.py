"""What happened, numbered, so that the page's live stream can resume where it broke off."""

import secrets
import threading
from collections import deque
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Event:
    """One change: `kind` is text, call, fault or gone; `data` is the whole thing anew."""

    number: int
    kind: str
    data: dict[str, Any]


class Events:
    """The last few thousand changes. `changed` is notified with every one of them."""

    def __init__(self, changed: threading.Condition, kept: int = 5000):
        self._changed = changed
        self._events: deque[Event] = deque(maxlen=kept)
        self._last = 0
        # Numbers begin anew with every start, so a cursor names the start it belongs to.
        self.epoch = secrets.token_hex(4)
        self.closed = False

    def publish(self, kind: str, data: dict[str, Any]) -> None:
        """Add a change and wake everybody who waits for one."""
        with self._changed:
            self._last += 1
            self._events.append(Event(self._last, kind, data))
            self._changed.notify_all()

    def close(self) -> None:
        """End every stream."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()

    def cursor(self) -> str:
        """The place after the latest change, as `epoch-number`."""
        return f"{self.epoch}-{self._last}"

    def after(self, number: int, wait: float) -> list[Event]:
        """Changes later than `number`; waits up to `wait` seconds for the first one."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self._last > number, wait)
            return [event for event in self._events if event.number > number]

    def position(self, cursor: str | None) -> int | None:
        """The number in `cursor`; None when changes since then are no longer known."""
        epoch, _, number = (cursor or "").partition("-")
        if epoch != self.epoch or not number.isdigit():
            return None
        oldest = self._events[0].number if self._events else self._last + 1
        return int(number) if oldest - 1 <= int(number) <= self._last else None
