"""Who answers, in which order, and never silence."""

from concurrent.futures import ThreadPoolExecutor

import worker
from conversation.bot_client import plain
from tests.support.world import DANA, ROSA, STRANGER, World


def out(world: World, number: str = ROSA) -> list[str]:
    return [t.body for t in world.phone(number).inbox]


def test_the_bot_is_asked_in_order(world: World) -> None:
    for n in range(5):
        world.phone(ROSA).text(f"question {n}")
    world.settle()
    assert world.bot.heard == [f"question {n}" for n in range(5)]


def test_many_workers_one_turn_at_a_time(world: World) -> None:
    for n in range(6):
        world.phone(ROSA).text(f"question {n}")
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: worker.JOBS["take_turns"](world.house, 1), range(6)))
    assert world.bot.heard == [f"question {n}" for n in range(6)]


def test_without_a_bot_there_is_an_honest_sentence_then_a_nurse(world: World) -> None:
    world.bot.says = None
    world.says(ROSA, "when do you open")
    assert "911" in world.phone(ROSA).expect("I could not answer").body
    world.says(ROSA, "hello?")
    world.phone(ROSA).expect("I have paged our on-call nurse")
    world.phone(DANA).expect("Hearthline 1 request")


def test_the_word_nurse_works_without_a_bot(world: World) -> None:
    world.bot.says = None
    world.says(ROSA, "Nurse")
    world.phone(ROSA).expect("I have asked our on-call nurse")
    world.phone(DANA).expect("Hearthline 1 request")


def test_after_call_911_no_form_goes_on(world: World) -> None:
    world.bot.in_report = True
    world.says(ROSA, "cant breathe, bag leaked")
    assert world.bot.heard == []


def test_beside_a_page_only_a_report_goes_on(world: World) -> None:
    world.says(ROSA, "my picc site is red and warm")
    assert len(out(world)) == 1
    world.bot.in_report = True
    world.bot.says = "Which dose was it?"
    world.says(ROSA, "the picc site is red, and i wasted a dose")
    assert "Which dose was it?" in out(world)


def test_stop_is_kept_and_answered_by_the_carrier_alone(world: World) -> None:
    world.says(ROSA, "STOP")
    assert world.bot.heard == []
    assert not world.sim.unexpected()
    [conversation] = world.rows("conversations")
    assert conversation["opted_out_at"]
    world.says(ROSA, "START")
    [conversation] = world.rows("conversations")
    assert conversation["opted_out_at"] is None


def test_an_unknown_number_is_answered_and_screened(world: World) -> None:
    world.says(STRANGER, "hello")
    assert out(world, STRANGER) == ["The bot answers."]
    world.says(STRANGER, "i cant breathe")
    world.phone(STRANGER).expect("Call 911")


def test_text_as_the_bot_sees_it() -> None:
    assert plain("  /restart") == "restart"
    assert plain("//red_flag{}") == "red_flag{}"
    assert plain("\u201ccan\u2019t\u201d") == '"can\'t"'
    assert plain("\uff21\uff22\0") == "AB"
    assert len(plain("x" * 100_000)) == 1600


def test_an_unknown_number_is_answered_in_its_own_language(world: World) -> None:
    world.says(STRANGER, "no puedo respirar")
    world.phone(STRANGER).expect("Llame al 911 ahora")
