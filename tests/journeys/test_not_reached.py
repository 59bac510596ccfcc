"""What cannot be said by text: the nurse hears of it, and nobody waits in silence."""

from tests.support.world import DANA, JUNE, NURSE_NUMBER, PRIYA, ROSA, STRANGER, World

WORDS = "cant catch my breath"


def test_an_opted_out_patient_in_danger(world: World) -> None:
    world.says(ROSA, "STOP")
    world.says(ROSA, WORDS)
    world.says(DANA, "1A")
    world.phone(DANA).expect("a text did not reach the patient. Please phone")


def test_a_long_message_reaches_the_nurse_in_parts(world: World) -> None:
    world.says(ROSA, WORDS)
    world.says(DANA, "1A")
    world.says(ROSA, "x" * 1597)
    relayed = "".join(t.body for t in world.phone(DANA).inbox if t.body.startswith("1 Rosa: "))
    assert relayed.count("x") == 1597


def test_a_carrier_outage_of_minutes_loses_no_word(world: World) -> None:
    world.sim.faults.server_error(30)
    world.says(ROSA, WORDS)
    world.wait(minutes=20)
    world.phone(ROSA).expect("Call 911 now")


def test_words_keep_their_order_through_an_error(world: World) -> None:
    world.says(ROSA, WORDS)
    world.says(DANA, "1A")
    world.phone(ROSA).expect("has accepted")
    world.sim.faults.server_error(1)
    world.phone(DANA).text("1 do NOT flush the line", to=NURSE_NUMBER)
    world.phone(DANA).text("1 if it stings", to=NURSE_NUMBER)
    world.settle()
    world.wait(seconds=5)
    heard = [t.body for t in world.phone(ROSA).inbox]
    assert heard.index("do NOT flush the line") < heard.index("if it stings")


def test_help_and_stop_reach_the_nurse_who_has_the_conversation(world: World) -> None:
    world.says(ROSA, WORDS)
    world.says(DANA, "1A")
    world.says(ROSA, "HELP")
    world.phone(DANA).expect("1 Rosa: HELP")
    world.says(DANA, "STOP")
    assert "STOP" not in [t.body for t in world.phone(ROSA).inbox]


def test_asking_again_is_answered(world: World) -> None:
    world.says(ROSA, "nurse")
    world.phone(ROSA).expect("I have asked our on-call nurse")
    world.says(ROSA, "nurse")
    world.phone(ROSA).expect("Nobody has accepted yet")


def test_without_a_bot_every_text_is_answered(world: World) -> None:
    world.bot.says = None
    for n in range(5):
        before = len(world.phone(ROSA).inbox)
        world.says(ROSA, f"hello {n}")
        assert len(world.phone(ROSA).inbox) > before


def test_a_call_to_the_line_while_a_nurse_has_the_conversation(world: World) -> None:
    world.says(ROSA, WORDS)
    world.says(DANA, "1A")
    call = world.phone(ROSA).call()
    assert "dial 911" in call.said[0]
    call.press("0")
    world.settle()
    assert "has been told that you called" in " ".join(call.said)
    world.phone(DANA).expect("asks for you")


def test_a_nurse_who_calls_back_hears_her_page(world: World) -> None:
    world.says(ROSA, WORDS)
    call = world.phone(DANA).call(NURSE_NUMBER)
    assert "Escalation 1" in call.said[0]
    call.press("1")
    world.settle()
    world.phone(ROSA).expect("Dana (nurse) has accepted")
    assert len(world.rows("escalations")) == 1


def test_a_caller_without_a_number_is_told_what_is_true(world: World) -> None:
    call = world.phone("anonymous").call()
    assert "911" in call.said[0]
    assert "cannot see your number" in call.said[0]
    assert world.rows("escalations") == []


def test_a_number_put_on_file_later_gets_its_patients_safety(world: World) -> None:
    world.says(STRANGER, "hello")
    with world.house.database.write() as session:
        from records import Patient

        session.query(Patient).filter_by(phone=JUNE).one().phone = STRANGER
    world.says(STRANGER, "my pump is alarming")
    assert "NOT turn off" in world.phone(STRANGER).expect("Call 911 now").body


def test_words_for_a_nurse_that_are_lost_reach_the_backup(world: World) -> None:
    world.says(ROSA, WORDS)
    world.says(DANA, "1A")
    world.sim.faults.fail(DANA, 30005)
    world.says(ROSA, "hello Dana?")
    world.phone(PRIYA).expect("a text to Dana, who has it, did not arrive")


def test_a_nurses_yes_is_for_her_patient(world: World) -> None:
    world.says(ROSA, WORDS)
    world.says(DANA, "1A")
    world.says(DANA, "yes")
    world.phone(ROSA).expect("yes")


def test_one_page_after_an_outage(world: World) -> None:
    world.sim.faults.server_error(400)
    world.says(ROSA, WORDS)
    world.wait(minutes=12)
    world.sim.faults.clear()
    world.wait(minutes=1, seconds=10)
    pages = [t for t in world.phone(PRIYA).inbox if "Reply 1A" in t.body]
    assert 1 <= len(pages) <= 2
