"""What was said: conversations, messages, what was found in them, and how each left the house."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from records.models.base import Base
from records.models.people import Patient

if TYPE_CHECKING:
    from records.models.care import Page


class Conversation(Base):
    """All messages with one number on one channel. `handled_by` alone decides who answers.

    `bot_session` is the opaque name Rasa knows the conversation by; `turn_until` is the lease of
    whoever is answering right now, so that one conversation takes one message at a time.
    """

    __tablename__ = "conversation"
    __table_args__ = (UniqueConstraint("channel", "address"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"), index=True)
    relation: Mapped[str] = mapped_column(default="self")
    channel: Mapped[str]
    address: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    handled_by: Mapped[str] = mapped_column(default="bot")
    bot_session: Mapped[str]
    bot_failures: Mapped[int] = mapped_column(default=0)
    last_seq: Mapped[int] = mapped_column(default=0)
    turn_until: Mapped[datetime | None]
    opted_out_at: Mapped[datetime | None]
    started_at: Mapped[datetime]
    patient: Mapped[Patient | None] = relationship()


class Message(Base):
    """One text in or out, numbered within its conversation.

    `turn` says what is left to do with an inbound one: waiting, done. `provider_sid` is the
    carrier's name of an inbound message, and unique, so that a second arrival is known as such.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        Index(
            "ix_message_waiting",
            "turn",
            sqlite_where=text("turn = 'waiting'"),
            postgresql_where=text("turn = 'waiting'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    seq: Mapped[int]
    direction: Mapped[str]
    author: Mapped[str]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    body: Mapped[str]
    media: Mapped[list[Any]] = mapped_column(default=list)
    provider_sid: Mapped[str | None] = mapped_column(unique=True)
    turn: Mapped[str] = mapped_column(default="done")
    in_reply_to: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    created_at: Mapped[datetime]
    conversation: Mapped[Conversation] = relationship()


class Screening(Base):
    """What was found in one message, by which version of the tables."""

    __tablename__ = "screening"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), unique=True)
    tier: Mapped[str]
    decision: Mapped[str]
    flags: Mapped[list[Any]]
    score: Mapped[float]
    tables_version: Mapped[str]
    created_at: Mapped[datetime]


class Delivery(Base):
    """One attempt to get a message or a page to a number, by text or by call.

    The row is written with what it is for; `attempts` is committed before each call to the
    carrier, so that after a crash we look the message up before we send it again. `status` only
    moves forward (telephony/statuses.toml). `sender` names which of our numbers it leaves from:
    "patient" or "nurse". `not_before` is when it may leave at the earliest.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index(
            "ix_delivery_waiting",
            "not_before",
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    lane: Mapped[str]
    channel: Mapped[str]
    sender: Mapped[str]
    to_number: Mapped[str] = mapped_column(index=True)
    body: Mapped[str | None]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    page_id: Mapped[int | None] = mapped_column(ForeignKey("page.id"), index=True)
    escalation_id: Mapped[int | None] = mapped_column(ForeignKey("escalation.id"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    status: Mapped[str] = mapped_column(default="waiting", index=True)
    provider_sid: Mapped[str | None] = mapped_column(unique=True)
    error_code: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    not_before: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    message: Mapped[Message | None] = relationship()
    page: Mapped["Page | None"] = relationship()


class Consent(Base):
    """What a number agreed to or withdrew, in the words' own kind: opt_in, opt_out."""

    __tablename__ = "consent"
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), unique=True)
    kind: Mapped[str]
    source: Mapped[str]
    created_at: Mapped[datetime]


class SafetyCheck(Base):
    """A short question to a patient whose message left the screen unsure: yes or no.

    While `outcome` is None the answer is awaited until `due_at`. It becomes "yes", "no",
    "unclear", "no_answer", or "paged" when the next message pages by itself. All but "no" page for
    the message that was asked about, at `tier`. `codes` are the suspected flags of LABELS.md,
    `question_id` is our text that asks.
    """

    __tablename__ = "safety_check"
    __table_args__ = (
        Index(
            "uq_safety_check_awaited",
            "conversation_id",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), unique=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    tier: Mapped[str]
    codes: Mapped[list[Any]] = mapped_column(default=list)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    outcome: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    message: Mapped[Message] = relationship(foreign_keys=[message_id])
    conversation: Mapped[Conversation] = relationship()
