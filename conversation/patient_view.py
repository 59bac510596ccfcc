"""What the record knows about a patient, in the shape that screening and the bot ask for."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from records import Conversation, Patient, SupplyDelivery, profile_of
from records.profile import PharmacyProfile
from screening import PatientProfile


@dataclass(frozen=True)
class PatientContext:
    """What a custom action may know of the person it talks with."""

    first_name: str | None
    language: str
    time_zone: str
    relation: str
    pharmacy: PharmacyProfile
    therapy: str | None = None
    drug: str | None = None
    access_type: str | None = None
    next_dose_due: datetime | None = None
    doses_on_hand: int | None = None
    next_delivery: date | None = None
    next_delivery_window: str | None = None


def screening_profile(patient: Patient | None, now: datetime) -> PatientProfile | None:
    """The facts that can raise a tier: therapy, never-stop, access, age."""
    if patient is None:
        return None
    years = (now.date() - patient.birth_date).days / 365.25
    therapy = (patient.therapy or "").lower()
    return PatientProfile(
        therapy=patient.therapy,
        never_stop=patient.never_stop,
        access_type=patient.access_type,
        age_years=years,
        chemo="chemo" in therapy,
    )


def patient_context(session: Session, conversation_id: int, now: datetime) -> PatientContext:
    """The person behind a conversation. Raises NoResultFound for an unknown conversation."""
    conversation = session.get_one(Conversation, conversation_id)
    profile = profile_of(session)
    patient = conversation.patient
    if patient is None:
        return PatientContext(
            None, conversation.language, profile.zone.key, conversation.relation, profile
        )
    parcel = next_parcel(session, patient, now)
    return PatientContext(
        first_name=patient.first_name,
        language=conversation.language,
        time_zone=patient.time_zone,
        relation=conversation.relation,
        pharmacy=profile,
        therapy=patient.therapy,
        drug=patient.drug,
        access_type=patient.access_type,
        next_dose_due=patient.next_dose_due,
        doses_on_hand=patient.doses_on_hand,
        next_delivery=parcel.day if parcel else None,
        next_delivery_window=parcel.window if parcel else None,
    )


def next_parcel(session: Session, patient: Patient, now: datetime) -> SupplyDelivery | None:
    """The next planned parcel, today included, by the patient's own calendar."""
    today = now.astimezone(ZoneInfo(patient.time_zone)).date()
    query = (
        select(SupplyDelivery)
        .where(SupplyDelivery.patient_id == patient.id, SupplyDelivery.day >= today)
        .where(SupplyDelivery.status == "planned")
        .order_by(SupplyDelivery.day)
    )
    return session.scalars(query).first()
