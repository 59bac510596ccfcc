"""What the rules saw in a message, as a short row of numbers for the second step of the model."""

from __future__ import annotations

import math
from functools import lru_cache

from screening.context import AFFIRMED, SETTLING
from screening.findings import Reading
from screening.tables import tables

STATUSES = (
    AFFIRMED,
    "negated",
    "resolved",
    "hypothetical",
    "historical",
    "other",
    "third",
    "question",
)
CUES = (*SETTLING, "resumed", "negated", "resolved", "hypothetical", "historical", "other")
QUESTIONS = ("third", "question")


@lru_cache(maxsize=1)
def codes() -> tuple[str, ...]:
    """Return every flag code of the sign tables, in a fixed order."""
    return tuple(sorted(tables().tiers))


def _statuses(reading: Reading) -> list[float]:
    seen = {(f.sign.sure, f.status) for f in reading.findings}
    return [float((sure, status) in seen) for sure in (True, False) for status in STATUSES]


def _codes(reading: Reading) -> list[float]:
    found = {f.sign.code for f in reading.stated}
    return [float(code in found) for code in codes()]


def _cues(reading: Reading) -> list[float]:
    kinds = {cue.payload.kind for cue in reading.cues}
    sure, maybe = bool(reading.stated), any(f.present for f in reading.findings)
    plain = [float(kind in kinds) for kind in (*CUES, *QUESTIONS)]
    crossed = [float(sure and kind in kinds) for kind in (*CUES, *QUESTIONS)]
    hinted = [float(maybe and not sure and kind in kinds) for kind in SETTLING]
    return plain + crossed + hinted


def _amounts(reading: Reading) -> list[float]:
    sure = {f.sign.code for f in reading.stated}
    hinted = {f.sign.code for f in reading.findings if f.present} - sure
    clean = float(reading.pages)
    vital = float(any(f.sign.source == "LABELS.md" and f.present for f in reading.findings))
    size = math.log1p(len(reading.words))
    return [min(len(sure), 3), min(len(hinted), 5) / 2, clean, vital, size / 3]


def row(reading: Reading) -> list[float]:
    """Return the numbers of one reading, always in the same order and of the same length."""
    return _amounts(reading) + _statuses(reading) + _cues(reading) + _codes(reading)
