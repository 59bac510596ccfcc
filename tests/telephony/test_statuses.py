"""A status only moves forward, over every word that Twilio's own description knows."""

import itertools
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from records import Delivery
from telephony.statuses import advance, has_failed, known_statuses, meaning

SPEC = Path(__file__).parent / "simulator" / "data" / "twilio_api_v2010.json"
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def delivery(channel: str, status: str) -> Delivery:
    return Delivery(channel=channel, status=status, created_at=NOW)


def words(enum: str) -> list[str]:
    schemas = json.loads(SPEC.read_text(encoding="utf-8"))["components"]["schemas"]
    return list(schemas[enum]["enum"])


@pytest.mark.parametrize(
    ("kind", "enum"), [("message", "message_enum_status"), ("call", "call_enum_status")]
)
def test_every_status_of_twilio_has_a_rank(kind: str, enum: str) -> None:
    assert set(words(enum)) <= known_statuses(kind)


@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_any_order_ends_alike(channel: str) -> None:
    steps = {
        "sms": ["queued", "sending", "sent", "delivered"],
        "voice": ["queued", "ringing", "in-progress", "completed"],
    }[channel]
    for order in itertools.permutations(steps):
        row = delivery(channel, "posting")
        for status in order:
            advance(row, status)
        assert row.status == steps[-1]


@pytest.mark.parametrize("last", ["undelivered", "failed"])
def test_a_failure_is_final(last: str) -> None:
    row = delivery("sms", last)
    for status in ("queued", "sent", "delivered", "read", "something new"):
        assert not advance(row, status)
    assert has_failed(row)


def test_an_unknown_status_is_no_error() -> None:
    row = delivery("sms", "posting")
    assert advance(row, "teleported")
    assert advance(row, "delivered")


def test_undelivered_is_not_sent() -> None:
    assert has_failed(delivery("sms", "undelivered"))
    assert not has_failed(delivery("voice", "completed"))


def test_codes() -> None:
    assert meaning(21610)["blocked"]
    assert meaning(30003)["retry"]
    assert meaning(99999)["alarm"]
    assert meaning(None) == {}
