"""Who there is: patients, the people who speak for them, the staff, and who is on call."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from records.models.base import Base


class Patient(Base):
    """A person with an IV line at home. `phone` is E.164; `language` is "en" or "es"."""

    __tablename__ = "patient"
    id: Mapped[int] = mapped_column(primary_key=True)
    first_name: Mapped[str]
    last_name: Mapped[str]
    birth_date: Mapped[date]
    phone: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str] = mapped_column(default="en")
    time_zone: Mapped[str]
    therapy: Mapped[str | None]
    drug: Mapped[str | None]
    never_stop: Mapped[bool] = mapped_column(default=False)
    access_type: Mapped[str | None]
    next_dose_due: Mapped[datetime | None]
    doses_on_hand: Mapped[int | None]
    address: Mapped[str | None]
    caregivers: Mapped[list["Caregiver"]] = relationship(back_populates="patient")


class Caregiver(Base):
    """A person who may speak for a patient from a number of their own."""

    __tablename__ = "caregiver"
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    name: Mapped[str]
    relation: Mapped[str]
    phone: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str] = mapped_column(default="en")
    patient: Mapped[Patient] = relationship(back_populates="caregivers")


class Staff(Base):
    """A nurse, pharmacist or supervisor who can be paged. `role` is what they do by trade."""

    __tablename__ = "staff"
    id: Mapped[int] = mapped_column(primary_key=True)
    first_name: Mapped[str]
    last_name: Mapped[str]
    role: Mapped[str]
    phone: Mapped[str] = mapped_column(unique=True)
    active: Mapped[bool] = mapped_column(default=True)


class OnCallShift(Base):
    """A weekly turn on call, in the pharmacy's time zone.

    `duty` is nurse, backup, supervisor or pharmacist; `weekdays` lists the days it starts on
    (0 = Monday); `starts` and `ends` are "HH:MM"; an end at or before the start is the next day.
    """

    __tablename__ = "on_call_shift"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    duty: Mapped[str] = mapped_column(index=True)
    weekdays: Mapped[list[Any]]
    starts: Mapped[str]
    ends: Mapped[str]
    staff: Mapped[Staff] = relationship()


class Override(Base):
    """Someone takes a duty from one moment to another, whatever the weekly shifts say."""

    __tablename__ = "override"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    duty: Mapped[str] = mapped_column(index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    staff: Mapped[Staff] = relationship()
