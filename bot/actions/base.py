"""What every custom action shares: who wrote, when, in which language; and how it may fail."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.questions import Moment
from bot.actions.wording import LANGUAGES
from conversation import actions_api

logger = logging.getLogger(__name__)

SILENT = {"silent": True}  # the channel's list must not be empty: the gateway takes that as failure


class ActionFailed(Exception):
    """An action could not do its work. Carries its name only, never a patient's words."""


@dataclass(frozen=True)
class Heard:
    """One message as an action sees it. `message_id` and `conversation_id` are our database's."""

    conversation_id: int
    message_id: int
    language: str
    now: datetime
    text: str
    intent: str

    @classmethod
    def of(cls, tracker: Tracker) -> "Heard":
        """Read it from the tracker's latest message; KeyError without the gateway's metadata."""
        latest = tracker.latest_message
        about = latest["metadata"]
        language = about.get("language")
        return cls(
            conversation_id=int(about["conversation_id"]),
            message_id=int(about["message_id"]),
            language=language if language in LANGUAGES else "en",
            now=datetime.fromisoformat(about["now"]) if "now" in about else actions_api.now(),
            text=latest.get("text") or "",
            intent=(latest.get("intent") or {}).get("name") or "",
        )


def clock_of(tracker: Tracker, heard: Heard) -> Moment:
    """The patient's clock; the time zone is kept from the opening of a form on."""
    return Moment(heard.now, ZoneInfo(tracker.get_slot("zone") or "UTC"))


@dataclass
class Said:
    """What an action says and what it leaves behind in the tracker."""

    texts: list[str] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    silent: bool = False


class HearthlineAction(Action, ABC):  # type: ignore[misc]  # rasa_sdk has no types
    """Runs `act` off the server's event loop; a failure leaves no words in logs or answers.

    `called` is the action's name in domain.yml.
    """

    called = ""

    def name(self) -> str:
        """For rasa_sdk."""
        return self.called

    @abstractmethod
    def act(self, heard: Heard, tracker: Tracker) -> Said:
        """Do the work; may use the database."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Rasa's entry: speak what `act` says, return its events. Raises ActionFailed."""
        said = await guarded(self.name(), tracker, self.act)
        for text in said.texts:
            dispatcher.utter_message(text=text)
        if said.silent:
            dispatcher.utter_message(json_message=SILENT)
        return said.events


async def guarded(name: str, tracker: Tracker, work: Callable[[Heard, Tracker], Said]) -> Said:
    """Run `work` in a thread. Any error becomes an ActionFailed without text: the turn comes back
    empty, and the gateway's own sentence (911 and the telephone number) speaks."""
    try:
        return await asyncio.to_thread(work, Heard.of(tracker), tracker)
    except Exception as problem:
        about = (tracker.latest_message or {}).get("metadata") or {}
        kind = type(problem).__name__
        logger.error("%s failed, message %s: %s", name, about.get("message_id"), kind)
        raise ActionFailed(name) from None
