"""One call's running TwiML: keeps the generator, its timer and the keys pressed so far."""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Generator
from typing import Any, Protocol

from .clock import Timer
from .exchange import Exchange
from .resources import Call, Spoken
from .twiml import DialOutcome, HangUp, Jump, Listen, Wait, play

WORDS_PER_SECOND = 2.8
Fetch = Callable[[Call, Jump], ET.Element]


class Desk(Protocol):
    """What a line needs of the desk that owns it."""

    exchange: Exchange
    paced: bool

    def fetch(self, call: Call, jump: Jump) -> ET.Element:
        """Ask the product what to say next."""
        ...

    def dial(self, call: Call, dial: ET.Element, url: str) -> DialOutcome | None:
        """Begin a Dial; None while its outcome is open."""
        ...

    def end(self, call: Call, status: str = "completed") -> None:
        """End the call."""
        ...


class Line:
    """Drives the TwiML of one call. Its methods run in the call's lane, one at a time."""

    def __init__(self, desk: Desk, call: Call):
        self.desk = desk
        self.call = call
        self.on_end: Callable[[], None] = lambda: desk.end(call)
        self._steps: Generator[Wait, Any, None] | None = None
        self._listen: Listen | None = None
        self._timer: Timer | None = None
        self._keys = ""

    def play(self, root: ET.Element, url: str) -> None:
        """Play a document from its beginning, instead of what was playing."""
        self.stop()
        self._steps = play(root, url, self)
        self._step(None)

    def resume(self, answer: Any) -> None:
        """Go on with what was waited for: digits, a DialOutcome, or None (time is up)."""
        self._step(answer)

    def press(self, keys: str) -> None:
        """Press keys; they are heard only while a Gather listens."""
        for key in keys:
            if not self._listen:
                return
            self._press_one(key, self._listen)

    def stop(self) -> None:
        """Say nothing more."""
        self._quiet()
        self._steps = None

    def say(self, text: str, language: str) -> float:
        """A sentence is heard; returns the seconds it takes (0 when speech is not paced)."""
        exchange = self.desk.exchange
        with exchange.changed:
            if self.call.over:
                raise HangUp
            self.call.spoken.append(Spoken(text, language, exchange.clock.now()))
            exchange.publish_call(self.call)
        return len(text.split()) / WORDS_PER_SECOND if self.desk.paced else 0.0

    def pause(self, seconds: float) -> float:
        """Silence of `seconds`, or none when speech is not paced."""
        return seconds if self.desk.paced else 0.0

    def fetch(self, jump: Jump) -> ET.Element:
        """The document at an address."""
        return self.desk.fetch(self.call, jump)

    def dial(self, dial: ET.Element, url: str) -> DialOutcome | None:
        """Call somebody else; None while the outcome is open."""
        return self.desk.dial(self.call, dial, url)

    def _press_one(self, key: str, listen: Listen) -> None:
        if key == listen.finish_key:
            self._step(self._keys)
            return
        self._keys += key
        if listen.num_digits and len(self._keys) >= listen.num_digits:
            self._step(self._keys)
        else:
            # A key cuts the prompt short; from now on only the pause between keys counts.
            self._set_timer(listen.timeout)

    def _step(self, answer: Any) -> None:
        if self._steps is None or self.call.over:
            return
        steps = self._steps
        self._quiet()
        try:
            wait = steps.send(answer)
        except StopIteration:
            self._steps = None
            self.on_end()
        except HangUp as end:
            self._steps = None
            self.desk.end(self.call, end.status)
        else:
            self._wait(wait)

    def _wait(self, wait: Wait) -> None:
        if self.call.over:
            return
        self._listen = wait.listen
        self._show_listening(wait.listen is not None)
        if wait.seconds is not None:
            self._set_timer(wait.seconds)

    def _set_timer(self, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        timer = Timer(0.0, lambda: None)  # known to its own action before the clock can ring it
        timer.action = lambda: self._ring(timer)
        self._timer = timer
        self.desk.exchange.clock.set(timer, seconds)

    def _ring(self, timer: Timer) -> None:
        self.desk.exchange.lanes.submit(self.call.sid, lambda: self._time_up(timer))

    def _time_up(self, timer: Timer) -> None:
        if timer is self._timer and not timer.cancelled:
            self._timer = None
            self._step(self._keys or None)

    def _quiet(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer, self._listen, self._keys = None, None, ""
        self._show_listening(False)

    def _show_listening(self, listening: bool) -> None:
        if self.call.listening != listening:
            with self.desk.exchange.changed:
                self.call.listening = listening
                self.desk.exchange.publish_call(self.call)
