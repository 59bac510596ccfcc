"""The web process was down: what the carrier has and we have not is fetched."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from telephony.carrier import UNREACHABLE
from telephony.catch_up import catch_up
from telephony.intake import Text, take
from telephony.simulator import wsgi_transport
from telephony.simulator.callbacks import Unreachable
from tests.support.world import DANA, JUNE, NURSE_NUMBER, ROSA, World

BACK = timedelta(minutes=10)


def nobody(*_: object) -> None:
    raise Unreachable("down")


def fetch(world: World) -> int:
    taken = catch_up(world.house.database, world.house.carrier, world.clock() - BACK, world.clock)
    world.settle()
    return taken


def test_a_red_flag_sent_while_we_were_down(world: World) -> None:
    world.sim.webhooks._transport = nobody
    world.phone(ROSA).text("cant breathe")
    world.phone(ROSA).text("hello?")
    world.sim.webhooks._transport = wsgi_transport(world.app)
    assert world.rows("conversations") == []
    assert fetch(world) == 2
    world.phone(ROSA).expect("Call 911 now")
    world.phone(DANA).expect("Reply 1A")
    assert fetch(world) == 0
    [conversation] = world.rows("conversations")
    bodies = [m["body"] for m in conversation["messages"] if m["direction"] == "in"]
    assert bodies == ["cant breathe", "hello?"]


def test_a_nurses_answer_too(world: World) -> None:
    world.says(ROSA, "cant breathe")
    world.sim.webhooks._transport = nobody
    world.phone(DANA).text("1A", to=NURSE_NUMBER)
    world.sim.webhooks._transport = wsgi_transport(world.app)
    assert fetch(world) == 1
    world.phone(ROSA).expect("has accepted")


def test_nothing_is_taken_twice(world: World) -> None:
    world.says(ROSA, "hello")
    world.says(DANA, "?")
    assert fetch(world) == 0


def test_a_carrier_that_does_not_answer_is_said_so(world: World) -> None:
    """So that the next look goes back as far as this one."""
    world.sim.stop()
    with pytest.raises(UNREACHABLE):
        fetch(world)


def test_a_text_that_cannot_be_taken_does_not_stand_before_a_red_flag(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sim.webhooks._transport = nobody
    world.phone(JUNE).text("poison")
    world.phone(ROSA).text("cant breathe")
    world.sim.webhooks._transport = wsgi_transport(world.app)

    def fragile(session: Session, text: Text, now: datetime) -> object:
        if text.body == "poison":
            raise ValueError("of its kind")
        return take(session, text, now)

    monkeypatch.setattr("telephony.catch_up.take", fragile)
    assert fetch(world) == 1
    world.phone(ROSA).expect("Call 911 now")
