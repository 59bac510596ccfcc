"""A person is asked for: by a key pressed on a call."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversation.identity import conversation_with
from escalation import Cause, open_escalation
from records import Message
from records.outbox import next_seq

# Stored in place of words, so that the nurse sees why she was asked.
CALLED = "(called, and was offered a nurse)"


def nurse_by_call(session: Session, caller: str, call_sid: str, now: datetime) -> tuple[str, bool]:
    """A caller asked for a nurse, or said nothing: page, or tell the nurse who has them already.

    Keyed by the call: the same call asks once. `caller` is E.164. Returns the caller's language,
    and whether a nurse had accepted before.
    """
    conversation = conversation_with(session, "sms", caller, now)
    sid = f"{call_sid}:nurse"
    if session.scalar(select(Message.id).where(Message.provider_sid == sid)) is None:
        message = Message(
            conversation_id=conversation.id,
            seq=next_seq(session, conversation),
            direction="in",
            author="patient",
            body=CALLED,
            provider_sid=sid,
            created_at=now,
        )
        session.add(message)
        session.flush()
        open_escalation(session, conversation, Cause(message, "patient_asked"), now)
    return conversation.language, conversation.handled_by == "nurse"
