"""One danger follows another: each gets its own words, whatever has been said before."""

import pytest

from tests.support.world import DANA, ROSA, World


def test_another_kind_of_danger_has_its_own_words(world: World) -> None:
    world.says(ROSA, "my face is swollen")
    world.phone(ROSA).expect("Call 911 now")
    world.says(ROSA, "I want to kill myself")
    world.phone(ROSA).expect("988")
    world.says(ROSA, "my throat is closing i cant breathe")
    assert "911" in world.phone(ROSA).expect("Nobody has accepted yet").body


def test_danger_is_answered_over_a_nurse(world: World) -> None:
    world.says(ROSA, "cant breathe")
    world.phone(ROSA).expect("Call 911 now")
    world.says(DANA, "1A")
    world.says(ROSA, "now my chest is crushing")
    world.phone(ROSA).expect("Call 911 now")
    world.phone(DANA).expect("1 Rosa: now my chest is crushing")


def test_no_greeting_in_an_emergency(world: World) -> None:
    world.says(ROSA, "cant breathe")
    world.says(ROSA, "hello??? what do i do")
    world.phone(ROSA).expect("In danger call 911 now")
    assert world.bot.heard == []


@pytest.mark.parametrize("words", ["911", "SOS!", "es una emergencia"])
def test_words_that_are_danger_by_themselves(world: World, words: str) -> None:
    world.says(ROSA, words)
    world.phone(ROSA).expect("Call 911 now")
    world.phone(DANA).expect("EMERGENCY")


@pytest.mark.parametrize("words", ["help", "Help me!", "ayuda"])
def test_help_reaches_a_nurse(world: World, words: str) -> None:
    world.says(ROSA, words)
    world.phone(ROSA).expect("I have asked our on-call nurse")
    world.phone(DANA).expect("Hearthline 1 request")
