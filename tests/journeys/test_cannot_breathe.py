"""Rosa cannot breathe at two in the morning. The story the house was built for."""

from tests.support.world import DANA, PRIYA, ROSA, World
from tests.telephony.simulator.contract import violations

WORDS = "cant catch my breath and my lips feel fat"


def test_the_whole_story(world: World) -> None:
    rosa, dana = world.phone(ROSA), world.phone(DANA)

    world.says(ROSA, WORDS)
    assert rosa.expect("Call 911 now").body.startswith("Call 911 now")
    page = dana.expect("EMERGENCY. Reply 1A")
    assert "breath" not in page.body
    assert "Rosa" not in page.body

    world.wait(seconds=6)
    assert dana.expect_call().status == "ringing"

    world.says(DANA, "1A")
    dana.expect("1 is yours")
    rosa.expect("Dana (nurse) has accepted")
    assert dana.calls[0].status not in ("queued", "ringing")

    world.says(DANA, "Rosa, this is Dana. Is help on the way?")
    rosa.expect("Is help on the way?")
    world.says(ROSA, "yes my son called 911")
    dana.expect("1 Rosa: yes my son called 911")
    assert world.bot.heard == []

    world.says(DANA, "1C 1 ambulance with her, son present")
    dana.expect("1 closed")
    rosa.expect("automated assistant answers here again")
    world.says(ROSA, "thank you")
    rosa.expect("The bot answers.")

    [escalation] = world.rows("escalations")
    assert escalation["state"] == "closed"
    assert escalation["disposition"] == "emergency_department"
    assert escalation["note"] == "ambulance with her, son present"
    assert world.sim.unexpected() == []
    assert violations(world.sim.requests) == [], "judged against Twilio's own description"


def test_the_same_with_the_bot_down(world: World) -> None:
    world.bot.says = None
    world.says(ROSA, WORDS)
    world.phone(ROSA).expect("Call 911 now")
    world.phone(DANA).expect("EMERGENCY")
    world.says(DANA, "1a")
    world.phone(ROSA).expect("has accepted")
    world.says(ROSA, "hurry")
    world.phone(DANA).expect("Rosa: hurry")


def test_she_presses_one(world: World) -> None:
    world.says(ROSA, WORDS)
    world.wait(seconds=6)
    call = world.phone(DANA).expect_call().answer()
    assert "Escalation 1, emergency" in call.said[0]
    assert "Rosa" not in " ".join(call.said)
    call.press("1")
    world.settle()
    assert "You have accepted 1" in call.said[-1]
    world.phone(ROSA).expect("Dana (nurse) has accepted")
    [escalation] = world.rows("escalations")
    assert escalation["acknowledgement"][0]["via"] == "voice"


def test_the_nurse_sleeps_and_the_backup_takes_it(world: World) -> None:
    world.says(ROSA, WORDS)
    world.wait(minutes=1, seconds=5)
    world.phone(PRIYA).expect("Reply 1A")
    world.says(PRIYA, "1A")
    world.phone(ROSA).expect("Priya (nurse) has accepted")
    world.phone(DANA).expect("1: Priya has it")
    world.says(DANA, "1A")
    world.phone(DANA).expect("1: Priya has it")


def test_voicemail_is_not_an_acceptance(world: World) -> None:
    world.phone(DANA).script.on_call("voicemail")
    world.says(ROSA, WORDS)
    world.wait(seconds=50)
    [escalation] = world.rows("escalations")
    assert escalation["state"] == "open"
    assert escalation["steps"] >= 1


def test_nobody_answers_and_the_patient_hears_the_truth(world: World) -> None:
    world.says(ROSA, WORDS)
    world.phone(ROSA).expect("Call 911 now")
    world.wait(minutes=5, seconds=15)
    assert "911" in world.phone(ROSA).expect("No nurse has accepted yet").body
    world.wait(minutes=10)
    world.phone(ROSA).expect("No nurse has accepted yet")
    [escalation] = world.rows("escalations")
    assert escalation["steps"] > 6, "it goes round and round"


def test_she_passes_it_on(world: World) -> None:
    world.says(ROSA, WORDS)
    world.says(DANA, "1N")
    world.phone(DANA).expect("passed on")
    world.phone(PRIYA).expect("Reply 1A")


def test_a_second_sign_joins_the_same_escalation(world: World) -> None:
    world.says(ROSA, "my picc site is red and warm")
    world.phone(ROSA).expect("We are paging our on-call nurse")
    world.says(ROSA, WORDS)
    world.phone(ROSA).expect("Call 911 now")
    [escalation] = world.rows("escalations")
    assert escalation["tier"] == "emergency_911"
    assert len(escalation["red_flags"]) == 2
