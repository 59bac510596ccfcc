"""The record as plain JSON, for `hearthline export`. Columns as they are, relations by id."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.models import (
    Acknowledgement,
    AuditEntry,
    Base,
    Conversation,
    DeliveryChange,
    Escalation,
    EventReport,
    Message,
    Page,
    RedFlag,
    SafetyCheck,
    SupplyRequest,
)

# What is exported under each name, and the rows that belong inside: {field: (table, its column)}.
Inside = dict[str, tuple[type[Base], str]]
KINDS: dict[str, list[tuple[type[Base], Inside]]] = {
    "escalations": [
        (
            Escalation,
            {
                "red_flags": (RedFlag, "escalation_id"),
                "pages": (Page, "escalation_id"),
                "acknowledgement": (Acknowledgement, "escalation_id"),
            },
        )
    ],
    "reports": [(EventReport, {})],
    "requests": [(SupplyRequest, {}), (DeliveryChange, {})],
    "conversations": [
        (
            Conversation,
            {
                "messages": (Message, "conversation_id"),
                "safety_checks": (SafetyCheck, "conversation_id"),
            },
        )
    ],
    "audit": [(AuditEntry, {})],
}


def export(session: Session, kind: str) -> Iterator[dict[str, Any]]:
    """One dict a row, oldest first. `kind` is a key of KINDS; raises KeyError for another."""
    for table, inside in KINDS[kind]:
        for row in session.scalars(select(table).order_by(table.id)):  # type: ignore[attr-defined]
            yield _plain(row) | {
                name: _inside(session, other, column, row)
                for name, (other, column) in inside.items()
            }


def _inside(session: Session, table: type[Base], column: str, row: Any) -> list[dict[str, Any]]:
    query = select(table).where(getattr(table, column) == row.id)
    return [_plain(other) for other in session.scalars(query.order_by(table.id))]  # type: ignore[attr-defined]


def _plain(row: Base) -> dict[str, Any]:
    kind = {"type": row.__tablename__}
    columns = {c.key: getattr(row, c.key) for c in row.__table__.columns}
    return kind | {key: _value(value) for key, value in columns.items()}


def _value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (datetime, date)) else value
