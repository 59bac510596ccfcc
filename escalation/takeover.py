"""While a nurse has the conversation: her words reach the patient, his reach her."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from escalation import words
from records import Conversation, Escalation, Message, Staff, audit
from records.outbox import RELAY, say, text_staff


def held_by(session: Session, staff: Staff) -> list[Escalation]:
    """The escalations that this member of staff has accepted and not closed, oldest first."""
    query = (
        select(Escalation)
        .where(Escalation.nurse_id == staff.id, Escalation.state == "acknowledged")
        .order_by(Escalation.id)
    )
    return list(session.scalars(query))


def nurse_says(
    session: Session, escalation: Escalation, staff: Staff, body: str, now: datetime
) -> Message:
    """Send a nurse's words to the patient, from the pharmacy's number.

    Raises PermissionError if the escalation is not hers: a reply must not reach the wrong patient.
    """
    if escalation.state != "acknowledged" or escalation.nurse_id != staff.id:
        raise PermissionError("this escalation is not held by this member of staff")
    message = say(
        session, escalation.conversation, body, now, lane=RELAY, author="nurse", staff=staff
    )
    audit(session, now, f"staff:{staff.id}", "nurse.said", message)
    return message


def patient_says(
    session: Session, conversation: Conversation, message: Message, now: datetime
) -> bool:
    """Send a patient's words to the nurse who has the conversation; False if nobody has it."""
    escalation = session.scalar(
        select(Escalation).where(
            Escalation.conversation_id == conversation.id, Escalation.state == "acknowledged"
        )
    )
    if escalation is None or escalation.nurse is None:
        return False
    text = words.to_staff(
        "staff_relay", escalation, patient=_name(conversation), body=message.body or "(photo)"
    )
    text_staff(
        session,
        escalation.nurse,
        text,
        now,
        key=f"relay-{message.id}",
        lane=RELAY,
        escalation=escalation,
        message=message,
    )
    return True


def _name(conversation: Conversation) -> str:
    return conversation.patient.first_name if conversation.patient else "patient"
