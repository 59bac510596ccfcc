"""Time for the simulator: real seconds in the server, moved by hand in tests."""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

log = logging.getLogger(__name__)


class Timer:
    """One thing that happens later, unless it is cancelled first."""

    def __init__(self, due: float, action: Callable[[], object]):
        self.due = due
        self.action = action
        self.cancelled = False

    def cancel(self) -> None:
        """Make sure the action does not happen; harmless when it already has."""
        self.cancelled = True


class Clock:
    """Tells the time and rings timers.

    `real_time=False` (tests): timers ring only in `advance`. `real_time=True` (the server): a
    thread rings them as seconds pass, and `advance` jumps ahead. `now` replaces the wall clock
    with the caller's own (a function without arguments that returns an aware UTC datetime).
    """

    def __init__(self, real_time: bool = False, now: Callable[[], datetime] | None = None):
        self._real_time = real_time
        self._now = now
        self._offset = 0.0
        self._timers: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._stopped = False

    def now(self) -> datetime:
        """The wall clock as an aware UTC datetime, moved by every `advance`."""
        if self._now is not None:
            return self._now()
        return datetime.now(UTC) + timedelta(seconds=self._offset)

    def elapsed(self) -> float:
        """Seconds on the clock that timers follow."""
        return self._offset + (time.monotonic() if self._real_time else 0.0)

    def after(self, seconds: float, action: Callable[[], object]) -> Timer:
        """Let `action` happen `seconds` from now; returns the Timer, which can be cancelled."""
        return self.set(Timer(0.0, action), seconds)

    def set(self, timer: Timer, seconds: float) -> Timer:
        """Let an existing Timer ring `seconds` from now."""
        timer.due = self.elapsed() + seconds
        with self._changed:
            heapq.heappush(self._timers, (timer.due, next(self._order), timer))
            self._changed.notify_all()
        return timer

    def advance(self, seconds: float, settle: Callable[[], object]) -> None:
        """Let `seconds` pass: ring every timer due on the way, in order.

        `settle` waits until what a timer set off has come to rest, so that a timer which it
        starts in turn still falls inside the span.
        """
        settle()
        target = self.elapsed() + seconds
        while timer := self._pop_due(target):
            self._offset += max(0.0, timer.due - self.elapsed())
            timer.action()
            settle()
        self._offset += max(0.0, target - self.elapsed())

    def start(self) -> None:
        """Start ringing timers as seconds pass; does nothing when time is moved by hand."""
        if self._real_time:
            threading.Thread(target=self._run, name="simulator-clock", daemon=True).start()

    def stop(self) -> None:
        """Ring no further timer."""
        with self._changed:
            self._stopped = True
            self._timers.clear()
            self._changed.notify_all()

    def _pop_due(self, until: float) -> Timer | None:
        with self._changed:
            while self._timers and self._timers[0][0] <= until:
                timer = heapq.heappop(self._timers)[2]
                if not timer.cancelled:
                    return timer
        return None

    def _run(self) -> None:
        while not self._stopped:
            if timer := self._pop_due(self.elapsed()):
                self._ring(timer)
                continue
            with self._changed:
                due = self._timers[0][0] - self.elapsed() if self._timers else 3600.0
                if due > 0 and not self._stopped:
                    self._changed.wait(due)

    def _ring(self, timer: Timer) -> None:
        try:
            timer.action()
        except Exception:
            # One broken timer must not stop the clock of every other call and text.
            log.exception("a timer of the simulator failed")
