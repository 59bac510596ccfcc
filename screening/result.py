"""What goes in and what comes out of a screening: plain, frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Tier = Literal["emergency_911", "stop_pump_call_nurse", "nurse_urgent", "none"]
Decision = Literal["page", "ask", "none"]

# Highest first (DOMAIN.md section 2): where two tiers apply, the higher one counts.
TIERS: tuple[Tier, ...] = ("emergency_911", "stop_pump_call_nurse", "nurse_urgent", "none")
RANK: dict[str, int] = {tier: len(TIERS) - 1 - i for i, tier in enumerate(TIERS)}


@dataclass(frozen=True, slots=True)
class Flag:
    """One sign found in a message.

    `code` is a flag name of LABELS.md; `words` the exact span of the message that triggered it,
    or "" when only the learned model saw it; `source` the document behind the rule.
    """

    code: str
    tier: Tier
    words: str
    source: str


@dataclass(frozen=True, slots=True)
class PatientProfile:
    """What the record knows about the patient; everything is optional.

    It may only raise a tier (DOMAIN.md section 2), never lower one.
    """

    therapy: str | None = None
    never_stop: bool = False
    access_type: str | None = None
    age_years: float | None = None
    chemo: bool = False
    opioid: bool = False
    blood_thinner: bool = False


@dataclass(frozen=True, slots=True)
class Screening:
    """The result for one message. `score` is the chance of a red flag, 0 to 1."""

    tier: Tier
    flags: tuple[Flag, ...]
    decision: Decision
    score: float
    version: str = field(default="")

    @property
    def suicidal(self) -> bool:
        """True when the 988 text (tier T1b of DOMAIN.md) belongs to this message."""
        return any(flag.code == "suicidal" for flag in self.flags)

    @property
    def t1b(self) -> bool:
        """Tier T1b by its name in DOMAIN.md; the same as `suicidal`."""
        return self.suicidal


def highest(tiers: list[Tier]) -> Tier:
    """Return the highest of the tiers, "none" for an empty list."""
    return max(tiers, key=RANK.__getitem__, default="none")
