"""Where sentences and clauses begin in a text: a new subject ends the reach of what came before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain

from screening.patterns import ENDS, Matcher
from screening.tables import read

_CLAUSE = read("context.toml")["clause"]
_AND = frozenset(["and", "or", "n", "y", "o", "e", "u", "ni", "nor"])
_SUBJECT = 4  # "my left arm is": the longest subject with its verb
# A text without stops is cut after so many words, so that a hostile one takes no longer.
LONGEST_SENTENCE = 120


def _words(name: str) -> frozenset[str]:
    return frozenset(_CLAUSE[name])


def _matcher(patterns: Iterable[str]) -> Matcher[None]:
    return Matcher((None, pattern) for pattern in patterns)


_PRONOUNS, _CONTRACTED, _ECHOES = _words("pronouns"), _words("contracted"), _words("echoes")
_JOINERS, _HELPERS, _SKIPPED = _words("joiners"), _words("helpers"), _words("skipped")
_PAST, _POSSIBLE = _words("past"), _words("possible")
_BREAKS = _words("breaks")
_NOUNS, _SPANISH = _matcher(_CLAUSE["nouns"]), _matcher(_CLAUSE["spanish"])
_SPANISH_JOINERS = _words("spanish_joiners")


def bounds(words: Sequence[str]) -> list[tuple[int, int]]:
    """Return, for every token, the [start, end) of its sentence, the stop included."""
    found: list[tuple[int, int]] = []
    start = 0
    for at, word in enumerate(words):
        if word in ENDS or at + 1 - start == LONGEST_SENTENCE or at + 1 == len(words):
            found.extend([(start, at + 1)] * (at + 1 - start))
            start = at + 1
    return found


def _counted(places: Iterable[int], size: int) -> list[int]:
    """Return, for each place, how many of `places` come before it."""
    marks = [0] * size
    for place in places:
        marks[place] = 1
    return list(accumulate(marks, initial=0))


@dataclass(frozen=True, slots=True)
class Layout:
    """The words of one text with its sentences and the places where a new clause starts.

    Each list counts the starts before a place, so that asking between two places costs nothing.
    """

    words: Sequence[str]
    bounds: Sequence[tuple[int, int]]
    subjects: Sequence[int]  # a new subject: "i", "hes", "my arm was"
    present: Sequence[int]  # a new subject with a verb of now: "i have", "hes", "my arm is"
    results: Sequence[int]  # no "might", no "and" before: "if I lie down I CANT breathe"
    others: Sequence[int]  # a new subject that does not mean the sign itself ("it went away")


def layout(words: Sequence[str]) -> Layout:
    """Find the sentences and clauses of a text."""
    starts = _clause_starts(words)
    turns = [at for at, word in enumerate(words) if word in _BREAKS]
    present = [at for at, verb in starts.items() if _is_now(verb)]
    likely = (at for at, verb in starts.items() if verb not in _POSSIBLE)
    results = [at for at in likely if _before(words, at) not in _AND]
    others = [at for at in starts if words[at] not in _ECHOES]
    size = len(words)
    return Layout(
        words,
        bounds(words),
        _counted(chain(starts, turns), size),
        _counted(chain(present, turns), size),
        _counted(chain(results, turns), size),
        _counted(others, size),
    )


def _clause_starts(words: Sequence[str]) -> dict[int, str]:
    """Return where a new subject stands, and its verb."""
    starts = {at: verb for at in range(len(words)) if (verb := _pronoun_verb(words, at))}
    for match in _NOUNS.find(words):
        if match.end - match.start <= _SUBJECT and _before(words, match.start) not in _JOINERS:
            starts.setdefault(match.start, words[match.end - 1])
    for match in _SPANISH.find(words):
        if _before(words, match.start) not in _SPANISH_JOINERS:
            starts.setdefault(match.start, words[match.end - 1])
    return starts


def _pronoun_verb(words: Sequence[str], at: int) -> str:
    """Return the verb of the pronoun that opens a clause here; "" when none does."""
    before = _before(words, at)
    if words[at] in _CONTRACTED:
        return "" if before in _JOINERS else words[at]
    # "do I have", "will he": a subject behind a helping verb asks, it states nothing.
    if words[at] not in _PRONOUNS or before in _JOINERS or before in _HELPERS:
        return ""
    return next((word for word in words[at + 1 : at + 4] if word not in _SKIPPED), "")


def _before(words: Sequence[str], at: int) -> str:
    return words[at - 1] if at else ""


def _is_now(verb: str) -> bool:
    """Say whether a verb is of the present: neither past nor only possible ("might")."""
    return verb not in _PAST and verb not in _POSSIBLE and not verb.endswith("ed")
