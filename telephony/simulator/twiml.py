"""The TwiML player: one document as a generator that says when it must wait.

The generator yields a Wait; whoever drives it (line.py) sends back the digits that were pressed,
a DialOutcome, or None when the time is up. It never waits itself, so a test can move the clock.
"""

import xml.etree.ElementTree as ET
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urljoin


@dataclass(frozen=True)
class Listen:
    """Keys are heard now; complete after `num_digits` (None: any number), `finish_key`, or
    `timeout` seconds without a further key."""

    num_digits: int | None
    finish_key: str
    timeout: float


@dataclass(frozen=True)
class Wait:
    """Go on after `seconds` of the clock (None: only when something happens)."""

    seconds: float | None
    listen: Listen | None = None


@dataclass(frozen=True)
class Jump:
    """Go on with the document at `url`."""

    url: str
    method: str = "POST"
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class DialOutcome:
    """How a Dial ended: status, sid and seconds of the other leg, and whether the two talked."""

    status: str
    sid: str | None
    duration: int
    bridged: bool = False

    def as_params(self) -> tuple[tuple[str, str], ...]:
        """The parameters that the Dial's action URL gets."""
        bridged = "true" if self.bridged else "false"
        found = [("DialCallStatus", self.status), ("DialBridged", bridged)]
        if self.sid:
            found += [("DialCallSid", self.sid), ("DialCallDuration", str(self.duration))]
        return tuple(found)


class HangUp(Exception):
    """The document ends the call. `status` differs from completed after a Reject."""

    def __init__(self, status: str = "completed"):
        super().__init__(status)
        self.status = status


class Speaker(Protocol):
    """What a document needs of the call it is played on."""

    def say(self, text: str, language: str) -> float:
        """A sentence is heard; the seconds it takes. Raises HangUp when the call is over."""
        ...

    def pause(self, seconds: float) -> float:
        """The seconds that a silence of `seconds` takes here."""
        ...

    def fetch(self, jump: Jump) -> ET.Element:
        """The document at an address."""
        ...

    def dial(self, dial: ET.Element, url: str) -> DialOutcome | None:
        """Call somebody else; None while the outcome is open."""
        ...


Steps = Generator[Wait, Any, Jump | None]
TROUBLE = ET.fromstring(  # noqa: S314 - our own words
    "<Response><Say>We are sorry. An application error has occurred. Goodbye.</Say>"
    "<Hangup/></Response>"
)


def parse(document: str) -> ET.Element:
    """The root of a TwiML document; an empty one says nothing, a broken one says sorry."""
    if not document.strip():
        return ET.Element("Response")
    try:
        root = ET.fromstring(document)  # noqa: S314 - the product's own, on loopback
    except ET.ParseError:
        return TROUBLE
    return root if root.tag == "Response" else TROUBLE


def play(root: ET.Element, url: str, line: Speaker) -> Generator[Wait, Any, None]:
    """Play a document and those it leads to. Raises HangUp where one ends the call."""
    while True:
        jump = yield from _document(root, url, line)
        if jump is None:
            return
        jump = Jump(urljoin(url, jump.url), jump.method, jump.params)
        root, url = line.fetch(jump), jump.url


def _document(root: ET.Element, url: str, line: Speaker) -> Steps:
    for verb in root:
        jump = yield from VERBS.get(verb.tag, _ignore)(verb, url, line)
        if jump:
            return jump
    return None


def _say(verb: ET.Element, url: str, line: Speaker) -> Steps:
    # A driver that does not pace speech answers 0 seconds and the sentence is out at once.
    for _ in range(max(1, int(verb.get("loop") or 1))):
        if seconds := _speak(verb, line):
            yield Wait(seconds)
    return None


def _speak(verb: ET.Element, line: Speaker) -> float:
    text = " ".join("".join(verb.itertext()).split())
    return line.say(text, verb.get("language", "en-US")) if text else 0.0


def _pause(verb: ET.Element, url: str, line: Speaker) -> Steps:
    if seconds := line.pause(float(verb.get("length", "1"))):
        yield Wait(seconds)
    return None


def _gather(verb: ET.Element, url: str, line: Speaker) -> Steps:
    if "dtmf" not in verb.get("input", "dtmf").split():
        digits = yield from _prompts(verb, None, line)
        return None
    count = verb.get("numDigits")
    timeout = float(verb.get("timeout", "5"))
    listen = Listen(int(count) if count else None, verb.get("finishOnKey", "#"), timeout)
    digits = yield from _prompts(verb, listen, line)
    if digits is None:
        digits = yield Wait(timeout, listen)
    if digits is None and verb.get("actionOnEmptyResult") != "true":
        return None
    return Jump(verb.get("action") or url, verb.get("method", "POST"), (("Digits", digits or ""),))


def _prompts(verb: ET.Element, listen: Listen | None, line: Speaker) -> Generator[Wait, Any, Any]:
    """Say what stands inside a Gather; a key pressed meanwhile cuts it short."""
    for inner in verb:
        seconds = 0.0
        if inner.tag == "Say":
            seconds = _speak(inner, line)
        elif inner.tag == "Pause":
            seconds = line.pause(float(inner.get("length", "1")))
        if seconds:
            digits = yield Wait(seconds, listen)
            if digits is not None:
                return digits
    return None


def _redirect(verb: ET.Element, url: str, line: Speaker) -> Steps:
    return Jump((verb.text or "").strip() or url, verb.get("method", "POST"))
    yield  # makes this a generator like its siblings


def _hangup(verb: ET.Element, url: str, line: Speaker) -> Steps:
    raise HangUp
    yield


def _reject(verb: ET.Element, url: str, line: Speaker) -> Steps:
    raise HangUp("busy" if verb.get("reason") == "busy" else "no-answer")
    yield


def _dial(verb: ET.Element, url: str, line: Speaker) -> Steps:
    outcome = line.dial(verb, url)
    while outcome is None:
        # Only the end of the other leg counts; keys pressed during the talk do not.
        answer = yield Wait(None)
        outcome = answer if isinstance(answer, DialOutcome) else None
    if action := verb.get("action"):
        return Jump(action, verb.get("method", "POST"), outcome.as_params())
    return None


def _ignore(verb: ET.Element, url: str, line: Speaker) -> Steps:
    return None
    yield


VERBS = {
    "Say": _say,
    "Pause": _pause,
    "Gather": _gather,
    "Redirect": _redirect,
    "Hangup": _hangup,
    "Reject": _reject,
    "Dial": _dial,
}
