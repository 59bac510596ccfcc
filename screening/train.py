"""Trains the linear part and the second step: `python -m screening.train [--leave-out]`.

Learns from every author of screening/data, and from var/folds, which train_encoder.py --folds left:
the second step must only see logits of models that never saw the author. `--leave-out` trains
nothing that is kept: each fold of authors is screened by a model of all others, the honest measure
for messages written by other hands. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from screening.corpus import Corpus, Ints, corpus_of, design, scaled
from screening.encoder import Encoder, english
from screening.evaluate import Judged, as_text, summary
from screening.features import BLOCKS
from screening.labels import HEADS, KIT, authors
from screening.linear import Block, Linear
from screening.model import FILE, Model, second_row
from screening.normalize import tokenize
from screening.safety_case import MEASURED
from screening.screener import screen_with

FOLDS = Path("var/folds")
_FIRST_C, _SECOND_C = 10.0, 0.1  # chosen by leaving authors out
Floats = NDArray[np.float64]


class Heads:
    """The linear part in training: one logistic regression per head over the keys of some rows."""

    def __init__(self, corpus: Corpus, rows: Ints) -> None:
        self.corpus = corpus
        self.chosen = {name: design(corpus.blocks[name], name, rows) for name in BLOCKS}
        values = self.values(rows)
        fitted = [self._fit(values, corpus.targets[rows, k]) for k in range(len(HEADS))]
        self.weights = np.array([weights for weights, _ in fitted]).T
        self.bias = np.array([bias for _, bias in fitted])

    @staticmethod
    def _fit(values: sparse.csr_matrix, wanted: NDArray[np.int8]) -> tuple[Floats, float]:
        if wanted.min() == wanted.max():
            return np.zeros(values.shape[1]), -5.0
        fitted = LogisticRegression(C=_FIRST_C, solver="liblinear").fit(values, wanted)
        return fitted.coef_[0], float(fitted.intercept_[0])

    def values(self, rows: Ints) -> sparse.csr_matrix:
        """Return the input for these rows."""
        parts = [scaled(self.corpus.blocks[n], *self.chosen[n], rows) for n in BLOCKS]
        return sparse.csr_matrix(sparse.hstack(parts))

    def logits(self, rows: Ints) -> Floats:
        """Return rows x heads logits."""
        logits: Floats = np.asarray(self.values(rows) @ self.weights + self.bias)
        return logits

    def rounded(self) -> Linear:
        """Return the weights rounded to 8 bits with one scale per head."""
        scale = np.maximum(np.abs(self.weights).max(axis=0), 1e-9) / 127
        small = np.rint(self.weights / scale).astype(np.int8)
        ends = np.cumsum([len(self.chosen[name][0]) for name in BLOCKS])[:-1]
        return Linear(
            tuple(self._block(name) for name in BLOCKS),
            tuple(np.split(small, ends)),
            scale.astype(np.float32),
            self.bias.astype(np.float32),
        )

    def _block(self, name: str) -> Block:
        kept, rarity = self.chosen[name]
        keys = self.corpus.blocks[name].keys[kept]
        return Block({int(key): at for at, key in enumerate(keys)}, rarity.astype(np.float32))


@dataclass(frozen=True, slots=True)
class Fold:
    """Authors who were left out together, and the encoder that never saw them."""

    authors: list[str]
    encoder: Path


def folds() -> list[Fold]:
    """Return the folds that train_encoder.py left; raises FileNotFoundError if there are none."""
    found = sorted(FOLDS.glob("*/unseen.npz"))
    if not found:
        raise FileNotFoundError("run screening.train_encoder --folds first")
    return [Fold(np.load(path)["authors"].tolist(), path.parent / "model.onnx") for path in found]


def left_out(corpus: Corpus) -> Ints:
    """Return the rows of authors that some fold left out; newer authors teach the heads only."""
    return corpus.of(name for fold in folds() for name in fold.authors)


def encoder_logits(corpus: Corpus) -> Floats:
    """Return rows x heads logits of encoders that never saw the author of the row; 0 for authors
    who are in no fold yet.

    Raises ValueError when a message, or its English, was changed since the folds were trained.
    """
    known: dict[str, tuple[str, Floats]] = {}
    for path in FOLDS.glob("*/unseen.npz"):
        with np.load(path) as kept:
            rows = zip(kept["ids"].tolist(), kept["read"].tolist(), kept["logits"], strict=True)
            known |= {name: (read, logits) for name, read, logits in rows}
    found = np.zeros((len(corpus.messages), len(HEADS)))
    for row in left_out(corpus):
        message = corpus.messages[row]
        read, found[row] = known.get(message["id"], ("", 0.0))
        if read != english([token.text for token in tokenize(message["text"])]):
            raise ValueError(f"{message['id']} has changed: run screening.train_encoder --folds")
    return found


def linear_logits(corpus: Corpus) -> Floats:
    """Return rows x heads logits of linear parts that never saw the author of the row."""
    logits = np.zeros((len(corpus.messages), len(HEADS)))
    for fold in folds():
        rows = corpus.of(fold.authors)
        logits[rows] = Heads(corpus, corpus.not_of(fold.authors)).logits(rows)
    return logits


def second_step(
    corpus: Corpus, rows: Ints, linear: Floats, encoder: Floats
) -> tuple[Floats, float]:
    """Fit the second step on the logits and evidence of those of these rows that have them."""
    rows = np.intersect1d(rows, left_out(corpus))
    inputs = [second_row(linear[i], encoder[i], corpus.readings[i]) for i in rows]
    fitted = LogisticRegression(C=_SECOND_C, max_iter=3000)
    fitted.fit(np.array(inputs), corpus.targets[rows, 0])
    return fitted.coef_[0], float(fitted.intercept_[0])


def trained(
    corpus: Corpus, rows: Ints, linear: Floats, encoder: Floats, path: Path | None = None
) -> Model:
    """Return a model of these rows; `path` names the encoder to use with it."""
    weights, bias = second_step(corpus, rows, linear, encoder)
    used = Encoder(path) if path else Encoder()
    return Model(Heads(corpus, rows).rounded(), used, HEADS, weights.astype(np.float32), bias)


def leave_out(corpus: Corpus, linear: Floats, encoder: Floats) -> dict[str, list[Judged]]:
    """Screen each fold with a model of all other authors: {author: judged messages}.

    Texts that another author wrote word for word ("beeping", "2") are left out. Still kinder than
    the world: the limits were chosen on these authors, and the second step has seen logits of
    models that knew them.
    """
    judged: dict[str, list[Judged]] = {}
    for fold in folds():
        seen = corpus.not_of(fold.authors)
        model = trained(corpus, seen, linear, encoder, fold.encoder)
        taught = {corpus.messages[i]["text"].casefold() for i in seen}
        for name in fold.authors:
            unseen = [
                m
                for m in (corpus.messages[i] for i in corpus.of([name]))
                if m["text"].casefold() not in taught
            ]
            judged[name] = [Judged(m, screen_with(model, m["text"])) for m in unseen]
            print(f"--- {name}, unseen\n{as_text(summary(judged[name]), short=True)}", flush=True)
    return judged


def report(judged: dict[str, list[Judged]]) -> None:
    """Print what all authors' messages came to, and keep it for the safety case."""
    parts = {
        "kit": [one for name in judged if name in KIT for one in judged[name]],
        "all": [one for ones in judged.values() for one in ones],
    }
    reports = {name: summary(ones) for name, ones in parts.items()}
    for name, found in reports.items():
        print(f"--- {name}, each author unseen\n{as_text(found, short=name == 'kit')}")
        found.pop("misses")
    MEASURED.write_text(json.dumps(reports, indent=1) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and write model.npz, or report what unseen authors' messages come to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leave-out", action="store_true")
    asked = parser.parse_args(arguments)
    corpus = corpus_of(authors())
    linear, encoder = linear_logits(corpus), encoder_logits(corpus)
    if asked.leave_out:
        report(leave_out(corpus, linear, encoder))
    else:
        everyone = np.arange(len(corpus.messages))
        model = trained(corpus, everyone, linear, encoder)
        np.savez_compressed(FILE, allow_pickle=False, **model.stored())


if __name__ == "__main__":
    main(sys.argv[1:])
