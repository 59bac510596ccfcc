"""The small pattern language of the tables, matched token by token in linear time.

A pattern is a row of slots separated by spaces:
  word        that word              a|b     either word         itch*   a word that begins so
  word?       may be missing         ..      up to four words    ....    up to eight words
  all_over    two words in one alternative
Commas in the text are stepped over; a pattern never crosses the end of a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

P = TypeVar("P")
_GAPS = {"..": 4, "....": 8}
ENDS = frozenset(".?")  # what ends a sentence, after normalize.tokenize
# A gap never steps over a denial: "has no rash or hives" is not "has .. hives".
_DENIALS = frozenset(
    [
        *("no", "not", "never", "without", "nor", "isnt", "wasnt", "arent", "werent", "aint"),
        *("dont", "doesnt", "didnt", "sin", "ni", "nunca"),
    ]
)


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a pattern: the words that fit, or a gap of up to `gap` words."""

    words: frozenset[str]
    prefixes: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    optional: bool = False
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Match(Generic[P]):
    """A pattern found at tokens [start, end)."""

    payload: P
    start: int
    end: int


def parse(pattern: str) -> tuple[Slot, ...]:
    """Read one pattern; raise ValueError when it starts with a gap or an optional word."""
    slots = tuple(_slot(text) for text in pattern.split())
    if not slots or slots[0].optional or slots[0].gap:
        raise ValueError(f"a pattern must begin with a word: {pattern!r}")
    return slots


def _slot(text: str) -> Slot:
    if text in _GAPS:
        return Slot(frozenset(), (), (), gap=_GAPS[text])
    optional = len(text) > 1 and text.endswith("?")
    options = text.removesuffix("?").split("|") if optional else text.split("|")
    return Slot(
        frozenset(o for o in options if "*" not in o and "_" not in o),
        tuple(o[:-1] for o in options if o.endswith("*") and "_" not in o),
        tuple(tuple(o.split("_")) for o in options if "_" in o),
        optional,
    )


def _word_fits(word: str, wanted: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


def _skip_pauses(words: Sequence[str], at: int) -> int:
    while at < len(words) and words[at] == ",":
        at += 1
    return at


def _ends(slot: Slot, words: Sequence[str], at: int) -> list[int]:
    """Return where the slot may end when it begins at `at` (after any commas)."""
    at = _skip_pauses(words, at)
    if at >= len(words) or words[at] in ENDS:
        return []
    found = []
    if words[at] in slot.words or (slot.prefixes and words[at].startswith(slot.prefixes)):
        found.append(at + 1)
    for phrase in slot.phrases:
        stop = at + len(phrase)
        if stop <= len(words) and all(map(_word_fits, words[at:stop], phrase)):
            found.append(stop)
    return found


def _gap_ends(slot: Slot, words: Sequence[str], at: int) -> list[int]:
    found = [at]
    for _ in range(slot.gap):
        at = _skip_pauses(words, at) + 1
        if at > len(words) or words[at - 1] in ENDS or words[at - 1] in _DENIALS:
            break
        found.append(at)
    return found


def match_at(slots: tuple[Slot, ...], words: Sequence[str], at: int) -> int | None:
    """Return the end of the shortest fit of the pattern at `at`, or None.

    Works on the set of reachable places, so its cost is bounded by slots x gap: no backtracking.
    """
    places = {at}
    for slot in slots:
        step = _gap_ends if slot.gap else _ends
        reached = {end for place in places for end in step(slot, words, place)}
        places = reached | places if slot.optional else reached
        if not places:
            return None
    return min(places)


class Matcher(Generic[P]):
    """Finds every pattern of a table in a list of words; indexed by the first word."""

    def __init__(self, rows: Iterable[tuple[P, str]]) -> None:
        self._exact: dict[str, list[tuple[P, tuple[Slot, ...]]]] = {}
        self._prefix: dict[str, list[tuple[P, tuple[Slot, ...]]]] = {}
        for payload, pattern in rows:
            self._add(payload, parse(pattern))
        self._lengths = sorted({len(prefix) for prefix in self._prefix})

    def _add(self, payload: P, slots: tuple[Slot, ...]) -> None:
        first = slots[0]
        heads = set(first.words) | {phrase[0] for phrase in first.phrases}
        for head in {h for h in heads if not h.endswith("*")}:
            self._exact.setdefault(head, []).append((payload, slots))
        for head in set(first.prefixes) | {h[:-1] for h in heads if h.endswith("*")}:
            self._prefix.setdefault(head, []).append((payload, slots))

    def _candidates(self, word: str) -> Iterable[tuple[P, tuple[Slot, ...]]]:
        yield from self._exact.get(word, ())
        for length in self._lengths:
            if length > len(word):
                break
            yield from self._prefix.get(word[:length], ())

    def find(self, words: Sequence[str]) -> list[Match[P]]:
        """Return all matches, in the order of their first word."""
        found = []
        for at, word in enumerate(words):
            for payload, slots in self._candidates(word):
                end = match_at(slots, words, at)
                if end is not None:
                    found.append(Match(payload, at, end))
        return found
