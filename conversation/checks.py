"""The safety check: a short question when the screen is unsure, and what its answer does.

Silence never lowers anything: only a clear "no" to the question lets the message go on to the bot.
Yes, an unclear answer, and no answer in time page at the tier that was suspected (DOMAIN.md
section 2, "when in doubt: page").
"""

import tomllib
import unicodedata
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversation.turns import wait_for_turn
from escalation import Cause, open_escalation
from records import (
    Conversation,
    Database,
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
_ANSWERS = _TABLE["answers"]
_QUESTIONS: dict[str, dict[str, str]] = {
    flag: row for row in _TABLE["question"] for flag in row["flags"]
}
_UNNAMED = _QUESTIONS["other_symptom"]
_WORDING = Wording(_FILE)
# How long the answer may take before a nurse is paged all the same (issue 3).
WAIT = timedelta(minutes=3)


def ask(
    session: Session,
    conversation: Conversation,
    message: Message,
    tier: str,
    codes: list[str],
    now: datetime,
) -> None:
    """Ask the patient whether what the screen suspects in this message is there now."""
    check = SafetyCheck(
        conversation_id=conversation.id,
        message_id=message.id,
        tier=tier,
        codes=codes,
        asked_at=now,
        due_at=now + WAIT,
    )
    session.add(check)
    session.flush()
    text = question(codes, conversation.language)
    say(session, conversation, text, now, lane=RED_FLAG, in_reply_to=message)
    audit(session, now, "screening", "check.asked", check, tier=tier)
    enqueue(session, "check_due", check.id, key=f"check-{check.id}", delay=WAIT, urgent=True)


def question(codes: list[str], language: str) -> str:
    """The question about the first of these flags, in the patient's language."""
    row = next((_QUESTIONS[code] for code in codes if code in _QUESTIONS), _UNNAMED)
    return row.get(language) or row["en"]


def awaited(session: Session, conversation: Conversation) -> SafetyCheck | None:
    """The check whose answer this conversation (locked by the caller) is waiting for."""
    return session.scalar(
        select(SafetyCheck).where(
            SafetyCheck.conversation_id == conversation.id, SafetyCheck.outcome.is_(None)
        )
    )


def read_answer(body: str) -> str:
    """Return "yes", "no" or "unclear" for an answer in which no sign of danger was found."""
    words = _plain(body)
    if words in _ANSWERS["yes"]:
        return "yes"
    if words in _ANSWERS["no"]:
        return "no"
    return "no" if _says_little_more_than_no(words) else "unclear"


def _plain(body: str) -> str:
    """Lower-case words without accents and marks: "Sí!" is "si"."""
    bare = unicodedata.normalize("NFKD", body.casefold()).replace("\u2019", "'").replace("'", "")
    kept = (c for c in bare if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in kept).split())


def _says_little_more_than_no(words: str) -> bool:
    first, _, rest = words.partition(" ")
    if first not in _ANSWERS["opens_no"] or len(rest.split()) > _ANSWERS["no_words_at_most"]:
        return False
    return not any(words.startswith(doubt.rstrip("*")) for doubt in _ANSWERS["doubts"])


def settle(session: Session, check: SafetyCheck, outcome: str, now: datetime) -> None:
    """Write down how a check ended; all but "no" page for the message that was asked about."""
    check.outcome, check.settled_at = outcome, now
    audit(session, now, "screening", f"check.{outcome}", check, tier=check.tier)
    if outcome == "no":
        text = _WORDING.text("said_no", check.conversation.language)
        say(session, check.conversation, text, now)
    elif outcome != "paged":
        cause = Cause(check.message, "red_flag", check.tier, list(check.codes))
        open_escalation(session, check.conversation, cause, now)
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
            if check.tier != "emergency_911":
                wait_for_turn(session, check.conversation, check.message)


def overdue(session: Session, now: datetime) -> list[Job]:
    """Checks whose time is over without an answer."""
    due = select(SafetyCheck.id).where(SafetyCheck.outcome.is_(None), SafetyCheck.due_at <= now)
    return [Job("check_due", f"sweep-check-{i}", (i,), urgent=True) for i in session.scalars(due)]
