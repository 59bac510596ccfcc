"""Reads the tables once and turns them into matchers. The only file input of the rules."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from screening.patterns import Matcher
from screening.result import Tier

# Changes with every change of a table or of the model; stored with each Screening.
TABLES_VERSION = "2026.4"

FOLDER = Path(__file__).parent / "tables"
SIDES = ("before", "after", "sentence", "message")
SIGN_FILES = (
    "signs_en.toml",
    "signs_en_device.toml",
    "signs_es.toml",
    "signs_es_device.toml",
    "signs_indirect.toml",
    "signs_plain.toml",
    "signs_return.toml",
    "signs_suicide.toml",
)


@dataclass(frozen=True, slots=True)
class Sign:
    """One row of a sign table. `sure` words page alone; others only inform the model.

    A `firm` sign counts even in a question, a condition or a message that settles the rest. A
    `domain` sign pages though the labels do not ask for it: DOMAIN.md is stricter (LABELS.md).
    """

    code: str
    tier: Tier
    source: str
    sure: bool
    firm: bool = False
    domain: bool = False


@dataclass(frozen=True, slots=True)
class Cue:
    """A word group that changes what a sign nearby means. `side` is one of SIDES."""

    kind: str
    side: str
    reach: int


@dataclass(frozen=True, slots=True)
class Tables:
    """Every table, ready to match."""

    signs: Matcher[Sign]
    cues: Matcher[Cue]
    masks: Matcher[None]
    tiers: dict[str, Tier]


def read(name: str) -> dict[str, Any]:
    """Return one table file as plain data."""
    with (FOLDER / name).open("rb") as file:
        return tomllib.load(file)


def _sign_rows() -> Iterator[tuple[Sign, str]]:
    for name in SIGN_FILES:
        for row in read(name)["sign"]:
            code, tier = row.get("as_flag", row["flag"]), cast(Tier, row["tier"])
            for strength in ("sure", "maybe"):
                marks = row.get("firm", False), row.get("domain", False)
                sign = Sign(code, tier, row["source"], strength == "sure", *marks)
                yield from ((sign, pattern) for pattern in row.get(strength, ()))


def sign_patterns() -> Iterator[str]:
    """Yield every pattern of every sign."""
    yield from (pattern for _, pattern in _sign_rows())


def _cue_rows() -> Iterator[tuple[Cue, str]]:
    for row in read("context.toml")["cue"]:
        for side in SIDES:
            cue = Cue(row["kind"], side, row.get("reach", 0))
            yield from ((cue, pattern) for pattern in row.get(side, ()))


def _mask_rows() -> Iterator[tuple[None, str]]:
    for row in read("context.toml")["mask"]:
        yield from ((None, pattern) for pattern in row["phrases"])


@lru_cache(maxsize=1)
def tables() -> Tables:
    """Return all tables, read on the first call."""
    signs = list(_sign_rows())
    tiers = {code: cast(Tier, tier) for tier, codes in read("flags.toml").items() for code in codes}
    return Tables(Matcher(signs), Matcher(_cue_rows()), Matcher(_mask_rows()), tiers)


def tier_of(code: str) -> Tier:
    """Return the tier of a flag of LABELS.md."""
    return tables().tiers[code]
