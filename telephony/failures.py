"""What did not get there: tried again, by another way, or said to somebody who can act."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from escalation import not_reached, nurse_not_reached, page_failed
from records import Conversation, Delivery, Escalation, Message, Page, lock_conversation
from records.outbox import URGENT, hurry, post
from telephony.carrier import Envelope, Unsent
from telephony.statuses import meaning

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 8
MOST_URGENT_ATTEMPTS = 240
LONGEST_BACKOFF_SECONDS = 60
SECOND_TRY_AFTER = timedelta(seconds=30)


def not_taken(session: Session, envelope: Envelope, failure: Unsent, now: datetime) -> None:
    """Note that the carrier did not take it: tried again later, or given up and acted on."""
    lock_for(session, Delivery.id == envelope.delivery_id)
    delivery = session.get_one(Delivery, envelope.delivery_id, populate_existing=True)
    if delivery.status != "posting":
        return  # it was taken after all: its news overtook the error
    delivery.error_code, delivery.lease_until = failure.code, None
    log.warning(
        "delivery_not_taken",
        extra={"delivery_id": delivery.id, "code": failure.code, "again": failure.again},
    )
    if failure.again and delivery.attempts < _most_attempts(delivery):
        delivery.status = "waiting"
        wait = min(0.5 * 2 ** (delivery.attempts - 1), LONGEST_BACKOFF_SECONDS)
        hurry(session, delivery, now, at=now + timedelta(seconds=wait))
        return
    log.error("delivery_given_up", extra={"delivery_id": delivery.id, "code": failure.code})
    delivery.status = "failed"
    failed(session, delivery, now)


def _most_attempts(delivery: Delivery) -> int:
    """Words in danger are tried for hours, a minute apart; a late reply helps nobody."""
    return MOST_URGENT_ATTEMPTS if delivery.lane in URGENT else MOST_ATTEMPTS


def lock_for(session: Session, which: ColumnElement[bool]) -> None:
    """Take the row of the conversation that a delivery belongs to, before the delivery's own."""
    of_escalation = select(Escalation.conversation_id).join(
        Delivery, Delivery.escalation_id == Escalation.id
    )
    of_message = select(Message.conversation_id).join(Delivery, Delivery.message_id == Message.id)
    found = session.scalar(of_escalation.where(which)) or session.scalar(of_message.where(which))
    lock_conversation(session, found)


def failed(session: Session, delivery: Delivery, now: datetime) -> None:
    """Act on a delivery that did not reach its phone: the next channel or person for a page,
    another attempt for words to a patient or a nurse, and the nurse is told if there is none.

    A page's call that ended without a pressed key counts too: that was a voicemail.
    """
    sense = meaning(delivery.error_code)
    if sense.get("alarm"):
        log.error("carrier_alarm", extra={"delivery_id": delivery.id, "code": delivery.error_code})
    if delivery.page_id is not None:
        page = session.get_one(Page, delivery.page_id)
        if page.outcome == "asked":
            page_failed(session, page, now)
        return
    if sense.get("blocked"):
        _mark_opted_out(session, delivery, now)
    if not (sense.get("retry") and _once_more(session, delivery, now)):
        _tell_nurse(session, delivery, now)


def _tell_nurse(session: Session, delivery: Delivery, now: datetime) -> None:
    """Words to a patient in somebody's care were lost: she has to phone. Words to her: the backup
    hears of it."""
    if delivery.lane not in URGENT:
        return
    if delivery.staff_id is not None and delivery.escalation_id is not None:
        escalation = session.get_one(Escalation, delivery.escalation_id)
        nurse_not_reached(session, escalation, now, key=f"nurse-lost-{delivery.id}")
        return
    if delivery.message is None:
        return
    conversation = session.get_one(Conversation, delivery.message.conversation_id)
    not_reached(session, conversation, now, key=f"not-reached-{delivery.id}")


def _mark_opted_out(session: Session, delivery: Delivery, now: datetime) -> None:
    if delivery.message is not None and delivery.staff_id is None:
        conversation = session.get_one(Conversation, delivery.message.conversation_id)
        conversation.opted_out_at = conversation.opted_out_at or now


def _once_more(session: Session, delivery: Delivery, now: datetime) -> bool:
    """A second delivery of the same words; its key sees to it that there is no third."""
    key = f"again-{delivery.key}"
    if delivery.key.startswith("again-"):
        return False
    copied = (
        "lane",
        "channel",
        "sender",
        "to_number",
        "body",
        "message_id",
        "escalation_id",
        "staff_id",
    )
    columns = {name: getattr(delivery, name) for name in copied}
    at = now + SECOND_TRY_AFTER
    second = Delivery(key=key, created_at=now, not_before=at, **columns)
    post(session, [second], now)
    return True
