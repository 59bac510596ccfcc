"""Opening an escalation: one per conversation, whoever asks for it and however often."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from escalation import ladder, words
from escalation.oncall import to_be_paged
from escalation.summary import summarise
from records import (
    Conversation,
    Escalation,
    Message,
    RedFlag,
    audit,
    lock_conversation,
    profile_of,
)
from records.outbox import RED_FLAG, RELAY, say, text_staff

REASONS = ("red_flag", "patient_asked", "bot_unavailable", "report_needs_person")


@dataclass(frozen=True)
class Cause:
    """Why a nurse is asked: the message, the reason, and what was found by whom.

    `found_by` is "screening", "bot" or "gateway"; `codes` are the red flags of data/LABELS.md.
    """

    message: Message
    reason: str
    tier: str = "needs_person"
    codes: list[str] = field(default_factory=list)
    found_by: str = "screening"


def open_escalation(
    session: Session, conversation: Conversation, cause: Cause, now: datetime
) -> Escalation:
    """Open an escalation, or join the one that is not closed; store the first text; page.

    All of it in the caller's transaction: either a nurse is being asked and the patient is told
    so, or neither. The same cause given twice has no effect. Returns the escalation.
    """
    lock_conversation(session, conversation.id)
    existing = not_closed(session, conversation)
    if existing is not None:
        return _join(session, existing, cause, now)
    return _start(session, conversation, cause, now)


def not_closed(session: Session, conversation: Conversation) -> Escalation | None:
    """The one escalation of this conversation that is open or acknowledged."""
    return session.scalar(
        select(Escalation)
        .where(Escalation.conversation_id == conversation.id, Escalation.state != "closed")
        .with_for_update()
    )


def _start(session: Session, conversation: Conversation, cause: Cause, now: datetime) -> Escalation:
    """Open one. The conversation's lock lets nobody else do so in the same moment."""
    escalation = Escalation(
        conversation_id=conversation.id, reason=cause.reason, tier=cause.tier, opened_at=now
    )
    session.add(escalation)
    session.flush()
    _add_flag(session, escalation, cause, now)
    _say_first_text(session, escalation, cause, now)
    ladder.start(session, escalation, now)
    audit(session, now, cause.found_by, "escalation.opened", escalation, tier=escalation.tier)
    return escalation


def _join(session: Session, escalation: Escalation, cause: Cause, now: datetime) -> Escalation:
    """Add to an escalation under way. A higher tier is said, and paged, at once."""
    if not _add_flag(session, escalation, cause, now):
        return escalation
    if words.rank(cause.tier) > words.rank(escalation.tier):
        _raise_tier(session, escalation, cause, now)
    elif cause.reason == "red_flag":
        _answer_again(session, escalation, cause, now)
    elif cause.reason in ("patient_asked", "bot_unavailable"):
        _asked_again(session, escalation, cause, now)
    return escalation


def _asked_again(session: Session, escalation: Escalation, cause: Cause, now: datetime) -> None:
    """Whoever asks again is answered; a nurse who has accepted hears that she is asked for."""
    if escalation.nurse is None:
        say_still_open(session, escalation.conversation, cause.message, now)
        return
    text = words.to_staff("staff_asked_for", escalation)
    key = f"asked-{escalation.id}-{cause.message.id}"
    text_staff(session, escalation.nurse, text, now, key=key, lane=RELAY, escalation=escalation)


def _raise_tier(session: Session, escalation: Escalation, cause: Cause, now: datetime) -> None:
    escalation.tier = cause.tier
    escalation.summary = summarise(session, escalation)
    _say_first_text(session, escalation, cause, now)
    if escalation.state == "open":
        ladder.step_now(session, escalation, now)
    else:
        _tell_backup(session, escalation, cause, now)
    _tell_nurse(session, escalation, cause, now)
    audit(session, now, cause.found_by, "escalation.raised", escalation, tier=cause.tier)


def _answer_again(session: Session, escalation: Escalation, cause: Cause, now: datetime) -> None:
    """Another sign of the same tier. Danger of another kind has other first words (988, 911, the
    pump): they are said even over a nurse; the same danger is answered while nobody has accepted.
    """
    if cause.tier == "emergency_911" and (escalation.nurse or _is_unsaid(session, cause)):
        _say_first_text(session, escalation, cause, now)
    elif escalation.state == "open":
        say_still_open(session, escalation.conversation, cause.message, now)
    _tell_nurse(session, escalation, cause, now)


def _is_unsaid(session: Session, cause: Cause) -> bool:
    """Whether the first text of this cause has not been said in this conversation yet."""
    conversation = session.get_one(Conversation, cause.message.conversation_id)
    said = select(Message.id).where(
        Message.conversation_id == conversation.id,
        Message.direction == "out",
        Message.body == _first_text(session, conversation, cause),
    )
    return session.scalar(said.limit(1)) is None


def in_open_emergency(session: Session, conversation: Conversation) -> bool:
    """Whether this patient was told to call 911 and nobody has accepted yet: no time for a bot."""
    found = not_closed(session, conversation)
    return found is not None and found.state == "open" and found.tier == "emergency_911"


def say_still_open(
    session: Session, conversation: Conversation, message: Message, now: datetime
) -> None:
    """Answer what is not a sign of danger while an emergency is open: 911, and the truth."""
    text = words.to_patient("again_open", conversation)
    say(session, conversation, text, now, lane=RED_FLAG, in_reply_to=message)


def _tell_nurse(session: Session, escalation: Escalation, cause: Cause, now: datetime) -> None:
    if escalation.nurse is None:
        return
    text = words.to_staff("staff_raised", escalation)
    key = f"raised-{escalation.id}-{cause.message.id}-{cause.reason}"
    text_staff(session, escalation.nurse, text, now, key=key, lane=RELAY, escalation=escalation)


def _tell_backup(session: Session, escalation: Escalation, cause: Cause, now: datetime) -> None:
    """A higher tier after an acceptance: she may be asleep again, so the backup hears of it too."""
    if escalation.nurse is None:
        return
    nurse = escalation.nurse.first_name
    text = words.to_staff("staff_raised_elsewhere", escalation, nurse=nurse)
    for staff in to_be_paged(session, "backup", now):
        key = f"raised-{escalation.id}-{cause.message.id}-{staff.id}"
        text_staff(session, staff, text, now, key=key, lane=RELAY, escalation=escalation)


def _say_first_text(session: Session, escalation: Escalation, cause: Cause, now: datetime) -> None:
    conversation = escalation.conversation
    text = _first_text(session, conversation, cause)
    say(session, conversation, text, now, lane=RED_FLAG, in_reply_to=cause.message)


def _first_text(session: Session, conversation: Conversation, cause: Cause) -> str:
    phone = profile_of(session).phone
    return words.first_text(
        cause.reason, cause.tier, cause.codes, conversation.patient, conversation.language, phone
    )


def _add_flag(session: Session, escalation: Escalation, cause: Cause, now: datetime) -> bool:
    """Store the cause; False if this message was already counted for this reason."""
    known = select(RedFlag.id).where(
        RedFlag.message_id == cause.message.id, RedFlag.reason == cause.reason
    )
    if session.scalar(known):
        return False
    session.add(
        RedFlag(
            escalation_id=escalation.id,
            message_id=cause.message.id,
            reason=cause.reason,
            tier=cause.tier,
            codes=cause.codes,
            found_by=cause.found_by,
            created_at=now,
        )
    )
    session.flush()
    escalation.summary = summarise(session, escalation)
    return True
