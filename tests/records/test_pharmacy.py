"""Opening hours, and the ladder that goes round."""

from datetime import datetime, timedelta

import pytest

from records import PharmacyProfile, load_profile
from settings import ROOT


@pytest.fixture(scope="module")
def profile() -> PharmacyProfile:
    return load_profile(ROOT / "pharmacy.toml")


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-20T02:00-06:00", "2026-11-20T08:00-06:00"),  # a Friday night
        ("2026-11-20T09:00-06:00", "2026-11-23T08:00-06:00"),  # Friday, after opening
        ("2026-11-21T12:00-06:00", "2026-11-23T08:00-06:00"),  # Saturday
        ("2026-11-25T18:00-06:00", "2026-11-27T08:00-06:00"),  # before Thanksgiving
        ("2026-03-07T12:00-06:00", "2026-03-09T08:00-05:00"),  # over the start of daylight time
        ("2026-10-31T12:00-05:00", "2026-11-02T08:00-06:00"),  # over its end
    ],
)
def test_opens_next(profile: PharmacyProfile, now: str, opens: str) -> None:
    assert profile.opens_next(datetime.fromisoformat(now)) == datetime.fromisoformat(opens)


def test_closed_at_night_and_on_holidays(profile: PharmacyProfile) -> None:
    assert profile.is_open(datetime.fromisoformat("2026-11-20T08:00-06:00"))
    assert not profile.is_open(datetime.fromisoformat("2026-11-20T17:00-06:00"))
    assert not profile.is_open(datetime.fromisoformat("2026-11-26T10:00-06:00"))


def test_the_ladder_goes_round(profile: PharmacyProfile) -> None:
    ladder = profile.ladder("nurse_urgent")
    due = [ladder.due(step) / timedelta(minutes=1) for step in range(6)]
    assert due == [0, 3, 5, 10, 13, 16]


def test_an_emergency_climbs_faster(profile: PharmacyProfile) -> None:
    usual, fast = profile.ladder("nurse_urgent"), profile.ladder("emergency_911")
    assert all(fast.due(n) <= usual.due(n) for n in range(1, 12))


def test_hours_in_words(profile: PharmacyProfile) -> None:
    assert profile.hours_text("en") == "Monday to Friday, 8:00 to 17:00"
    assert profile.hours_text("es") == "lunes a viernes, de 8:00 a 17:00"
