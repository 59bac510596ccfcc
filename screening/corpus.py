"""Labelled messages in the form the linear part is trained from. Used by train.py only."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]

from screening.features import BLOCKS, counts
from screening.findings import Reading, read
from screening.labels import Author, targets
from screening.normalize import tokenize
from screening.tables import tables

_LEAST = {"char": 3, "word": 2, "concept": 2}  # messages a key must occur in to be learned
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Keyed:
    """One block of keys: the keys in column order, and messages x keys damped counts."""

    keys: NDArray[np.uint32]
    counts: sparse.csr_matrix

    def rarity(self, rows: Ints, least: int) -> tuple[Ints, NDArray[np.float16]]:
        """Return the columns frequent enough among the rows, and their inverse frequency."""
        frequency = np.asarray((self.counts[rows] > 0).sum(axis=0)).ravel()
        kept = np.flatnonzero(frequency >= least)
        rarity = np.log((1 + len(rows)) / (1 + frequency[kept])) + 1
        return kept, rarity.astype(np.float16)


@dataclass(frozen=True, slots=True)
class Corpus:
    """All messages; `authors` names the author of each; `targets` has one column per head."""

    messages: list[dict[str, Any]]
    authors: NDArray[np.str_]
    readings: list[Reading]
    blocks: dict[str, Keyed]
    targets: NDArray[np.int8]

    def of(self, names: Iterable[str]) -> Ints:
        """Return the rows of these authors."""
        return np.flatnonzero(np.isin(self.authors, list(names)))

    def not_of(self, names: Iterable[str]) -> Ints:
        """Return the rows of all other authors."""
        return np.flatnonzero(~np.isin(self.authors, list(names)))


def _keyed(counted: Iterable[Counter[int]]) -> Keyed:
    columns: dict[int, int] = {}
    places: list[int] = []
    values: list[float] = []
    ends = [0]
    for counter in counted:
        places += [columns.setdefault(key, len(columns)) for key in counter]
        values += [1 + math.log(n) for n in counter.values()]
        ends.append(len(places))
    shape = (len(ends) - 1, len(columns))
    matrix = sparse.csr_matrix((np.array(values), places, ends), shape=shape)
    return Keyed(np.fromiter(columns, np.uint32, len(columns)), matrix)


def _reading(text: str) -> Reading:
    return read([token.text for token in tokenize(text)], tables())


def corpus_of(authors: Sequence[Author]) -> Corpus:
    """Read and count every message of these authors."""
    messages = [message for author in authors for message in author.messages]
    readings = [_reading(m["text"]) for m in messages]
    counted = [counts(reading.words) for reading in readings]
    return Corpus(
        messages,
        np.array([author.name for author in authors for _ in author.messages]),
        readings,
        {name: _keyed(c[at] for c in counted) for at, name in enumerate(BLOCKS)},
        targets(messages),
    )


def design(keyed: Keyed, name: str, rows: Ints) -> tuple[Ints, NDArray[np.float16]]:
    """Return the columns of one block to learn from these rows, with their rarity."""
    return keyed.rarity(rows, _LEAST[name])


def scaled(keyed: Keyed, kept: Ints, rarity: NDArray[np.float16], rows: Ints) -> sparse.csr_matrix:
    """Return the rows' values of one block, each row scaled to length one."""
    matrix = keyed.counts[rows][:, kept] @ sparse.diags(rarity.astype(np.float64))
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    length[length == 0] = 1
    return sparse.csr_matrix(sparse.diags(1 / length) @ matrix)
