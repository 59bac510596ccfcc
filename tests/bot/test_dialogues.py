"""Whole talks through a real Rasa and a real action server, against a real record."""

import pytest
from sqlalchemy import select

from records import Escalation, EventReport, SupplyRequest
from tests.bot.world import Line

pytestmark = pytest.mark.slow


def only(line, table):
    """The rows of one table that belong to this conversation."""
    with line.talk.database.read() as session:
        query = select(table).where(table.conversation_id == line.talk.id)
        return session.scalars(query).all()


def test_a_question_is_answered(line):
    answer = line.say("how do I store my medicine?")
    assert "label" in answer["messages"][0]["text"]
    assert answer["intent"] == "ask_storage"
    assert answer["active_loop"] is None


def test_a_spanish_question_is_answered_in_spanish(spanish_line):
    assert "Abrimos de lunes a viernes" in spanish_line.hear("a que hora abren?")


def test_more_gives_the_second_part_once(line):
    assert "Reply MORE" in line.hear("what should i watch for?")
    assert "pole fell" in line.hear("more")
    assert "all I have" in line.hear("more")


def test_a_wasted_dose_with_a_changed_detail(line):
    assert "go into the body" in line.hear("I dropped one bag of my antibiotic on the floor")
    assert "How many good doses" in line.hear("no")
    assert "next dose" in line.hear("2 left")
    assert "Which dose" in line.hear("tomorrow 8am")
    assert "When did it happen" in line.hear("the morning one")
    assert "symptoms" in line.hear("half an hour ago")
    assert "How many wasted: 1" in line.hear("none")
    assert "How many wasted: 2" in line.hear("no wait, it was 2 bags")
    assert "When: Thu 7:00 PM" in line.hear("the time was 7pm")
    told = line.hear("OK")
    (report,) = only(line, EventReport)
    assert f"number {report.id}" in told
    assert "pharmacist decides" in told
    assert (report.kind, report.details["count"], report.doses_on_hand) == ("wasted_dose", 2, 2)
    assert report.happened_at.isoformat().startswith("2026-11-20T01:00")
    assert report.urgency == "tonight"  # more than one bag
    assert "a person on call has been paged" in told
    assert report.escalation_id == only(line, Escalation)[0].id


def test_the_next_report_starts_empty(line):
    for text in (
        "i had to waste a dose, it leaked",
        "no",
        "3",
        "tomorrow 8am",
        "the morning one",
        "now",
        "none",
        "ok",
    ):
        line.hear(text)
    assert "What happened" in line.hear("i need to report another wasted dose")
    assert "sent nothing" in line.hear("forget it")
    assert len(only(line, EventReport)) == 1


def test_low_supplies_in_spanish(spanish_line):
    assert "por d" in spanish_line.hear("solo me quedan 2 jeringas de lavado")
    assert "dosis siguiente" in spanish_line.hear("3 al dia")
    assert "ntoma" in spanish_line.hear("mañana a las 9")
    assert "Quedan: 2" in spanish_line.hear("nada")
    assert "guardado" in spanish_line.hear("sí")
    (report,) = only(spanish_line, EventReport)
    assert (report.details["item"], report.details["on_hand"]) == ("flush", 2)
    assert report.new_symptoms == "none"


def test_a_question_inside_a_report_is_answered_and_the_report_goes_on(line):
    line.hear("I had to throw away a bag, it was cloudy")
    heard = line.hear("what time do you open?")
    assert "Monday to Friday" in heard
    assert "go into the body" in heard


def test_a_red_flag_inside_a_report_pages_first_and_the_report_goes_on(line):
    line.hear("we are running low on flushes, only 4 left")
    answer = line.say("my chest hurts and i cant breathe right")
    assert answer["intent"] == "red_flag"
    assert answer["messages"][0] == {"custom": {"silent": True}}
    assert "per day" in answer["messages"][1]["text"]
    assert [e.reason for e in only(line, Escalation)] == ["red_flag"]
    assert "next dose" in line.hear("2 a day")


def test_a_symptom_named_at_the_symptom_question_pages(line):
    for text in ("i dropped my bag", "no", "2", "tomorrow 9am", "the morning one", "now"):
        line.hear(text)
    assert "Reply OK to send it" in line.hear("he feels hot and shivery")
    assert [e.reason for e in only(line, Escalation)] == ["red_flag"]


def test_not_knowing_is_an_answer_and_two_failures_offer_a_person(line):
    assert "How many do you have left" in line.hear("im running low on gauze")
    assert "did not get that" in line.hear("glarb")
    assert "text NURSE" in line.hear("glarb glarb")
    assert "per day" in line.hear("no idea")


def test_noise_at_the_confirm_question_sends_nothing(line):
    for text in ("i dropped my bag", "no", "2", "tomorrow 9am", "the morning one", "now", "none"):
        line.hear(text)
    assert "Reply OK" in line.hear("glarb")
    assert only(line, EventReport) == []


def test_asking_for_a_person_gets_one(line):
    answer = line.say("NURSE")
    assert answer["messages"] == [{"custom": {"silent": True}}]
    assert [e.reason for e in only(line, Escalation)] == ["patient_asked"]


def test_advice_is_never_given_and_a_yes_brings_a_person(line):
    assert "cannot advise" in line.hear("can i double up on the next dose?")
    assert line.say("ok")["messages"] == [{"custom": {"silent": True}}]
    assert [e.reason for e in only(line, Escalation)] == ["patient_asked"]


def test_twice_not_understood_offers_a_person(line):
    assert "other words" in line.hear("blorp the frimble")
    assert "Do you want a person" in line.hear("frimble the blorp")
    line.say("ok")
    assert [e.reason for e in only(line, Escalation)] == ["patient_asked"]


def test_an_extra_supply_request_is_stored(line):
    line.hear("could you send a few extra gloves for our trip")
    line.hear("2 boxes")
    assert "request is saved" in line.hear("ok")
    (request,) = only(line, SupplyRequest)
    assert request.details["item"] == "gloves"


def test_the_next_delivery_is_never_guessed(line):
    assert "do not want to guess" in line.hear("when is my next delivery?")


def test_two_conversations_do_not_mix(servers):
    bot, _, database = servers
    first, second = Line(bot, database), Line(bot, database)
    first.hear("i dropped my bag")
    assert second.say("thank you")["active_loop"] is None
    assert first.say("no")["active_loop"] == "wasted_dose_form"
