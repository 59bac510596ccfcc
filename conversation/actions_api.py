"""All that the bot's custom actions may do with the record: read a context, store, escalate."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from conversation import patient_view
from conversation.patient_view import PatientContext
from conversation.reports import save_report, save_request
from escalation import Cause, not_closed, open_escalation
from records import Conversation, Database, Escalation, Message

__all__ = [
    "PatientContext",
    "escalate",
    "now",
    "open_session",
    "patient_context",
    "save_report",
    "save_request",
    "use",
]

_house: dict[str, Database] = {}

# A danger that only the bot's model understood: a nurse looks, with the tier of "when in doubt".
MODEL_TIER = "nurse_urgent"


def use(database: Database) -> None:
    """Say which database the actions work on. The door of the actions process calls it once."""
    _house["database"] = database


@contextmanager
def open_session() -> Iterator[Session]:
    """One write transaction; commits on success. Raises KeyError before `use`."""
    with _house["database"].write() as session:
        yield session


def now() -> datetime:
    """The moment, aware UTC."""
    return datetime.now(UTC)


def patient_context(session: Session, conversation_id: int) -> PatientContext:
    """Who we talk with, as far as an action may know. Raises NoResultFound if unknown."""
    return patient_view.patient_context(session, conversation_id, now())


class Escalated:
    """An escalation as an action sees it: `id`, `state`, and whether it was there before."""

    def __init__(self, escalation: Escalation, already_open: bool) -> None:
        """Copy what outlives the session."""
        self.id = escalation.id
        self.state = escalation.state
        self.already_open = already_open


def escalate(
    session: Session,
    conversation_id: int,
    message_id: int,
    reason: str,
    now: datetime,
    words: str | None = None,
) -> Escalated:
    """Ask for a nurse through the one function that everything uses; idempotent by message.

    `reason` is one of escalation.REASONS. A message that was screened and paged for already joins
    its escalation without a word. `words` is not used: the stored message is what counts.
    """
    conversation = session.get_one(Conversation, conversation_id)
    message = session.get_one(Message, message_id)
    existing = not_closed(session, conversation)
    tier = MODEL_TIER if reason == "red_flag" else "needs_person"
    cause = Cause(message, reason, tier, found_by="bot")
    return Escalated(open_escalation(session, conversation, cause, now), existing is not None)
