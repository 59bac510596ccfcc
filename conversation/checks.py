"""The safety check: a short question when the screen is unsure, and what its answer does.

Only a clear "no" to the question, in time, lets the message go on to the bot. Anything else, and
silence, pages at the tier that was suspected (DOMAIN.md section 2, "when in doubt: page").
"""

import tomllib
import unicodedata
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversation.turns import pass_on
from escalation import Cause, open_escalation
from records import (
    Conversation,
    Database,
    Delivery,
    Job,
    Message,
    SafetyCheck,
    audit,
    enqueue,
    lock_conversation,
)
from records.outbox import RED_FLAG, say
from records.wording import Wording

_FILE = Path(__file__).parent / "checks.toml"
_TABLE = tomllib.loads(_FILE.read_text(encoding="utf-8"))
_ANSWERS: dict[str, list[str]] = _TABLE["answers"]
_WORDING = Wording(_FILE)
_QUESTIONS = _TABLE["question"]
ROWS: dict[str, int] = {flag: at for at, row in enumerate(_QUESTIONS) for flag in row["flags"]}
_UNNAMED = "other_symptom"
# How long the answer may take before a nurse is paged all the same (issue 3).
WAIT = timedelta(minutes=3)
# Nobody reads a text and answers it sooner: words that come earlier were written before it.
SOONEST = timedelta(seconds=3)


def ask(
    session: Session,
    conversation: Conversation,
    message: Message,
    tier: str,
    codes: list[str],
    now: datetime,
) -> None:
    """Ask the patient whether what the screen suspects in this message is there now."""
    text = question(codes, conversation.language)
    asked = say(session, conversation, text, now, lane=RED_FLAG, in_reply_to=message)
    check = SafetyCheck(
        conversation_id=conversation.id,
        message_id=message.id,
        question_id=asked.id,
        tier=tier,
        codes=codes,
        asked_at=now,
        due_at=now + WAIT,
    )
    session.add(check)
    session.flush()
    audit(session, now, "screening", "check.asked", check, tier=tier)
    enqueue(session, "check_due", check.id, key=f"check-{check.id}", delay=WAIT, urgent=True)


def question(codes: list[str], language: str) -> str:
    """The question about these flags, in the patient's language; a general one if they differ."""
    rows = {ROWS[code] for code in codes if code in ROWS}
    row = _QUESTIONS[rows.pop() if len(rows) == 1 else ROWS[_UNNAMED]]
    return str(row.get(language) or row["en"])


def awaited(session: Session, conversation: Conversation) -> SafetyCheck | None:
    """The check whose answer this conversation (locked by the caller) is waiting for."""
    return session.scalar(
        select(SafetyCheck).where(
            SafetyCheck.conversation_id == conversation.id, SafetyCheck.outcome.is_(None)
        )
    )


def answered(
    session: Session, check: SafetyCheck, message: Message, paged: bool, now: datetime
) -> str:
    """What a message makes of an awaited check: its outcome. `paged`: it pages by itself."""
    if paged:
        return "paged"
    if now >= check.due_at:
        return "no_answer"
    answer = read_answer(message.body)
    return "unclear" if answer == "no" and not _is_heard(session, check, now) else answer


def _is_heard(session: Session, check: SafetyCheck, now: datetime) -> bool:
    """Whether a "no" can only mean our question: it was sent, nothing was said after it, and no
    nurse is talking."""
    later = select(Message.id).where(
        Message.conversation_id == check.conversation_id,
        Message.direction == "out",
        Message.id > check.question_id,
    )
    if check.conversation.handled_by == "nurse" or session.scalar(later.limit(1)):
        return False
    sent = check.asked_at
    delivery = session.scalar(select(Delivery).where(Delivery.message_id == check.question_id))
    if delivery is not None:
        if delivery.sent_at is None:
            return False
        sent = delivery.sent_at
    return now >= sent + SOONEST


def read_answer(body: str) -> str:
    """Return "yes", "no" or "unclear" for an answer in which no sign of danger was found."""
    words = _plain(body)
    if words in _ANSWERS["yes"]:
        return "yes"
    return "no" if words in _ANSWERS["whole_no"] or _is_no(words.split()) else "unclear"


def is_bare(body: str) -> bool:
    """Whether a message is an answer to the question and nothing more."""
    return read_answer(body) != "unclear"


def _plain(body: str) -> str:
    """Lower-case words without accents and marks: "Sí!" is "si"."""
    bare = unicodedata.normalize("NFKD", body.casefold()).replace("\u2019", "'").replace("'", "")
    kept = (c for c in bare if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in kept).split())


def _is_no(words: list[str]) -> bool:
    """Whether the words are a no and nothing that could mean more."""
    if " ".join(words) in _ANSWERS["closes_no"]:
        return True
    if not words or words[0] not in _ANSWERS["no"] or words[-1] in _ANSWERS["not_last"]:
        return False
    return all(word in _ANSWERS["after_no"] for word in words[1:])


def settle(session: Session, check: SafetyCheck, outcome: str, now: datetime) -> None:
    """Write down how a check ended; all but "no" page for the message that was asked about. Then
    that message goes on its way: to the nurse who has the conversation, or to the bot."""
    check.outcome, check.settled_at = outcome, now
    conversation, message = check.conversation, check.message
    audit(session, now, "screening", f"check.{outcome}", check, tier=check.tier)
    if outcome == "no":
        text = _WORDING.text("said_no", conversation.language)
        say(session, conversation, text, now)
    else:
        cause = Cause(message, "red_flag", check.tier, list(check.codes))
        open_escalation(session, conversation, cause, now)
    pass_on(session, conversation, message, "none" if outcome == "no" else check.tier, now)
    session.flush()


def check_due(database: Database, check_id: int, now: datetime) -> None:
    """Page for a check that nobody answered in time; a durable job."""
    with database.write() as session:
        check = session.get(SafetyCheck, check_id)
        if check is None:
            return
        lock_conversation(session, check.conversation_id)
        session.refresh(check)
        if check.outcome is None and check.due_at <= now:
            settle(session, check, "no_answer", now)


def overdue(session: Session, now: datetime) -> list[Job]:
    """Checks whose time is over without an answer."""
    due = select(SafetyCheck.id).where(SafetyCheck.outcome.is_(None), SafetyCheck.due_at <= now)
    return [Job("check_due", f"sweep-check-{i}", (i,), urgent=True) for i in session.scalars(due)]
