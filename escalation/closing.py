"""Closing an escalation: a disposition and a note; the bot gets the conversation back."""

import tomllib
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from escalation import words
from records import (
    Conversation,
    Database,
    Escalation,
    FollowUp,
    Job,
    Staff,
    TakeOver,
    audit,
    enqueue,
    lock_conversation,
    profile_of,
)
from records.outbox import say, text_staff

_TABLE = tomllib.loads((Path(__file__).parent / "dispositions.toml").read_text(encoding="utf-8"))
DISPOSITIONS: dict[str, str] = {row["code"]: row["name"] for row in _TABLE["disposition"]}
BY_DIGIT: dict[str, str] = {str(row["digit"]): row["code"] for row in _TABLE["disposition"]}


def close(
    session: Session,
    escalation: Escalation,
    staff: Staff,
    disposition: str,
    note: str,
    now: datetime,
) -> None:
    """Close an acknowledged escalation.

    `disposition` is a code of dispositions.toml; `note` says what was done, and must not be
    empty. Raises ValueError for a bad disposition or note, PermissionError if it is not hers.
    """
    if disposition not in DISPOSITIONS:
        raise ValueError("unknown disposition")
    if not note.strip():
        raise ValueError("a note is needed")
    if escalation.state != "acknowledged" or escalation.nurse_id != staff.id:
        raise PermissionError("this escalation is not held by this member of staff")
    lock_conversation(session, escalation.conversation_id)
    escalation.state, escalation.closed_at = "closed", now
    escalation.disposition, escalation.note = disposition, note.strip()
    _give_back(session, escalation, now)
    _plan_follow_up(session, escalation, now)
    _tell_nurse(session, escalation, staff, now)
    audit(session, now, f"staff:{staff.id}", "escalation.closed", escalation, how=disposition)


def _give_back(session: Session, escalation: Escalation, now: datetime) -> None:
    conversation = escalation.conversation
    conversation.handled_by = "bot"
    conversation.bot_failures = 0
    session.execute(
        update(TakeOver).where(TakeOver.escalation_id == escalation.id).values(ended_at=now)
    )
    say(session, conversation, words.to_patient("closed", conversation), now)


def _tell_nurse(session: Session, escalation: Escalation, staff: Staff, now: datetime) -> None:
    name = DISPOSITIONS[str(escalation.disposition)]
    text = words.to_staff("staff_closed", escalation, disposition=name)
    text_staff(session, staff, text, now, key=f"closed-{escalation.id}", escalation=escalation)


def _plan_follow_up(session: Session, escalation: Escalation, now: datetime) -> None:
    if escalation.reason != "red_flag":
        return
    wait = profile_of(session).follow_up_after(escalation.tier)
    row = FollowUp(escalation_id=escalation.id, due_at=now + wait)
    session.add(row)
    session.flush()
    enqueue(session, "follow_up", row.id, key=f"follow-up-{row.id}", delay=wait)


def follow_up(database: Database, follow_up_id: int, now: datetime) -> None:
    """Ask the patient how things are, once, unless a nurse has the conversation; a durable job."""
    with database.write() as session:
        row = session.get(FollowUp, follow_up_id, with_for_update=True)
        if row is None or row.sent_at is not None:
            return
        row.sent_at = now
        escalation = session.get_one(Escalation, row.escalation_id)
        conversation = session.get_one(Conversation, escalation.conversation_id)
        if conversation.handled_by == "bot":
            say(session, conversation, words.to_patient("follow_up", conversation), now)


def overdue(session: Session, now: datetime) -> list[Job]:
    """Follow-ups that are due and not sent."""
    due = select(FollowUp).where(FollowUp.sent_at.is_(None), FollowUp.due_at <= now)
    return [
        Job("follow_up", f"sweep-follow-up-{row.id}", (row.id,)) for row in session.scalars(due)
    ]
