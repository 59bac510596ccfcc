"""The labelled messages that the screen is trained on: one file for each author (LABELS.md)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screening.tables import tables

FOLDER = Path(__file__).parent / "data"
PAGE, EMERGENCY = "page", "emergency"
HEADS: tuple[str, ...] = (PAGE, EMERGENCY, *sorted(tables().tiers))

# The nine authors we were given; the others were written for the screen, most of them as twins.
KIT = frozenset(("t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "dev"))


@dataclass(frozen=True, slots=True)
class Author:
    """One file: the messages of one kind of writer."""

    name: str
    messages: list[dict[str, Any]]


def read_messages(path: str | Path) -> list[dict[str, Any]]:
    """Return the labelled messages of a JSON lines file (fields of LABELS.md).

    Raises ValueError naming the line when one cannot be read.
    """
    messages = []
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), start=1):
        try:
            messages.append(json.loads(line))
        except ValueError as error:
            raise ValueError(f"{path}, line {number}: {error}") from error
    return messages


def authors() -> list[Author]:
    """Return every author of screening/data, in the order of their names."""
    return [Author(path.stem, read_messages(path)) for path in sorted(FOLDER.glob("*.jsonl"))]


def folds(names: Sequence[str], count: int) -> list[set[str]]:
    """Deal the authors out into folds: neighbours in the alphabet go to different ones."""
    return [set(sorted(names)[start::count]) for start in range(count)]


def targets(messages: Sequence[dict[str, Any]]) -> NDArray[np.int8]:
    """Return messages x HEADS: 1 where the label says so."""
    table = np.zeros((len(messages), len(HEADS)), np.int8)
    for at, message in enumerate(messages):
        table[at, 0] = message["tier"] != "none"
        table[at, 1] = message["tier"] == "emergency_911"
        table[at, 2:] = [code in message["flags"] for code in HEADS[2:]]
    return table
