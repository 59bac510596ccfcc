"""From any text to clean lower-case tokens that remember where they stood."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Ordinary messages are far shorter (a long SMS has 1,600 characters). Beyond this only the
# beginning and the end are read: people put what matters first or last.
WINDOW = 10_000

# Letters of other alphabets that look Latin; NFKC leaves them alone.
_LOOKALIKES = str.maketrans(
    dict(
        zip(
            "аеорсухіјѕһԁвкмнт" + "αεορυικντβζμχη",
            "aeopcyxijshdbkmht" + "aeopyikntbzmxh",
            strict=True,
        )
    )
)
_APOSTROPHES = frozenset("'’‘`´ʼ′＇")
_TOKEN = re.compile(r"\d+(?:[.,/:]\d+)*|[a-z]+|[.!?;\n]+|[,:()\-–—]|[^\sa-z\d]")
_ENDS = frozenset(".!?;\n")
_PAUSES = frozenset(",:()-–—")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or stop. `start` and `end` point into the original text."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    """Return the plain lower-case form of one character; "" for invisible ones."""
    if char in _APOSTROPHES:
        return ""
    if char == "\n":
        return char
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", char)).casefold()
    plain = plain.translate(_LOOKALIKES)
    kept = (c for c in plain if unicodedata.category(c) not in ("Mn", "Cf", "Me"))
    return "".join(" " if unicodedata.category(c) == "Cc" else c for c in kept)


def fold(text: str) -> tuple[str, list[int]]:
    """Return the folded text and, for each of its characters, the index it came from."""
    pieces: list[str] = []
    origin: list[int] = []
    for index, char in enumerate(text):
        plain = _fold(char)
        pieces.append(plain)
        origin.extend([index] * len(plain))
    return "".join(pieces), origin


def _canonical(raw: str) -> str:
    """Return the token's form for matching: one sign for every kind of stop or pause."""
    if raw[0] in _ENDS:
        return "?" if "?" in raw else "."
    if raw in _PAUSES:
        return ","
    return _squeeze(raw)


def _squeeze(word: str) -> str:
    """Shorten drawn-out letters: "soooo" and "helppp" keep two, which spelling then settles."""
    return re.sub(r"([a-z])\1{2,}", r"\1\1", word)


def tokenize(text: str, offset: int = 0) -> list[Token]:
    """Split text into tokens; `offset` is added to their places."""
    plain, origin = fold(text)
    return [
        Token(_canonical(m.group()), origin[m.start()] + offset, origin[m.end() - 1] + 1 + offset)
        for m in _TOKEN.finditer(plain)
    ]


def windows(text: str) -> list[tuple[int, str]]:
    """Return (offset, piece) pairs to screen: the whole text, or its head and its tail."""
    if len(text) <= 2 * WINDOW:
        return [(0, text)]
    tail = len(text) - WINDOW
    return [(0, text[:WINDOW]), (tail, text[tail:])]
