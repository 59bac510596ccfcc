"""Taking a report, without Rasa: what is asked, filled, changed, called off and stored."""

import pytest

from bot.actions import dialogue
from bot.actions.dialogue import Report
from bot.actions.questions import questions_of
from bot.actions.wording import table
from tests.bot.sms import segments
from tests.bot.test_reading import CLOCK

FORMS = list(table("reports")["forms"])


class Talker:
    """Says one text after the other; `heard` is the bot's last answer."""

    def __init__(self, kind, first, language="en", **known):
        self.report, self.language = Report(kind, 1), language
        self.heard = " ".join(dialogue.begin(self.report, known, first, language, CLOCK).texts)

    def says(self, *texts):
        for text in texts:
            step = dialogue.reply(self.report, text, self.language, CLOCK)
            step = step or dialogue.failed(self.report, self.language, CLOCK)
            self.step, self.heard = step, " ".join(step.texts)
        return self

    @property
    def fields(self):
        return dialogue.fields_to_store(self.report)


def test_the_first_message_fills_what_it_says():
    talker = Talker("wasted_dose", "I dropped 2 bags on the floor an hour ago, never hooked up")
    assert talker.fields["reason"] == "dropped"
    assert talker.fields["count"] == 2
    assert talker.fields["any_infused"] == "no"
    assert talker.fields["happened_at"] == "2026-11-19T20:00:00-06:00"
    assert "How many good doses" in talker.heard


def test_what_the_record_knows_is_not_asked_and_not_stored_as_said():
    known = {"drug": "vancomycin", "next_dose_due": "2026-11-20T09:00:00-06:00"}
    talker = Talker("wasted_dose", "one dose leaked", **known)
    talker.says("no", "2", "the morning one", "an hour ago")
    assert "symptoms" in talker.heard
    assert {"drug", "next_dose_due"}.isdisjoint(talker.fields)


def test_a_patient_may_correct_the_record():
    known = {"next_dose_due": "2026-11-20T09:00:00-06:00"}
    talker = Talker("wasted_dose", "one dose leaked", **known).says(
        "no", "2", "vanco", "the morning one", "now", "none"
    )
    talker.says("no, the next dose is at 6am")
    assert talker.fields["next_dose_due"] == "2026-11-20T06:00:00-06:00"


@pytest.fixture
def confirming():
    talker = Talker("wasted_dose", "i dropped a bag", drug="x").says(
        "no", "3", "9am", "the morning one", "now", "none"
    )
    assert talker.report.asking == dialogue.CONFIRM
    return talker


CHANGES = [
    ("no wait, it was 2 bags", "count", 2),
    ("2 bags", "count", 2),
    ("the time was 7pm", "happened_at", "2026-11-19T19:00:00-06:00"),
    ("next dose is 6am", "next_dose_due", "2026-11-20T06:00:00-06:00"),
    ("actually it leaked", "reason", "leak"),
    ("i have 1 left", "doses_on_hand", 1),
]


@pytest.mark.parametrize(("text", "name", "value"), CHANGES)
def test_a_detail_is_changed_at_the_end(confirming, text, name, value):
    others = {k: v for k, v in confirming.fields.items() if k != name}
    confirming.says(text)
    assert confirming.fields[name] == value
    assert {k: v for k, v in confirming.fields.items() if k != name} == others
    assert "Reply OK to send it" in confirming.heard


def test_a_detail_is_changed_in_the_middle():
    talker = Talker("supplies_low", "only 2 flushes left")
    talker.says("sorry, it was 4 left")
    assert talker.fields["on_hand"] == 4
    assert "per day" in talker.heard


@pytest.mark.parametrize("text", ["ok", "Yes", "correct", "si", "send it"])
def test_only_a_plain_yes_sends(confirming, text):
    assert confirming.says(text).report.sent


@pytest.mark.parametrize("text", ["glarb", "no", "yes but no", "maybe", "9", "hmm ok then wait"])
def test_anything_else_sends_nothing(confirming, text):
    confirming.says(text)
    assert not confirming.report.sent
    assert confirming.report.asking == dialogue.CONFIRM


def test_a_no_asks_what_to_change(confirming):
    assert "What should I change" in confirming.says("no").heard


@pytest.mark.parametrize("text", ["forget it", "never mind", "olvídelo"])
def test_called_off(confirming, text):
    assert confirming.says(text).step.report is None
    assert "sent nothing" in confirming.heard


def test_unknown_numbers_and_times_are_left_out_but_unknown_facts_are_kept():
    talker = Talker("wasted_dose", "had to throw some out").says(
        "idk", "dont know", "idk", "idk", "idk"
    )
    talker.says("vanco", "not sure", "not sure", "not sure", "none", "ok")
    assert talker.report.sent
    assert talker.fields == {
        "reason": "unknown", "any_infused": "unknown", "drug": "vanco", "new_symptoms": "none",
        "portion": "unknown", "which_dose": "unknown",
    }  # fmt: skip


def test_two_failures_offer_a_person():
    talker = Talker("wasted_dose", "wasted it").says("glarb")
    assert "NURSE" not in talker.heard
    assert "NURSE" in talker.says("glarb").heard
    assert "What happened" in talker.heard


def test_a_symptom_is_worrying_and_none_is_not():
    talker = Talker("supplies_low", "1 flush left, 3 a day").says("9pm")
    assert talker.says("he is burning up").step.worrying
    talker = Talker("supplies_low", "1 flush left, 3 a day").says("9pm")
    assert not talker.says("none").step.worrying


def test_an_accidental_removal_is_worrying():
    talker = Talker("access_removed_or_replaced", "about my line")
    assert talker.says("it fell out by itself").step.worrying


def test_a_question_may_depend_on_an_answer():
    staying = Talker("therapy_complete", "doctor says done").says("yesterday", "in")
    assert "flushes and dressings" in staying.heard
    removed = Talker("therapy_complete", "doctor says done").says("yesterday", "out")
    assert "flushes and dressings" not in removed.heard


def test_a_question_back_is_no_answer():
    talker = Talker("medication_change", "doctor changed it")
    assert dialogue.reply(talker.report, "what do you mean?", "en", CLOCK) is None


def test_the_summary_names_no_medicine(confirming):
    talker = Talker("wasted_dose", "a bag leaked").says(
        "no", "2", "vancomycin", "9am", "the morning one", "now", "none"
    )
    assert "vancomycin" not in talker.heard
    assert talker.fields["drug"] == "vancomycin"


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_form_can_be_answered_with_not_knowing(kind, language):
    talker = Talker(kind, "hello", language)
    for _ in range(12):
        if talker.report.asking == dialogue.CONFIRM:
            break
        talker.says("skip")
    assert talker.report.asking == dialogue.CONFIRM
    assert talker.says("ok").report.sent


@pytest.mark.parametrize("kind", FORMS)
def test_every_choice_can_be_written_back(kind):
    for question in questions_of(kind):
        for choice in question.spec.get("choices", {}):
            assert choice in table("reports")["choices"], choice


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_question_fits_two_segments_and_has_words(kind, language):
    for question in questions_of(kind):
        assert question.spec["label"][language]
        if not question.silent:
            assert segments(question.spec["ask"][language]) <= 2, question.field


def test_a_report_survives_the_slot():
    report = Talker("wasted_dose", "i dropped 2 bags").report
    assert Report.of(report.as_slot()) == report
    assert Report.of(None) is None


def test_an_interrupting_message_is_not_lost():
    report = Talker("wasted_dose", "i wasted a dose").report
    assert dialogue.absorb(report, "2 bags leaked and now i feel faint", CLOCK)
    assert report.fields["reason"] == "leak"
    assert report.asking == "any_infused"
