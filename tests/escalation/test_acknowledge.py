"""One winner, however many nurses answer at once."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

import escalation
from records import Acknowledgement, Escalation, Staff
from tests.support.world import DANA, NURSE_NUMBER, ROSA, World


def test_twenty_at_once_one_winner(world: World) -> None:
    world.says(ROSA, "my picc site is red and warm")
    with world.house.database.write() as session:
        people = [
            Staff(first_name=f"N{n}", last_name="X", role="nurse", phone=f"+1555010{n:04}")
            for n in range(20)
        ]
        session.add_all(people)
        session.flush()
        ids = [p.id for p in people]

    def answer(staff_id: int) -> str:
        with world.house.database.write() as session:
            staff = session.get_one(Staff, staff_id)
            return escalation.accept(session, 1, staff, "sms", world.clock()).outcome

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(answer, ids))
    assert sorted(outcomes) == ["accepted"] + ["taken"] * 19
    with world.house.database.read() as session:
        assert session.scalar(select(func.count(Acknowledgement.id))) == 1
        assert session.get_one(Escalation, 1).state == "acknowledged"


def test_two_first_signs_at_once_are_one_escalation(world: World) -> None:
    phone = world.phone(ROSA)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: phone.text(f"cant breathe {n}"), range(8)))
    world.settle()
    [found] = world.rows("escalations")
    assert len(found["red_flags"]) == 8


def test_accepting_while_more_signs_arrive(world: World) -> None:
    """Both lock the conversation first, so neither database gives one of them up."""
    phone, nurse = world.phone(ROSA), world.phone(DANA)
    phone.text("cant breathe")
    with ThreadPoolExecutor(12) as pool:
        texts = [pool.submit(phone.text, f"my chest hurts {n}") for n in range(10)]
        answers = [pool.submit(nurse.text, "1A", NURSE_NUMBER) for _ in range(2)]
        for done in texts + answers:
            done.result()
    assert {a.status for a in world.sim.webhooks.attempts} <= {200, 204}
    world.settle()
    [found] = world.rows("escalations")
    assert found["state"] == "acknowledged"
    assert len(found["red_flags"]) == 11
