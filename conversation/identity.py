"""Whose number is this: a patient's own, a caregiver's, or nobody's we know."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from records import Caregiver, Conversation, Patient, profile_of, race_guard


def conversation_with(session: Session, channel: str, address: str, now: datetime) -> Conversation:
    """Find the conversation with a number (E.164) on a channel, or start it."""
    found = _find(session, channel, address)
    if found is not None:
        _look_again(session, found)
        return found
    try:
        with race_guard(session):
            return _begin(session, channel, address, now)
    except IntegrityError:
        # Two first messages at once on PostgreSQL: the other one began it.
        return _find(session, channel, address) or _begin(session, channel, address, now)


def _find(session: Session, channel: str, address: str) -> Conversation | None:
    query = select(Conversation).where(
        Conversation.channel == channel, Conversation.address == address
    )
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _look_again(session: Session, conversation: Conversation) -> None:
    """A number may have been put on file, or changed hands, since the last message.

    Another patient begins a talk of their own with the bot: what was said before is not theirs.
    """
    patient, relation, language = _who_is(session, conversation.address)
    if (patient.id if patient else None) == conversation.patient_id:
        return
    conversation.patient = patient
    conversation.relation, conversation.language = relation, language
    conversation.bot_session = str(uuid4())


def _begin(session: Session, channel: str, address: str, now: datetime) -> Conversation:
    patient, relation, language = _who_is(session, address)
    conversation = Conversation(
        channel=channel,
        address=address,
        patient_id=patient.id if patient else None,
        relation=relation,
        language=language,
        bot_session=str(uuid4()),
        started_at=now,
    )
    session.add(conversation)
    session.flush()
    return conversation


def _who_is(session: Session, phone: str) -> tuple[Patient | None, str, str]:
    """The patient a number speaks for, the speaker's relation, and the language to use."""
    patient = session.scalar(select(Patient).where(Patient.phone == phone))
    if patient is not None:
        return patient, "self", patient.language
    caregiver = session.scalar(select(Caregiver).where(Caregiver.phone == phone))
    if caregiver is not None:
        return caregiver.patient, caregiver.relation, caregiver.language
    return None, "unknown", str(profile_of(session).raw["languages"][0])
