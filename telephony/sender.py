"""Getting rows out of the house: each delivery once, whatever dies in between.

The intent is committed before the carrier is called. If we find an intent without an answer (the
process died, or the answer never came), we look the message up at the carrier before we send it
again: a patient's text must not arrive twice. A page prefers double over lost (TELEPHONY.md).
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from records import Database, Delivery, Job, Message, Page
from records.outbox import PAGE, RED_FLAG, RELAY, URGENT
from records.profile import PharmacyProfile
from telephony.carrier import Carrier, Envelope, Unsent, end_call, hand_over
from telephony.failures import not_taken
from telephony.words import page_text

log = logging.getLogger(__name__)

# Longer than the client's own time limit, so that nobody sends while another still may.
LEASE = timedelta(seconds=45)
ALL_AT_ONCE = (
    joinedload(Delivery.message).joinedload(Message.conversation),
    joinedload(Delivery.page).joinedload(Page.escalation),
    joinedload(Delivery.page).joinedload(Page.staff),
)


def deliver(
    database: Database, carrier: Carrier, delivery_id: int, clock: Callable[[], datetime]
) -> None:
    """Send one delivery if it is due and nobody else is at it, and then what waited behind it;
    a durable job."""
    following: int | None = delivery_id
    while following is not None:
        following = _deliver_one(database, carrier, following, clock)


def _deliver_one(
    database: Database, carrier: Carrier, delivery_id: int, clock: Callable[[], datetime]
) -> int | None:
    """Send one; returns the next one for the same phone, or None.

    What can be read is read before the claim: writers hold up every webhook (docs/decisions/0003).
    """
    with database.read() as session:
        envelope = _prepare(session, carrier, delivery_id, clock())
    if envelope is None:
        return None
    with database.write() as session:
        if not _claim(session, envelope, clock()):
            return None
    _send(database, carrier, envelope, clock)
    with database.read() as session:
        return _next_for(session, envelope.to, clock())


def _send(
    database: Database, carrier: Carrier, envelope: Envelope, clock: Callable[[], datetime]
) -> None:
    """Hand it over, and write down what became of it. No transaction is open meanwhile."""
    if envelope.useless:
        return
    try:
        sid, status = hand_over(carrier, envelope)
    except Unsent as failure:
        with database.write() as session:
            not_taken(session, envelope, failure, clock())
        return
    with database.write() as session:
        _taken(session, envelope, sid, status, clock())
    if envelope.channel == "voice" and _is_over(database, envelope):
        end_call(carrier, sid)


def _is_over(database: Database, envelope: Envelope) -> bool:
    """Whether somebody accepted while this call was being placed."""
    with database.read() as session:
        page = session.get(Page, envelope.page_id)
        return page is not None and page.escalation.state != "open"


def _next_for(session: Session, number: str, now: datetime) -> int | None:
    """The oldest text that is due for a phone. Pages wait for nobody, and nobody for them."""
    return session.scalar(
        select(Delivery.id)
        .where(Delivery.to_number == number, Delivery.page_id.is_(None))
        .where(Delivery.status == "waiting", Delivery.not_before <= now)
        .order_by(Delivery.id)
        .limit(1)
    )


def _must_wait(session: Session, delivery: Delivery, now: datetime) -> bool:
    """Whether an earlier text for the same phone is due or under way. Danger waits for nobody."""
    if delivery.lane in (PAGE, RED_FLAG) or delivery.status == "posting":
        return False
    # A person's words keep their order even while an earlier one is being tried again.
    counts = or_(Delivery.not_before <= now, Delivery.lane == RELAY)
    earlier = (
        select(Delivery.id)
        .where(Delivery.to_number == delivery.to_number, Delivery.page_id.is_(None))
        .where(Delivery.id < delivery.id, Delivery.status.in_(("waiting", "posting")))
        .where(counts if delivery.lane == RELAY else Delivery.not_before <= now)
    )
    return session.scalar(earlier.limit(1)) is not None


def overdue(session: Session, now: datetime, grace: timedelta) -> list[Job]:
    """Deliveries that are due, or were claimed by a process that is gone.

    One that was due when it was written has had its hint, and gets `grace` to be sent by it.
    """
    at_once = and_(Delivery.not_before <= Delivery.created_at, Delivery.not_before <= now - grace)
    timed = and_(Delivery.not_before > Delivery.created_at, Delivery.not_before <= now)
    due = and_(Delivery.status == "waiting", or_(at_once, timed))
    stuck = and_(Delivery.status == "posting", Delivery.lease_until <= now)
    rows = session.execute(
        select(Delivery.id, Delivery.lane).where(or_(due, stuck)).order_by(Delivery.id)
    )
    return [Job("deliver", f"sweep-deliver-{i}", (i,), urgent=lane in URGENT) for i, lane in rows]


def free_all(session: Session, now: datetime) -> None:
    """End all leases. Only for a start at which no other worker can be running."""
    session.execute(update(Delivery).where(Delivery.status == "posting").values(lease_until=now))


def _prepare(
    session: Session, carrier: Carrier, delivery_id: int, now: datetime
) -> Envelope | None:
    """The delivery as the carrier needs it; None if it is not due, not ours or not its turn."""
    delivery = session.get(Delivery, delivery_id, options=ALL_AT_ONCE)
    if delivery is None or not _is_ours(delivery, now) or _must_wait(session, delivery, now):
        return None
    return _envelope(session, carrier, delivery, _why_useless(session, delivery))


def _claim(session: Session, envelope: Envelope, now: datetime) -> bool:
    """Commit to this attempt, or to not sending at all; False if it is no longer as we read it."""
    intent = {"status": "posting", "attempts": envelope.attempts, "lease_until": now + LEASE}
    won = session.execute(
        update(Delivery)
        .where(Delivery.id == envelope.delivery_id, Delivery.attempts == envelope.attempts - 1)
        .where(Delivery.status.in_(("waiting", "posting")))
        .values({"status": envelope.useless} if envelope.useless else intent)
    )
    return bool(won.rowcount)  # type: ignore[attr-defined]


def _is_ours(delivery: Delivery, now: datetime) -> bool:
    if delivery.status == "posting":
        return delivery.lease_until is None or delivery.lease_until <= now
    return delivery.status == "waiting" and delivery.not_before <= now


def _why_useless(session: Session, delivery: Delivery) -> str | None:
    """A page of an accepted escalation is superseded; words for who opted out are blocked."""
    if delivery.page is not None:
        over = delivery.page.escalation.state != "open"
        return "superseded" if over or _is_outdated(session, delivery) else None
    return "blocked" if _opted_out(delivery) else None


def _is_outdated(session: Session, delivery: Delivery) -> bool:
    """Whether a page that had to be tried again was overtaken by a newer one to the same person."""
    if not delivery.attempts or delivery.page is None:
        return False
    page = delivery.page
    newer = select(Page.id).where(
        Page.escalation_id == page.escalation_id,
        Page.staff_id == page.staff_id,
        Page.channel == page.channel,
        Page.id > page.id,
    )
    return session.scalar(newer.limit(1)) is not None


def _opted_out(delivery: Delivery) -> bool:
    # Words in danger are sent all the same: the carrier's refusal is what makes the nurse phone.
    if delivery.message is None or delivery.staff_id is not None or delivery.lane in URGENT:
        return False
    return delivery.message.conversation.opted_out_at is not None


def _envelope(
    session: Session, carrier: Carrier, delivery: Delivery, useless: str | None
) -> Envelope:
    profile: PharmacyProfile = session.info["profile"]
    ladder = profile.ladder("nurse_urgent")
    return Envelope(
        delivery_id=delivery.id,
        channel=delivery.channel,
        lane=delivery.lane,
        to=delivery.to_number,
        sender=delivery.sender,
        body=_body(carrier, delivery),
        page_id=delivery.page_id,
        valid_seconds=int(ladder.page_valid.total_seconds()) if delivery.page_id else None,
        ring_seconds=profile.raw["ladder"]["ring_seconds"],
        attempts=delivery.attempts + 1,
        created_at=delivery.created_at,
        known_sids=_known_sids(session, delivery),
        useless=useless,
    )


def _known_sids(session: Session, delivery: Delivery) -> frozenset[str]:
    """What the carrier already took for this number: not to be found again by a look-up."""
    if not delivery.attempts:
        return frozenset()
    query = select(Delivery.provider_sid).where(
        Delivery.to_number == delivery.to_number,
        Delivery.provider_sid.is_not(None),
        Delivery.id != delivery.id,
    )
    return frozenset(str(sid) for sid in session.scalars(query))


def _body(carrier: Carrier, delivery: Delivery) -> str:
    if delivery.page is not None:
        return page_text(delivery.page.escalation, delivery.page.staff, carrier.links)
    if delivery.body is not None:
        return delivery.body
    return delivery.message.body if delivery.message else ""


def _taken(session: Session, envelope: Envelope, sid: str, status: str, now: datetime) -> None:
    """Note the carrier's id. Its news may have come before: the status only moves forward."""
    session.execute(
        update(Delivery)
        .where(Delivery.id == envelope.delivery_id)
        .values(
            provider_sid=func.coalesce(Delivery.provider_sid, sid),
            sent_at=now,
            lease_until=None,
            status=case((Delivery.status == "posting", status), else_=Delivery.status),
        )
    )
    log.info(
        "delivery_taken",
        extra={"delivery_id": envelope.delivery_id, "sid": sid, "lane": envelope.lane},
    )


def hang_up(database: Database, carrier: Carrier, delivery_id: int) -> None:
    """End a call that still rings for a page that somebody else accepted; a durable job."""
    with database.read() as session:
        delivery = session.get(Delivery, delivery_id)
        sid = delivery.provider_sid if delivery else None
    if sid is None:
        return
    if not end_call(carrier, sid):
        log.info("hang_up_refused", extra={"delivery_id": delivery_id})
