"""Urgent tonight, or tomorrow: by the table, the record and the opening hours."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conversation.urgency import RULES, Facts, urgency_of
from records import Patient, load_profile
from settings import ROOT

PROFILE = load_profile(ROOT / "pharmacy.toml")
NIGHT = datetime(2026, 11, 19, 8, 0, tzinfo=UTC)  # a Thursday, 02:00 at the pharmacy
OPENS = PROFILE.opens_next(NIGHT).astimezone(UTC)
HARMLESS = {"count": 1, "reason": "dropped", "any_infused": "no", "doses_on_hand": 3}


def level(kind: str, therapy: str = "antibiotics", never_stop: bool = False, **fields: Any) -> str:
    patient = Patient(therapy=therapy, drug=None, never_stop=never_stop)
    return urgency_of(Facts(kind, fields, patient, PROFILE, NIGHT)).level


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "next_business_day"),
        ({"doses_on_hand": 0}, "tonight"),
        ({"doses_on_hand": None}, "tonight"),
        ({"doses_on_hand": 0, "next_dose_due": OPENS + timedelta(hours=1)}, "next_business_day"),
        ({"doses_on_hand": 0, "next_dose_due": OPENS - timedelta(hours=1)}, "tonight"),
        ({"count": 2}, "tonight"),
        ({"reason": "warm"}, "tonight"),
        ({"reason": "particles", "any_infused": "yes"}, "tonight"),
        ({"reason": "particles", "any_infused": "no"}, "next_business_day"),
        ({"drug": "milrinone"}, "tonight"),
    ],
)
def test_wasted_dose(changes: dict[str, Any], expected: str) -> None:
    assert level("wasted_dose", **(HARMLESS | changes)) == expected


def test_therapies_that_cannot_pause() -> None:
    assert level("wasted_dose", therapy="parenteral nutrition", **HARMLESS) == "tonight"
    assert level("wasted_dose", never_stop=True, **HARMLESS) == "tonight"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"item": "gloves", "on_hand": 4}, "next_business_day"),
        ({"item": "flush", "on_hand": 0, "next_dose_due": OPENS + timedelta(hours=9)}, "tonight"),
        ({"item": "gloves", "on_hand": 0}, "tonight"),
        ({"item": "gloves", "on_hand": None}, "tonight"),
    ],
)
def test_supplies_low(fields: dict[str, Any], expected: str) -> None:
    assert level("supplies_low", **fields) == expected


def test_a_report_that_can_wait_is_due_by_the_end_of_the_next_business_day() -> None:
    patient = Patient(therapy="antibiotics", never_stop=False)
    found = urgency_of(Facts("wasted_dose", HARMLESS, patient, PROFILE, NIGHT))
    assert found.due_at == datetime(2026, 11, 19, 23, 0, tzinfo=UTC)


def test_every_rule_has_a_source() -> None:
    assert all(rule["source"].startswith("DOMAIN.md section 3") for rule in RULES)
