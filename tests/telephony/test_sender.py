"""Sending: once, in spite of everything the other side can do."""

from datetime import timedelta

import worker
from tests.support.world import DANA, PRIYA, ROSA, World

SITE = "my picc site is red and warm"


def bodies(world: World, number: str, part: str) -> list[str]:
    return [t.body for t in world.phone(number).inbox if part in t.body]


def test_too_many_requests_is_tried_again(world: World) -> None:
    world.sim.faults.rate_limit(2)
    world.says(ROSA, SITE)
    world.wait(seconds=10)
    assert len(bodies(world, ROSA, "We are paging")) == 1
    assert len(bodies(world, DANA, "Reply 1A")) == 1


def test_taken_but_answered_with_an_error_is_not_sent_twice(world: World) -> None:
    world.sim.faults.server_error(1, accepted=True)
    world.says(ROSA, "when do you open")
    world.wait(seconds=10)
    assert len(bodies(world, ROSA, "The bot answers")) == 1


def test_a_refusal_and_an_acceptance_of_the_error_kind(world: World) -> None:
    world.sim.faults.server_error(1)
    world.says(ROSA, "when do you open")
    world.wait(seconds=10)
    assert len(bodies(world, ROSA, "The bot answers")) == 1


def test_killed_between_intent_and_answer(world: World) -> None:
    """The row says posting and nobody is there any more: look it up before sending again."""
    world.says(ROSA, "when do you open")
    with world.house.database.write() as session:
        from records import Delivery

        row = session.query(Delivery).filter_by(sender="patient").one()
        row.status, row.provider_sid, row.lease_until = "posting", None, world.clock()
        row_id, before = row.id, row.attempts
    world.clock.at += timedelta(seconds=1)
    worker.JOBS["deliver"](world.house, row_id)
    with world.house.database.read() as session:
        row = session.get_one(Delivery, row_id)
        assert row.attempts == before + 1
        assert row.provider_sid
    assert len(bodies(world, ROSA, "The bot answers")) == 1


def test_a_page_by_text_that_fails_rings_at_once(world: World) -> None:
    world.sim.faults.fail(DANA, 30003)
    world.says(ROSA, SITE)
    assert world.phone(DANA).expect_call().status == "ringing"


def test_a_call_that_fails_too_asks_the_next_step(world: World) -> None:
    world.sim.faults.fail(DANA, 30003)
    world.phone(DANA).script.on_call("busy")
    world.says(ROSA, "cant breathe")
    world.settle()
    world.phone(PRIYA).expect("Reply 1A")


def test_callbacks_that_never_come_change_nothing(world: World) -> None:
    world.sim.faults.drop_callbacks()
    world.says(ROSA, SITE)
    world.phone(DANA).expect("Reply 1A")
    world.wait(seconds=20)
    world.phone(DANA).expect_call()


def test_duplicate_and_reordered_news(world: World) -> None:
    world.sim.faults.duplicate_webhooks()
    world.sim.faults.reorder_callbacks()
    world.says(ROSA, SITE)
    world.says(DANA, "1A")
    assert len(bodies(world, ROSA, "has accepted")) == 1
    assert len(bodies(world, DANA, "is yours")) == 1


def test_an_opted_out_patient_is_marked_and_the_nurse_still_paged(world: World) -> None:
    world.sim.faults.opted_out(ROSA)
    world.says(ROSA, SITE)
    world.phone(DANA).expect("Reply 1A")
    [conversation] = world.rows("conversations")
    assert conversation["opted_out_at"]


def test_pages_stay_home_after_an_acceptance(world: World) -> None:
    world.says(ROSA, SITE)
    world.says(DANA, "1A")
    world.wait(minutes=30)
    assert not world.phone(PRIYA).inbox
    assert not world.phone(DANA).calls
