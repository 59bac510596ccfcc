"""The safety check: asked when the screen is unsure; only a clear no lowers the guard."""

import re
from collections.abc import Iterator

import pytest

import screening
from conversation import checks
from screening import Flag, PatientProfile, Screening
from screening.tables import tables
from tests.support.wording import GSM7, KEYWORDS
from tests.support.world import DANA, ROSA, World

UNSURE = "my chest feels a bit funny i guess"
ASKED = "Is there chest pain"


@pytest.fixture(autouse=True)
def unsure(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The screen as it is, but unsure of one message: which ones it is unsure of changes with
    every training, and this is about what follows."""
    real = screening.screen

    def screen(text: str, patient: PatientProfile | None = None, *rest: object) -> Screening:
        if text.startswith(UNSURE):
            flag = Flag("chest_pain", "emergency_911", "", "learned model")
            return Screening("emergency_911", (flag,), "ask", 0.3, "played")
        return real(text, patient, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(screening, "screen", screen)
    yield


def outcomes(world: World) -> list[str | None]:
    [conversation] = world.rows("conversations")
    return [check["outcome"] for check in conversation["safety_checks"]]


def ask(world: World) -> None:
    world.says(ROSA, UNSURE)
    assert "911" in world.phone(ROSA).expect(ASKED).body
    assert world.phone(DANA).inbox == []
    assert world.bot.heard == []


def test_no_lets_the_message_go_on_to_the_bot(world: World) -> None:
    ask(world)
    world.says(ROSA, "N")
    world.phone(ROSA).expect("If that changes")
    world.phone(ROSA).expect("The bot answers.")
    assert world.bot.heard == [UNSURE]
    world.wait(minutes=4)
    assert world.rows("escalations") == []
    assert outcomes(world) == ["no"]


@pytest.mark.parametrize("words", ["Y", "yes!", "Sí", "i dont know", "who is this", "not sure"])
def test_yes_and_unclear_page_at_the_suspected_tier(world: World, words: str) -> None:
    ask(world)
    world.says(ROSA, words)
    world.phone(ROSA).expect("Call 911 now")
    world.phone(DANA).expect("EMERGENCY")
    [escalation] = world.rows("escalations")
    assert escalation["tier"] == "emergency_911"
    assert escalation["red_flags"][0]["codes"] == ["chest_pain"]
    assert UNSURE in escalation["summary"]["situation"][0]
    assert world.bot.heard == []


def test_no_answer_in_three_minutes_pages(world: World) -> None:
    ask(world)
    world.wait(minutes=2, seconds=50)
    assert world.rows("escalations") == []
    world.wait(seconds=15)
    world.phone(ROSA).expect("Call 911 now")
    world.phone(DANA).expect("EMERGENCY")
    assert outcomes(world) == ["no_answer"]


def test_a_no_that_comes_too_late_lowers_nothing(world: World) -> None:
    ask(world)
    world.wait(minutes=3, seconds=5)
    world.says(ROSA, "N")
    assert len(world.rows("escalations")) == 1
    assert world.rows("escalations")[0]["state"] == "open"


def test_a_sign_of_danger_is_no_answer(world: World) -> None:
    ask(world)
    world.says(ROSA, "no but i cant breathe")
    world.phone(ROSA).expect("Call 911 now")
    assert outcomes(world) == ["paged"]
    assert len(world.rows("escalations")) == 1


@pytest.mark.parametrize("words", ["NURSE", "my picc site is red and warm", "STOP", "help"])
def test_what_is_paged_lower_keeps_the_suspicion(world: World, words: str) -> None:
    ask(world)
    world.says(ROSA, words)
    [escalation] = world.rows("escalations")
    assert escalation["tier"] == "emergency_911"
    assert outcomes(world) == ["unclear"]


def test_unsure_twice_pages(world: World) -> None:
    ask(world)
    world.says(ROSA, UNSURE + " still")
    assert outcomes(world) == ["unclear"]
    assert len(world.rows("escalations")) == 1


def test_with_a_nurse_at_it_nobody_asks(world: World) -> None:
    world.says(ROSA, "my picc site is red and warm")
    world.says(DANA, "1A")
    world.says(ROSA, UNSURE)
    assert outcomes(world) == []
    assert world.rows("escalations")[0]["tier"] == "emergency_911"


def test_a_number_that_opted_out_is_not_asked(world: World) -> None:
    world.says(ROSA, "STOP")
    world.says(ROSA, UNSURE)
    assert outcomes(world) == []
    assert world.rows("escalations")[0]["tier"] == "emergency_911"


def test_spanish_is_asked_in_spanish() -> None:
    assert checks.question(["chest_pain"], "es").startswith("En una emergencia llame al 911")
    assert checks.question([], "en") == checks.question(["other_symptom"], "en")


def test_every_flag_has_a_question_of_one_segment() -> None:
    for flag in tables().tiers:
        for language in ("en", "es"):
            text = checks.question([flag], language)
            assert set(text) <= GSM7 and len(text) <= 160, text
            assert not re.search(KEYWORDS, text)
            assert text.index("988" if flag == "suicidal" else "911") < 30
    assert checks.question(["overdose"], "en") != checks.question([], "en")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("n", "no"),
        ("NO.", "no"),
        ("nope im good thanks", "no"),
        ("no gracias", "no"),
        ("No sé", "unclear"),
        ("no idea", "unclear"),
        ("sip", "yes"),
        ("what", "unclear"),
        ("", "unclear"),
        ("no and then there is this long story about it all", "unclear"),
    ],
)
def test_reading_an_answer(words: str, answer: str) -> None:
    assert checks.read_answer(words) == answer
