"""Who is on call, across nights, overrides and both clock changes."""

from datetime import UTC, datetime, timedelta

import pytest

from escalation import on_call, to_be_paged
from records import OnCallShift, Override, Staff
from tests.support.world import World


@pytest.fixture
def nights(world: World) -> World:
    """Dana has weekday nights 17:00-08:00, Priya the weekends; as real rotas are."""
    with world.house.database.write() as session:
        for shift in session.query(OnCallShift):
            session.delete(shift)
        rows = [("Dana", [0, 1, 2, 3, 4], "17:00", "08:00"), ("Priya", [5, 6], "08:00", "08:00")]
        for name, days, starts, ends in rows:
            staff = session.query(Staff).filter_by(first_name=name).one()
            session.add(
                OnCallShift(
                    staff_id=staff.id, duty="nurse", weekdays=days, starts=starts, ends=ends
                )
            )
    return world


def who(world: World, at: str) -> list[str]:
    with world.house.database.read() as session:
        moment = datetime.fromisoformat(at).astimezone(UTC)
        return [s.first_name for s in on_call(session, "nurse", moment)]


@pytest.mark.parametrize(
    ("at", "names"),
    [
        ("2026-11-19T16:59-06:00", []),
        ("2026-11-19T17:00-06:00", ["Dana"]),
        ("2026-11-20T02:00-06:00", ["Dana"]),  # Thursday's shift, after midnight
        ("2026-11-20T07:59-06:00", ["Dana"]),
        ("2026-11-20T08:00-06:00", []),
        ("2026-11-21T07:59-06:00", ["Dana"]),  # Friday's shift ends on Saturday
        ("2026-11-21T08:00-06:00", ["Priya"]),
        ("2026-11-23T07:59-06:00", ["Priya"]),
        ("2026-03-08T01:59-06:00", ["Priya"]),  # daylight time begins: 02:00 does not exist
        ("2026-03-08T03:00-05:00", ["Priya"]),
        ("2026-11-01T01:30-05:00", ["Priya"]),  # daylight time ends: 01:30 comes twice
        ("2026-11-01T01:30-06:00", ["Priya"]),
    ],
)
def test_who(nights: World, at: str, names: list[str]) -> None:
    assert who(nights, at) == names


def test_an_override_wins(nights: World) -> None:
    start = datetime.fromisoformat("2026-11-20T00:00-06:00")
    with nights.house.database.write() as session:
        carol = session.query(Staff).filter_by(first_name="Carol").one()
        row = Override(
            staff_id=carol.id, duty="nurse", starts_at=start, ends_at=start + timedelta(hours=4)
        )
        session.add(row)
    assert who(nights, "2026-11-20T02:00-06:00") == ["Carol"]
    assert who(nights, "2026-11-20T04:00-06:00") == ["Dana"]


def test_nobody_on_call_is_the_fallback_person_and_loud(
    nights: World, caplog: pytest.LogCaptureFixture
) -> None:
    noon = datetime.fromisoformat("2026-11-20T12:00-06:00")
    with nights.house.database.write() as session:
        [person] = to_be_paged(session, "nurse", noon)
        assert person.first_name == "Morgan"
    assert "nobody_on_call" in caplog.text
