"""The learned part: a linear model and an encoder, then one step over both and the rules.

The linear part sees pieces of words, so it survives odd spelling and Spanish; the encoder sees
meaning in its order. The second step weighs both with what the rules found. Trained by train.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screening.encoder import Encoder
from screening.evidence import row
from screening.findings import Reading
from screening.linear import Floats, Linear, restored

FILE = Path(__file__).parent / "model.npz"
_SCALE = 3.0  # brings logits to the size of the other evidence
# How much of a flag's logit the encoder gives; chosen on unseen authors.
_ENCODER_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one stretch of text came to: `logits` one for each head, `chance` of a red flag."""

    reading: Reading
    logits: Floats
    chance: float


@dataclass(frozen=True, slots=True)
class Model:
    """Everything learned. `heads` names the logits: page, emergency, then flag codes."""

    linear: Linear
    encoder: Encoder
    heads: tuple[str, ...]
    second: Floats
    second_bias: float

    def weigh(self, words: Sequence[str], reading: Reading) -> Verdict:
        """Judge one stretch of text: its words as written, and what the rules read in them."""
        linear = self.linear.logits(reading.words)
        encoder = self.encoder.logits(words)
        logit = float(second_row(linear, encoder, reading) @ self.second) + self.second_bias
        chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
        return Verdict(reading, mixed(linear, encoder), chance)

    def stored(self) -> dict[str, NDArray[Any]]:
        """Return all but the encoder, which has a file of its own, as named arrays."""
        return self.linear.stored() | {
            "heads": np.array(self.heads),
            "second": self.second,
            "second_bias": np.array(self.second_bias),
            "encoder": np.array(self.encoder.digest),
        }


def mixed(linear: Floats, encoder: Floats) -> Floats:
    """Return one logit for each head from both parts."""
    return _ENCODER_SHARE * encoder + (1 - _ENCODER_SHARE) * linear


def _top(logits: Floats) -> list[float]:
    """Return the page and emergency logits and the two strongest flags'."""
    flags = np.sort(logits[2:])[::-1]
    return [float(logits[0]), float(logits[1]), float(flags[0]), float(flags[1])]


def second_row(linear: Floats, encoder: Floats, reading: Reading) -> Floats:
    """Return the second step's input: both parts' main logits, then the rules' evidence."""
    learned = [value / _SCALE for value in _top(linear) + _top(encoder)]
    return np.array(learned + row(reading), np.float32)


@lru_cache(maxsize=1)
def model() -> Model:
    """Return the trained model, read on the first call."""
    encoder = Encoder()
    with np.load(FILE, allow_pickle=False) as stored:
        heads = tuple(str(name) for name in stored["heads"])
        if str(stored["encoder"]) != encoder.digest or heads != encoder.heads:
            raise RuntimeError("screening/model.npz and the encoder are not of one training")
        return Model(
            restored(stored), encoder, heads, stored["second"], float(stored["second_bias"])
        )
