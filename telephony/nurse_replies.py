"""What a member of staff texts us: accept, pass on, close, or words for her patient."""

import logging
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

import escalation
from conversation import keyword
from records import Escalation, Staff, StaffText
from records.outbox import NOTICE, text_staff
from telephony.words import WORDING

log = logging.getLogger(__name__)

COMMAND = re.compile(r"\s*#?(?P<number>\d{1,9})\s*(?P<letter>[ANan])[\s.!]*$")
CLOSE = re.compile(
    r"\s*#?(?P<number>\d{1,9})(?:c(?=\d?\b)|\s+c(?=\s*\d\b|\s*$))\s*"
    r"(?:(?P<digit>[1-8])\b[\s:,.-]*(?P<note>.*)|.*)$",
    re.S | re.I,
)
# Looks like a command that went wrong: never for a patient's eyes.
MISTYPED = re.compile(
    r"\s*(?:#?\d{1,9}\s*$|#?\d{1,9}[a-z]\w*\b.*"
    r"|(?:ac+ept(?:ed)?|closed?|declined?|pass(?:ed)?(?: on)?|take)\b(?:\s+#?\d+.*|\s*$)"
    r"|.*\btake\s+#?\d{1,9}\s*$)",
    re.S | re.I,
)
ADDRESSED = re.compile(r"\s*#?(?P<number>\d{1,9})\s+(?P<words>\S.*)$", re.S)
HELP = re.compile(r"\s*(?:#?(?P<number>\d{1,9})\s*)?\?\s*$")


@dataclass(frozen=True)
class StaffInbound:
    """A text from a member of staff, with the carrier's id of it."""

    body: str
    provider_sid: str


def handle(session: Session, staff: Staff, inbound: StaffInbound, now: datetime) -> None:
    """Act on a text from a member of staff, once; the answer goes to her phone."""
    known = select(StaffText.id).where(StaffText.provider_sid == inbound.provider_sid)
    if session.scalar(known):
        return
    row = StaffText(
        staff_id=staff.id,
        provider_sid=inbound.provider_sid,
        body=inbound.body,
        outcome="",
        created_at=now,
    )
    session.add(row)
    session.flush()
    answer = _act(session, staff, inbound.body, now)
    row.outcome = answer[0] if answer else "relayed"
    if answer:
        text_staff(
            session,
            staff,
            WORDING.text(answer[0], "en", **answer[1]),
            now,
            key=f"answer-{row.id}",
            lane=NOTICE,
        )


Answer = tuple[str, dict[str, object]] | None


def _act(session: Session, staff: Staff, body: str, now: datetime) -> Answer:
    """Do what the text says. Returns what to answer, or None if she is told in another way."""
    if keyword(body, opted_out=False) in ("opt_out", "help"):
        # The carrier acts on these words itself; they are never meant for a patient.
        log.error("staff_keyword", extra={"staff_id": staff.id})
        return None
    if found := HELP.match(body):
        return "nurse_help", {"number": found["number"] or _any_number(session, staff)}
    if found := COMMAND.match(body):
        return _command(session, staff, int(found["number"]), found["letter"].upper(), now)
    if found := CLOSE.match(body):
        return _close(session, staff, found, now)
    if MISTYPED.match(body):
        return "nurse_mistyped", {"number": _any_number(session, staff)}
    return _words(session, staff, body, now)


def _any_number(session: Session, staff: Staff) -> int:
    held = escalation.held_by(session, staff)
    return held[0].id if held else 42


def _command(session: Session, staff: Staff, number: int, letter: str, now: datetime) -> Answer:
    if letter == "N":
        result = escalation.decline(session, number, staff, now)
    else:
        result = escalation.accept(session, number, staff, "sms", now)
    return _told(result, number)


def _told(result: escalation.Answer, number: int) -> Answer:
    """What to answer to an attempt to accept or pass on; an acceptance is confirmed elsewhere."""
    facts: dict[str, object] = {"number": number}
    if result.outcome == "taken" and result.escalation and result.escalation.nurse:
        return "nurse_taken", facts | {"nurse": result.escalation.nurse.first_name}
    if result.outcome == "accepted":
        return None
    keys = {
        "declined": "nurse_declined",
        "yours": "nurse_yours",
        "closed": "nurse_over",
        "unknown": "nurse_unknown",
    }
    return keys[result.outcome], facts


def _close(session: Session, staff: Staff, found: re.Match[str], now: datetime) -> Answer:
    number = int(found["number"])
    held = _numbered(escalation.held_by(session, staff), number)
    if held is None:
        return "nurse_not_yours", {"number": number}
    try:
        how = escalation.BY_DIGIT.get(found["digit"] or "", "")
        escalation.close(session, held, staff, how, found["note"] or "", now)
    except ValueError:
        return "nurse_close_how", {"number": number}
    return None


def _words(session: Session, staff: Staff, body: str, now: datetime) -> Answer:
    """Words for the patient. With a number they go to that one; without, only if she has one."""
    if not body.strip():
        return "nurse_empty", {}
    held = escalation.held_by(session, staff)
    if found := ADDRESSED.match(body):
        number = int(found["number"])
        mine = _numbered(held, number)
        if mine is None:
            return _wrong_number(session, number)
        return _say(session, mine, staff, found["words"], now)
    if len(held) == 1:
        return _say(session, held[0], staff, body.strip(), now)
    if not held:
        return "nurse_none", {}
    numbers = [str(e.id) for e in held]
    return "nurse_which", {"numbers": ", ".join(numbers), "first": numbers[0]}


def _wrong_number(session: Session, number: int) -> Answer:
    exists = session.scalar(select(Escalation.id).where(Escalation.id == number))
    return ("nurse_not_yours" if exists else "nurse_unknown"), {"number": number}


def _say(session: Session, mine: Escalation, staff: Staff, words: str, now: datetime) -> Answer:
    escalation.nurse_says(session, mine, staff, words, now)
    return None


def _numbered(held: list[Escalation], number: int) -> Escalation | None:
    return next((e for e in held if e.id == number), None)
