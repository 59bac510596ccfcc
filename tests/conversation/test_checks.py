"""The safety check: asked when the screen is unsure; only a clear no lowers the guard."""

import re

import pytest

import worker
from conversation import checks
from screening.tables import tables
from tests.support.unsure import CHEST, SITE, make_unsure
from tests.support.wording import GSM7, KEYWORDS
from tests.support.world import DANA, JUNE, ROSA, World


@pytest.fixture(autouse=True)
def unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    make_unsure(monkeypatch)


def outcomes(world: World) -> list[str | None]:
    [conversation] = world.rows("conversations")
    return [check["outcome"] for check in conversation["safety_checks"]]


def codes(world: World) -> set[str]:
    [escalation] = world.rows("escalations")
    return {code for flag in escalation["red_flags"] for code in flag["codes"]}


def ask(world: World, words: str = CHEST) -> None:
    """A message that leaves the screen unsure, the question, and the time to read it."""
    world.says(ROSA, words)
    assert "911" in world.phone(ROSA).expect("Reply Y or N").body
    assert world.phone(DANA).inbox == []
    assert world.bot.heard == []
    world.wait(seconds=5)


def test_no_lets_the_message_go_on_to_the_bot(world: World) -> None:
    ask(world)
    world.says(ROSA, "N")
    world.phone(ROSA).expect("If that changes")
    world.phone(ROSA).expect("The bot answers.")
    assert world.bot.heard == [CHEST]
    world.wait(minutes=4)
    assert world.rows("escalations") == []
    assert outcomes(world) == ["no"]


@pytest.mark.parametrize("words", ["Y", "yes!", "Sí", "i dont know", "who is this", "not sure", ""])
def test_yes_and_unclear_page_at_the_suspected_tier(world: World, words: str) -> None:
    ask(world)
    world.says(ROSA, words)
    world.phone(ROSA).expect("Call 911 now")
    world.phone(DANA).expect("EMERGENCY")
    [escalation] = world.rows("escalations")
    assert escalation["tier"] == "emergency_911"
    assert escalation["red_flags"][0]["codes"] == ["chest_pain"]
    assert CHEST in escalation["summary"]["situation"][0]
    assert world.bot.heard == []


def test_no_answer_in_three_minutes_pages(world: World) -> None:
    ask(world)
    world.wait(minutes=2, seconds=45)
    assert world.rows("escalations") == []
    world.wait(seconds=15)
    world.phone(ROSA).expect("Call 911 now")
    world.phone(DANA).expect("EMERGENCY")
    assert outcomes(world) == ["no_answer"]


def test_a_no_after_three_minutes_lowers_nothing_even_if_the_worker_slept(world: World) -> None:
    ask(world)
    world.clock.at += checks.WAIT  # nobody swept meanwhile
    world.phone(ROSA).text("N")
    assert outcomes(world) == ["no_answer"]
    assert world.rows("escalations")[0]["tier"] == "emergency_911"


def test_a_no_written_before_the_question_was_read_is_no_answer(world: World) -> None:
    world.phone(ROSA).text(CHEST)
    world.phone(ROSA).text("no")
    world.settle()
    assert outcomes(world) == ["unclear"]
    world.phone(DANA).expect("EMERGENCY")


def test_a_no_to_something_said_later_is_no_answer(world: World) -> None:
    ask(world)
    with world.house.database.write() as session:
        from records import Conversation
        from records.outbox import say

        say(session, session.get_one(Conversation, 1), "Do you need gauze?", world.clock())
    world.wait(seconds=10)
    world.says(ROSA, "no")
    assert outcomes(world) == ["unclear"]


def test_a_sign_of_danger_is_no_answer_and_loses_no_suspicion(world: World) -> None:
    ask(world)
    world.says(ROSA, "no but i cant breathe")
    world.phone(ROSA).expect("Call 911 now")
    assert outcomes(world) == ["paged"]
    assert codes(world) >= {"chest_pain", "breathing_trouble"}


@pytest.mark.parametrize("words", ["NURSE", "my picc site is red and warm", "STOP", "help"])
def test_what_is_paged_lower_keeps_the_suspicion(world: World, words: str) -> None:
    ask(world)
    world.says(ROSA, words)
    [escalation] = world.rows("escalations")
    assert (escalation["tier"], escalation["reason"]) == ("emergency_911", "red_flag")
    assert CHEST in escalation["summary"]["situation"][0]


def test_a_higher_second_suspicion_counts(world: World) -> None:
    ask(world, SITE)
    world.says(ROSA, CHEST + " too")
    assert outcomes(world) == ["paged"]
    assert codes(world) == {"chest_pain", "site_redness"}
    assert world.rows("escalations")[0]["tier"] == "emergency_911"
    world.phone(ROSA).expect("Call 911 now")


@pytest.mark.parametrize("before", [True, False])
def test_a_keyword_is_never_asked_about(world: World, before: bool) -> None:
    if before:
        ask(world, SITE)
    world.says(ROSA, "SOS")
    assert world.rows("escalations")[0]["tier"] == "emergency_911"
    world.phone(ROSA).expect("Call 911 now")


def test_words_behind_an_unclear_answer_reach_the_bot(world: World) -> None:
    world.bot.in_report = True
    ask(world, SITE)
    world.says(ROSA, "no when is my delivery")
    assert outcomes(world) == ["unclear"]
    assert world.bot.heard == [SITE, "no when is my delivery"]


def test_with_a_nurse_at_it_nobody_asks(world: World) -> None:
    world.says(ROSA, "my picc site is red and warm")
    world.says(DANA, "1A")
    world.says(ROSA, CHEST)
    assert outcomes(world) == []
    assert world.rows("escalations")[0]["tier"] == "emergency_911"
    world.phone(DANA).expect(CHEST)


def test_a_number_that_opted_out_is_not_asked(world: World) -> None:
    world.says(ROSA, "STOP")
    world.says(ROSA, CHEST)
    assert outcomes(world) == []
    assert world.rows("escalations")[0]["tier"] == "emergency_911"


def test_the_timer_and_the_answer_page_once(world: World) -> None:
    ask(world)
    world.says(ROSA, "Y")
    worker.JOBS["check_due"](world.house, 1)
    world.wait(minutes=4)
    assert outcomes(world) == ["yes"]
    assert len(world.rows("escalations")) == 1


def test_the_next_hours_worse_pages(world: World) -> None:
    ask(world)
    world.says(ROSA, "N")
    world.wait(hours=1)
    world.says(ROSA, "its getting worse")
    world.phone(DANA).expect("EMERGENCY")


def test_spanish_is_asked_in_spanish(world: World) -> None:
    world.says(JUNE, CHEST)
    language = world.rows("conversations")[0]["language"]
    asked = world.phone(JUNE).inbox[-1].body
    assert asked == checks.question(["chest_pain"], language)
    assert "¿Hay dolor de pecho" in checks.question(["chest_pain"], "es")


def test_every_flag_has_a_question_of_one_segment() -> None:
    assert set(checks.ROWS) >= set(tables().tiers) - {"other_symptom"}
    for flag in tables().tiers:
        for language in ("en", "es"):
            text = checks.question([flag], language)
            assert set(text) <= GSM7 and len(text) <= 160, text
            assert not re.search(KEYWORDS, text)
            assert text.index("988" if flag == "suicidal" else "911") < 30


def test_suspicions_of_several_kinds_are_asked_about_in_general() -> None:
    assert checks.question(["chest_pain", "fever"], "en") == checks.question([], "en")
    assert checks.question(["fever", "chills"], "en") == checks.question(["fever"], "en")


NO = "n|NO.|nope im good thanks|no gracias|No, thank you!|nah all good|im fine|no no|estoy bien"
UNCLEAR = """No sé|no idea|what||no just a little|no only when i walk|no i mean yes|no wait yes|n y
no maybe|no mucho|no creo|no me siento bien|no estoy bien|no todo bien|no hes blue|no its my arm
no i need a nurse|no fever though|no im not|no i am not fine|no not|stop
no ya no aguanto
no really"""
YES = "sip|Y!|a little|un poco"


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        *((words, "no") for words in NO.split("|")),
        *((words, "unclear") for words in UNCLEAR.replace("\n", "|").split("|")),
        *((words, "yes") for words in YES.split("|")),
    ],
)
def test_reading_an_answer(words: str, answer: str) -> None:
    assert checks.read_answer(words) == answer


def test_an_unclear_answer_is_followed_by_the_first_text_alone(world: World) -> None:
    ask(world)
    before = len(world.phone(ROSA).inbox)
    world.says(ROSA, "maybe")
    [said] = world.phone(ROSA).inbox[before:]
    assert said.body.startswith("Call 911 now")
