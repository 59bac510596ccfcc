"""What a nurse was asked to do: escalations, pages, who took them, and how they ended."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from records.models.base import Base
from records.models.people import Staff
from records.models.talk import Conversation

NOT_CLOSED = text("state <> 'closed'")


class Escalation(Base):
    """A request that a nurse looks now: open -> acknowledged -> closed.

    At most one per conversation is not closed (a partial unique index decides the race). `steps`
    counts the ladder steps taken, `next_step_at` is when the next is due; `words_said` counts the
    times the patient was told that we are still trying, `next_word_at` is when that is due again.
    """

    __tablename__ = "escalation"
    __table_args__ = (
        Index(
            "uq_escalation_not_closed",
            "conversation_id",
            unique=True,
            sqlite_where=NOT_CLOSED,
            postgresql_where=NOT_CLOSED,
        ),
        Index("ix_escalation_state_next_step_at", "state", "next_step_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    reason: Mapped[str]
    tier: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    steps: Mapped[int] = mapped_column(default=0)
    next_step_at: Mapped[datetime | None]
    words_said: Mapped[int] = mapped_column(default=0)
    next_word_at: Mapped[datetime | None]
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    nurse_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    opened_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    disposition: Mapped[str | None]
    note: Mapped[str | None]
    conversation: Mapped[Conversation] = relationship()
    nurse: Mapped[Staff | None] = relationship()


class RedFlag(Base):
    """One finding that opened or joined an escalation. One per message and reason."""

    __tablename__ = "red_flag"
    __table_args__ = (UniqueConstraint("message_id", "reason"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    reason: Mapped[str]
    tier: Mapped[str]
    codes: Mapped[list[Any]] = mapped_column(default=list)
    found_by: Mapped[str]
    created_at: Mapped[datetime]


class Page(Base):
    """One person asked once for one escalation, by text or by call.

    `outcome` is asked, accepted, declined, failed or superseded. A delivered text or a completed
    call is not an acceptance.
    """

    __tablename__ = "page"
    __table_args__ = (UniqueConstraint("escalation_id", "step", "staff_id", "channel"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    step: Mapped[int]
    duty: Mapped[str]
    channel: Mapped[str]
    outcome: Mapped[str] = mapped_column(default="asked")
    created_at: Mapped[datetime]
    escalation: Mapped[Escalation] = relationship()
    staff: Mapped[Staff] = relationship()


class Acknowledgement(Base):
    """Who accepted an escalation, when and by which way (sms, voice, console)."""

    __tablename__ = "acknowledgement"
    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    via: Mapped[str]
    created_at: Mapped[datetime]


class TakeOver(Base):
    """A nurse holds a conversation: the bot is silent from `started_at` to `ended_at`."""

    __tablename__ = "take_over"
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class FollowUp(Base):
    """A text that asks how the patient is, due some hours after an escalation was closed."""

    __tablename__ = "follow_up"
    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), unique=True)
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class StaffText(Base):
    """A text that a member of staff sent us, kept so that a second arrival has no effect."""

    __tablename__ = "staff_text"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    provider_sid: Mapped[str] = mapped_column(unique=True)
    body: Mapped[str]
    outcome: Mapped[str]
    created_at: Mapped[datetime]
