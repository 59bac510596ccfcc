"""The learned part: linear models over counted keys, then one over what the rules saw.

Step one gives a logit for "needs a page", for emergencies and for every flag. Step two weighs
those with the rules' findings. Trained by train.py, kept as plain numbers in one .npz file.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screening.evidence import row
from screening.features import BLOCKS, counts
from screening.findings import Reading

FILE = Path(__file__).parent / "model.npz"
Floats = NDArray[np.float32]
PAGE, EMERGENCY = "page", "emergency"
_HEAD_SCALE = 3.0  # brings logits to the size of the other evidence


@dataclass(frozen=True, slots=True)
class Block:
    """One kind of key: where each stands in the weights, and how rare it is."""

    place: dict[int, int]
    rarity: Floats

    def vector(self, counted: Counter[int]) -> tuple[list[int], Floats]:
        """Return the known keys' places and their values, scaled to length one."""
        known = [(self.place[key], n) for key, n in counted.items() if key in self.place]
        places = [at for at, _ in known]
        values = np.array([1 + math.log(n) for _, n in known], np.float32) * self.rarity[places]
        length = float(np.linalg.norm(values))
        return places, values / length if length else values


@dataclass(frozen=True, slots=True)
class Model:
    """All weights. `heads` names the columns of `weights`: page, emergency, then flag codes."""

    blocks: tuple[Block, ...]
    weights: tuple[NDArray[np.int8], ...]
    scale: Floats
    bias: Floats
    heads: tuple[str, ...]
    second: Floats
    second_bias: float

    def logits(self, words: Sequence[str]) -> Floats:
        """Return the first step's logit of every head."""
        total = np.zeros(len(self.heads), np.float32)
        for block, weights, counted in zip(self.blocks, self.weights, counts(words), strict=True):
            places, values = block.vector(counted)
            if places:
                total += values @ weights[places].astype(np.float32)
        return total * self.scale + self.bias

    def page(self, logits: Floats, reading: Reading) -> float:
        """Return the second step's chance, 0 to 1, that this stretch of text needs a page."""
        evidence = np.array(second_row(self.heads, logits, reading), np.float32)
        logit = float(evidence @ self.second) + self.second_bias
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def second_row(heads: Sequence[str], logits: Floats, reading: Reading) -> list[float]:
    """Return the second step's input: the main logits, the strongest flags, the evidence."""
    flags = np.sort(logits[2:])[::-1]
    top = [logits[0], logits[1], flags[0], flags[1]]
    return [float(value) / _HEAD_SCALE for value in top] + row(reading)


@lru_cache(maxsize=1)
def model() -> Model:
    """Return the trained model, read on the first call."""
    with np.load(FILE, allow_pickle=False) as stored:
        return Model(
            tuple(_block(stored[f"{b}_keys"], stored[f"{b}_rarity"]) for b in BLOCKS),
            tuple(stored[f"{b}_weights"] for b in BLOCKS),
            stored["scale"],
            stored["bias"],
            tuple(str(name) for name in stored["heads"]),
            stored["second"],
            float(stored["second_bias"]),
        )


def _block(keys: NDArray[np.uint32], rarity: NDArray[np.float16]) -> Block:
    return Block({key: at for at, key in enumerate(keys.tolist())}, rarity.astype(np.float32))
