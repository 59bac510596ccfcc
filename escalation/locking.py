"""Taking an escalation as it is now, with its conversation's row locked first."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from records import Escalation, lock_conversation


def locked(session: Session, escalation_id: int) -> Escalation | None:
    """The escalation, read after its conversation's row was taken; None if there is none."""
    query = select(Escalation.conversation_id).where(Escalation.id == escalation_id)
    lock_conversation(session, session.scalar(query))
    return session.get(Escalation, escalation_id, populate_existing=True)
