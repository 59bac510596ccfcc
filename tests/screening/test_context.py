"""Who, when and whether: the context of a sign, and numbers that are signs."""

import pytest

from screening.findings import read
from screening.normalize import tokenize
from screening.tables import tables
from screening.vitals import readings


def _words(text: str) -> list[str]:
    return [token.text for token in tokenize(text)]


def _statuses(text: str) -> set[str]:
    return {finding.status for finding in read(_words(text), tables()).findings}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("no fever", "negated"),
        ("she has no rash, swelling or hives", "negated"),
        ("sin fiebre", "negated"),
        ("what if he gets chills", "hypothetical"),
        ("si me da fiebre qué hago", "hypothetical"),
        ("hives last month", "historical"),
        ("ronchas el año pasado", "historical"),
        ("my dog has hives", "other"),
        ("the itching went away", "resolved"),
    ],
)
def test_a_sign_is_taken_away(text: str, status: str) -> None:
    assert _statuses(text) == {status}


@pytest.mark.parametrize(
    "text",
    [
        "no fever but chills",
        "he is not breathing",
        "No, he is itching everywhere",
        "the itching went away and came back worse",
        "dont have a cough. fever though",
    ],
)
def test_a_sign_stays(text: str) -> None:
    assert "affirmed" in _statuses(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("101.4", "fever"),
        ("temp 38.7 C", "fever"),
        ("temperature one oh two", "fever"),
        ("a hundred and one point four", "fever"),
        ("le marca 39", "fever"),
        ("oxygen 86", "breathing_trouble"),
        ("sats are 88 on room air", "breathing_trouble"),
        ("bp 82/40", "dizzy_faint"),
        ("breaths 7 a minute", "breathing_trouble"),
        ("sugar is 52", "other_symptom"),
    ],
)
def test_a_number_is_a_sign(text: str, code: str) -> None:
    assert code in {reading.code for reading in readings(_words(text))}


@pytest.mark.parametrize(
    "text",
    [
        "temp 98.6",
        "the freezer alarm reads 38.5",
        "bp 118/74 pulse 70 o2 99",
        "bp 120 over 80",
        "send 100 gloves",
        "dose is 100.5 mg",
        "room 101",
        "call 555-0101",
        "delivery at 10:30 on 6/12",
        "weight 102.4 lb",
        "",
    ],
)
def test_a_number_is_no_sign(text: str) -> None:
    assert list(readings(_words(text))) == []
