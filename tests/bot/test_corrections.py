"""Corrections, many facts at once, calling off, asking back: the readers, without Rasa."""

import pytest

from bot.actions import dialogue, read
from bot.actions.last_said import denied, readings
from bot.actions.mentions import entities_of
from bot.actions.questions import questions_of
from tests.bot.test_dialogue import Talker
from tests.bot.test_reading import CLOCK

SETTLED = [
    ("actually 5 left not 3", 5), ("two bags, no wait just one", 1), ("2, no, 3", 3),
    ("2 no 3", 3),
    ("no 5 not 3", 5), ("it was 3 not 2", 3), ("3 instead of 2", 3), ("not 3, 5", 5),
    ("son 5 no 3", 5), ("no era 3, era 5", 5), ("no, fueron 2 bolsas", 2), ("dos, digo tres", 3),
    ("5 en vez de 3", 5), ("four i mean five", 5),
]  # fmt: skip


@pytest.mark.parametrize(("text", "number"), SETTLED)
def test_the_last_stated_number_wins(text, number):
    question = next(q for q in questions_of("wasted_dose") if q.field == "doses_on_hand")
    assert question.answer(text, CLOCK) == number


@pytest.mark.parametrize(
    ("text", "day"),
    [("no wait, Tuesday", "24"), ("tuesday instead of monday", "24"), ("martes, no lunes", "24"),
     ("from monday to tuesday", "24"), ("del lunes al martes", "24"),
     ("monday, sorry tuesday", "24"), ("monday not tuesday", "23")],
)  # fmt: skip
def test_the_last_stated_day_wins(text, day):
    question = next(q for q in questions_of("delivery_change") if q.field == "day")
    assert question.answer(text, CLOCK).startswith(f"2026-11-{day}")


def test_a_choice_that_is_denied_is_not_taken():
    assert questions_of("wasted_dose")[0].answer("it leaked, not dropped", CLOCK) == "leak"
    assert questions_of("wasted_dose")[0].answer("it was not clean", CLOCK) == "contamination"


def test_a_text_without_a_correction_is_read_as_it_is():
    assert readings("2 bags") == ["2 bags"]
    assert denied("no, fueron 2 bolsas") == []


def talker():
    return Talker("wasted_dose", "i dropped a bag").says("no", "3")


@pytest.mark.parametrize(
    ("text", "left"),
    [("actually 5 left not 3", 5), ("5 not 3", 5), ("no wait, 5", 5), ("sorry, 5 left", 5),
     ("i have 5 doses left not 3", 5), ("no wait, just one", 1)],
)  # fmt: skip
def test_the_answer_before_is_corrected_while_another_question_is_open(text, left):
    changed = talker().says(text)
    assert changed.fields["doses_on_hand"] == left
    assert changed.fields["count"] == 1
    assert "Which medicine" in changed.heard


def test_two_details_in_one_correction():
    changed = talker().says("x", "9am", "the first", "now", "none", "it was 2 bags, and 5 left")
    assert (changed.fields["count"], changed.fields["doses_on_hand"]) == (2, 5)


def test_a_correction_that_could_mean_two_details_is_asked():
    changed = talker().says("x", "9am", "the first", "now", "none", "no wait, just 7")
    assert "What should I change" in changed.heard
    assert 7 not in changed.fields.values()


def test_a_symptom_is_never_taken_for_a_correction():
    changed = talker().says("x", "9am", "the first", "now", "actually i feel hot since 3pm")
    assert changed.step.worrying
    assert changed.fields["new_symptoms"] == "actually i feel hot since 3pm"


FACTS = [
    ("wasted_dose", "I dropped 2 bags of vanco, my 9pm dose, an hour ago, nothing went "
     "in, I have 3 left, next dose is 9am tomorrow, no new symptoms",
     {"count": 2, "reason": "dropped", "drug": "vancomycin", "any_infused": "no",
      "doses_on_hand": 3, "happened_at": "2026-11-19T20:00:00-06:00", "which_dose": "my 9pm dose",
      "next_dose_due": "2026-11-20T09:00:00-06:00", "new_symptoms": "none"}),
    ("wasted_dose", "se me cayeron 2 bolsas de vancomicina hace una hora, no entro nada, me "
     "quedan 3, la siguiente toca mañana a las 9, sin sintomas",
     {"count": 2, "reason": "dropped", "drug": "vancomycin", "any_infused": "no",
      "doses_on_hand": 3, "happened_at": "2026-11-19T20:00:00-06:00",
      "next_dose_due": "2026-11-20T09:00:00-06:00", "new_symptoms": "none"}),
    ("supplies_low", "down to 2 flushes, use 3 a day, next dose tomorrow 8am, no symptoms",
     {"item": "flush", "on_hand": 2, "used_per_day": 3, "new_symptoms": "none",
      "next_dose_due": "2026-11-20T08:00:00-06:00"}),
    ("medication_change", "Dr Smith changed my vanco from 1 g to 1.5 g starting tomorrow, next "
     "dose 9pm", {"drug": "vancomycin", "effective_from": "2026-11-20T00:00:00-06:00",
             "prescriber": "Dr Smith", "next_dose_due": "2026-11-19T21:00:00-06:00"}),
    ("therapy_complete", "doctor says im done, last dose was yesterday, picc is still in, have "
     "flushes, no symptoms",
     {"who_said": "prescriber", "last_dose": "2026-11-18T00:00:00-06:00", "access": "staying",
      "flush_supplies": "yes", "new_symptoms": "none"}),
    ("access_removed_or_replaced", "they replaced my picc with a new midline in the left arm "
     "today, xray confirmed, no bleeding",
     {"what_happened": "replaced", "bleeding_or_swelling": "no", "tip_confirmed": "yes",
      "new_access": "new midline in the left arm today"}),
    ("hospital_admission", "im admitted to St Mary hospital for a line infection, pump is with me",
     {"stage": "admitted", "facility": "St Mary hospital", "reason": "line_infection",
      "pump_with_patient": "yes"}),
    ("unused_supplies", "I have 12 extra flushes left over because they send too many",
     {"item": "flush", "surplus": 12, "why": "too_many_sent"}),
    ("supply_request", "could you send 3 boxes of gloves", {"item": "gloves", "how_many": 3}),
    ("delivery_change", "tuesday instead of monday, leave it with my neighbor Ana 555-0123",
     {"change": "other_person", "day": "2026-11-24T00:00:00-06:00", "person": "my neighbor Ana",
      "phone": "555-0123"}),
    ("delivery_change", "que la dejen con mi vecina Ana 555-0123",
     {"change": "other_person", "person": "mi vecina Ana", "phone": "555-0123"}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "facts"), FACTS)
def test_what_the_first_message_says_is_not_asked_again(kind, text, facts):
    talk = Talker(kind, text)
    assert facts.items() <= talk.fields.items()
    assert talk.report.asking not in facts


def test_what_was_understood_is_told_back_at_once():
    heard = Talker("wasted_dose", "i had to waste 2 bags, they leaked").heard
    assert "I noted: What happened: leak. How many wasted: 2. Did any" in heard


def test_a_longer_answer_answers_other_questions_too():
    talk = Talker("wasted_dose", "i wasted a dose").says("it leaked, i have 3 doses left at home")
    assert (talk.fields["reason"], talk.fields["doses_on_hand"]) == ("leak", 3)


def test_falling_out_of_a_hand_is_not_running_out():
    assert "doses_on_hand" not in Talker("wasted_dose", "the bag fell out of my hand").fields


def test_full_or_partial_is_asked_only_when_some_went_in():
    assert "all of it, or a part" in Talker("wasted_dose", "one bag leaked").says("yes").heard
    talk = Talker("wasted_dose", "one bag leaked").says("no")
    assert talk.fields["portion"] == "full"
    assert "portion" not in talk.says("wait, yes some went in").fields


def test_a_delivery_keeps_every_word_said_about_it():
    talk = Talker("delivery_change", "can i change my delivery").says("another day")
    assert "Which day" in talk.heard
    talk.says("tuesday after 3").says("no wait, wednesday after 4")
    assert talk.fields["day"].startswith("2026-11-25")
    for words in ("tuesday after 3", "wednesday after 4"):
        assert words in talk.fields["wanted"]


def test_a_person_named_later_is_kept():
    talk = Talker("delivery_change", "move my delivery to tuesday")
    talk.says("leave it with my neighbor Ana 555-0123")
    assert (talk.fields["person"], talk.fields["phone"]) == ("my neighbor Ana", "555-0123")
    assert "Tue 11/24" in talk.heard
    talk.says("no wait, wednesday")
    assert talk.fields["day"].startswith("2026-11-25")
    assert talk.fields["person"] == "my neighbor Ana"


def test_another_hour_is_not_another_day():
    talk = Talker("delivery_change", "move my delivery to tuesday").says("actually 4pm")
    assert talk.fields["day"] == "2026-11-24T16:00:00-06:00"


def test_a_person_named_when_a_day_is_asked_is_kept():
    talk = Talker("delivery_change", "i need to change my delivery")
    assert "Which day" in talk.says("leave it with my neighbor Ana").heard
    assert talk.fields["person"] == "my neighbor Ana"


def test_having_a_question_is_not_having_a_dose_left():
    assert "doses_on_hand" not in Talker("wasted_dose", "i have a question, it leaked").fields


CANCELS = [
    "forget it", "never mind the report", "i dont want to do this now", "olvidelo",
    "ya no, dejalo", "cancela eso", "cancel", "please forget about it", "no, i changed my mind",
    "dejelo asi por favor", "no quiero hacer esto ahora", "mejor olvidalo", "stop this report",
]  # fmt: skip


@pytest.mark.parametrize("text", CANCELS)
def test_calling_off_in_ones_own_words(text):
    assert read.is_cancel(text)


@pytest.mark.parametrize(
    "text",
    ["leave it with my neighbor", "deje de ponerme la medicina", "stop the pump", "stop it",
     "i dont want to do this anymore", "ya no quiero seguir", "no quiero nada", "no", "skip it",
     "cancel my delivery on monday", "i cant do this", "forget it i cant breathe"],
)  # fmt: skip
def test_not_calling_off(text):
    assert not read.is_cancel(text)


@pytest.mark.parametrize(
    "text", ["what do you mean", "why", "Why?", "por que", "que quiere decir", "no entiendo"]
)
def test_asking_back_is_no_symptom(text):
    talk = talker().says("x", "9am", "the first", "now")
    assert dialogue.reply(talk.report, text, "en", CLOCK) is None
    assert read.is_asking_back(text)


@pytest.mark.parametrize(
    "text", ["what is my arm doing", "why is my arm swollen?", "i feel hot, is that bad?", "glarb"]
)
def test_in_doubt_it_is_a_symptom(text):
    assert talker().says("x", "9am", "the first", "now", text).step.worrying


@pytest.mark.parametrize(
    "text",
    ["no new symptoms", "none that i know of", "sin sintomas", "no tengo ningun sintoma",
     "no, nada", "no se"],
)  # fmt: skip
def test_no_symptom(text):
    assert not talker().says("x", "9am", "the first", "now", text).step.worrying


ENTITIES = [
    ("I dropped 2 bags of vanco at 9pm", [("count", 2), ("time", "9pm"), ("drug", "vancomycin")]),
    ("two bags, no wait just one", [("count", 1)]),
    ("picc in my left arm", [("access_type", "picc"), ("side", "left")]),
    ("el puerto derecho", [("access_type", "port"), ("side", "right")]),
    ("necesito jeringas de lavado para el martes", [("date", "martes"), ("supply_item", "flush")]),
    ("call (217) 555-0199 tomorrow", [("date", "tomorrow"), ("phone_number", "(217) 555-0199")]),
    ("dos bolsas ayer a las 9", [("count", 2), ("date", "ayer"), ("time", "9:00")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "found"), ENTITIES)
def test_entities(text, found):
    rows = {(row["name"], row["value"]) for row in entities_of(text)}
    assert set(found) <= rows


def test_no_entities():
    assert entities_of("") == entities_of("what is this?") == []
