"""The linear part: one logistic regression for each head over counted pieces of words, words and
meanings. Trained by train.py, kept as plain numbers in model.npz."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screening.features import BLOCKS, counts

Floats = NDArray[np.float32]


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
class Linear:
    """All weights, rounded to 8 bits with one scale for each head (column)."""

    blocks: tuple[Block, ...]
    weights: tuple[NDArray[np.int8], ...]
    scale: Floats
    bias: Floats

    def logits(self, words: Sequence[str]) -> Floats:
        """Return the logit of every head."""
        total = np.zeros(len(self.bias), np.float32)
        for block, weights, counted in zip(self.blocks, self.weights, counts(words), strict=True):
            places, values = block.vector(counted)
            if places:
                total += values @ weights[places].astype(np.float32)
        return total * self.scale + self.bias

    def stored(self) -> dict[str, NDArray[Any]]:
        """Return everything as named arrays, for np.savez."""
        parts: dict[str, NDArray[Any]] = {"scale": self.scale, "bias": self.bias}
        for name, block, weights in zip(BLOCKS, self.blocks, self.weights, strict=True):
            parts[f"{name}_keys"] = np.array(list(block.place), np.uint32)
            parts[f"{name}_rarity"] = block.rarity.astype(np.float16)
            parts[f"{name}_weights"] = weights
        return parts


def restored(parts: Mapping[str, Any]) -> Linear:
    """Return what `stored` gave."""
    blocks = (_block(parts[f"{b}_keys"], parts[f"{b}_rarity"]) for b in BLOCKS)
    weights = tuple(parts[f"{b}_weights"] for b in BLOCKS)
    return Linear(tuple(blocks), weights, parts["scale"], parts["bias"])


def _block(keys: NDArray[np.uint32], rarity: NDArray[np.float16]) -> Block:
    return Block({key: at for at, key in enumerate(keys.tolist())}, rarity.astype(np.float32))
