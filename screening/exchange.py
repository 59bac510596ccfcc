"""What a short message means beside the last exchange: "it's worse now", "yes both", "102"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from screening.findings import read as read_signs
from screening.normalize import tokenize
from screening.patterns import Matcher
from screening.result import Flag
from screening.tables import read, tables, tier_of

# A longer message speaks for itself.
MOST_WORDS = 8
_SOURCE = "the last exchange (DOMAIN.md section 2)"
_VALUES = ("temperature", "oxygen", "pressure")  # kinds of the table, and names of vitals.py
_BARE = re.compile(
    r"\s*(its|it is|es|like|como|about|now)?\s*\d[\d.,/]*\s*(now|f|c|ahora)?\W*", re.I
)
_QUESTION = re.compile(r"[^.!?\n]*\?")


@dataclass(frozen=True, slots=True)
class Before:
    """What was said before a message: `asked` is our last text to the patient, `flags` are the
    codes found in the patient's messages of the last day (data/LABELS.md)."""

    asked: str = ""
    flags: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def _followups() -> Matcher[str]:
    rows = read("followups.toml")
    return Matcher((kind, pattern) for kind, patterns in rows.items() for pattern in patterns)


def _words(text: str) -> list[str]:
    return [token.text for token in tokenize(text)]


def _kinds(text: str) -> set[str]:
    """Return what a text says, of the kinds in the table: "yes" and "no" only where it begins with
    them, "over" only where nothing "worse" comes after it."""
    found = _followups().find(_words(text))
    last = max((m.start for m in found if m.payload == "worse"), default=-1)
    return {
        match.payload
        for match in found
        if not (match.payload in ("yes", "no") and match.start > 0)
        and not (match.payload == "over" and match.end <= last)
    }


def asked_for(asked: str) -> tuple[str, ...]:
    """Return the codes of the signs that the questions of a text name, in order."""
    questions = " ".join(_QUESTION.findall(asked))
    found = read_signs(_words(questions), tables()).findings
    return tuple(dict.fromkeys(f.sign.code for f in found if f.sign.sure))


def carried(text: str, before: Before) -> Iterator[Flag]:
    """Yield the flags that a short message takes over from the exchange before it."""
    words = [word for word in _words(text) if word[:1].isalnum()]
    if not words or len(words) > MOST_WORDS:
        return
    # A flag of older tables that is no longer known says nothing.
    kinds, known = _kinds(text), set(tables().tiers)
    codes = set(before.flags) if "worse" in kinds and "over" not in kinds else set()
    if "yes" in kinds and not kinds & {"no", "over"}:
        codes |= set(asked_for(before.asked))
    yield from (Flag(code, tier_of(code), text.strip(), _SOURCE) for code in sorted(codes & known))


def completed(text: str, before: Before) -> str:
    """Return a bare number with what our last question asked about: "102" is "temperature 102"."""
    if not _BARE.fullmatch(text):
        return text
    kinds = _kinds(" ".join(_QUESTION.findall(before.asked)))
    return next((f"{name} {text}" for name in _VALUES if name in kinds), text)
