"""Through the real Rasa: corrections, calling off, asking back and many facts, in own words."""

import pytest
from sqlalchemy import select

from records import DeliveryChange, Escalation, EventReport

pytestmark = pytest.mark.slow


def only(line, table):
    with line.talk.database.read() as session:
        query = select(table).where(table.conversation_id == line.talk.id)
        return session.scalars(query).all()


def up_to_the_summary(line):
    """A wasted dose with every question answered; an "ok" saves it."""
    for said in (
        "i had to waste 2 doses, i dropped them",
        "no",
        "5",
        "tomorrow 8am",
        "the morning one",
        "an hour ago",
        "none",
    ):
        line.hear(said)


def at_symptoms(line):
    line.hear(
        "i dropped my 9pm dose an hour ago, not hooked up, i have 2 left, next dose tomorrow 9am"
    )


@pytest.mark.parametrize(
    "text", ["sorry it was 3 not 2", "no wait, it was 3 bags", "actually 3 bags"]
)
def test_a_correction_after_saving_changes_that_report(line, text):
    up_to_the_summary(line)
    assert "number" in line.hear("ok")
    heard = line.hear(text)
    assert "How many wasted: 3" in heard
    assert "is corrected" in line.hear("ok")
    (report,) = only(line, EventReport)
    assert (report.details["count"], report.doses_on_hand) == (3, 5)
    assert "sent nothing" not in line.hear("thank you")


def test_a_correction_of_a_delivery_change_after_saving(line):
    line.hear("can you move my delivery to monday instead")
    assert "request is saved" in line.hear("ok")
    assert "Day: Tue" in line.hear("no wait, tuesday")
    assert "is corrected" in line.hear("ok")
    (request,) = only(line, DeliveryChange)
    assert request.details["day"].startswith("2026-11-24")


def test_a_correction_after_saving_may_be_called_off(line):
    up_to_the_summary(line)
    line.hear("ok")
    line.hear("sorry it was 3 not 2")
    assert "nothing is changed" in line.hear("never mind")
    (report,) = only(line, EventReport)
    assert report.details["count"] == 2


def test_another_report_after_saving_is_a_new_one(line):
    up_to_the_summary(line)
    line.hear("ok")
    assert "supplies run low" in line.hear("i am running low on gauze")
    line.hear("forget it")
    heard = line.hear("sorry, i also had to waste another dose, it leaked")
    assert "keep it aside. I noted" in heard


@pytest.mark.parametrize(
    "text",
    ["forget it", "never mind the report", "i dont want to do this now", "olvidelo",
     "ya no, dejalo", "cancela eso", "please cancel this report"],
)  # fmt: skip
def test_calling_off_at_the_symptoms_question_is_no_symptom(line, text):
    at_symptoms(line)
    answer = line.say(text)
    assert "sent nothing" in answer["messages"][0]["text"]
    assert answer["active_loop"] is None
    assert only(line, Escalation) == []


@pytest.mark.parametrize("text", ["what do you mean", "why", "why do you ask", "por que"])
def test_asking_back_at_the_symptoms_question_is_no_symptom(line, text):
    at_symptoms(line)
    heard = line.hear(text)
    assert "It goes into the report" in heard
    assert "Any new symptoms" in heard
    assert only(line, Escalation) == []


@pytest.mark.parametrize("text", ["no se", "i dont know", "no new symptoms"])
def test_not_knowing_at_the_symptoms_question_is_no_symptom(line, text):
    at_symptoms(line)
    assert "Reply OK" in line.hear(text)
    assert only(line, Escalation) == []


@pytest.mark.parametrize("text", ["i feel hot, is that bad?", "glarb", "why is my arm swollen"])
def test_in_doubt_at_the_symptoms_question_a_nurse_is_paged(line, text):
    at_symptoms(line)
    line.hear(text)
    assert [e.reason for e in only(line, Escalation)] == ["red_flag"]


def test_all_facts_in_one_message_are_confirmed(line):
    heard = line.hear(
        "I dropped 2 bags of vanco, my evening dose, an hour ago, nothing went in, I have 3 left, "
        "next dose is 9am tomorrow, no new symptoms"
    )
    for part in ("dropped", "wasted: 2", "infused: no", "left: 3", "Fri 9:00", "Thu 8:0", "none"):
        assert part in heard
    line.hear("ok")
    (report,) = only(line, EventReport)
    assert report.drug == "vancomycin"


def test_a_delivery_change_keeps_all_it_was_told(line):
    heard = line.hear(
        "change my delivery to tuesday instead of monday, leave it with my neighbor Ana 555-0123"
    )
    assert "Tue 11/24" in heard
    assert "my neighbor Ana" in heard
    line.hear("ok")
    (request,) = only(line, DeliveryChange)
    assert request.details["phone"] == "555-0123"
    assert "instead of monday" in request.details["wanted"]


@pytest.mark.parametrize(
    "text", ["are you a real person", "eres un robot", "is this a bot?", "r u a robot"]
)
def test_it_says_that_it_is_automated(line, text):
    heard = line.hear(text)
    assert "automated" in heard
    assert "NURSE" in heard
    assert only(line, Escalation) == []


def test_it_says_so_inside_a_report_too(line):
    at_symptoms(line)
    heard = line.hear("are you a real person")
    assert "automated" in heard
    assert "Any new symptoms" in heard
    assert only(line, Escalation) == []


def test_an_announced_question_inside_a_report_fills_nothing(line):
    line.hear("i had to throw out a bag, it was cloudy")
    assert "Did any of it" in line.hear("i have a question")
    assert "How many good doses" in line.hear("no")


@pytest.mark.parametrize("text", ["tengo preguntas", "tengo una pregunta"])
def test_an_announced_question_opens_no_report(spanish_line, text):
    answer = spanish_line.say(text)
    assert "Pregunte" in answer["messages"][0]["text"]
    assert answer["active_loop"] is None
