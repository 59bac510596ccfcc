"""Turns a message into what the learned model counts: pieces of words, words, meanings."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from screening.patterns import ENDS, Matcher
from screening.tables import read

CHAR_SIZES = (3, 4, 5)
_PAIR_REACH = 6  # words between two meanings that are still read together
BLOCKS = ("char", "word", "concept")


@lru_cache(maxsize=20_000)
def _char_keys(word: str) -> tuple[int, ...]:
    """Return the keys of a word's pieces, borders included; they survive typos and endings."""
    edged = f" {word} "
    grams = [
        edged[at : at + size]
        for size in CHAR_SIZES
        if len(edged) > size
        for at in range(len(edged) - size + 1)
    ]
    return tuple(_key("c", gram) for gram in grams or [edged])


def _word_grams(words: Sequence[str]) -> Iterator[str]:
    yield from words
    yield from (f"{a} {b}" for a, b in pairwise(words))


@lru_cache(maxsize=1)
def concept_matcher() -> Matcher[str]:
    """Return the thesaurus (tables/concepts.toml), read on the first call."""
    concepts = read("concepts.toml")["concepts"]
    return Matcher((name, pattern) for name, rows in concepts.items() for pattern in rows)


def _together(words: Sequence[str], first: int, second: int) -> bool:
    near = first < second <= first + _PAIR_REACH
    return near and not any(word in ENDS for word in words[first:second])


def _concept_grams(words: Sequence[str]) -> Iterator[str]:
    """Yield each meaning, and each pair of meanings that stand close together, in order."""
    found = sorted({(m.start, m.payload) for m in concept_matcher().find(words)})
    for index, (at, name) in enumerate(found):
        yield name
        for later, other in found[index + 1 : index + 7]:
            if other != name and _together(words, at, later):
                yield f"{name}>{other}"


def _key(prefix: str, gram: str) -> int:
    """Return a 32-bit key: the same in every process and on every machine."""
    return zlib.crc32(f"{prefix}:{gram}".encode("utf-8", "surrogatepass"))


def counts(words: Sequence[str]) -> list[Counter[int]]:
    """Return the counted keys of a message, one counter for each of BLOCKS."""
    return [
        Counter(key for word in words for key in _char_keys(word)),
        Counter(_key("w", gram) for gram in _word_grams(words)),
        Counter(_key("k", gram) for gram in _concept_grams(words)),
    ]
