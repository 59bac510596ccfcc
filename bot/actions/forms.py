"""Rasa's forms: one validation action per form, all of them the same, driven by reports.yml.

The action reads the answer, asks the next question itself and says which one is open
(`requested_slot`), so a turn costs one call. When a message is not an answer it returns nothing;
Rasa then rejects the form, a rule answers the question or escalates, and the form is run again.
"""

from abc import ABC, abstractmethod
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.forms import FormValidationAction

from bot.actions import after, dialogue, people, read
from bot.actions.base import SILENT, Heard, Said, clock_of, guarded
from bot.actions.dialogue import Report, Step
from bot.actions.questions import Moment
from bot.actions.wording import table
from conversation import actions_api

# Intents that may interrupt a form: Rasa's rules answer them. Anything else is an answer, however
# short, or a failed one. A report of another kind inside a report is taken as an answer too.
_INTERRUPTS = ("ask_", "red_flag", "none_of_these", "more", "who_are_you", "has_question")
_NOT_INTERRUPTS = frozenset(
    f"ask_{topic}"
    for topic in (
        "gibberish", "off_topic", "missing_or_damaged_item",
        "reschedule_delivery", "drop_off_other_person", "pick_up_at_pharmacy", "extra_supplies",
    )
)  # fmt: skip


class ReportForm(FormValidationAction, ABC):  # type: ignore[misc]  # rasa_sdk has no types
    """What all forms do. `kind` is the form's block in reports.yml."""

    @property
    @abstractmethod
    def kind(self) -> str:
        """Set by each form's class."""

    def name(self) -> str:
        """For Rasa: the name under which it validates this form."""
        return f"validate_{self.kind}_form"

    async def run(self, dispatcher: Any, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Rasa's entry, at opening, for each answer, and after an interruption."""
        said = await guarded(self.name(), tracker, self._turn)
        for text in said.texts:
            dispatcher.utter_message(text=text)
        if said.silent:
            dispatcher.utter_message(json_message=SILENT)
        return said.events

    def _turn(self, heard: Heard, tracker: Tracker) -> Said:
        report = Report.of(tracker.get_slot("report"))
        if report is None or (report.kind != self.kind and not report.again):
            return _said(*(after.reopened(heard, tracker) or self._open(heard)))
        clock = clock_of(tracker, heard)
        if was_interrupted(tracker, self.form_name()):
            return _back_to(report, heard, clock)
        return _answered(report, heard, clock)

    def _open(self, heard: Heard) -> tuple[Step, list[dict[str, Any]]]:
        with actions_api.open_session() as session:
            context = actions_api.patient_context(session, heard.conversation_id)
        clock = Moment(heard.now, ZoneInfo(context.time_zone))
        report = Report(self.kind, heard.message_id)
        step = dialogue.begin(report, known_of(context), heard.text, heard.language, clock)
        return step, [SlotSet("zone", context.time_zone)]


def known_of(context: Any) -> dict[str, Any]:
    """What the record says, in the words of reports.yml's `known_by`; only what is there."""
    due = context.next_dose_due
    known = {"drug": context.drug, "next_dose_due": due.isoformat() if due else None}
    return {name: value for name, value in known.items() if value is not None}


def was_interrupted(tracker: Tracker, form: str) -> bool:
    """Whether another action has spoken since the patient's last message."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "action" and event.get("name") not in (form, "action_listen"):
            return True
    return False


def _back_to(report: Report, heard: Heard, clock: Moment) -> Said:
    """After an interruption: keep what a red flag said about the report, ask again."""
    if heard.intent == "red_flag":  # "are you open saturday?" says nothing about it
        dialogue.absorb(report, heard.text, clock)
    return _said(Step(report, [dialogue.again(report, heard.language, clock)]))


def _answered(report: Report, heard: Heard, clock: Moment) -> Said:
    step = None
    if not _must_interrupt(report, heard):
        step = dialogue.reply(report, heard.text, heard.language, clock)
    if step is None and read.is_asking_back(heard.text):
        step = dialogue.explain(report, heard.language, clock)
    if step is None and _may_interrupt(heard.intent):
        return Said()  # no events: Rasa rejects the form and a rule takes the message
    return _with_nurse(step or dialogue.failed(report, heard.language, clock), heard)


def _may_interrupt(intent: str) -> bool:
    return intent.startswith(_INTERRUPTS) and intent not in _NOT_INTERRUPTS


def _must_interrupt(report: Report, heard: Heard) -> bool:
    """A red flag or a wish for a person goes first, unless it is a word or two of the answer.

    Calling off and asking back in known words is neither, whatever the classifier makes of it.
    """
    if read.is_cancel(heard.text) or read.is_asking_back(heard.text):
        return False
    if heard.intent in ("ask_speak_to_human", "who_are_you"):
        return True
    if heard.intent == "has_question" and read.announces_a_question(heard.text):
        return True
    return heard.intent == "red_flag" and not _short_answer(report, heard.text)


def _short_answer(report: Report, text: str) -> bool:
    """ "leaked" answers "what happened to the bag?"; symptoms escalate by themselves."""
    return len(text.split()) <= 3 or report.asking == "new_symptoms"


def _with_nurse(step: Step, heard: Heard) -> Said:
    """A new symptom or another worrying answer pages first; the report then goes on."""
    said = _said(step)
    if step.worrying:
        people.call_a_person(heard, "red_flag")
    return said


def _said(step: Step, more: list[dict[str, Any]] | None = None) -> Said:
    return Said(step.texts, [*after.events_of(step), *(more or [])])


def _form(kind: str) -> type[ReportForm]:
    return type(
        f"{kind.title().replace('_', '')}Form",
        (ReportForm,),
        {"kind": kind, "__module__": __name__},
    )


# One class per form, made from the table, and named here so that Rasa's server finds them.
_FORMS = [_form(kind) for kind in table("reports")["forms"]]
globals().update({form.__name__: form for form in _FORMS})
