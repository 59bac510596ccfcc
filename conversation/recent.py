"""What was said lately in a conversation: the last exchange, for the screen to read beside."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from records import Conversation, Message, Screening
from screening import Before

# "It's worse now" goes on about what was told within a day; a question is answered within hours.
FLAGS_FOR = timedelta(hours=24)
QUESTION_FOR = timedelta(hours=4)


def last_exchange(session: Session, conversation: Conversation, now: datetime) -> Before:
    """Our last text to the patient, and the flags of the patient's own words of the last day."""
    return Before(
        asked=_asked(session, conversation, now), flags=_flags(session, conversation, now)
    )


def _asked(session: Session, conversation: Conversation, now: datetime) -> str:
    last = session.scalar(
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.direction == "out")
        .order_by(Message.seq.desc())
        .limit(1)
    )
    return last.body if last is not None and last.created_at >= now - QUESTION_FOR else ""


def _flags(session: Session, conversation: Conversation, now: datetime) -> tuple[str, ...]:
    found = session.scalars(
        select(Screening.flags)
        .join(Message, Message.id == Screening.message_id)
        .where(
            Message.conversation_id == conversation.id,
            Message.created_at >= now - FLAGS_FOR,
            Screening.decision != "none",
        )
    )
    return tuple(sorted({code for codes in found for code in codes}))
