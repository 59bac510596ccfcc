"""What a nurse can text, and the guard against the wrong patient."""

import pytest

from tests.support.world import DANA, JUNE, ROSA, World

SITE = "my picc site is red and warm"


@pytest.fixture
def two(world: World) -> World:
    """Dana holds 1 (Rosa) and 2 (June)."""
    for number in (ROSA, JUNE):
        world.says(number, SITE)
    for words in ("1A", "2a"):
        world.says(DANA, words)
    return world


def texts(world: World, number: str) -> list[str]:
    return [t.body for t in world.phone(number).inbox]


def test_with_two_patients_words_need_a_number(two: World) -> None:
    two.says(DANA, "how is the swelling?")
    two.phone(DANA).expect("You hold 1, 2. Nothing was sent.")
    assert "how is the swelling?" not in texts(two, ROSA) + texts(two, JUNE)
    two.says(DANA, "2 how is the swelling?")
    assert "how is the swelling?" in texts(two, JUNE)
    assert "how is the swelling?" not in texts(two, ROSA)


def test_another_nurses_patient_is_out_of_reach(two: World) -> None:
    two.says("+15550100302", "1 hello")
    two.phone("+15550100302").expect("1 is not yours. Nothing was sent.")
    two.says("+15550100302", "1C 5 done")
    two.phone("+15550100302").expect("1 is not yours")


def test_words_that_look_like_commands(two: World) -> None:
    two.says(DANA, "1 a little better now?")
    assert "a little better now?" in texts(two, ROSA)
    two.says(DANA, "1 can you see it?")
    assert "can you see it?" in texts(two, ROSA)
    two.says(DANA, "1 now?")
    assert "now?" in texts(two, ROSA)


@pytest.mark.parametrize("words", ["1C", "1c 9 x", "1C 5", "1C fine"])
def test_a_close_needs_a_disposition_and_a_note(two: World, words: str) -> None:
    two.says(DANA, words)
    two.phone(DANA).expect("Not closed")


@pytest.mark.parametrize("words", ["?", "1?", "1 ?"])
def test_help(two: World, words: str) -> None:
    two.says(DANA, words)
    two.phone(DANA).expect("1A accept")


def test_nothing_held(world: World) -> None:
    world.says(DANA, "hello?")
    world.phone(DANA).expect("You hold no open escalation")
    world.says(DANA, "77A")
    world.phone(DANA).expect("There is no escalation 77")
    world.says(DANA, "  ")
    world.phone(DANA).expect("empty")


def test_after_closing(two: World) -> None:
    two.says(DANA, "1C 5 flushed well")
    two.says(DANA, "1 one more thing")
    two.phone(DANA).expect("1 is not yours")
    two.says(DANA, "1A")
    two.phone(DANA).expect("1 is closed")


@pytest.mark.parametrize(
    "words",
    ["19", "accept 19", "closed", "close", "yes I can take 19", "1x", "1close", "pass", "accepted"],
)
def test_a_command_gone_wrong_never_reaches_a_patient(world: World, words: str) -> None:
    world.says(ROSA, SITE)
    world.says(DANA, "1A")
    before = texts(world, ROSA)
    world.says(DANA, words)
    assert texts(world, ROSA) == before
    world.phone(DANA).expect("Nothing was sent")


@pytest.mark.parametrize("words", ["1c5 seen, is well", "1C5 seen", "1 c 5 seen", "1 c5 seen"])
def test_a_close_without_its_space(world: World, words: str) -> None:
    world.says(ROSA, SITE)
    world.says(DANA, "1A")
    world.says(DANA, words)
    world.phone(DANA).expect("1 closed: advice given")
