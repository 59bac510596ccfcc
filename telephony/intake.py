"""A text that reached one of our numbers, by whichever way: to a nurse's commands or the inbox."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversation import Inbound, receive
from records import Message, Staff, StaffText
from telephony.nurse_replies import StaffInbound, handle


@dataclass(frozen=True)
class Text:
    """One inbound text. `sender` is E.164 where the carrier knows it; `media` as Inbound's."""

    sid: str
    sender: str
    body: str
    media: tuple[dict[str, Any], ...] = ()


def take(session: Session, text: Text, now: datetime) -> Message | None:
    """Act on a text once. Returns the stored message, or None for one of a member of staff."""
    staff = session.scalar(select(Staff).where(Staff.phone == text.sender, Staff.active))
    if staff is not None:
        handle(session, staff, StaffInbound(clean(text.body), text.sid), now)
        return None
    inbound = Inbound("sms", text.sender, clean(text.body), text.sid, text.media)
    return receive(session, inbound, now).message


def is_known(session: Session, sid: str) -> bool:
    """Whether we have this text already, from a patient or from a member of staff."""
    of_patient = select(Message.id).where(Message.provider_sid == sid)
    of_staff = select(StaffText.id).where(StaffText.provider_sid == sid)
    return session.scalar(of_patient) is not None or session.scalar(of_staff) is not None


def clean(text: str) -> str:
    """Text that both databases can hold: PostgreSQL refuses NUL, neither takes half characters."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
