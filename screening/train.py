"""Trains the learned part: `python -m screening.train DATA.jsonl ... [--out FILE] [--leave-out]`.

Each file is one author. `--leave-out` trains without each author in turn and tests on that
author: the honest measure for messages written by other hands. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from screening.corpus import Corpus, Ints, design, read_corpus, scaled
from screening.evaluate import Judged, as_text, summary
from screening.features import BLOCKS
from screening.model import FILE, Block, Model, second_row
from screening.screener import screen_with

_FIRST_C, _SECOND_C = 10.0, 0.1  # chosen by leave-one-author-out
Floats = NDArray[np.float64]


class Heads:
    """The first step: one logistic regression per head over the keys of some rows."""

    def __init__(self, corpus: Corpus, rows: Ints) -> None:
        self.corpus = corpus
        self.chosen = {name: design(corpus.blocks[name], name, rows) for name in BLOCKS}
        values = self.values(rows)
        fitted = [self._fit(values, corpus.targets[rows, k]) for k in range(len(corpus.heads))]
        self.weights = np.array([weights for weights, _ in fitted]).T
        self.bias = np.array([bias for _, bias in fitted])

    @staticmethod
    def _fit(values: sparse.csr_matrix, wanted: NDArray[np.int8]) -> tuple[Floats, float]:
        if wanted.min() == wanted.max():
            return np.zeros(values.shape[1]), -5.0
        fitted = LogisticRegression(C=_FIRST_C, solver="liblinear").fit(values, wanted)
        return fitted.coef_[0], float(fitted.intercept_[0])

    def values(self, rows: Ints) -> sparse.csr_matrix:
        """Return the input of the first step for these rows."""
        parts = [scaled(self.corpus.blocks[n], *self.chosen[n], rows) for n in BLOCKS]
        return sparse.csr_matrix(sparse.hstack(parts))

    def logits(self, rows: Ints) -> Floats:
        """Return rows x heads logits."""
        logits: Floats = np.asarray(self.values(rows) @ self.weights + self.bias)
        return logits


Pairs = dict[frozenset[int], Floats]


def _pairs(corpus: Corpus, authors: Sequence[int]) -> Pairs:
    """Return, for every one or two authors left out, the logits of all their messages."""
    done: Pairs = {}
    for out in {frozenset((a, b)) for a in authors for b in authors}:
        rows = np.flatnonzero(~np.isin(corpus.authors, list(out)) & _of(corpus, authors))
        done[out] = Heads(corpus, rows).logits(_rows(corpus, sorted(out)))
    return done


def _of(corpus: Corpus, authors: Sequence[int]) -> NDArray[np.bool_]:
    return np.isin(corpus.authors, list(authors))


def _rows(corpus: Corpus, authors: Sequence[int]) -> Ints:
    return np.flatnonzero(_of(corpus, authors))


def _second(corpus: Corpus, rows: Ints, logits: Floats) -> tuple[Floats, float]:
    """Fit the second step on logits of models that never saw the author of the message."""
    read = [corpus.readings[i] for i in rows]
    evidence = [second_row(corpus.heads, one, r) for one, r in zip(logits, read, strict=True)]
    fitted = LogisticRegression(C=_SECOND_C, max_iter=3000)
    fitted.fit(np.array(evidence), corpus.targets[rows, 0])
    return fitted.coef_[0], float(fitted.intercept_[0])


def _built(heads: Heads, second: tuple[Floats, float]) -> Model:
    """Put a model together, weights rounded to 8 bits with one scale per head."""
    scale = np.maximum(np.abs(heads.weights).max(axis=0), 1e-9) / 127
    small = np.rint(heads.weights / scale).astype(np.int8)
    ends = np.cumsum([len(heads.chosen[name][0]) for name in BLOCKS])[:-1]
    return Model(
        tuple(_block(heads, name) for name in BLOCKS),
        tuple(np.split(small, ends)),
        scale.astype(np.float32),
        heads.bias.astype(np.float32),
        heads.corpus.heads,
        second[0].astype(np.float32),
        second[1],
    )


def _block(heads: Heads, name: str) -> Block:
    kept, rarity = heads.chosen[name]
    keys = heads.corpus.blocks[name].keys[kept]
    return Block({int(key): at for at, key in enumerate(keys)}, rarity.astype(np.float32))


def train(corpus: Corpus, authors: Sequence[int], pairs: Pairs, beside: int = -1) -> Model:
    """Return a model of these authors; the second step sees only unseen-author logits.

    With `beside` the pairs were made with that author in the corpus; he is left out as well.
    """
    out = [frozenset((a,) if beside < 0 else (a, beside)) for a in authors]
    logits = np.vstack([_own(corpus, pairs[o], o, a) for o, a in zip(out, authors, strict=True)])
    rows = np.concatenate([_rows(corpus, [a]) for a in authors])
    return _built(Heads(corpus, _rows(corpus, authors)), _second(corpus, rows, logits))


def _own(corpus: Corpus, logits: Floats, out: frozenset[int], author: int) -> Floats:
    rows = _rows(corpus, sorted(out))
    own: Floats = logits[corpus.authors[rows] == author]
    return own


def save(model: Model, path: str | Path) -> None:
    """Write the model as plain numbers (no pickled objects)."""
    parts: dict[str, NDArray[Any]] = {
        "scale": model.scale,
        "bias": model.bias,
        "heads": np.array(model.heads),
        "second": model.second,
        "second_bias": np.array(model.second_bias),
    }
    for name, block, weights in zip(BLOCKS, model.blocks, model.weights, strict=True):
        parts[f"{name}_keys"] = np.array(list(block.place), np.uint32)
        parts[f"{name}_rarity"] = block.rarity.astype(np.float16)
        parts[f"{name}_weights"] = weights
    np.savez_compressed(path, allow_pickle=False, **parts)


def leave_out(corpus: Corpus) -> Iterator[tuple[int, list[Judged]]]:
    """Yield each author with the judged messages of that author by a model of all others."""
    authors = sorted(set(corpus.authors.tolist()))
    pairs = _pairs(corpus, authors)
    for out in authors:
        others = [a for a in authors if a != out]
        model = train(corpus, others, pairs, beside=out)
        unseen = [corpus.messages[i] for i in _rows(corpus, [out])]
        yield out, [Judged(m, screen_with(model, m["text"])) for m in unseen]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and write the model, or report leave-one-author-out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="+")
    parser.add_argument("--out", default=str(FILE))
    parser.add_argument("--leave-out", action="store_true")
    asked = parser.parse_args(arguments)
    corpus = read_corpus(asked.data, keep_frozen=asked.leave_out)
    if asked.leave_out:
        _report_leave_out(corpus, asked.data)
        return
    authors = sorted(set(corpus.authors.tolist()))
    ones = {
        frozenset((a,)): Heads(corpus, np.flatnonzero(corpus.authors != a)).logits(
            _rows(corpus, [a])
        )
        for a in authors
    }
    save(train(corpus, authors, ones), asked.out)


def _report_leave_out(corpus: Corpus, names: Sequence[str]) -> None:
    together = []
    for author, judged in leave_out(corpus):
        together += judged
        print(f"--- not trained on {Path(names[author]).name}")
        print(as_text(summary(judged), short=True), flush=True)
    print("--- all authors, each unseen")
    print(as_text(summary(together)))


if __name__ == "__main__":
    main(sys.argv[1:])
