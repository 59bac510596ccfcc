"""While a nurse has the conversation: her words reach the patient, his reach her."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from escalation import words
from escalation.oncall import to_be_paged
from records import Conversation, Delivery, Escalation, Message, Staff, audit
from records.outbox import RELAY, say, text_staff

# Twilio takes 1,600 characters; a number and a name go before the words.
LONGEST_PART = 1400


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
    escalation = _held(session, conversation)
    if escalation is None or escalation.nurse is None:
        return False
    for n, part in enumerate(_parts(message.body or "(photo)")):
        text = words.to_staff("staff_relay", escalation, patient=_name(conversation), body=part)
        text_staff(
            session,
            escalation.nurse,
            text,
            now,
            key=f"relay-{message.id}-{n}",
            lane=RELAY,
            escalation=escalation,
            message=message,
        )
    return True


def _parts(body: str) -> list[str]:
    """Words in pieces that fit a text with its number and name before it."""
    return [body[i : i + LONGEST_PART] for i in range(0, len(body), LONGEST_PART)]


def not_reached(session: Session, conversation: Conversation, now: datetime, *, key: str) -> None:
    """Tell the nurse who has the conversation that a text did not reach the patient."""
    escalation = _held(session, conversation)
    if escalation is not None and escalation.nurse is not None:
        text = words.to_staff("staff_not_reached", escalation)
        text_staff(session, escalation.nurse, text, now, key=key, escalation=escalation)


def nurse_not_reached(session: Session, escalation: Escalation, now: datetime, *, key: str) -> None:
    """Tell the backup that words for the nurse who has an escalation were lost."""
    if escalation.nurse is None or escalation.state != "acknowledged":
        return
    text = words.to_staff("staff_nurse_lost", escalation, nurse=escalation.nurse.first_name)
    for staff in to_be_paged(session, "backup", now):
        if staff.id != escalation.nurse_id:
            own = f"{key}-{staff.id}"
            text_staff(session, staff, text, now, key=own, escalation=escalation)


def cannot_be_texted(session: Session, escalation: Escalation) -> bool:
    """Whether words of this escalation's time did not reach the patient, or texting is refused."""
    if escalation.conversation.opted_out_at is not None:
        return True
    lost = (
        select(Delivery.id)
        .join(Message, Delivery.message_id == Message.id)
        .where(Message.conversation_id == escalation.conversation_id)
        .where(Delivery.staff_id.is_(None), Delivery.created_at >= escalation.opened_at)
        .where(Delivery.status.in_(("failed", "undelivered", "blocked")))
    )
    return session.scalar(lost.limit(1)) is not None


def _held(session: Session, conversation: Conversation) -> Escalation | None:
    return session.scalar(
        select(Escalation).where(
            Escalation.conversation_id == conversation.id, Escalation.state == "acknowledged"
        )
    )


def _name(conversation: Conversation) -> str:
    return conversation.patient.first_name if conversation.patient else "patient"
