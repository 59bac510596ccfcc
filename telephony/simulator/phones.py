"""Phones: what tests and the page hold in their hands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from .exchange import Exchange
from .resources import Call, Message, Spoken
from .scripts import Script
from .texts import File

if TYPE_CHECKING:
    from .calls import Calls
    from .texts import Texts

Found = TypeVar("Found")
PATIENCE = 10.0  # real seconds an expectation waits by default


@dataclass
class Text:
    """A text that a phone received. `read`: a test expected it and it came."""

    sid: str
    body: str
    from_: str
    to: str
    at: datetime
    media_urls: tuple[str, ...] = ()
    from_carrier: bool = False
    read: bool = False

    def __str__(self) -> str:
        return self.body


class PhoneCall:
    """A call as one phone has it: can be answered, spoken to with keys, and hung up."""

    def __init__(self, calls: "Calls", call: Call, incoming: bool):
        self._calls = calls
        self.call = call
        self.incoming = incoming
        self.expected = False

    @property
    def sid(self) -> str:
        """The call's sid."""
        return self.call.sid

    @property
    def status(self) -> str:
        """Twilio's word for the call's state."""
        return self.call.status

    @property
    def spoken(self) -> list[Spoken]:
        """Sentences heard so far, with the language of the voice."""
        return list(self.call.spoken)

    @property
    def said(self) -> list[str]:
        """Sentences heard so far."""
        return [each.text for each in self.call.spoken]

    @property
    def talking_to(self) -> str | None:
        """The number at the other end while two people are connected."""
        return self.call.talking_to

    def answer(self) -> "PhoneCall":
        """Pick up; returns when everything up to the next menu has been said."""
        self._calls.answer(self.call)
        return self

    def voicemail(self) -> "PhoneCall":
        """Let the answering machine pick up."""
        self._calls.answer(self.call, "machine_start")
        return self

    def press(self, keys: str) -> "PhoneCall":
        """Press keys; returns when the answer to them has been said."""
        self._calls.press(self.call, keys)
        return self

    def hang_up(self) -> None:
        """End the call from this side."""
        before = self.call.status in ("queued", "ringing")
        self._calls.finish(self.call, "canceled" if before else "completed")

    def decline(self) -> None:
        """Refuse it: the caller sees `busy`."""
        self._calls.finish(self.call, "busy")

    def ring_out(self) -> None:
        """Let it ring to the end at once: `no-answer`."""
        self._calls.finish(self.call, "no-answer")


class Phone:
    """One phone with a number of its own, in somebody's hand or following its script."""

    def __init__(self, number: str, exchange: Exchange, texts: "Texts", calls: "Calls"):
        self.number = number
        self.script = Script()
        self.inbox: list[Text] = []
        self.calls: list[PhoneCall] = []
        self._exchange = exchange
        self._texts = texts
        self._calls = calls

    @property
    def said(self) -> list[str]:
        """Every sentence heard on this phone, over all its calls."""
        return [sentence for call in self.calls for sentence in call.said]

    def text(self, body: str = "", to: str | None = None, media: Sequence[File] = ()) -> Message:
        """Text the pharmacy and return when its webhook has answered.

        `to`: default the number that texted last, else the account's first; `media`: files as
        (content type, bytes). `sim.webhooks.attempts` tells how the webhook went.
        """
        return self._texts.receive(self.number, to or self._usual_number(), body, media)

    def call(self, to: str | None = None) -> PhoneCall:
        """Call the pharmacy; returns when everything up to the first menu has been said."""
        call = self._calls.receive(self.number, to or self._usual_number())
        return next(each for each in self.calls if each.call is call)

    def expect(self, substring: str = "", timeout: float = PATIENCE) -> Text:
        """Wait for a text with `substring` (any case) that nobody expected yet.

        Raises AssertionError after `timeout` real seconds, naming what came instead.
        """
        found = self._wait(partial(self._find_text, substring), timeout)
        if found is None:
            raise AssertionError(self._text_complaint(substring, timeout))
        found.read = True
        return found

    def expect_call(self, timeout: float = PATIENCE) -> PhoneCall:
        """Wait for the next incoming call; raises AssertionError when none comes."""
        found = self._wait(self._find_call, timeout)
        if found is None:
            raise AssertionError(f"no call for {self.number} within {timeout:g} s")
        found.expected = True
        return found

    def expect_said(self, substring: str, timeout: float = PATIENCE) -> str:
        """Wait until a sentence with `substring` (any case) is heard on any call."""
        found = self._wait(partial(self._find_said, substring), timeout)
        if found is None:
            raise AssertionError(f"{self.number} did not hear {substring!r} but: {self.said}")
        return found

    def unexpected(self) -> list[Text]:
        """Texts that no test has expected; the carrier's own canned replies do not count."""
        return [each for each in self.inbox if not each.read and not each.from_carrier]

    def take_text(self, message: Message, from_carrier: bool) -> None:
        """A text arrives (called by the exchange)."""
        received = Text(
            message.sid,
            message.body,
            message.from_,
            message.to,
            self._exchange.clock.now(),
            tuple(message.media_urls),
            from_carrier,
        )
        with self._exchange.changed:
            self.inbox.append(received)
            self._exchange.changed.notify_all()
        if not from_carrier:
            for after, words in self.script.answers_to(message.body):
                self._later(after, self.number, partial(self.text, words, message.from_))

    def ring(self, call: Call) -> None:
        """The phone rings (called by the exchange)."""
        self.note_call(call, incoming=True)
        rule = self.script.calls
        if rule.behaviour in ("manual", "ignore"):
            return
        self._later(rule.after, call.sid, partial(self._meet, call, rule.behaviour, rule.press))

    def note_call(self, call: Call, incoming: bool = False) -> None:
        """A call of this phone begins (called by the exchange)."""
        with self._exchange.changed:
            self.calls.append(PhoneCall(self._calls, call, incoming))
            self._exchange.changed.notify_all()

    def _meet(self, call: Call, behaviour: str, press: str) -> None:
        if behaviour == "answer":
            self._calls.answer(call)
            if press:
                self._exchange.lanes.submit(call.sid, lambda: self._calls.press(call, press))
        elif behaviour == "voicemail":
            self._calls.answer(call, "machine_start")
        else:
            self._calls.finish(call, "busy" if behaviour == "decline" else behaviour)

    def _later(self, seconds: float, lane: str, job: Callable[[], object]) -> None:
        lanes = self._exchange.lanes
        if seconds:
            self._exchange.clock.after(seconds, lambda: lanes.submit(lane, job))
        else:
            lanes.submit(lane, job)

    def _usual_number(self) -> str:
        if self.inbox:
            return self.inbox[-1].from_
        return next(iter(self._exchange.numbers))

    def _wait(self, look: Callable[[], Found | None], timeout: float) -> Found | None:
        with self._exchange.changed:
            self._exchange.changed.wait_for(lambda: look() is not None, timeout)
            return look()

    def _find_text(self, substring: str) -> Text | None:
        wanted = substring.lower()
        unread = (each for each in self.inbox if not each.read)
        return next((each for each in unread if wanted in each.body.lower()), None)

    def _find_call(self) -> PhoneCall | None:
        return next((each for each in self.calls if each.incoming and not each.expected), None)

    def _find_said(self, substring: str) -> str | None:
        wanted = substring.lower()
        return next((each for each in self.said if wanted in each.lower()), None)

    def _text_complaint(self, substring: str, timeout: float) -> str:
        lines = [f"{self.number} got no text with {substring!r} within {timeout:g} s; it got:"]
        for each in self.inbox:
            lines.append(f"  {'read  ' if each.read else 'unread'} {each.from_}: {each.body!r}")
        return "\n".join(lines if self.inbox else [*lines, "  nothing"])
