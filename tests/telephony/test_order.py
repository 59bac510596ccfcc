"""Words to one phone keep their order, even when many hands send."""

from concurrent.futures import ThreadPoolExecutor

import worker
from records import Conversation, Delivery
from records.outbox import say
from tests.support.world import ROSA, World


def test_many_senders_keep_the_order(world: World) -> None:
    world.says(ROSA, "hello")
    with world.house.database.write() as session:
        conversation = session.get_one(Conversation, 1)
        for n in range(12):
            say(session, conversation, f"part {n}", world.clock())
        ids = [d.id for d in session.query(Delivery).filter_by(status="waiting")]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: worker.JOBS["deliver"](world.house, i), ids))
    world.settle()
    parts = [t.body for t in world.phone(ROSA).inbox if t.body.startswith("part")]
    assert parts == [f"part {n}" for n in range(12)]


def test_a_refused_text_does_not_hold_up_the_next_one(world: World) -> None:
    world.says(ROSA, "hello")
    world.sim.faults.rate_limit(1)
    with world.house.database.write() as session:
        conversation = session.get_one(Conversation, 1)
        for n in range(2):
            say(session, conversation, f"part {n}", world.clock())
    world.settle()
    world.wait(seconds=3)
    parts = [t.body for t in world.phone(ROSA).inbox if t.body.startswith("part")]
    assert sorted(parts) == ["part 0", "part 1"]
