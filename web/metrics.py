"""/metrics in Prometheus' format, counted from the tables at the time of asking."""

from datetime import datetime

from flask import Blueprint, Response, current_app
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records import Delivery, Escalation, EventReport, Heartbeat, Message, SafetyCheck, Screening

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Counts by status and the ages that matter. No patient is in here."""
    registry = CollectorRegistry()
    now = current_app.extensions["clock"]()
    with current_app.extensions["database"].read() as session:
        _counts(session, registry)
        _ages(session, registry, now)
    return Response(generate_latest(registry), mimetype=CONTENT_TYPE_LATEST)


def _counts(session: Session, registry: CollectorRegistry) -> None:
    tables = {
        "hearthline_messages": (Message, Message.direction),
        "hearthline_screenings": (Screening, Screening.tier),
        "hearthline_screening_decisions": (Screening, Screening.decision),
        "hearthline_safety_checks": (SafetyCheck, SafetyCheck.outcome),
        "hearthline_escalations": (Escalation, Escalation.state),
        "hearthline_deliveries": (Delivery, Delivery.status),
        "hearthline_reports": (EventReport, EventReport.urgency),
    }
    for name, (table, column) in tables.items():
        gauge = Gauge(name, f"{table.__name__} rows", [column.key], registry=registry)
        rows = session.execute(select(column, func.count()).group_by(column))
        for value, count in rows:
            gauge.labels("" if value is None else value).set(count)


def _ages(session: Session, registry: CollectorRegistry, now: datetime) -> None:
    oldest = {
        "hearthline_oldest_open_escalation_seconds": select(func.min(Escalation.opened_at)).where(
            Escalation.state == "open"
        ),
        "hearthline_oldest_waiting_delivery_seconds": select(func.min(Delivery.not_before)).where(
            Delivery.status == "waiting", Delivery.not_before <= now
        ),
        "hearthline_oldest_waiting_message_seconds": select(func.min(Message.created_at)).where(
            Message.turn == "waiting"
        ),
        "hearthline_oldest_overdue_check_seconds": select(func.min(SafetyCheck.due_at)).where(
            SafetyCheck.outcome.is_(None), SafetyCheck.due_at <= now
        ),
        "hearthline_last_sweep_seconds": select(Heartbeat.at).where(Heartbeat.name == "sweep"),
    }
    for name, query in oldest.items():
        at = session.scalar(query)
        age = (now - at).total_seconds() if at else 0
        Gauge(name, "age in seconds, 0 if there is none", registry=registry).set(max(age, 0))
