"""Closes a form: stores what was confirmed and says what was stored, nothing else."""

from typing import Any, override

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from bot.actions import after, dialogue
from bot.actions.base import Heard, HearthlineAction, Said, clock_of
from bot.actions.dialogue import Report
from bot.actions.questions import Moment, when_words
from bot.actions.wording import say, table
from conversation import actions_api

EMPTY = [SlotSet("report", None), SlotSet("zone", None)]


class ActionCloseReport(HearthlineAction):
    """Runs when a form ends, by a confirmed report or by calling it off."""

    called = "action_close_report"

    @override
    def act(self, heard: Heard, tracker: Tracker) -> Said:
        report = Report.of(tracker.get_slot("report"))
        if report is None or not report.sent:
            return Said(events=list(EMPTY))
        clock = clock_of(tracker, heard)
        return Said([_stored(report, heard, clock)], [*EMPTY, after.keep(report, heard, clock)])


def _stored(report: Report, heard: Heard, clock: Moment) -> str:
    saves = table("reports")["forms"][report.kind]["saves"]
    save = actions_api.save_report if saves == "report" else actions_api.save_request
    fields = dialogue.fields_to_store(report)
    with actions_api.open_session() as session:
        row = save(
            session, heard.conversation_id, report.message_id, report.kind, fields, heard.now
        )
        if saves == "request" and report.again:
            row.details = fields  # a request is stored once; the patient has changed it since
        return _receipt(report, row, heard.language, clock)


def _receipt(report: Report, row: Any, language: str, clock: Moment) -> str:
    """What was stored, who was paged, by when it is due, and what the source says to tell.

    `row` is the stored report or request; a request has neither urgency nor due time.
    """
    talk, form = table("reports")["talk"], table("reports")["forms"][report.kind]
    how = "corrected" if report.again else "saved"
    parts = [say(talk[f"{how}_{form['saves']}"], language, id=row.id)]
    if getattr(row, "escalation_id", None) is not None:
        parts.append(say(talk["paged"], language))
    elif getattr(row, "due_at", None) is not None:
        parts.append(say(talk["due"], language, due=when_words(row.due_at, language, clock)))
    return " ".join([*parts, say(form["tell"], language)])
