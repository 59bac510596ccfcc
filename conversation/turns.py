"""Turns: one message at a time per conversation, oldest first, answered by the bot or a nurse."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from conversation.bot_client import Bot, BotReply, BotUnavailable
from escalation import (
    Cause,
    in_open_emergency,
    open_escalation,
    patient_says,
    say_still_open,
)
from records import Conversation, Database, Job, Message, RedFlag, enqueue, profile_of
from records.outbox import say
from records.wording import beside

log = logging.getLogger(__name__)

WORDING = beside(__file__, "wording.toml")
# Longer than the bot may take: a lease that ends too early lets two answers cross.
LEASE = timedelta(seconds=12)
# The first failure is told to the patient; the second in a row also asks a nurse.
FAILURES_BEFORE_NURSE = 2

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Question:
    """One waiting message as the bot needs it. `paged` tells that a nurse was paged for it."""

    sender: str
    text: str
    conversation_id: int
    message_id: int
    language: str
    paged: bool

    def metadata(self, now: datetime) -> dict[str, Any]:
        """What the custom actions are told: ids, language and the time; nothing about health."""
        return {
            "conversation_id": self.conversation_id,
            "message_id": self.message_id,
            "language": self.language,
            "now": now.isoformat(),
        }


def take_turns(database: Database, bot: Bot, conversation_id: int, clock: Clock) -> None:
    """Answer every waiting message of one conversation, oldest first; a durable job.

    Whoever comes second while another is at it leaves at once: the first one sees its message.
    """
    with database.write() as session:
        question = _begin(session, conversation_id, clock())
    while question is not None:
        reply = _ask(bot, question, clock())
        with database.write() as session:
            _answer(session, question, reply, clock())
            question = _next_question(session, conversation_id, clock())


def overdue(session: Session, now: datetime) -> list[Job]:
    """Conversations with a waiting message and nobody at it: the sweep's question to this room."""
    query = (
        select(Conversation.id)
        .join(Message, Message.conversation_id == Conversation.id)
        .where(Message.turn == "waiting", Message.created_at <= now, _is_free(now))
        .distinct()
    )
    return [Job("take_turns", f"sweep-turn-{c}", (c,)) for c in session.scalars(query)]


def free_all(session: Session) -> None:
    """Forget all leases. Only for a start at which no other worker can be running."""
    session.execute(update(Conversation).values(turn_until=None))


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(Conversation.turn_until.is_(None), Conversation.turn_until <= now)


def _begin(session: Session, conversation_id: int, now: datetime) -> Question | None:
    """Take the conversation's lease; None if somebody else has it, or nothing is waiting."""
    won = session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, _is_free(now))
        .values(turn_until=now + LEASE)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        return None
    return _next_question(session, conversation_id, now)


def _next_question(session: Session, conversation_id: int, now: datetime) -> Question | None:
    """The oldest message that the bot should answer, with the lease made longer.

    With nothing left the lease is given back in the same transaction: a message stored meanwhile
    is either seen here or finds the lease free. Messages for a nurse are shown to her on the way.
    """
    conversation = session.get_one(Conversation, conversation_id, populate_existing=True)
    for message in _waiting(session, conversation_id):
        if conversation.handled_by != "nurse":
            conversation.turn_until = now + LEASE
            return _question(session, conversation, message)
        _show_nurse(session, conversation, message, now)
    conversation.turn_until = None
    return None


def pass_on(
    session: Session,
    conversation: Conversation,
    message: Message,
    tier: str,
    now: datetime,
    word: str | None = None,
) -> None:
    """Show a message to the nurse who has the conversation, or else give it to the bot.

    `tier` is what was paged for, "none" if nothing; `word` is the keyword that the message is.
    """
    if conversation.handled_by == "nurse":
        _show_or_wait(session, conversation, message, now)
    elif tier == "none" and word is None and in_open_emergency(session, conversation):
        say_still_open(session, conversation, message, now)
    elif word is None and tier != "emergency_911":
        _wait_for_turn(session, conversation, message)
    # Else nothing more is said: the carrier answers consent words itself, and after "call 911" no
    # form asks for a lot number (DOMAIN.md section 5).


def _show_or_wait(
    session: Session, conversation: Conversation, message: Message, now: datetime
) -> None:
    """At once: a nurse's patient does not wait for the bot's hands. Only behind an older message
    that is still with the bot it takes its turn, so that words keep their order."""
    if _waiting(session, conversation.id):
        _wait_for_turn(session, conversation, message)
    else:
        patient_says(session, conversation, message, now)


def _wait_for_turn(session: Session, conversation: Conversation, message: Message) -> None:
    """Let a message wait for the bot, and the worker know of it."""
    message.turn = "waiting"
    enqueue(session, "take_turns", conversation.id, key=f"turn-{message.id}")


def _waiting(session: Session, conversation_id: int) -> list[Message]:
    query = (
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.turn == "waiting")
        .order_by(Message.seq)
    )
    return list(session.scalars(query))


def _question(session: Session, conversation: Conversation, message: Message) -> Question:
    paged = session.scalar(select(RedFlag.id).where(RedFlag.message_id == message.id))
    return Question(
        sender=conversation.bot_session,
        text=message.body,
        conversation_id=conversation.id,
        message_id=message.id,
        language=conversation.language,
        paged=paged is not None,
    )


def _ask(bot: Bot, question: Question, now: datetime) -> BotReply | None:
    """The bot's reply, or None if it has none. No transaction is open while we wait."""
    try:
        return bot.ask(
            question.sender, question.text, str(question.message_id), question.metadata(now)
        )
    except BotUnavailable as error:
        why = str(error)
    except Exception as error:  # whatever it was, the patient must not wait in silence
        why = type(error).__name__
    log.warning("bot_unavailable", extra={"message_id": question.message_id, "why": why})
    return None


def _answer(session: Session, question: Question, reply: BotReply | None, now: datetime) -> None:
    """Store what the bot said, unless a nurse took the conversation while it was thinking."""
    conversation = session.get_one(
        Conversation, question.conversation_id, populate_existing=True, with_for_update=True
    )
    message = session.get_one(Message, question.message_id)
    if message.turn != "waiting":
        return
    if conversation.handled_by == "nurse":
        _show_nurse(session, conversation, message, now)
        return
    message.turn = "done"
    if reply is None:
        _without_bot(session, conversation, message, question, now)
        return
    conversation.bot_failures = 0
    # Beside a page the bot may only go on with the report that the patient is giving.
    if reply.in_report or not question.paged:
        for text in reply.texts:
            say(session, conversation, text, now, in_reply_to=message)


def _without_bot(
    session: Session,
    conversation: Conversation,
    message: Message,
    question: Question,
    now: datetime,
) -> None:
    """Never silent: an honest sentence, and a nurse if it happens again in a row."""
    if question.paged:
        return
    conversation.bot_failures += 1
    if conversation.bot_failures >= FAILURES_BEFORE_NURSE:
        cause = Cause(message, "bot_unavailable", found_by="gateway")
        open_escalation(session, conversation, cause, now)
        return
    text = WORDING.text("no_answer", conversation.language, phone=profile_of(session).phone)
    say(session, conversation, text, now, in_reply_to=message)


def _show_nurse(
    session: Session, conversation: Conversation, message: Message, now: datetime
) -> None:
    patient_says(session, conversation, message, now)
    message.turn = "done"
