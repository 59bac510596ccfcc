"""The frozen test: an author nobody trained on, or read while working on the screen.

The floors stand a little under what the version of today reached; raise them with every better
one, never lower them, and never tune tables or training to these messages.
"""

import tomllib
from pathlib import Path

import pytest

from screening.evaluate import Report, below, evaluate
from screening.labels import authors, read_messages

HERE = Path(__file__).parent
FILE, FLOORS = HERE / "frozen_test.jsonl", HERE / "floors.toml"


@pytest.fixture(scope="module")
def report() -> Report:
    return evaluate(FILE)


def test_nothing_is_below_its_floor(report: Report) -> None:
    assert below(report, tomllib.loads(FLOORS.read_text(encoding="utf-8"))) == []


def test_a_floor_above_what_was_reached_is_named(report: Report) -> None:
    floors = {"at_least": {"recall": 1.01}, "at_most": {"hard_negatives_paged": -0.01}}
    lost = below(report, floors)
    assert len(lost) == 2
    assert lost[0].startswith("recall is")


def test_no_message_of_the_file_is_trained_on() -> None:
    frozen = {message["text"].casefold() for message in read_messages(FILE)}
    assert len(frozen) > 650
    taught = {m["text"].casefold() for author in authors() for m in author.messages}
    assert not frozen & taught
