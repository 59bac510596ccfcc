"""A status only moves forward, over every word that Twilio's own description knows."""

import itertools
import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import update

from records import Delivery
from telephony.statuses import is_failure, known_statuses, may_become, meaning
from tests.support.world import World

SPEC = Path(__file__).parent / "simulator" / "data" / "twilio_api_v2010.json"
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def words(enum: str) -> list[str]:
    schemas = json.loads(SPEC.read_text(encoding="utf-8"))["components"]["schemas"]
    return list(schemas[enum]["enum"])


@pytest.mark.parametrize(
    ("kind", "enum"), [("message", "message_enum_status"), ("call", "call_enum_status")]
)
def test_every_status_of_twilio_has_a_rank(kind: str, enum: str) -> None:
    assert set(words(enum)) <= known_statuses(kind)


class Row:
    """A delivery in the database, moved by statuses as the webhooks move it."""

    def __init__(self, world: World, kind: str, status: str) -> None:
        self.world, self.kind = world, kind
        with world.house.database.write() as session:
            row = Delivery(
                key=str(uuid4()), lane="reply", sender="patient", to_number="+1",
                channel={"message": "sms", "call": "voice"}[kind], status=status,
                not_before=NOW, created_at=NOW,
            )  # fmt: skip
            session.add(row)
            session.flush()
            self.id = row.id

    def hears(self, status: str) -> str:
        with self.world.house.database.write() as session:
            which = update(Delivery).where(Delivery.id == self.id)
            session.execute(which.where(may_become(self.kind, status)).values(status=status))
            return session.get_one(Delivery, self.id, populate_existing=True).status


@pytest.mark.parametrize("kind", ["message", "call"])
def test_any_order_ends_alike(world: World, kind: str) -> None:
    steps = {
        "message": ["queued", "sending", "sent", "delivered"],
        "call": ["queued", "ringing", "in-progress", "completed"],
    }[kind]
    for order in itertools.permutations(steps):
        row = Row(world, kind, "posting")
        assert [row.hears(status) for status in order][-1] == steps[-1]


@pytest.mark.parametrize("last", ["undelivered", "failed"])
def test_a_failure_is_final(world: World, last: str) -> None:
    row = Row(world, "message", last)
    for status in ("queued", "sent", "delivered", "read", "something new"):
        assert row.hears(status) == last
    assert is_failure("message", last)


def test_an_unknown_status_is_no_error(world: World) -> None:
    row = Row(world, "message", "posting")
    assert row.hears("teleported") == "teleported"
    assert row.hears("levitated") == "teleported"
    assert row.hears("delivered") == "delivered"


def test_undelivered_is_not_sent() -> None:
    assert is_failure("message", "undelivered")
    assert not is_failure("call", "completed")


def test_codes() -> None:
    assert meaning(21610)["blocked"]
    assert meaning(30003)["retry"]
    assert meaning(99999)["alarm"]
    assert meaning(None) == {}
