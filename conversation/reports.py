"""Storing what a patient reported or asked for, once per message, with its urgency."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversation.urgency import Facts, Urgency, urgency_of
from escalation import Cause, open_escalation
from records import (
    Conversation,
    DeliveryChange,
    EventReport,
    Message,
    SupplyRequest,
    audit,
    lock_conversation,
    profile_of,
)

EVENTS = (
    "wasted_dose",
    "medication_change",
    "therapy_complete",
    "access_removed_or_replaced",
    "hospital_admission",
    "supplies_low",
    "unused_supplies",
)

REQUESTS: dict[str, type[SupplyRequest] | type[DeliveryChange]] = {
    "supply_request": SupplyRequest,
    "delivery_change": DeliveryChange,
}

# Fields that are columns of every report; the rest are the event's own, kept in `details`.
COMMON = (
    "reporter_name",
    "callback_number",
    "patient_words",
    "happened_at",
    "drug",
    "next_dose_due",
    "doses_on_hand",
    "access_type",
    "new_symptoms",
)


def save_report(
    session: Session,
    conversation_id: int,
    message_id: int,
    kind: str,
    fields: dict[str, Any],
    now: datetime,
) -> EventReport:
    """Store a confirmed report; what cannot wait pages a person.

    The same report again has no second effect; confirmed anew with other details it is corrected.

    `fields`: names of COMMON and the event's own (DOMAIN.md section 3); times are aware datetimes
    or ISO strings. Raises ValueError for an unknown kind.
    """
    if kind not in EVENTS:
        raise ValueError("unknown kind of report")
    lock_conversation(session, conversation_id)
    conversation = session.get_one(Conversation, conversation_id)
    message = session.get_one(Message, message_id)
    whole = _with_record(fields, conversation)
    urgency = urgency_of(Facts(kind, whole, conversation.patient, profile_of(session), now))
    fresh = _row(conversation, message, kind, whole, urgency, now)
    known = session.scalar(
        select(EventReport).where(EventReport.message_id == message_id, EventReport.kind == kind)
    )
    if known is not None and not _corrected(known, fresh):
        return known
    report = known or fresh
    session.add(report)
    session.flush()
    if urgency.level == "tonight":
        cause = Cause(message, "report_needs_person", found_by="bot")
        report.escalation_id = open_escalation(session, conversation, cause, now).id
    audit(session, now, "bot", "report.stored", report, kind=kind, urgency=urgency.level)
    return report


def _corrected(known: EventReport, fresh: EventReport) -> bool:
    """Take over what was confirmed anew (after a turn that was lost); False if nothing differs."""
    names = [*COMMON, "details", "urgency", "urgency_rule"]
    changed = [name for name in names if getattr(known, name) != getattr(fresh, name)]
    for name in changed:
        setattr(known, name, getattr(fresh, name))
    if "urgency" in changed:
        known.due_at = fresh.due_at
    return bool(changed)


def save_request(
    session: Session,
    conversation_id: int,
    message_id: int,
    kind: str,
    fields: dict[str, Any],
    now: datetime,
) -> SupplyRequest | DeliveryChange:
    """Store a supply_request or delivery_change for staff to decide. Twice has no second effect."""
    known = _known_request(session, message_id, kind)
    if known is not None:
        return known
    conversation = session.get_one(Conversation, conversation_id)
    row = REQUESTS[kind](
        conversation_id=conversation.id,
        patient_id=conversation.patient_id,
        message_id=message_id,
        details=_plain(fields),
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _known_request(
    session: Session, message_id: int, kind: str
) -> SupplyRequest | DeliveryChange | None:
    if kind == "supply_request":
        return session.scalar(select(SupplyRequest).where(SupplyRequest.message_id == message_id))
    return session.scalar(select(DeliveryChange).where(DeliveryChange.message_id == message_id))


def _with_record(fields: dict[str, Any], conversation: Conversation) -> dict[str, Any]:
    """The report's fields, with the record's where the patient gave none."""
    patient = conversation.patient
    from_record = {
        "callback_number": conversation.address,
        "reporter_name": patient.first_name if patient else None,
        "drug": patient.drug if patient else None,
        "next_dose_due": patient.next_dose_due if patient else None,
        "access_type": patient.access_type if patient else None,
    }
    given = {name: _timed(name, value) for name, value in fields.items() if value is not None}
    return from_record | given


def _timed(name: str, value: Any) -> Any:
    if name in ("happened_at", "next_dose_due") and isinstance(value, str):
        return datetime.fromisoformat(value).astimezone(UTC)
    return value


def _row(
    conversation: Conversation,
    message: Message,
    kind: str,
    fields: dict[str, Any],
    urgency: Urgency,
    now: datetime,
) -> EventReport:
    common = {name: fields.get(name) for name in COMMON}
    common["patient_words"] = common["patient_words"] or message.body
    own = {name: value for name, value in fields.items() if name not in COMMON}
    return EventReport(
        conversation_id=conversation.id,
        patient_id=conversation.patient_id,
        message_id=message.id,
        kind=kind,
        reporter_relation=conversation.relation,
        channel=conversation.channel,
        details=_plain(own),
        photos=message.media,
        urgency=urgency.level,
        urgency_rule=urgency.rule,
        due_at=urgency.due_at,
        created_at=now,
        **common,
    )


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Values that JSON can hold: times become ISO text."""
    return {
        name: value.isoformat() if isinstance(value, (datetime, date)) else value
        for name, value in fields.items()
    }
