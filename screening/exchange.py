"""What a short message means beside the last exchange: "it's worse now", "yes both", "102"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
_VALUES = ("temperature", "oxygen", "pressure")
_BARE = re.compile(r"\s*(its|it is|es|like|como|about|now)?\s*\d[\d.,/]*\s*(now|f|c|ahora)?\W*", re.I)
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
    return {match.payload for match in _followups().find(_words(text))}


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
    kinds = _kinds(text)
    codes = before.flags if "worse" in kinds and not _denied(words) else ()
    if words[0] not in _NO and "yes" in kinds:
        codes += asked_for(before.asked)
    yield from (Flag(code, tier_of(code), text.strip()[:80], _SOURCE) for code in set(codes))


_NO = frozenset({"no", "n", "nope", "nah", "none", "not", "nada", "ninguno", "ya"})


def _denied(words: Sequence[str]) -> bool:
    """Whether a short message says that it is over: "no worse", "not spreading"."""
    pairs = set(zip(words, words[1:], strict=False))
    return bool(pairs & _OVER)


_OVER = {("no", "worse"), ("not", "worse"), ("isnt", "worse"), ("not", "spreading"), ("no", "peor")}


def completed(text: str, before: Before) -> str:
    """Return a bare number with what our last question asked about: "102" is "temperature 102"."""
    if not _BARE.fullmatch(text):
        return text
    kinds = _kinds(" ".join(_QUESTION.findall(before.asked)))
    named = next((kind for kind in _VALUES if kind in kinds), None)
    return f"{_SAID.get(named or '', '')}{text}"


_SAID = {"temperature": "temperature ", "oxygen": "oxygen ", "pressure": "blood pressure "}
