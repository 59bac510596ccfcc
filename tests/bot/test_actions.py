"""Each custom action against a real record: what it says, stores, and how it fails."""

import asyncio
import logging
from datetime import date, timedelta

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import select

from bot.actions import answering, forms, people, reporting
from bot.actions.base import ActionFailed, Heard
from bot.actions.dialogue import CONFIRM, Report
from records import Escalation, EventReport, SupplyDelivery
from records.sample import load_sample
from tests.bot.world import NOW, Talk, new_database


def run(action, talk, text, intent="", events=(), **slots):
    """Run an action as rasa_sdk does: (texts and JSON said, slots set)."""
    message_id = talk.hears(text)
    latest = {
        "text": text, "intent": {"name": intent}, "metadata": talk.metadata(message_id, now=NOW),
    }  # fmt: skip
    history = [{"event": "user", "text": text}, *events]
    tracker = Tracker(talk.sender, slots, latest, history, False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, tracker, {}))
    said = [m["text"] or m["custom"] for m in dispatcher.messages]
    return said, {e["name"]: e["value"] for e in events if e["event"] == "slot"}


def rows(talk, table):
    with talk.database.read() as session:
        query = select(table).where(table.conversation_id == talk.id)
        return session.scalars(query).all()


def test_an_answer_by_the_intents_name(talk):
    said, slots = run(answering.ActionAnswer(), talk, "where?", "ask_storage")
    assert "label" in said[0]
    assert slots == {}


def test_an_answer_in_the_language_of_the_message(database):
    talk = Talk(database, language="es")
    assert "etiqueta" in run(answering.ActionAnswer(), talk, "donde?", "ask_storage")[0][0]


def test_the_pharmacys_own_facts_come_from_its_profile(talk):
    said, _ = run(answering.ActionAnswer(), talk, "hours?", "ask_after_hours")
    assert "Monday to Friday, 8:00 to 17:00" in said[0]
    assert "Friday 8:00 AM" in said[0]  # it is Thursday night
    assert talk.database.profile.phone in said[0]


def test_the_next_delivery_comes_from_the_record(talk):
    with talk.database.write() as session:
        day = date(2026, 11, 23)
        session.add(SupplyDelivery(patient_id=talk.patient_id, day=day, window="10:00-12:00"))
    said, _ = run(answering.ActionAnswer(), talk, "when?", "ask_next_delivery")
    assert "Monday 11/23, 10:00-12:00" in said[0]


def test_the_delivery_window_is_in_the_patients_language(database):
    talk = Talk(database, language="es")
    with talk.database.write() as session:
        day = date(2026, 11, 23)
        session.add(SupplyDelivery(patient_id=talk.patient_id, day=day, window="9:00 to 12:00"))
    said, _ = run(answering.ActionAnswer(), talk, "cuando?", "ask_next_delivery")
    assert "lunes 11/23, 9:00 a 12:00" in said[0]


@pytest.mark.parametrize("days", range(0, 9))
def test_sample_parcels_are_planned_on_business_days(tmp_path, days):
    database = new_database(tmp_path / "sample.db")
    with database.write() as session:
        load_sample(session, NOW + timedelta(days=days))  # Thanksgiving, a weekend: all of them
        found = session.scalars(select(SupplyDelivery.day)).all()
    database.engine.dispose()
    assert len(found) == 4
    assert all(database.profile.is_open_on(day) for day in found)


def test_no_delivery_in_the_record_is_said_so(talk):
    said, _ = run(answering.ActionAnswer(), talk, "when?", "ask_next_delivery")
    assert "do not want to guess" in said[0]


def test_a_second_part_is_kept_for_more(talk):
    _, slots = run(answering.ActionAnswer(), talk, "signs?", "ask_what_to_watch_for")
    assert slots == {"last_answer": "what_to_watch_for"}
    said, slots = run(answering.ActionMore(), talk, "more", **slots)
    assert "pole fell" in said[0]
    assert slots == {"last_answer": None}


def test_advice_offers_a_person(talk):
    said, slots = run(answering.ActionAnswer(), talk, "double?", "ask_medical_advice")
    assert "cannot advise" in said[0]
    assert slots["offered"] == "human"


def test_an_unknown_topic_is_not_guessed(talk):
    said, slots = run(answering.ActionAnswer(), talk, "?", "ask_nothing")
    assert "did not understand" in said[0]
    assert slots == {"unsure": 1}


def test_unsure_twice_offers_a_person(talk):
    said, slots = run(people.ActionUnsure(), talk, "?", unsure=1)
    assert "Do you want a person" in said[0]
    assert slots == {"unsure": 2, "offered": "human"}


@pytest.mark.parametrize("action", [people.ActionEscalate, people.ActionCallNurse])
def test_an_escalation_is_stored_and_the_action_stays_silent(talk, action):
    said, _ = run(action(), talk, "help me", offered="human")
    assert said == [{"silent": True}]
    assert len(rows(talk, Escalation)) == 1


def test_a_second_flag_joins_the_first(talk):
    run(people.ActionEscalate(), talk, "it hurts")
    assert run(people.ActionEscalate(), talk, "it still hurts")[0] == [{"silent": True}]
    assert len(rows(talk, Escalation)) == 1


@pytest.mark.parametrize(
    ("text", "offered", "opened"),
    [("ok", "human", 1), ("glarb", "human", 0), ("ok", None, 0)],
)
def test_a_yes_calls_a_person_only_after_an_offer_and_in_plain_words(talk, text, offered, opened):
    run(people.ActionAffirm(), talk, text, "affirm", offered=offered)
    assert len(rows(talk, Escalation)) == opened


@pytest.mark.parametrize("action", [people.ActionDeny, people.ActionStatus, people.ActionCancel])
def test_small_talk_opens_nothing(talk, action):
    said, _ = run(action(), talk, "no", offered="human")
    assert said[0]
    assert rows(talk, Escalation) == []


def test_a_form_opens_with_what_the_first_message_says(talk):
    said, slots = run(forms.WastedDoseForm(), talk, "2 bags leaked", "report_wasted_dose")
    assert "go into the body" in said[0]
    assert slots["report"]["fields"] == {
        "reason": "leak", "count": 2, "drug": "ceftriaxone",
    }  # fmt: skip
    assert slots["requested_slot"] == "any_infused"
    assert slots["zone"] == "America/Chicago"


def open_form(talk, text="2 bags leaked"):
    return run(forms.WastedDoseForm(), talk, text, "report_wasted_dose")[1]


def test_an_answer_moves_the_form_on(talk):
    slots = open_form(talk)
    said, slots = run(forms.WastedDoseForm(), talk, "no", "deny", **slots)
    assert "How many good doses" in said[0]
    assert slots["report"]["fields"]["any_infused"] == "no"


@pytest.mark.parametrize("intent", ["ask_storage", "ask_speak_to_human", "red_flag", "more"])
def test_what_is_no_answer_is_left_to_the_rules(talk, intent):
    slots = open_form(talk)
    text = "what about my other thing that hurts here?"
    assert run(forms.WastedDoseForm(), talk, text, intent, **slots) == ([], {})


def test_a_short_answer_is_an_answer_whatever_the_classifier_thinks(talk):
    slots = open_form(talk, "i wasted a dose")
    _, slots = run(forms.WastedDoseForm(), talk, "it leaked", "red_flag", **slots)
    assert slots["report"]["fields"]["reason"] == "leak"


def test_after_an_interruption_the_question_is_asked_again(talk):
    slots = open_form(talk)
    spoke = [{"event": "action", "name": "action_answer"}]
    said, after = run(
        forms.WastedDoseForm(), talk, "no, when do you open?", "ask_hours", spoke, **slots
    )
    assert "go into the body" in said[0]
    assert "any_infused" not in after["report"]["fields"]


def test_a_worrying_answer_pages_and_the_form_goes_on(talk):
    slots = open_form(talk)
    for text in ("no", "2", "9am", "the morning one", "now"):
        _, new = run(forms.WastedDoseForm(), talk, text, **slots)
        slots |= new
    said, slots = run(forms.WastedDoseForm(), talk, "he is shivering", **slots)
    assert "Reply OK" in said[0]
    assert [e.reason for e in rows(talk, Escalation)] == ["red_flag"]


def confirmed(talk, kind="wasted_dose", **fields):
    report = Report(kind, talk.hears("the first message"), dict(fields), asking=None, sent=True)
    return {"report": report.as_slot(), "zone": "America/Chicago"}


def test_a_confirmed_report_is_stored_under_its_first_message(talk):
    slots = confirmed(talk, reason="dropped", count=1, any_infused="no", doses_on_hand=9)
    said, left = run(reporting.ActionCloseReport(), talk, "ok", **slots)
    (report,) = rows(talk, EventReport)
    assert report.message_id == slots["report"]["message_id"]
    assert f"number {report.id}" in said[0]
    assert left["saved"]["report"] == slots["report"]
    assert left | {"saved": None} == {"report": None, "zone": None, "saved": None}


def test_what_is_not_urgent_has_a_due_time_and_no_page(talk):
    due = (NOW + timedelta(days=5)).isoformat()
    slots = confirmed(talk, reason="dropped", count=1, doses_on_hand=9, next_dose_due=due)
    said, _ = run(reporting.ActionCloseReport(), talk, "ok", **slots)
    (report,) = rows(talk, EventReport)
    assert (report.urgency, rows(talk, Escalation)) == ("next_business_day", [])
    assert "marked for an answer by Fri 5:00 PM" in said[0]


def test_closing_twice_stores_once(talk):
    slots = confirmed(talk, reason="dropped", count=1)
    first, _ = run(reporting.ActionCloseReport(), talk, "ok", **slots)
    second, _ = run(reporting.ActionCloseReport(), talk, "ok", **slots)
    assert first == second
    assert len(rows(talk, EventReport)) == 1


def test_a_report_called_off_stores_nothing(talk):
    said, left = run(reporting.ActionCloseReport(), talk, "forget it")
    assert (said, left) == ([], {"report": None, "zone": None})
    unsent = Report("wasted_dose", 1, asking=CONFIRM).as_slot()
    assert run(reporting.ActionCloseReport(), talk, "forget it", report=unsent)[0] == []
    assert rows(talk, EventReport) == []


def test_a_failure_is_loud_and_keeps_the_words(talk, monkeypatch, caplog):
    def broken(*_args, **_kwargs):
        raise RuntimeError("could not store: my chest hurts")

    monkeypatch.setattr("conversation.actions_api.escalate", broken)
    with caplog.at_level(logging.DEBUG), pytest.raises(ActionFailed) as failed:
        run(people.ActionEscalate(), talk, "my chest hurts")
    assert str(failed.value) == "action_escalate"
    assert "chest" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_without_the_gateways_metadata_nothing_runs():
    with pytest.raises(KeyError):
        Heard.of(Tracker("a", {}, {"text": "x", "metadata": {}}, [], False, None, {}, None))
