"""The ladder when phones are dead, people decline, and the rota makes no sense."""

import pytest

from records import Delivery, OnCallShift, Page, Staff
from tests.support.world import CAROL, DANA, MORGAN, PRIYA, ROSA, SAM, World

SITE = "my picc site is red and warm"


def pages(world: World) -> list[Page]:
    with world.house.database.read() as session:
        return list(session.query(Page).order_by(Page.id))


def test_passed_on_means_somebody_else(world: World) -> None:
    world.says(ROSA, SITE)
    world.says(DANA, "1N")
    world.phone(DANA).expect("The next person is being asked")
    world.phone(PRIYA).expect("Reply 1A")
    assert len([t for t in world.phone(DANA).inbox if "Reply 1A" in t.body]) == 1


def test_who_passed_on_is_asked_again_in_the_next_round(world: World) -> None:
    world.says(ROSA, SITE)
    world.says(DANA, "1N")
    world.wait(minutes=15)
    assert len([t for t in world.phone(DANA).inbox if "Reply 1A" in t.body]) >= 2


def test_all_phones_dead_is_no_storm(world: World) -> None:
    for number in (DANA, PRIYA, CAROL, SAM):
        world.sim.faults.fail(number, 30005)
        world.phone(number).script.on_call("failed")
    world.says(ROSA, SITE)
    world.wait(minutes=1)
    asked = {p.staff_id for p in pages(world)}
    assert len(asked) == 4, "everyone is tried at once"
    assert len(pages(world)) <= 10, "and then the planned times hold"
    [escalation] = world.rows("escalations")
    assert escalation["next_step_at"]


def test_credentials_refused_is_no_storm(world: World) -> None:
    world.house.carrier.client.password = "wrong"
    world.house.carrier.client.auth = (world.house.settings.twilio_account_sid, "wrong")
    world.says(ROSA, SITE)
    world.wait(minutes=1)
    assert len(pages(world)) <= 10


def test_voicemail_moves_on_to_the_next_person(world: World) -> None:
    world.phone(DANA).script.on_call("voicemail")
    world.says(ROSA, SITE)
    world.wait(minutes=1)
    world.phone(PRIYA).expect("Reply 1A")
    [escalation] = world.rows("escalations")
    assert escalation["state"] == "open"


def test_a_rota_that_makes_no_sense_pages_the_fallback_person(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with world.house.database.write() as session:
        for shift in session.query(OnCallShift).filter_by(duty="nurse"):
            shift.ends = "24:00"
    world.says(ROSA, SITE)
    world.phone(MORGAN).expect("Reply 1A")
    assert "rota_not_readable" in caplog.text


def test_any_role_can_accept(world: World) -> None:
    with world.house.database.write() as session:
        session.query(Staff).filter_by(phone=DANA).one().role = "respiratory therapist"
    world.says(ROSA, SITE)
    world.says(DANA, "1A")
    world.phone(ROSA).expect("Dana (nurse) has accepted")


def test_a_higher_tier_after_an_acceptance_reaches_two(world: World) -> None:
    world.says(ROSA, SITE)
    world.says(DANA, "1A")
    world.says(ROSA, "now i cant breathe")
    world.phone(ROSA).expect("Call 911 now")
    world.phone(DANA).expect("new sign of danger")
    world.phone(PRIYA).expect("new sign of danger, Dana has it")


def test_a_timer_that_cannot_be_set_undoes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the durable engine is out of order")

    monkeypatch.setattr(world.work, "enqueue", broken)
    world.says(ROSA, "cant breathe")
    world.phone(ROSA).expect("Call 911 now")
    world.phone(DANA).expect("Reply 1A")
    world.wait(seconds=10)
    world.phone(DANA).expect_call()


def test_a_call_placed_while_somebody_accepts_is_hung_up(world: World) -> None:
    world.says(ROSA, SITE)
    with world.house.database.read() as session:
        call = session.query(Delivery).filter_by(channel="voice").one().id
    world.wait(seconds=16)
    assert world.phone(DANA).expect_call().status == "ringing"
    world.says(PRIYA, "1A")
    assert world.phone(DANA).calls[0].status not in ("queued", "ringing")
    assert call
