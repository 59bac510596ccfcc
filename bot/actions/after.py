"""After a report was saved: "sorry it was 3 not 2" corrects that report, it is no second one.

The saved report stays in Rasa's slot `saved` with the moment it was saved. A correction opens it
again at its summary, in whichever form is at hand (all forms are alike); an OK saves it anew under
its first message, by which the record knows it.
"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.forms import REQUESTED_SLOT

from bot.actions import corrections, dialogue, read
from bot.actions.base import Heard, Said
from bot.actions.dialogue import CONFIRM, Step
from bot.actions.questions import Moment
from bot.actions.reports import Report
from bot.actions.wording import say, table

CORRECTED_WITHIN = timedelta(hours=12)  # later, a number in a message is about something new


def keep(report: Report, heard: Heard, clock: Moment) -> dict[str, Any]:
    """The event that remembers a saved report, with the patient's time zone."""
    row = {"report": report.as_slot(), "at": heard.now.isoformat(), "zone": clock.zone.key}
    return dict(SlotSet("saved", row))


def reopened(heard: Heard, tracker: Tracker) -> tuple[Step, list[dict[str, Any]]] | None:
    """The saved report with the change that the message makes, to be confirmed, and its events.

    None when the message changes nothing of it.
    """
    saved, text = tracker.get_slot("saved"), heard.text
    if not _is_fresh(saved, heard.now) or not _only_corrects(text):
        return None
    report, clock = Report(**saved["report"]), Moment(heard.now, ZoneInfo(saved["zone"]))
    report.asking, report.sent, report.again, report.last = CONFIRM, False, True, None
    step = dialogue.reply(report, text, heard.language, clock)
    if step is None or step.report is None or step.report.sent:
        return None
    return step, [SlotSet("zone", saved["zone"])]


def _only_corrects(text: str) -> bool:
    """Whether it corrects and does nothing else: no question, no symptom, nothing new."""
    other = text.rstrip().endswith("?") or read.names_a_symptom(text) or read.is_new(text)
    return corrections.begins_again(text) and not other


def _is_fresh(saved: dict[str, Any] | None, now: datetime) -> bool:
    return bool(saved) and now - datetime.fromisoformat(saved["at"]) <= CORRECTED_WITHIN


def correction(heard: Heard, tracker: Tracker) -> Said | None:
    """For an action outside a form: the form is opened again and speaks the summary itself."""
    found = reopened(heard, tracker)
    if found is None:
        return None
    step, zone = found
    changed = say(table("reports")["talk"]["correcting"], heard.language)
    form = ActiveLoop(f"{step.report.kind}_form")  # type: ignore[union-attr]  # it has one
    return Said([changed], [form, *events_of(step), *zone])


def events_of(step: Step) -> list[dict[str, Any]]:
    """The step as events: the report, and which question is open (None closes the form)."""
    report = step.report
    return [
        SlotSet("report", report.as_slot() if report else None),
        SlotSet(REQUESTED_SLOT, report.asking if report else None),
    ]
