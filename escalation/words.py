"""The words of an escalation: first texts, and what is said as it moves on."""

from records.models import Conversation, Escalation, Patient
from records.wording import beside

WORDING = beside(__file__, "wording.toml")

TIERS = ("needs_person", "nurse_urgent", "stop_pump_call_nurse", "emergency_911")


def rank(tier: str) -> int:
    """How urgent a tier is; higher is more urgent. "needs_person" has no sign of danger."""
    return TIERS.index(tier)


def first_text(
    reason: str, tier: str, codes: list[str], patient: Patient | None, language: str, phone: str
) -> str:
    """The approved first text. 988 goes before all else; never-stop patients keep their pump on
    (DOMAIN.md section 2)."""
    return WORDING.text(_first_key(reason, tier, codes, patient), language, phone=phone)


def _first_key(reason: str, tier: str, codes: list[str], patient: Patient | None) -> str:
    if reason != "red_flag":
        return f"first_{reason}"
    if "suicidal" in codes:
        return "first_suicidal"
    never_stop = patient is not None and patient.never_stop
    if tier == "emergency_911" and ("never_stop_interrupted" in codes or never_stop):
        return "first_emergency_911_never_stop"
    return f"first_{tier}"


def first_texts() -> dict[str, dict[str, str]]:
    """Every approved first text: {name: {language: text}}, for the safety case."""
    rows = {k.removeprefix("first_"): r for k, r in WORDING.rows.items() if k.startswith("first_")}
    return {name: {"en": row["en"], "es": row["es"]} for name, row in rows.items()}


def to_patient(key: str, conversation: Conversation, **facts: object) -> str:
    """One sentence to the patient, in the conversation's language."""
    return WORDING.text(key, conversation.language, **facts)


def role_name(role: str, conversation: Conversation) -> str:
    """What a member of staff is to the patient; an unknown role is a nurse to them."""
    key = f"role_{role}" if f"role_{role}" in WORDING.rows else "role_nurse"
    return to_patient(key, conversation)


def to_staff(key: str, escalation: Escalation, **facts: object) -> str:
    """One sentence to a member of staff, with the escalation's number."""
    return WORDING.text(key, "en", number=escalation.id, **facts)
