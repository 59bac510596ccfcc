"""What patients report and ask for: the seven events, supplies, parcels; and the audit trail."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.models.base import Base


class EventReport(Base):
    """One of the seven reportable events (DOMAIN.md section 3), with the urgency it was given.

    The common fields are columns; the event's own fields are in `details`. `urgency` is "tonight"
    or "next_business_day", `urgency_rule` the rule that decided it, `due_at` when staff must act.
    """

    __tablename__ = "event_report"
    __table_args__ = (UniqueConstraint("message_id", "kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    kind: Mapped[str]
    reporter_name: Mapped[str | None]
    reporter_relation: Mapped[str]
    callback_number: Mapped[str]
    patient_words: Mapped[str]
    happened_at: Mapped[datetime | None]
    drug: Mapped[str | None]
    next_dose_due: Mapped[datetime | None]
    doses_on_hand: Mapped[int | None]
    access_type: Mapped[str | None]
    new_symptoms: Mapped[str | None]
    photos: Mapped[list[Any]] = mapped_column(default=list)
    channel: Mapped[str]
    details: Mapped[dict[str, Any]]
    urgency: Mapped[str]
    urgency_rule: Mapped[str]
    due_at: Mapped[datetime]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    status: Mapped[str] = mapped_column(default="new")
    outcome: Mapped[str | None]
    escalation_id: Mapped[int | None] = mapped_column(ForeignKey("escalation.id"))
    created_at: Mapped[datetime]


class SupplyRequest(Base):
    """Supplies a patient asks for beyond the next parcel; staff decide."""

    __tablename__ = "supply_request"
    __table_args__ = (UniqueConstraint("message_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    details: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(default="new")
    created_at: Mapped[datetime]


class DeliveryChange(Base):
    """Another day, window, place or person for a parcel; asked for, never confirmed by the bot."""

    __tablename__ = "delivery_change"
    __table_args__ = (UniqueConstraint("message_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    details: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(default="new")
    created_at: Mapped[datetime]


class SupplyDelivery(Base):
    """A parcel on its way or planned. `day` is a date in the patient's time zone."""

    __tablename__ = "supply_delivery"
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    day: Mapped[date]
    window: Mapped[str | None]
    items: Mapped[list[Any]] = mapped_column(default=list)
    status: Mapped[str] = mapped_column(default="planned")


class AuditEntry(Base):
    """Who did or saw what, when. Append-only; `subject` is "table:id", never a person's words."""

    __tablename__ = "audit_entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Heartbeat(Base):
    """When a duty last ran to its end; /healthz and an outside monitor read it."""

    __tablename__ = "heartbeat"
    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
