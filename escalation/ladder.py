"""The ladder: who is asked next, after how long, round and round until someone accepts."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from escalation import words
from escalation.locking import locked
from escalation.oncall import to_be_paged
from records import (
    Database,
    Delivery,
    Escalation,
    Job,
    Page,
    Staff,
    audit,
    enqueue,
    profile_of,
)
from records.outbox import RED_FLAG, hurry, page_delivery, post, say
from records.profile import Ladder, Step

log = logging.getLogger(__name__)

# A call on its way to a phone: it may be hung up when somebody else has accepted.
RINGING = ("posting", "queued", "initiated", "ringing")
People = dict[int, tuple[Staff, str]]


def start(session: Session, escalation: Escalation, now: datetime) -> None:
    """Take the first step, and plan the times at which the patient hears the truth.

    In the same transaction, so the page needs no second turn; if that fails for any reason the
    message is still stored, and the step is left to the durable way.
    """
    try:
        with session.begin_nested():
            _take_step(session, escalation, now)
    except Exception:
        log.exception("first_step_failed", extra={"escalation_id": escalation.id})
        session.refresh(escalation)
        step_now(session, escalation, now)
    _plan_word(session, escalation, now)


def step_now(session: Session, escalation: Escalation, now: datetime) -> None:
    """Make the next step due at once, whatever was planned."""
    _plan_step(session, escalation, now, timedelta(0))


def page_step(database: Database, escalation_id: int, step: int, now: datetime) -> None:
    """Take ladder step number `step` (0 = first) of an open escalation; a durable job.

    Does nothing if the escalation was accepted, or the step was taken already.
    """
    with database.write() as session:
        escalation = locked(session, escalation_id)
        if escalation and escalation.state == "open" and escalation.steps == step:
            _take_step(session, escalation, now)


def still_trying(database: Database, escalation_id: int, said: int, now: datetime) -> None:
    """Tell the patient the truth while nobody has accepted; a durable job."""
    with database.write() as session:
        escalation = locked(session, escalation_id)
        if escalation and escalation.state == "open" and escalation.words_said == said:
            conversation = escalation.conversation
            phone = profile_of(session).phone
            text = words.to_patient("still_trying", conversation, phone=phone)
            say(session, conversation, text, now, lane=RED_FLAG)
            escalation.words_said += 1
            _plan_word(session, escalation, now)


def page_failed(session: Session, page: Page, now: datetime) -> None:
    """A page did not reach its person: the call at once after a failed text, else the next step."""
    page.outcome = "failed"
    escalation = page.escalation
    if escalation.state != "open":
        return
    call = _waiting_call(session, page)
    if call is not None:
        hurry(session, call, now, at=now)
    elif _last_hope(session, page) and _first_round(session, escalation):
        step_now(session, escalation, now)


def _first_round(session: Session, escalation: Escalation) -> bool:
    """Whether somebody has not been asked yet. Once everyone was, the planned times hold: if all
    phones fail at once, hurrying would only ring them in a circle."""
    return escalation.steps < len(profile_of(session).ladder(escalation.tier).steps)


def overdue(session: Session, now: datetime) -> list[Job]:
    """What should have happened by `now` and has not: the sweep's question to this room."""
    escalations = session.scalars(select(Escalation).where(Escalation.state == "open"))
    jobs = []
    for e in escalations:
        if e.next_step_at and e.next_step_at <= now:
            jobs.append(Job("page_step", f"sweep-step-{e.id}", (e.id, e.steps), urgent=True))
        if e.next_word_at and e.next_word_at <= now:
            jobs.append(Job("still_trying", f"sweep-word-{e.id}", (e.id, e.words_said)))
    return jobs


def _take_step(session: Session, escalation: Escalation, now: datetime) -> None:
    ladder = profile_of(session).ladder(escalation.tier)
    asked = _next_people(session, escalation, ladder, now)
    pages = [
        delivery
        for staff, duty in asked.values()
        for delivery in _pages(escalation, staff, duty, now, ladder)
    ]
    post(session, pages, now)
    taken = escalation.steps
    escalation.steps = taken + 1
    _plan_step(session, escalation, now, ladder.due(taken + 1) - ladder.due(taken))
    audit(session, now, "ladder", "escalation.step", escalation, step=taken)


def _next_people(session: Session, escalation: Escalation, ladder: Ladder, now: datetime) -> People:
    """Whom this step asks. Who passed on, or could not be reached, is left out for this round; a
    step with nobody left gives way to the next one, and a round with nobody left asks all again."""
    for _ in ladder.steps:
        people = _people(session, ladder.steps[escalation.steps % len(ladder.steps)], now)
        out = _out_of_round(session, escalation, ladder)
        if fresh := {i: person for i, person in people.items() if i not in out}:
            return fresh
        escalation.steps += 1
    return people


def _people(session: Session, step: Step, now: datetime) -> People:
    people: People = {}
    for duty in step.duties:
        for staff in to_be_paged(session, duty, now):
            people.setdefault(staff.id, (staff, duty))
    return people


def _out_of_round(session: Session, escalation: Escalation, ladder: Ladder) -> set[int]:
    """Who declined in this round, or could be reached neither by text nor by call."""
    began = escalation.steps - escalation.steps % len(ladder.steps)
    pages = list(
        session.scalars(select(Page).where(Page.escalation_id == escalation.id, Page.step >= began))
    )
    hopeful = {p.staff_id for p in pages if p.outcome != "failed"}
    declined = {p.staff_id for p in pages if p.outcome == "declined"}
    return declined | ({p.staff_id for p in pages} - hopeful)


def _pages(
    escalation: Escalation, staff: Staff, duty: str, now: datetime, ladder: Ladder
) -> list[Delivery]:
    """Ask one person by text now and by a call shortly after."""
    deliveries = []
    for channel, at in (("sms", now), ("voice", now + ladder.voice_after)):
        page = Page(
            escalation_id=escalation.id,
            staff_id=staff.id,
            step=escalation.steps,
            duty=duty,
            channel=channel,
            created_at=now,
        )
        deliveries.append(page_delivery(page, staff, now, at))
    return deliveries


def _plan_step(session: Session, escalation: Escalation, now: datetime, wait: timedelta) -> None:
    at = now + wait
    escalation.next_step_at = at
    key = f"step-{escalation.id}-{escalation.steps}-{at:%Y%m%d%H%M%S%f}"
    args = (escalation.id, escalation.steps)
    enqueue(session, "page_step", *args, key=key, delay=wait, urgent=True)


def _plan_word(session: Session, escalation: Escalation, now: datetime) -> None:
    times = profile_of(session).still_trying
    if escalation.words_said >= len(times):
        escalation.next_word_at = None
        return
    at = escalation.opened_at + times[escalation.words_said]
    escalation.next_word_at = at
    key = f"word-{escalation.id}-{escalation.words_said}"
    enqueue(session, "still_trying", escalation.id, escalation.words_said, key=key, delay=at - now)


def _waiting_call(session: Session, page: Page) -> Delivery | None:
    query = (
        select(Delivery)
        .join(Page, Delivery.page_id == Page.id)
        .where(Page.escalation_id == page.escalation_id, Page.step == page.step)
        .where(Page.staff_id == page.staff_id, Page.channel == "voice")
        .where(Delivery.status == "waiting")
    )
    return session.scalar(query)


def _last_hope(session: Session, page: Page) -> bool:
    """Whether nobody else of the newest step is still being asked by a call.

    An unanswered call ends a step even if texts of it lie unread; an older step's end changes
    nothing.
    """
    if page.step != page.escalation.steps - 1:
        return False
    still = select(Page.id).where(
        Page.escalation_id == page.escalation_id,
        Page.step == page.step,
        Page.channel == "voice",
        Page.outcome == "asked",
    )
    return session.scalar(still) is None


def stop_paging(session: Session, escalation: Escalation, now: datetime) -> None:
    """Stop every page of an escalation: unsent ones are superseded, ringing calls hang up."""
    escalation.next_step_at = None
    escalation.next_word_at = None
    session.execute(
        update(Page)
        .where(Page.escalation_id == escalation.id, Page.outcome == "asked")
        .values(outcome="superseded")
    )
    pages = and_(Delivery.escalation_id == escalation.id, Delivery.page_id.is_not(None))
    session.execute(
        update(Delivery).where(pages, Delivery.status == "waiting").values(status="superseded")
    )
    ringing = select(Delivery.id).where(
        pages, Delivery.channel == "voice", Delivery.status.in_(RINGING)
    )
    for delivery_id in session.scalars(ringing):
        key = f"hang-up-{delivery_id}"
        enqueue(session, "hang_up", delivery_id, key=key, in_rows=False)
