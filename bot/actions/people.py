"""Actions that bring a person in, and the small talk around them."""

from abc import abstractmethod
from typing import Any, override

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from bot.actions import read
from bot.actions.after import correction
from bot.actions.base import Heard, HearthlineAction, Said
from bot.actions.wording import small_talk
from conversation import actions_api

OFFER = SlotSet("offered", "human")
OFFER_AFTER = 2  # messages in a row that we did not understand


def call_a_person(heard: Heard, reason: str) -> Said:
    """Open (or find) the escalation and stay silent: the escalation words its own first text."""
    with actions_api.open_session() as session:
        actions_api.escalate(
            session, heard.conversation_id, heard.message_id, reason, heard.now, words=heard.text
        )
    return Said(silent=True)


def forget(tracker: Tracker, *slots: str) -> list[dict[str, Any]]:
    """Events that empty those of the slots that hold something."""
    return [SlotSet(name, None) for name in slots if tracker.get_slot(name)]


class ActionEscalate(HearthlineAction):
    """The second net: Rasa's own classifier found a red flag."""

    called = "action_escalate"

    @override
    def act(self, heard: Heard, tracker: Tracker) -> Said:
        said = call_a_person(heard, "red_flag")
        said.events = forget(tracker, "offered", "unsure")
        return said


class ActionCallNurse(HearthlineAction):
    """The patient asked for a person."""

    called = "action_call_nurse"

    @override
    def act(self, heard: Heard, tracker: Tracker) -> Said:
        said = call_a_person(heard, "patient_asked")
        said.events = forget(tracker, "offered", "unsure")
        return said


class SmallTalk(HearthlineAction):
    """An answer to a message outside of a report, unless it corrects the report just saved."""

    @override
    def act(self, heard: Heard, tracker: Tracker) -> Said:
        return correction(heard, tracker) or self.talk(heard, tracker)

    @abstractmethod
    def talk(self, heard: Heard, tracker: Tracker) -> Said:
        """What to say when it corrects nothing."""


class ActionUnsure(SmallTalk):
    """Not understood: ask once, then offer a person."""

    called = "action_unsure"

    @override
    def talk(self, heard: Heard, tracker: Tracker) -> Said:
        times = (tracker.get_slot("unsure") or 0) + 1
        if times < OFFER_AFTER:
            return Said([small_talk("unsure", heard.language)], [SlotSet("unsure", times)])
        return Said([small_talk("unsure_again", heard.language)], [SlotSet("unsure", times), OFFER])


class ActionAffirm(HearthlineAction):
    """A yes means something only after an offer, and only when it really is a yes."""

    called = "action_affirm"

    @override
    def act(self, heard: Heard, tracker: Tracker) -> Said:
        if not read.is_yes(heard.text):
            return ActionUnsure().act(heard, tracker)
        if tracker.get_slot("offered") == "human":
            return ActionCallNurse().act(heard, tracker)
        return Said([small_talk("nothing_to_confirm", heard.language)], forget(tracker, "unsure"))


class ActionDeny(SmallTalk):
    """A no: whatever was offered is off the table."""

    called = "action_deny"

    @override
    def talk(self, heard: Heard, tracker: Tracker) -> Said:
        return Said([small_talk("all_right", heard.language)], forget(tracker, "offered", "unsure"))


class ActionCancel(SmallTalk):
    """Cancel outside a report."""

    called = "action_cancel"

    @override
    def talk(self, heard: Heard, tracker: Tracker) -> Said:
        return Said([small_talk("nothing_to_cancel", heard.language)])


class ActionStatus(SmallTalk):
    """A plain update: thanked for, never judged."""

    called = "action_status"

    @override
    def talk(self, heard: Heard, tracker: Tracker) -> Said:
        return Said([small_talk("status", heard.language)], forget(tracker, "unsure", "offered"))


class ActionAboutMe(SmallTalk):
    """Who answers here: a machine, and how to reach a nurse. Or an invitation to ask."""

    called = "action_about_me"

    @override
    def talk(self, heard: Heard, tracker: Tracker) -> Said:
        name = heard.intent if heard.intent in _ABOUT_ME else "who_are_you"
        return Said([small_talk(name, heard.language)], forget(tracker, "unsure", "offered"))


_ABOUT_ME = ("who_are_you", "has_question")
