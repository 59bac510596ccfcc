"""The audit trail: who did what, when. Entries are only ever added."""

from datetime import datetime

from sqlalchemy.orm import Session

from records.models import AuditEntry, Base


def audit(
    session: Session, now: datetime, actor: str, action: str, subject: Base, **details: str | int
) -> None:
    """Add an entry. `actor` is "staff:3", "patient:7" or a process; details are ids and codes,
    never a person's words or number."""
    name = f"{subject.__tablename__}:{getattr(subject, 'id', '?')}"
    session.add(AuditEntry(at=now, actor=actor, action=action, subject=name, details=details))
