"""What happens to every message that reaches us: stored, screened and, if need be, paged for.

All in one transaction and before any bot sees it (DESIGN.md section 1): if the answer to the
carrier is 200, the message is safe and every sign of danger in it is already on its way to a nurse.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import screening
from conversation import checks
from conversation.identity import conversation_with
from conversation.keywords import keep_consent, keyword
from conversation.patient_view import screening_profile
from conversation.recent import last_exchange
from conversation.turns import pass_on
from escalation import Cause, not_closed, open_escalation, rank
from records import Conversation, Message, SafetyCheck, Screening, race_guard
from records.outbox import next_seq

log = logging.getLogger(__name__)

# Keywords that reach a nurse: the reason and the tier. HELP is answered by the carrier as well,
# with its canned words; at two in the morning that is not an answer.
ASKS_FOR = {
    "nurse": ("patient_asked", "needs_person"),
    "help": ("patient_asked", "needs_person"),
    "emergency": ("red_flag", "emergency_911"),
}


@dataclass(frozen=True)
class Inbound:
    """One message as it reached us. `address` is the sender's number (E.164) or web session;
    `provider_sid` the carrier's id of it; `media` a list of {url, type}."""

    channel: str
    address: str
    body: str
    provider_sid: str
    media: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Received:
    """What became of an inbound message. `new` is False for one we had already."""

    message: Message
    new: bool


def receive(session: Session, inbound: Inbound, now: datetime) -> Received:
    """Store and screen one inbound message; open an escalation if it holds a red flag.

    Call it in one write transaction. A message that arrives twice has no second effect.
    """
    known = _known(session, inbound.provider_sid)
    if known is not None:
        return Received(known, new=False)
    conversation = conversation_with(session, inbound.channel, inbound.address, now)
    try:
        with race_guard(session):
            message = _store(session, conversation, inbound, now)
    except IntegrityError:
        # The same message through two processes at once: the other one has it.
        twin = _known(session, inbound.provider_sid)
        if twin is None:
            raise
        return Received(twin, new=False)
    _act_on(session, conversation, message, now)
    return Received(message, new=True)


def _known(session: Session, provider_sid: str) -> Message | None:
    return session.scalar(select(Message).where(Message.provider_sid == provider_sid))


def _store(
    session: Session, conversation: Conversation, inbound: Inbound, now: datetime
) -> Message:
    message = Message(
        conversation_id=conversation.id,
        seq=next_seq(session, conversation),
        direction="in",
        author="patient",
        body=inbound.body,
        media=list(inbound.media),
        provider_sid=inbound.provider_sid,
        created_at=now,
    )
    session.add(message)
    session.flush()
    return message


def _speak_as_they_do(conversation: Conversation, message: Message) -> None:
    """A number that is nobody's on file is answered in the language it writes: the first text too
    ("call 911") must be understood."""
    if conversation.patient is None:
        conversation.language = screening.language_of(message.body) or conversation.language


def _act_on(session: Session, conversation: Conversation, message: Message, now: datetime) -> None:
    _speak_as_they_do(conversation, message)
    word = keyword(message.body, conversation.opted_out_at is not None)
    if word is not None:
        keep_consent(session, conversation, message, word, now)
    check = checks.awaited(session, conversation)
    found = _screen(session, conversation, message, check, now)
    unsure = found.decision == "ask"
    if unsure and check is None and word not in ASKS_FOR and _may_ask(session, conversation):
        checks.ask(session, conversation, message, found.tier, _codes(found), now)
        return
    cause = _cause(message, word, found)
    tier = cause.tier if cause else "none"
    if check is not None:
        outcome = checks.answered(session, check, message, cause is not None, now)
        checks.settle(session, check, outcome, now)
        # What was just said about the check ("call 911") is the answer to this message too.
        tier = tier if outcome == "no" else max(tier, check.tier, key=_rank_or_none)
    if cause is not None:
        open_escalation(session, conversation, cause, now)
    answers = check is not None and checks.is_bare(message.body)
    if not answers or conversation.handled_by == "nurse":
        pass_on(session, conversation, message, tier, now, word)


def _cause(message: Message, word: str | None, found: screening.Screening) -> Cause | None:
    """Why this message needs a nurse, if it does: what was found in it or what its keyword asks
    for, whichever is more urgent. Here an unsure screen pages: nobody is asked any more."""
    codes = _codes(found)
    reason, tier = ASKS_FOR.get(word or "", (None, ""))
    if found.decision == "none":
        return Cause(message, reason, tier, [], "gateway") if reason else None
    if reason == "red_flag" and rank(tier) > rank(found.tier):
        return Cause(message, reason, tier, codes, "gateway")
    return Cause(message, "red_flag", found.tier, codes)


def _rank_or_none(tier: str) -> int:
    """How urgent a tier is; "none" is below all."""
    return -1 if tier == "none" else rank(tier)


def _codes(found: screening.Screening) -> list[str]:
    return [flag.code for flag in found.flags]


def _screen(
    session: Session,
    conversation: Conversation,
    message: Message,
    check: SafetyCheck | None,
    now: datetime,
) -> screening.Screening:
    """Screen a message beside the last exchange, and store what was found. The question of an
    awaited check is left out: its answer is read by the check."""
    before = last_exchange(session, conversation, now)
    if check is not None:
        before = replace(before, asked="")
    found = _found(message, screening_profile(conversation.patient, now), before)
    session.add(
        Screening(
            message_id=message.id,
            tier=found.tier,
            decision=found.decision,
            flags=_codes(found),
            score=found.score,
            tables_version=found.version,
            created_at=now,
        )
    )
    return found


def _may_ask(session: Session, conversation: Conversation) -> bool:
    """Whether a question would reach the patient and leave it to nobody else: with a nurse at it
    already, or a number that opted out, unsure means page."""
    return conversation.opted_out_at is None and not_closed(session, conversation) is None


def _found(
    message: Message, profile: screening.PatientProfile | None, before: screening.Before
) -> screening.Screening:
    """What the screen says; if it breaks, a nurse looks: not screened is not harmless."""
    try:
        return screening.screen(message.body, profile, before)
    except Exception:
        log.exception("screening_failed", extra={"message_id": message.id})
        return screening.Screening(
            tier="nurse_urgent", flags=(), decision="page", score=1.0, version="not screened"
        )
