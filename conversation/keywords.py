"""Keywords: consent, which the carrier acts on by itself so that we only keep our book in step,
and the one that reaches a nurse whatever else is down."""

import tomllib
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from records import Consent, Conversation, Message

_TABLE = tomllib.loads((Path(__file__).parent / "keywords.toml").read_text(encoding="utf-8"))
KEYWORDS: dict[str, str] = {word: kind for kind in _TABLE for word in _TABLE[kind]["words"]}
# The carrier knows nothing of these, so an exclamation mark changes nothing.
OWN_WORDS = {word: kind for word, kind in KEYWORDS.items() if kind in ("nurse", "emergency")}


def keyword(body: str, opted_out: bool) -> str | None:
    """opt_out, opt_in, help, nurse or emergency if the whole body is a keyword, in any case.

    Only who has opted out can opt in: for all others "yes" and "start" are ordinary words.
    Source: TELEPHONY.md (default opt-out acts on the whole trimmed body).
    """
    found = KEYWORDS.get(body.strip().upper()) or OWN_WORDS.get(_whole(body))
    return None if found == "opt_in" and not opted_out else found


def _whole(body: str) -> str:
    """A body as the table has it: trimmed, in capitals, no marks at its end."""
    return body.strip().rstrip("!.?").strip().upper().replace("\u2019", "'")


def keep_consent(
    session: Session, conversation: Conversation, message: Message, kind: str, now: datetime
) -> None:
    """Write down what the number agreed to. The carrier has already answered: we stay silent."""
    if kind not in ("opt_in", "opt_out"):
        return
    conversation.opted_out_at = now if kind == "opt_out" else None
    session.add(
        Consent(
            conversation_id=conversation.id,
            message_id=message.id,
            kind=kind,
            source="keyword",
            created_at=now,
        )
    )
