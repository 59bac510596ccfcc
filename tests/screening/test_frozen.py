"""The frozen test part: messages no model was trained on. A fall here is a loss of safety.

The floors stand a little under what version 2026.1 reached; raise them with every better version,
never lower them, and never tune tables or training to these messages.
"""

from pathlib import Path

import pytest

from screening.evaluate import Report, evaluate
from screening.split import is_frozen, read_messages

FILE = Path(__file__).parent / "frozen_test.jsonl"


@pytest.fixture(scope="module")
def report() -> Report:
    return evaluate(FILE)


def test_recall_does_not_fall(report: Report) -> None:
    assert report["recall"]["share"] >= 0.90
    assert report["recall_emergency"]["share"] >= 0.93


def test_false_pages_do_not_grow(report: Report) -> None:
    assert report["hard_negatives_paged"]["share"] <= 0.27
    assert report["everyday_paged"]["share"] <= 0.12


def test_tiers_stay_right_or_higher(report: Report) -> None:
    assert report["tiers"]["right_or_higher"]["share"] >= 0.90


def test_every_message_of_the_file_is_kept_from_training() -> None:
    messages = read_messages(FILE)
    assert len(messages) > 500
    assert all(is_frozen(message) for message in messages)
