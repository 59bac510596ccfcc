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
        ("hives are gone now", "resolved"),
        ("i dont have a fever", "negated"),
        ("she doesnt have chills", "negated"),
        ("hives: no", "negated"),
        ("if he has a fever i will call", "hypothetical"),
        ("in the event of a fever", "hypothetical"),
        ("i dont want to kill myself", "negated"),
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


# Mended after the comparison with medSpaCy (2026-11): each was read as not present.
@pytest.mark.parametrize(
    "text",
    [
        # a firm sign is undone only by a denial of its own verb
        "no one cares i want to kill myself",
        "no im going to kill myself",
        "my dog died and i want to kill myself",
        "i want to kill myself last month was so hard",
        "no puedo mas me quiero morir",
        # a "no" behind a sign belongs to the next
        "i have hives, no fever",
        "my chest hurts no one answers",
        "tengo fiebre no se que hacer",
        # a new subject starts a new clause
        "can you get the doctor hes having a seizure",
        "should i call 911 my chest hurts",
        "where is the nurse i cant breathe",
        "no answer from you guys hes not breathing",
        "nurse never came and i have a fever",
        "my neighbor found him hes unresponsive",
        "my dog bit through my picc line",
        "watching a movie and i passed out",
        "if i lay down i cant breathe",
        "si me acuesto me falta el aire",
        "no contestan y me duele el pecho",
        "doctor said it was fine but my lips are swollen",
        # a cue used up by its own phrase
        "fever never went away",
        "rash hasnt cleared up",
        "redness has gone up my arm",
        "itching since tuesday last week",
        "this is the first time i have a fever",
        "when i was flushing my line i got chills",
        "shes confused not her normal self",
        "cant walk without getting dizzy",
        "nothing helps the itching",
        "sí tengo fiebre",
    ],
)
def test_another_clause_does_not_take_a_sign_away(text: str) -> None:
    assert "affirmed" in _statuses(text)


def test_a_settled_clause_does_not_settle_a_new_statement() -> None:
    said = "er checked me out and said fine i have chest pain again"
    assert read(_words(said), tables()).pages


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
