"""Every sentence of an escalation: one segment, 911 first, nothing promised."""

import re

import pytest

from escalation.words import TIERS, WORDING, first_text
from records import Patient
from tests.support.wording import GSM7, KEYWORDS

FACTS = {
    "phone": "(555) 010-0199", "nurse": "Wilhelmina", "role": "enfermera supervisora",
    "number": 1234, "patient": "Rosa", "body": "", "disposition": "advice given",
}  # fmt: skip


@pytest.mark.parametrize("key", list(WORDING.rows))
@pytest.mark.parametrize("language", ["en", "es"])
def test_each_sentence(key: str, language: str) -> None:
    text = WORDING.text(key, language, **FACTS)
    assert set(text) <= GSM7, set(text) - GSM7
    assert len(text) <= 160, f"{len(text)} characters"
    assert not re.search(r"\bwill\b", text)
    assert not re.search(KEYWORDS, text)
    assert WORDING.rows[key]["source"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_first_texts_speak_of_911_or_988_before_anything_else_in_danger(language: str) -> None:
    for key in ("first_emergency_911", "first_emergency_911_never_stop"):
        assert "911" in WORDING.text(key, language)[:20]
    assert "988" in WORDING.text("first_suicidal", language)


def test_every_tier_has_its_first_text() -> None:
    for tier in TIERS[1:]:
        assert first_text("red_flag", tier, [], None, "en", "")
    for reason in ("patient_asked", "bot_unavailable", "report_needs_person"):
        assert "911" in first_text(reason, "needs_person", [], None, "en", "1")


def test_never_stop_patients_are_told_to_keep_the_pump_on() -> None:
    patient = Patient(never_stop=True)
    text = first_text("red_flag", "emergency_911", ["pump_alarm"], patient, "en", "")
    assert "NOT turn off" in text


def test_988_goes_before_everything() -> None:
    codes = ["suicidal", "overdose"]
    assert "988" in first_text("red_flag", "emergency_911", codes, None, "en", "")
