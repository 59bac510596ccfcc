"""Puts right a clinical word with one slip in it, for the rules and the linear part.

"brething" is read as "breathing". Only a word that none of our authors uses, one letter away from
a clinical word with the same first letter, is changed; what is a word of its own stays.
`python -m screening.spelling` writes the list of words (tables/words.tsv) from the labelled
messages and the sign tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from screening.labels import Author, authors
from screening.normalize import tokenize
from screening.patterns import Matcher
from screening.tables import FOLDER, sign_patterns

FILE = FOLDER / "words.tsv"
SHORTEST = 5  # letters; a slip in a shorter word makes too many other words
_AUTHORS = 3  # who must use a word before it counts as one
_CLINICAL = "+"


@lru_cache(maxsize=1)
def _lists() -> tuple[frozenset[str], dict[str, tuple[str, ...]]]:
    """Return all known words, and the clinical ones by their first letter."""
    rows = [line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines()]
    by_letter: dict[str, list[str]] = {}
    for word, *mark in rows:
        if mark == [_CLINICAL]:
            by_letter.setdefault(word[0], []).append(word)
    return frozenset(row[0] for row in rows), {k: tuple(v) for k, v in by_letter.items()}


@lru_cache(maxsize=50_000)
def corrected(word: str) -> str:
    """Return the clinical word that this one was meant to be, or the word itself."""
    known, clinical = _lists()
    if len(word) < SHORTEST or not word.isalpha() or word in known:
        return word
    near = [w for w in clinical.get(word[0], ()) if _is_near(word, w)]
    return near[0] if len(near) == 1 else word


def _is_near(word: str, other: str) -> bool:
    return abs(len(word) - len(other)) <= 1 and OSA.distance(word, other, score_cutoff=1) == 1


def corrected_all(words: Sequence[str]) -> list[str]:
    """Return the words, each put right."""
    return [corrected(word) for word in words]


def vocabulary(everyone: Iterable[Author]) -> list[tuple[str, bool]]:
    """Return every word in use, and whether it is clinical (a word of a sign pattern)."""
    used: dict[str, set[str]] = {}
    for author in everyone:
        for message in author.messages:
            for word in {token.text for token in tokenize(message["text"])}:
                used.setdefault(word, set()).add(author.name)
    words = [w for w, by in used.items() if w.isalpha() and len(by) >= _AUTHORS]
    clinical = {w for w in words if len(w) >= SHORTEST and _signs().find([w])}
    return [(word, word in clinical) for word in sorted(words)]


@lru_cache(maxsize=1)
def _signs() -> Matcher[None]:
    """Return a matcher of the single words in all sign patterns."""
    single = {option for p in sign_patterns() for slot in p.split() for option in slot.split("|")}
    plain = {o.rstrip("?") for o in single if o.strip(".?") and "_" not in o}
    return Matcher((None, o) for o in plain if len(o.rstrip("*")) >= SHORTEST - 1)


def main() -> None:
    """Write the list."""
    rows = (f"{word}\t{_CLINICAL}" if mark else word for word, mark in vocabulary(authors()))
    FILE.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
