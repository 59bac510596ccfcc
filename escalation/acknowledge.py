"""Accepting an escalation: one winner, decided by the database; everyone else hears who has it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from escalation import ladder, takeover, words
from escalation.locking import locked
from records import Acknowledgement, Escalation, Page, Staff, TakeOver, audit
from records.outbox import RELAY, say, text_staff


@dataclass(frozen=True)
class Answer:
    """What became of an attempt to accept: accepted, yours (already), taken, closed, unknown."""

    outcome: str
    escalation: Escalation | None = None


def accept(session: Session, escalation_id: int, staff: Staff, via: str, now: datetime) -> Answer:
    """Accept an escalation for `staff`, by `via` (sms, voice, console).

    The winner's conditional UPDATE also takes the conversation from the bot and tells the patient.
    """
    locked(session, escalation_id)
    won = session.execute(
        update(Escalation)
        .where(Escalation.id == escalation_id, Escalation.state == "open")
        .values(state="acknowledged", nurse_id=staff.id, acknowledged_at=now)
    )
    escalation = session.get(Escalation, escalation_id, populate_existing=True)
    if escalation is None:
        return Answer("unknown")
    if won.rowcount:  # type: ignore[attr-defined]
        _taken_over(session, escalation, staff, via, now)
        return Answer("accepted", escalation)
    return standing(escalation, staff.id)


def standing(escalation: Escalation, staff_id: int) -> Answer:
    """How an escalation that is no longer open stands, as seen by one member of staff."""
    if escalation.state == "closed":
        return Answer("closed", escalation)
    return Answer("yours" if escalation.nurse_id == staff_id else "taken", escalation)


def decline(session: Session, escalation_id: int, staff: Staff, now: datetime) -> Answer:
    """Pass an open escalation on: the next step of the ladder is taken at once."""
    escalation = locked(session, escalation_id)
    if escalation is None:
        return Answer("unknown")
    if escalation.state != "open":
        return standing(escalation, staff.id)
    session.execute(
        update(Page)
        .where(Page.escalation_id == escalation.id, Page.staff_id == staff.id)
        .where(Page.outcome == "asked")
        .values(outcome="declined")
    )
    ladder.step_now(session, escalation, now)
    audit(session, now, f"staff:{staff.id}", "escalation.declined", escalation)
    return Answer("declined", escalation)


def _taken_over(
    session: Session, escalation: Escalation, staff: Staff, via: str, now: datetime
) -> None:
    conversation = escalation.conversation
    conversation.handled_by = "nurse"
    session.add_all(
        [
            Acknowledgement(
                escalation_id=escalation.id, staff_id=staff.id, via=via, created_at=now
            ),
            TakeOver(
                conversation_id=conversation.id,
                escalation_id=escalation.id,
                staff_id=staff.id,
                started_at=now,
            ),
        ]
    )
    _mark_accepted(session, escalation, staff)
    _tell_the_others(session, escalation, staff, now)
    confirmed = words.to_staff("staff_accepted", escalation)
    key = f"accepted-{escalation.id}"
    text_staff(session, staff, confirmed, now, key=key, escalation=escalation)
    ladder.stop_paging(session, escalation, now)
    if takeover.cannot_be_texted(session, escalation):
        takeover.not_reached(session, conversation, now, key=f"cannot-text-{escalation.id}")
    role = words.role_name(staff.role, conversation)
    text = words.to_patient("accepted", conversation, nurse=staff.first_name, role=role)
    say(session, conversation, text, now, lane=RELAY)
    audit(session, now, f"staff:{staff.id}", "escalation.acknowledged", escalation, via=via)


def _mark_accepted(session: Session, escalation: Escalation, staff: Staff) -> None:
    session.execute(
        update(Page)
        .where(Page.escalation_id == escalation.id, Page.staff_id == staff.id)
        .where(Page.outcome == "asked")
        .values(outcome="accepted")
    )


def _tell_the_others(session: Session, escalation: Escalation, staff: Staff, now: datetime) -> None:
    """Everyone else who was asked hears who has it, once."""
    asked = (
        select(Staff)
        .join(Page, Page.staff_id == Staff.id)
        .where(Page.escalation_id == escalation.id, Staff.id != staff.id)
        .distinct()
    )
    for other in session.scalars(asked):
        text = words.to_staff("staff_taken", escalation, nurse=staff.first_name)
        key = f"taken-{escalation.id}-{other.id}"
        text_staff(session, other, text, now, key=key, escalation=escalation)
