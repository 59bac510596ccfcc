"""The hand-off in SBAR form (situation, background, assessment, recommendation)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from escalation import words
from records import Conversation, Escalation, Message, RedFlag, profile_of


def summarise(session: Session, escalation: Escalation) -> dict[str, Any]:
    """The SBAR of an escalation as a dict of lists of lines. Health information: console only."""
    conversation = escalation.conversation
    flags = list(session.scalars(select(RedFlag).where(RedFlag.escalation_id == escalation.id)))
    return {
        "situation": [_words(session, flag) for flag in flags],
        "background": _background(conversation),
        "assessment": [_assessment(flag) for flag in flags],
        "recommendation": [words.to_staff(f"protocol_{escalation.tier}", escalation)],
    }


def _words(session: Session, flag: RedFlag) -> str:
    message = session.get_one(Message, flag.message_id)
    at = message.created_at.astimezone(profile_of(session).zone)
    return f"{at:%a %b %d %H:%M %Z}: \u201c{message.body}\u201d"


def _background(conversation: Conversation) -> list[str]:
    patient = conversation.patient
    if patient is None:
        return [f"Number not on file: {conversation.address}"]
    facts = {
        "Patient": f"{patient.first_name} {patient.last_name}, born {patient.birth_date}",
        "Speaking": conversation.relation,
        "Phone": conversation.address,
        "Therapy": patient.therapy,
        "Drug": patient.drug,
        "Never stop the pump": "YES" if patient.never_stop else "no",
        "IV access": patient.access_type,
        "Language": conversation.language,
    }
    return [f"{name}: {value}" for name, value in facts.items() if value]


def _assessment(flag: RedFlag) -> str:
    found = ", ".join(flag.codes) or flag.reason
    return f"{found} ({flag.tier}, found by {flag.found_by})".replace("_", " ")
