"""Getting rows out of the house: each delivery once, whatever dies in between.

The intent is committed before the carrier is called. If we find an intent without an answer (the
process died, or the answer never came), we look the message up at the carrier before we send it
again: a patient's text must not arrive twice. A page prefers double over lost (TELEPHONY.md).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import requests
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client
from twilio.rest.api.v2010.account.call import CallInstance
from twilio.rest.api.v2010.account.message import MessageInstance

from escalation import page_failed
from records import Conversation, Database, Delivery, Escalation, Job, Page, Staff
from records.outbox import PAGE, hurry
from records.profile import PharmacyProfile
from telephony.statuses import advance, has_failed, meaning
from telephony.words import Links, page_text

log = logging.getLogger(__name__)

# Longer than the client's own time limit, so that nobody sends while another still may.
LEASE = timedelta(seconds=20)
MOST_ATTEMPTS = 8
LONGEST_BACKOFF_SECONDS = 60
# How far the carrier's clock may be behind ours when we look a message up.
CLOCK_SLACK = timedelta(seconds=5)
SECOND_TRY_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class Carrier:
    """What it takes to reach a phone: the client, our two numbers, where callbacks go."""

    client: Client
    patient_number: str
    nurse_number: str
    public_url: str
    links: Links

    def number(self, sender: str) -> str:
        """The number of ours that a delivery leaves from."""
        return self.nurse_number if sender == "nurse" else self.patient_number


@dataclass(frozen=True)
class Envelope:
    """A delivery as the carrier needs it, free of any session."""

    delivery_id: int
    channel: str
    lane: str
    to: str
    sender: str
    body: str
    page_id: int | None
    valid_seconds: int | None
    ring_seconds: int
    attempts: int
    created_at: datetime
    known_sids: frozenset[str]


class Unsent(Exception):
    """The carrier did not take it. `code` is its error code, `again` whether to try later."""

    def __init__(self, code: int | None, again: bool) -> None:
        """Only codes: no number, no words."""
        super().__init__(f"code {code}")
        self.code = code
        self.again = again


def deliver(
    database: Database, carrier: Carrier, delivery_id: int, clock: Callable[[], datetime]
) -> None:
    """Send one delivery if it is due and nobody else is at it; a durable job."""
    with database.write() as session:
        envelope = _claim(session, carrier, delivery_id, clock())
    if envelope is None:
        return
    try:
        sid, status = _hand_over(carrier, envelope)
    except Unsent as failure:
        with database.write() as session:
            _not_taken(session, envelope, failure, clock())
        return
    with database.write() as session:
        _taken(session, envelope, sid, status, clock())


def overdue(session: Session, now: datetime) -> list[Job]:
    """Deliveries that are due, or were claimed by a process that is gone."""
    due = select(Delivery.id).where(Delivery.status == "waiting", Delivery.not_before <= now)
    stuck = select(Delivery.id).where(Delivery.status == "posting", Delivery.lease_until <= now)
    ids = [*session.scalars(due.order_by(Delivery.id)), *session.scalars(stuck)]
    return [Job("deliver", f"sweep-deliver-{i}", (i,)) for i in ids]


def free_all(session: Session, now: datetime) -> None:
    """End all leases. Only for a start at which no other worker can be running."""
    session.execute(update(Delivery).where(Delivery.status == "posting").values(lease_until=now))


def _claim(session: Session, carrier: Carrier, delivery_id: int, now: datetime) -> Envelope | None:
    delivery = session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None or not _is_ours(delivery, now) or not _still_wanted(session, delivery):
        return None
    delivery.status = "posting"
    delivery.attempts += 1
    delivery.lease_until = now + LEASE
    return _envelope(session, carrier, delivery)


def _is_ours(delivery: Delivery, now: datetime) -> bool:
    if delivery.status == "posting":
        return delivery.lease_until is None or delivery.lease_until <= now
    return delivery.status == "waiting" and delivery.not_before <= now


def _still_wanted(session: Session, delivery: Delivery) -> bool:
    """A page of an accepted escalation, or a text to a number that opted out, stays here."""
    if delivery.page_id is not None:
        escalation = session.get_one(Escalation, delivery.escalation_id)
        if escalation.state != "open" and delivery.status == "waiting":
            delivery.status = "superseded"
            return False
    elif _opted_out(session, delivery):
        delivery.status = "blocked"
        return False
    return True


def _opted_out(session: Session, delivery: Delivery) -> bool:
    if delivery.message is None or delivery.staff_id is not None:
        return False
    conversation = session.get_one(Conversation, delivery.message.conversation_id)
    return conversation.opted_out_at is not None


def _envelope(session: Session, carrier: Carrier, delivery: Delivery) -> Envelope:
    profile: PharmacyProfile = session.info["profile"]
    ladder = profile.ladder("nurse_urgent")
    return Envelope(
        delivery_id=delivery.id,
        channel=delivery.channel,
        lane=delivery.lane,
        to=delivery.to_number,
        sender=delivery.sender,
        body=_body(session, carrier, delivery),
        page_id=delivery.page_id,
        valid_seconds=int(ladder.page_valid.total_seconds()) if delivery.page_id else None,
        ring_seconds=profile.raw["ladder"]["ring_seconds"],
        attempts=delivery.attempts,
        created_at=delivery.created_at,
        known_sids=_known_sids(session, delivery),
    )


def _known_sids(session: Session, delivery: Delivery) -> frozenset[str]:
    """What the carrier already took for this number: not to be found again by a look-up."""
    if delivery.attempts < 2:
        return frozenset()
    query = select(Delivery.provider_sid).where(
        Delivery.to_number == delivery.to_number, Delivery.provider_sid.is_not(None)
    )
    return frozenset(str(sid) for sid in session.scalars(query))


def _body(session: Session, carrier: Carrier, delivery: Delivery) -> str:
    if delivery.page_id is not None:
        page = session.get_one(Page, delivery.page_id)
        staff = session.get_one(Staff, page.staff_id)
        return page_text(page.escalation, staff, carrier.links)
    if delivery.body is not None:
        return delivery.body
    return delivery.message.body if delivery.message else ""


def _hand_over(carrier: Carrier, envelope: Envelope) -> tuple[str, str]:
    """Give it to the carrier; returns (sid, status). Raises Unsent."""
    try:
        if envelope.attempts > 1 and (found := _look_up(carrier, envelope)):
            return found
        return _call(carrier, envelope) if envelope.channel == "voice" else _text(carrier, envelope)
    except TwilioRestException as error:
        # 5xx leaves it open whether it was taken; the look-up before the next try decides.
        again = error.status >= 500 or error.status == 429 or bool(meaning(error.code).get("retry"))
        raise Unsent(error.code, again) from None
    except (TwilioException, requests.RequestException, OSError):
        raise Unsent(None, True) from None


def _text(carrier: Carrier, envelope: Envelope) -> tuple[str, str]:
    more = {"validity_period": envelope.valid_seconds} if envelope.valid_seconds else {}
    message = carrier.client.messages.create(
        to=envelope.to,
        from_=carrier.number(envelope.sender),
        body=envelope.body,
        status_callback=_callback(carrier, envelope, "sms"),
        **more,
    )
    return str(message.sid), str(message.status)


def _call(carrier: Carrier, envelope: Envelope) -> tuple[str, str]:
    call = carrier.client.calls.create(
        to=envelope.to,
        from_=carrier.number(envelope.sender),
        url=f"{carrier.public_url}/twilio/voice/page/{envelope.page_id}",
        method="POST",
        timeout=envelope.ring_seconds,
        status_callback=_callback(carrier, envelope, "voice"),
        status_callback_event=["initiated", "ringing", "answered", "completed"],
        status_callback_method="POST",
    )
    return str(call.sid), str(call.status)


def _callback(carrier: Carrier, envelope: Envelope, kind: str) -> str:
    """Names the delivery, so that a status which overtakes the carrier's answer finds its row."""
    return f"{carrier.public_url}/twilio/{kind}/status?delivery={envelope.delivery_id}"


def _look_up(carrier: Carrier, envelope: Envelope) -> tuple[str, str] | None:
    """The same delivery at the carrier, if an earlier attempt got there after all.

    If the look-up itself fails a page is sent anyway; any other text waits.
    """
    try:
        return _find(carrier, envelope)
    except (TwilioException, requests.RequestException, OSError):
        if envelope.lane == PAGE:
            return None
        raise


def _find(carrier: Carrier, envelope: Envelope) -> tuple[str, str] | None:
    since = envelope.created_at - CLOCK_SLACK
    both = {"to": envelope.to, "from_": carrier.number(envelope.sender)}
    found: list[CallInstance] | list[MessageInstance]
    if envelope.channel == "voice":
        found = carrier.client.calls.list(**both, start_time_after=since, limit=20)
    else:
        texts = carrier.client.messages.list(**both, date_sent_after=since, limit=50)
        found = [text for text in texts if text.body == envelope.body]
    ours = ((str(f.sid), str(f.status)) for f in found if f.sid not in envelope.known_sids)
    return next(ours, None)


def _taken(session: Session, envelope: Envelope, sid: str, status: str, now: datetime) -> None:
    delivery = session.get_one(Delivery, envelope.delivery_id)
    delivery.provider_sid, delivery.sent_at, delivery.lease_until = sid, now, None
    advance(delivery, status)
    log.info(
        "delivery_taken", extra={"delivery_id": delivery.id, "sid": sid, "lane": delivery.lane}
    )


def _not_taken(session: Session, envelope: Envelope, failure: Unsent, now: datetime) -> None:
    delivery = session.get_one(Delivery, envelope.delivery_id)
    delivery.error_code, delivery.lease_until = failure.code, None
    log.warning(
        "delivery_not_taken",
        extra={"delivery_id": delivery.id, "code": failure.code, "again": failure.again},
    )
    if failure.again and delivery.attempts < MOST_ATTEMPTS:
        delivery.status = "waiting"
        wait = min(0.5 * 2 ** (delivery.attempts - 1), LONGEST_BACKOFF_SECONDS)
        hurry(session, delivery, now, at=now + timedelta(seconds=wait))
        return
    advance(delivery, "failed")
    failed(session, delivery, now)


def failed(session: Session, delivery: Delivery, now: datetime) -> None:
    """Act on a delivery that did not reach its phone: the next channel or person for a page,
    another attempt for words to a patient or a nurse."""
    if not has_failed(delivery):
        return
    sense = meaning(delivery.error_code)
    if sense.get("alarm"):
        log.error("carrier_alarm", extra={"delivery_id": delivery.id, "code": delivery.error_code})
    if delivery.page_id is not None:
        page = session.get_one(Page, delivery.page_id)
        if page.outcome == "asked":
            page_failed(session, page, now)
    elif sense.get("blocked"):
        _mark_opted_out(session, delivery, now)
    elif sense.get("retry"):
        _once_more(session, delivery, now)


def _mark_opted_out(session: Session, delivery: Delivery, now: datetime) -> None:
    if delivery.message is not None and delivery.staff_id is None:
        conversation = session.get_one(Conversation, delivery.message.conversation_id)
        conversation.opted_out_at = conversation.opted_out_at or now


def _once_more(session: Session, delivery: Delivery, now: datetime) -> None:
    """A second delivery of the same words; its key sees to it that there is no third."""
    key = f"again-{delivery.key}"
    if delivery.key.startswith("again-"):
        return
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
    session.add(second)
    session.flush()
    hurry(session, second, now)


def hang_up(database: Database, carrier: Carrier, delivery_id: int) -> None:
    """End a call that still rings for a page that somebody else accepted; a durable job."""
    with database.read() as session:
        delivery = session.get(Delivery, delivery_id)
        sid = delivery.provider_sid if delivery else None
    if sid is None:
        return
    try:
        carrier.client.calls(sid).update(status="completed")
    except (TwilioException, requests.RequestException):
        log.info("hang_up_refused", extra={"delivery_id": delivery_id})
