"""The screen is unsure: one short question, and a nurse unless the patient says a clear no."""

import pytest

from tests.support.unsure import CHEST, make_unsure
from tests.support.world import DANA, ROSA, World


def test_unsure_yes_and_a_nurse_comes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    make_unsure(monkeypatch)
    world.says(ROSA, CHEST)
    world.phone(ROSA).expect("Is there chest pain or a racing heart right now? Reply Y or N")
    world.wait(seconds=20)
    world.says(ROSA, "Y")
    world.phone(ROSA).expect("Call 911 now")
    world.phone(DANA).expect("Hearthline 1 EMERGENCY")
    world.says(DANA, "1A")
    world.says(DANA, "1 Rosa, is anyone with you?")
    world.phone(ROSA).expect("Rosa, is anyone with you?")


def test_unsure_no_and_later_worse(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    make_unsure(monkeypatch)
    world.says(ROSA, CHEST)
    world.wait(seconds=20)
    world.says(ROSA, "no thanks")
    world.phone(ROSA).expect("If that changes, text us at once")
    world.phone(ROSA).expect("The bot answers.")
    world.wait(hours=2)
    assert world.phone(DANA).inbox == []
    world.says(ROSA, "it came back")
    world.phone(ROSA).expect("Call 911 now")
    world.phone(DANA).expect("Hearthline 1 EMERGENCY")
