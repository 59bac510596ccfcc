"""Sample patients, staff and a rota, for the first run and tests. Loading twice adds nothing."""

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records.db import profile_of
from records.models import Caregiver, OnCallShift, Patient, Staff, SupplyDelivery

TABLE = tomllib.loads((Path(__file__).parent / "sample.toml").read_text(encoding="utf-8"))
EVERY_DAY = [0, 1, 2, 3, 4, 5, 6]


def load_sample(session: Session, now: datetime) -> bool:
    """Add the sample people to an empty record; False if there are people in it already."""
    if session.scalar(select(func.count(Patient.id))) or session.scalar(
        select(func.count(Staff.id))
    ):
        return False
    for row in TABLE["patient"]:
        _add_patient(session, dict(row), now)
    for row in TABLE["staff"]:
        _add_staff(session, dict(row))
    return True


def _add_patient(session: Session, row: dict[str, Any], now: datetime) -> None:
    caregivers = row.pop("caregiver", [])
    parcel_in, window = row.pop("next_parcel_in_days"), row.pop("next_parcel_window")
    due = now + timedelta(hours=row.pop("next_dose_in_hours"))
    patient = Patient(next_dose_due=due.replace(minute=0, second=0, microsecond=0), **row)
    patient.caregivers = [Caregiver(**caregiver) for caregiver in caregivers]
    session.add(patient)
    session.flush()
    today = now.astimezone(ZoneInfo(patient.time_zone)).date()
    day = _business_day(session, today + timedelta(days=parcel_in))
    session.add(SupplyDelivery(patient_id=patient.id, day=day, window=window))


def _business_day(session: Session, day: date) -> date:
    """That day, or the next one on which the pharmacy is open: nobody delivers on a Sunday."""
    profile = profile_of(session)
    while not profile.is_open_on(day):
        day += timedelta(days=1)
    return day


def _add_staff(session: Session, row: dict[str, Any]) -> None:
    duty = row.pop("duty")
    staff = Staff(**row)
    session.add(staff)
    session.flush()
    session.add(
        OnCallShift(staff_id=staff.id, duty=duty, weekdays=EVERY_DAY, starts="00:00", ends="00:00")
    )
