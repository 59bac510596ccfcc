"""Who is on call: overrides first, then the weekly shifts, in the pharmacy's time zone."""

import logging
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from records import OnCallShift, Override, Staff, profile_of

log = logging.getLogger(__name__)


def on_call(session: Session, duty: str, now: datetime) -> list[Staff]:
    """The people who have `duty` (nurse, backup, supervisor, pharmacist) at `now` (aware)."""
    return _by_override(session, duty, now) or _by_shift(session, duty, now)


def to_be_paged(session: Session, duty: str, now: datetime) -> list[Staff]:
    """As `on_call`, but never empty: nobody on call means the fallback person, loudly."""
    try:
        people = on_call(session, duty, now)
    except (ValueError, TypeError, AttributeError):
        # One row of the rota that makes no sense must not keep everybody from being paged.
        log.exception("rota_not_readable", extra={"duty": duty})
        people = []
    if people:
        return people
    log.error("nobody_on_call", extra={"duty": duty})
    return [fallback_person(session)]


def fallback_person(session: Session) -> Staff:
    """The profile's fallback person, as a member of staff."""
    facts = profile_of(session).fallback
    person = session.scalar(select(Staff).where(Staff.phone == facts["phone"]))
    if person is None:
        person = Staff(role="supervisor", active=True, **facts)
        session.add(person)
        session.flush()
    return person


def _by_override(session: Session, duty: str, now: datetime) -> list[Staff]:
    query = (
        select(Staff)
        .join(Override)
        .where(Override.duty == duty, Staff.active)
        .where(Override.starts_at <= now, Override.ends_at > now)
        .order_by(Override.id)
    )
    return list(session.scalars(query))


def _by_shift(session: Session, duty: str, now: datetime) -> list[Staff]:
    query = (
        select(OnCallShift)
        .join(OnCallShift.staff)
        .options(contains_eager(OnCallShift.staff))
        .where(OnCallShift.duty == duty, Staff.active)
    )
    local = now.astimezone(profile_of(session).zone).replace(tzinfo=None)
    shifts = session.scalars(query.order_by(OnCallShift.id))
    return list({s.staff_id: s.staff for s in shifts if _covers(s, local)}.values())


def _covers(shift: OnCallShift, local: datetime) -> bool:
    """Whether a weekly shift holds at a local wall-clock time; it may have begun yesterday."""
    return any(
        day.weekday() in shift.weekdays and _starts(shift, day) <= local < _ends(shift, day)
        for day in (local, local - timedelta(days=1))
    )


def _starts(shift: OnCallShift, day: datetime) -> datetime:
    return datetime.combine(day.date(), time.fromisoformat(shift.starts))


def _ends(shift: OnCallShift, day: datetime) -> datetime:
    ends = datetime.combine(day.date(), time.fromisoformat(shift.ends))
    return ends if ends > _starts(shift, day) else ends + timedelta(days=1)
