"""Answers questions from approved text (answers.yml), the next delivery from the record."""

from datetime import datetime
from typing import Any, override

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from bot.actions.base import Heard, HearthlineAction, Said
from bot.actions.people import OFFER, ActionUnsure, SmallTalk, forget
from bot.actions.wording import say, small_talk, table
from conversation import actions_api

_DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "es": "lunes martes miercoles jueves viernes sabado domingo",
}


class ActionAnswer(SmallTalk):
    """One answer by the intent's name: ask_storage is the row `storage`."""

    called = "action_answer"

    @override
    def talk(self, heard: Heard, tracker: Tracker) -> Said:
        topic = heard.intent.removeprefix("ask_")
        row = table("answers").get(topic)
        if row is None:
            return ActionUnsure().act(heard, tracker)
        events = forget(tracker, "offered", "unsure", "last_answer")
        if "more" in row:
            events.append(SlotSet("last_answer", topic))
        if row.get("offers") == "human":
            events.append(OFFER)
        return Said([_fill(_text(row, heard), heard)], events)


class ActionMore(HearthlineAction):
    """The second part of the last answer."""

    called = "action_more"

    @override
    def act(self, heard: Heard, tracker: Tracker) -> Said:
        row = table("answers").get(tracker.get_slot("last_answer") or "", {})
        if "more" not in row:
            return Said([small_talk("no_more", heard.language)])
        return Said([_fill(row["more"], heard)], [SlotSet("last_answer", None)])


def _text(row: dict[str, Any], heard: Heard) -> dict[str, str]:
    """The row's wording; a row with a record part has two, by whether the record knows."""
    if "record" not in row:
        return dict(row)
    known = facts_of(heard).get(row["record"]) is not None
    return dict(row["known"] if known else row["not_known"])


def _fill(words: dict[str, str], heard: Heard) -> str:
    """Fill in the pharmacy's facts, and look into the record only when the text needs it."""
    text = words.get(heard.language) or words["en"]
    return say(words, heard.language, **(facts_of(heard) if "{" in text else {}))


def facts_of(heard: Heard) -> dict[str, Any]:
    """What an answer may name: the pharmacy's own facts, and the patient's next delivery."""
    with actions_api.open_session() as session:
        context = actions_api.patient_context(session, heard.conversation_id)
    pharmacy = context.pharmacy
    return {
        "pharmacy": pharmacy.name,
        "phone": pharmacy.phone,
        "address": pharmacy.address,
        "hours": pharmacy.hours_text(heard.language),
        "opens": _day_and_hour(pharmacy.opens_next(heard.now), heard.language),
        "delivery": _delivery(context, heard.language),
    }


def _delivery(context: Any, language: str) -> str | None:
    day = context.next_delivery
    if day is None:
        return None
    name = _DAYS[language].split()[day.weekday()]
    return f"{name} {day.month}/{day.day}{_window(context.next_delivery_window, language)}"


def _window(window: str | None, language: str) -> str:
    """The hours as the record has them, "9:00 to 12:00", in the patient's language."""
    between = f" {small_talk('between_hours', language)} "
    return f", {window.replace(' to ', between)}" if window else ""


def _day_and_hour(moment: datetime, language: str) -> str:
    name = _DAYS[language].split()[moment.weekday()]
    return f"{name} {moment.strftime('%I:%M %p').lstrip('0')}"
