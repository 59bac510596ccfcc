"""How urgent a report is: a table of rules (urgency.toml), the record and the opening hours."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from records import Patient
from records.profile import PharmacyProfile

RULES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "urgency.toml").read_text(encoding="utf-8")
)["rule"]

# Nothing found that cannot wait.
OTHERWISE = "none of the rules for tonight holds"
# Unsure means page: a kind of report without rules is looked at tonight.
NO_RULES = "no rules for this kind of report"


@dataclass(frozen=True)
class Urgency:
    """`level` is "tonight" or "next_business_day"; `rule` names what decided; `due_at` is UTC."""

    level: str
    rule: str
    due_at: datetime


@dataclass(frozen=True)
class Facts:
    """What the rules look at. `fields` are the report's, with the record's where it gave none."""

    kind: str
    fields: dict[str, Any]
    patient: Patient | None
    profile: PharmacyProfile
    now: datetime


def urgency_of(facts: Facts) -> Urgency:
    """The urgency of a report by the first rule that holds (DOMAIN.md section 3)."""
    for rule in RULES:
        if rule["kind"] == facts.kind and _holds(rule, facts):
            return Urgency("tonight", str(rule["name"]), facts.now)
    if facts.kind not in {rule["kind"] for rule in RULES}:
        return Urgency("tonight", NO_RULES, facts.now)
    due = facts.profile.closes_next_business_day(facts.now).astimezone(UTC)
    return Urgency("next_business_day", OTHERWISE, due)


def _holds(rule: dict[str, Any], facts: Facts) -> bool:
    """Whether each condition that the rule has holds."""
    checks: dict[str, Callable[[Any], bool]] = {
        "is": lambda value: _is(value, facts.fields),
        "above": lambda value: _above(value, facts.fields),
        "therapy": lambda _: _cannot_pause(facts),
        "therapy_words": lambda value: _therapy_says(value, facts),
        "runs_out": lambda _: _runs_out(facts),
        "before_opening": lambda name: _before_opening(facts.fields.get(name), facts),
    }
    return all(checks[name](value) for name, value in rule.items() if name in checks)


def _is(wanted: dict[str, list[Any]], fields: dict[str, Any]) -> bool:
    return all(fields.get(name) in values for name, values in wanted.items())


def _above(wanted: dict[str, int], fields: dict[str, Any]) -> bool:
    return all((_number(fields.get(name)) or 0) > limit for name, limit in wanted.items())


def _cannot_pause(facts: Facts) -> bool:
    """A continuous or never-stop therapy, by the patient's record or the drug they named."""
    if facts.patient is not None and facts.patient.never_stop:
        return True
    names = [*facts.profile.continuous_therapies, *facts.profile.never_stop_drugs]
    return _therapy_says(names, facts)


def _therapy_says(names: list[str], facts: Facts) -> bool:
    known = [facts.fields.get("drug")]
    if facts.patient is not None:
        known += [facts.patient.therapy, facts.patient.drug]
    said = " ".join(str(k).lower() for k in known if k)
    return any(name.lower() in said for name in names)


def _runs_out(facts: Facts) -> bool:
    """No usable dose or item before the next opening. Not known counts as running out."""
    due = facts.fields.get("next_dose_due")
    if isinstance(due, datetime) and due >= facts.profile.opens_next(facts.now):
        return False
    left = _number(facts.fields.get("doses_on_hand"))
    if facts.kind == "supplies_low":
        left = _number(facts.fields.get("on_hand"))
    return left is None or left < 1


def _before_opening(value: object, facts: Facts) -> bool:
    """Whether a moment lies before the next opening. Not known counts as before."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return True
    return moment < facts.profile.opens_next(facts.now)


def _number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None
