"""What the patient's record adds: a higher tier, never a lower one (DOMAIN.md section 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from screening.patterns import Matcher
from screening.result import Flag, PatientProfile, Tier
from screening.tables import read

EMERGENCY: Tier = "emergency_911"
_STANDARD = "standard practice"
_INTERRUPTIONS = frozenset(
    {
        "pump_alarm",
        "not_flowing",
        "line_tear_leak",
        "pole_fell_broke",
        "catheter_or_tubing_out",
        "catheter_broken",
    }
)
_SLEEPY = frozenset({"unresponsive", "breathing_trouble", "dizzy_faint"})
_TUNNELLED = ("tunnel", "hickman", "broviac", "groshong", "chest")
# Under three months (DOMAIN.md: infant under 3 months with fever).
INFANT_YEARS = 0.25

Rule = Callable[[set[str], PatientProfile], Flag | None]


def _never_stop(codes: set[str], patient: PatientProfile) -> Flag | None:
    """Alarm, leak, empty bag or line out on a never-stop drug: T1 (standard practice)."""
    if patient.never_stop and codes & _INTERRUPTIONS:
        return Flag("never_stop_interrupted", EMERGENCY, "", _STANDARD)
    return None


def _fever(codes: set[str], patient: PatientProfile) -> Flag | None:
    """Infant under 3 months, or chemo patient, with fever or chills: T1 (standard practice)."""
    infant = patient.age_years is not None and patient.age_years < INFANT_YEARS
    if "fever" in codes and (infant or patient.chemo):
        return Flag("fever", EMERGENCY, "", _STANDARD)
    return None


def _chest_catheter_out(codes: set[str], patient: PatientProfile) -> Flag | None:
    """Tunnelled chest catheter pulled out: T1 (standard practice)."""
    access = (patient.access_type or "").casefold()
    if "catheter_or_tubing_out" in codes and any(word in access for word in _TUNNELLED):
        return Flag("catheter_or_tubing_out", EMERGENCY, "", _STANDARD)
    return None


def _vesicant(codes: set[str], patient: PatientProfile) -> Flag | None:
    """Pain, blister or swelling at the site with chemo, or a chemo leak: T2 (standard practice)."""
    signs = codes & {"site_pain", "site_swelling", "site_redness", "site_leaking"}
    if patient.chemo and signs:
        return Flag(sorted(signs)[0], "stop_pump_call_nurse", "", _STANDARD)
    return None


def _opioid(codes: set[str], patient: PatientProfile) -> Flag | None:
    """Too much, too fast or a wrong rate with sleepiness on an opioid: T1 (standard practice)."""
    if patient.opioid and codes & _SLEEPY and codes & {"not_flowing", "overdose"}:
        return Flag("overdose", EMERGENCY, "", _STANDARD)
    return None


def _bleeding(codes: set[str], patient: PatientProfile) -> Flag | None:
    """Bleeding at the site on a blood thinner: T1 (standard practice; the safer reading)."""
    if patient.blood_thinner and "site_drainage" in codes and "severe_bleeding" in codes:
        return Flag("severe_bleeding", EMERGENCY, "", _STANDARD)
    return None


RULES: tuple[Rule, ...] = (_never_stop, _fever, _chest_catheter_out, _vesicant, _opioid, _bleeding)


def raised(flags: tuple[Flag, ...], patient: PatientProfile) -> Iterator[Flag]:
    """Yield the flags that the record adds to those found in the message."""
    codes = {flag.code for flag in flags}
    yield from (flag for rule in RULES if (flag := rule(codes, patient)))


@lru_cache(maxsize=1)
def therapies() -> Matcher[str]:
    """Return the words that tell about the patient (tables/therapies.toml)."""
    return Matcher(
        (fact, pattern) for fact, row in read("therapies.toml").items() for pattern in row
    )


def mentioned(words: Sequence[str]) -> PatientProfile:
    """Return what the message itself says about the patient: never-stop drug, chemo, infant ..."""
    facts = {match.payload for match in therapies().find(words)}
    return PatientProfile(
        never_stop="never_stop" in facts,
        access_type="tunnelled" if "tunnelled" in facts else None,
        age_years=0.0 if "infant" in facts else None,
        chemo="chemo" in facts,
        opioid="opioid" in facts,
        blood_thinner="blood_thinner" in facts,
    )
