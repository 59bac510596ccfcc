"""The tables of the record, in the words of docs/vocabulary.md."""

from records.models.base import Base, UtcDateTime
from records.models.care import (
    Acknowledgement,
    Escalation,
    FollowUp,
    Page,
    RedFlag,
    StaffText,
    TakeOver,
)
from records.models.people import Caregiver, OnCallShift, Override, Patient, Staff
from records.models.reports import (
    AuditEntry,
    DeliveryChange,
    EventReport,
    Heartbeat,
    SupplyDelivery,
    SupplyRequest,
)
from records.models.talk import Consent, Conversation, Delivery, Message, SafetyCheck, Screening

__all__ = [
    "Acknowledgement",
    "AuditEntry",
    "Base",
    "Caregiver",
    "Consent",
    "Conversation",
    "Delivery",
    "DeliveryChange",
    "Escalation",
    "EventReport",
    "FollowUp",
    "Heartbeat",
    "Message",
    "OnCallShift",
    "Override",
    "Page",
    "Patient",
    "RedFlag",
    "SafetyCheck",
    "Screening",
    "Staff",
    "StaffText",
    "SupplyDelivery",
    "SupplyRequest",
    "TakeOver",
    "UtcDateTime",
]
