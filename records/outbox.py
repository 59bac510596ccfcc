"""Words that must leave the house: rows first, the carrier afterwards (telephony.sender)."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from records.models import Conversation, Delivery, Escalation, Message, Page, Staff
from records.work import enqueue

# Lanes, most urgent first (TELEPHONY.md): a lane says how a doubtful send is decided.
RED_FLAG, RELAY, PAGE, NOTICE, REPLY = "red_flag", "relay", "page", "notice", "reply"
URGENT = (RED_FLAG, RELAY, PAGE)


def next_seq(session: Session, conversation: Conversation) -> int:
    """The next message number, taken under the row lock so that numbers have no hole."""
    statement = (
        update(Conversation)
        .where(Conversation.id == conversation.id)
        .values(last_seq=Conversation.last_seq + 1)
        .returning(Conversation.last_seq)
        .execution_options(synchronize_session=False)
    )
    return int(session.execute(statement).scalar_one())


def say(
    session: Session,
    conversation: Conversation,
    body: str,
    now: datetime,
    *,
    lane: str = REPLY,
    author: str = "bot",
    staff: Staff | None = None,
    in_reply_to: Message | None = None,
) -> Message:
    """Store an outbound message and what gets it to the patient's phone. Returns the message."""
    message = Message(
        conversation_id=conversation.id,
        seq=next_seq(session, conversation),
        direction="out",
        author=author,
        staff_id=staff.id if staff else None,
        body=body,
        in_reply_to=in_reply_to.id if in_reply_to else None,
        created_at=now,
    )
    session.add(message)
    if conversation.channel == "sms":
        delivery = _delivery(
            now,
            key=f"message-{conversation.id}-{message.seq}",
            lane=lane,
            channel="sms",
            sender="patient",
            to_number=conversation.address,
            message=message,
        )
        post(session, [delivery], now)
    session.flush()
    return message


def text_staff(
    session: Session,
    staff: Staff,
    body: str,
    now: datetime,
    *,
    key: str,
    lane: str = NOTICE,
    escalation: Escalation | None = None,
    message: Message | None = None,
) -> Delivery:
    """Store a text to a member of staff, from the nurses' number. `key` makes it happen once."""
    delivery = _delivery(
        now,
        key=key,
        lane=lane,
        channel="sms",
        sender="nurse",
        to_number=staff.phone,
        body=body,
        staff_id=staff.id,
        escalation_id=escalation.id if escalation else None,
        message_id=message.id if message else None,
    )
    post(session, [delivery], now)
    return delivery


def page_delivery(page: Page, staff: Staff, now: datetime, not_before: datetime) -> Delivery:
    """The delivery of a page, not yet stored: a text or a call, not before `not_before`.

    It is worded when it leaves (telephony.words).
    """
    return _delivery(
        now,
        key=f"page-{page.escalation_id}-{page.step}-{staff.id}-{page.channel}",
        lane=PAGE,
        channel=page.channel,
        sender="nurse",
        to_number=staff.phone,
        staff_id=staff.id,
        page=page,
        escalation_id=page.escalation_id,
        not_before=not_before,
    )


def post(session: Session, deliveries: list[Delivery], now: datetime) -> None:
    """Store deliveries and what sends each of them in its time."""
    session.add_all(deliveries)
    session.flush()
    for delivery in deliveries:
        hurry(session, delivery, now)


def _delivery(now: datetime, **columns: object) -> Delivery:
    columns.setdefault("not_before", now)
    return Delivery(created_at=now, **columns)


def hurry(session: Session, delivery: Delivery, now: datetime, at: datetime | None = None) -> None:
    """(Re)enqueue a waiting delivery, for `at` if given, else for its own time."""
    if at is not None:
        delivery.not_before = at
    key = f"deliver-{delivery.id}-{delivery.not_before:%Y%m%d%H%M%S%f}"
    wait = delivery.not_before - now
    urgent = delivery.lane in URGENT
    enqueue(session, "deliver", delivery.id, key=key, delay=wait, urgent=urgent)
