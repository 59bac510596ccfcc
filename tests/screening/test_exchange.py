"""Short messages are read beside the last exchange."""

import pytest

from screening import Before, screen
from screening.exchange import asked_for, carried, completed

ITCHY = Before(flags=("itching",))
HOT = Before(asked="What is the temperature now?")


@pytest.mark.parametrize(
    "text",
    ["it's worse now", "still there", "getting worse!!", "it happened again", "sigue igual"],
)
def test_worse_pages_for_what_was_spoken_of(text: str) -> None:
    result = screen(text, before=ITCHY)
    assert (result.decision, result.tier) == ("page", "emergency_911")
    assert "itching" in [flag.code for flag in result.flags]


@pytest.mark.parametrize("text", ["not worse", "gone now", "ya no", "ok thanks", "no"])
def test_better_and_thanks_carry_nothing(text: str) -> None:
    assert not list(carried(text, ITCHY))


def test_a_long_message_speaks_for_itself() -> None:
    assert not list(carried("the traffic got worse so the driver was late with our box", ITCHY))


def test_yes_to_a_question_names_its_signs() -> None:
    asked = Before(asked="Thank you. Do you have hives, or trouble breathing?")
    assert set(asked_for(asked.asked)) >= {"hives", "breathing_trouble"}
    assert screen("yes both", before=asked).tier == "emergency_911"
    assert not list(carried("no neither", asked))


def test_only_questions_ask() -> None:
    told = Before(asked="For fever or trouble breathing call 911. Anything else?")
    assert not list(carried("yes", told))


def test_a_bare_number_answers_the_question() -> None:
    assert completed("102", HOT) == "temperature 102"
    assert screen("102", before=HOT).tier == "nurse_urgent"
    assert screen("84", before=Before(asked="What does the oximeter say?")).tier == "emergency_911"
    assert screen("98.4", before=HOT).decision == "none"
    assert completed("2 boxes", HOT) == "2 boxes"
