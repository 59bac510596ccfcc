"""The patient's record raises a tier and never lowers one (DOMAIN.md section 2)."""

import pytest

from screening import PatientProfile, screen
from screening.result import RANK

NEVER_STOP = PatientProfile(therapy="treprostinil", never_stop=True)


@pytest.mark.parametrize(
    "text", ["pump keeps beeping", "line came out", "bag leaked all over", "la bomba está pitando"]
)
def test_never_stop_therapy_interrupted_is_an_emergency(text: str) -> None:
    result = screen(text, NEVER_STOP)
    assert result.tier == "emergency_911"
    assert "never_stop_interrupted" in {flag.code for flag in result.flags}


@pytest.mark.parametrize(
    ("text", "patient"),
    [
        ("temp 101.5", PatientProfile(age_years=0.1)),
        ("temp 101.5", PatientProfile(chemo=True)),
        ("line came out", PatientProfile(access_type="tunnelled Hickman")),
    ],
)
def test_the_record_makes_it_an_emergency(text: str, patient: PatientProfile) -> None:
    assert screen(text).tier == "nurse_urgent"
    assert screen(text, patient).tier == "emergency_911"


def test_site_pain_with_chemo_stops_the_pump() -> None:
    result = screen(
        "it burns where the needle goes in, port is hurting", PatientProfile(chemo=True)
    )
    assert RANK[result.tier] >= RANK["stop_pump_call_nurse"]


def test_an_ordinary_message_stays_ordinary() -> None:
    assert screen("when is my delivery?", NEVER_STOP).tier == "none"


def test_an_older_child_with_fever_is_not_an_infant() -> None:
    assert screen("temp 101.5", PatientProfile(age_years=6)).tier == "nurse_urgent"


@pytest.mark.parametrize("text", ["I can't breathe", "line came out", "temp 102", "hello"])
def test_no_record_lowers_a_tier(text: str) -> None:
    everything = PatientProfile("x", True, "hickman", 0.1, True, True, True)
    assert RANK[screen(text, everything).tier] >= RANK[screen(text).tier]
