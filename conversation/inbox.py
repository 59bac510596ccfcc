"""What happens to every message that reaches us: stored, screened and, if need be, paged for.

All in one transaction and before any bot sees it (DESIGN.md section 1): if the answer to the
carrier is 200, the message is safe and every sign of danger in it is already on its way to a nurse.
"""

import logging
from dataclasses import dataclass
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
from conversation.turns import has_waiting, wait_for_turn
from escalation import (
    Cause,
    in_open_emergency,
    not_closed,
    open_escalation,
    patient_says,
    rank,
    say_still_open,
)
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

# What a message is that the patient is being asked about: neither "none" nor a tier yet.
UNSURE = "unsure"


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


def _act_on(session: Session, conversation: Conversation, message: Message, now: datetime) -> None:
    word = keyword(message.body, conversation.opted_out_at is not None)
    if word is not None:
        keep_consent(session, conversation, message, word, now)
    check = checks.awaited(session, conversation)
    tier = _screen(session, conversation, message, check, now)
    if word in ASKS_FOR and tier == "none":
        reason, tier = ASKS_FOR[word]
        open_escalation(session, conversation, Cause(message, reason, tier, [], "gateway"), now)
    if check is not None:
        _answer(session, check, message, tier, now)
    elif tier != UNSURE:
        _pass_on(session, conversation, message, tier, word, now)


def _answer(
    session: Session, check: SafetyCheck, message: Message, tier: str, now: datetime
) -> None:
    """Take a message as the answer to a safety check. The message that was asked about goes on to
    the bot or the nurse, and so does the answer when it says more than yes or no."""
    outcome = _outcome(check, message, tier)
    checks.settle(session, check, outcome, now)
    settled = {"no": "none", "paged": tier}.get(outcome, check.tier)
    conversation = check.conversation
    _pass_on(session, conversation, check.message, settled, None, now)
    if outcome in ("paged", "unclear") or conversation.handled_by == "nurse":
        _pass_on(session, conversation, message, settled, keyword(message.body, False), now)


def _outcome(check: SafetyCheck, message: Message, tier: str) -> str:
    """What an answer comes to. One that was paged for at a lower tier than the one suspected, or
    that leaves the screen unsure again, is no answer to the question: unclear, which pages."""
    if tier == "none":
        return checks.read_answer(message.body)
    high_enough = tier != UNSURE and rank(tier) >= rank(check.tier)
    return "paged" if high_enough else "unclear"


def _pass_on(
    session: Session,
    conversation: Conversation,
    message: Message,
    tier: str,
    word: str | None,
    now: datetime,
) -> None:
    """Show the message to the nurse who has the conversation, or else give it to the bot."""
    if conversation.handled_by == "nurse":
        _show_nurse(session, conversation, message, now)
    elif tier == "none" and word is None and in_open_emergency(session, conversation):
        say_still_open(session, conversation, message, now)
    elif word is None and tier != "emergency_911":
        wait_for_turn(session, conversation, message)
    # Else nothing more is said: the carrier answers consent words itself, and after "call 911" no
    # form asks for a lot number (DOMAIN.md section 5).


def _show_nurse(
    session: Session, conversation: Conversation, message: Message, now: datetime
) -> None:
    """At once: a nurse's patient does not wait for the bot's hands. Only behind an older message
    that is still with the bot it takes its turn, so that words keep their order."""
    if has_waiting(session, conversation):
        wait_for_turn(session, conversation, message)
    else:
        patient_says(session, conversation, message, now)


def _screen(
    session: Session,
    conversation: Conversation,
    message: Message,
    check: SafetyCheck | None,
    now: datetime,
) -> str:
    """Screen a message, page for what was found, or ask; returns the tier, "none" or UNSURE."""
    found = _found(message, screening_profile(conversation.patient, now))
    codes = [flag.code for flag in found.flags]
    session.add(
        Screening(
            message_id=message.id,
            tier=found.tier,
            decision=found.decision,
            flags=codes,
            score=found.score,
            tables_version=found.version,
            created_at=now,
        )
    )
    if found.decision == "none":
        return "none"
    if found.decision == "ask":
        if check is not None:
            return UNSURE
        if _may_ask(session, conversation):
            checks.ask(session, conversation, message, found.tier, codes, now)
            return UNSURE
    open_escalation(session, conversation, Cause(message, "red_flag", found.tier, codes), now)
    return found.tier


def _may_ask(session: Session, conversation: Conversation) -> bool:
    """Whether a question would reach the patient and leave it to nobody else: with a nurse at it
    already, or a number that opted out, unsure means page."""
    return conversation.opted_out_at is None and not_closed(session, conversation) is None


def _found(message: Message, profile: screening.PatientProfile | None) -> screening.Screening:
    """What the screen says; if it breaks, a nurse looks: not screened is not harmless."""
    try:
        return screening.screen(message.body, profile)
    except Exception:
        log.exception("screening_failed", extra={"message_id": message.id})
        return screening.Screening(
            tier="nurse_urgent", flags=(), decision="page", score=1.0, version="not screened"
        )
