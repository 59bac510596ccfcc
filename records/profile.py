"""The pharmacy profile: name, hours, ladder and clinical lists of one pharmacy (pharmacy.toml)."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers

DAY_NAMES = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "es": ["lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"],
}


@dataclass(frozen=True)
class Step:
    """One ladder step: who is asked (duties), how long after the round began."""

    after: timedelta
    duties: tuple[str, ...]


@dataclass(frozen=True)
class Ladder:
    """Who is paged and when. `round_length` is the time from one round's start to the next."""

    steps: tuple[Step, ...]
    round_length: timedelta
    voice_after: timedelta
    page_valid: timedelta

    def due(self, taken: int) -> timedelta:
        """How long after the opening step number `taken` (0 = first) is due."""
        rounds, step = divmod(taken, len(self.steps))
        return rounds * self.round_length + self.steps[step].after


@dataclass(frozen=True)
class PharmacyProfile:
    """One pharmacy's own facts, as read from its profile file."""

    raw: dict[str, Any]

    @property
    def name(self) -> str:
        """The pharmacy's name as patients know it."""
        return str(self.raw["name"])

    @property
    def phone(self) -> str:
        """The number patients are told to call, as people say it: (555) 010-0100. It must be
        answered at every hour: it stands beside 911 in the texts of the night."""
        number = phonenumbers.parse(self.raw["phone"])
        form = phonenumbers.PhoneNumberFormat.NATIONAL
        return phonenumbers.format_number(number, form)

    @property
    def address(self) -> str:
        """Street and town."""
        return str(self.raw["address"])

    @property
    def zone(self) -> ZoneInfo:
        """The pharmacy's time zone; shifts and opening hours are in it."""
        return ZoneInfo(self.raw["time_zone"])

    @property
    def never_stop_drugs(self) -> list[str]:
        """Drugs whose pump must not be turned off (DOMAIN.md section 2)."""
        return list(self.raw["clinical"]["never_stop_drugs"])

    @property
    def continuous_therapies(self) -> list[str]:
        """Therapies that run without a pause: a lost dose cannot wait (DOMAIN.md section 3)."""
        return list(self.raw["clinical"]["continuous_therapies"])

    @property
    def still_trying(self) -> list[timedelta]:
        """When the patient hears that nobody has accepted yet, counted from the opening."""
        return [timedelta(minutes=m) for m in self.raw["truth"]["still_trying_minutes"]]

    @property
    def fallback(self) -> dict[str, str]:
        """first_name, last_name and phone of the person paged when a rota has nobody."""
        return dict(self.raw["fallback"])

    def ladder(self, tier: str) -> Ladder:
        """The ladder for one tier; a tier without its own uses the default one."""
        table = self.raw["ladder"] | self.raw["ladder"].get(tier, {})
        steps = tuple(
            Step(timedelta(minutes=s["after_minutes"]), tuple(s["duties"])) for s in table["steps"]
        )
        return Ladder(
            steps,
            timedelta(minutes=table["round_minutes"]),
            timedelta(seconds=table["voice_after_seconds"]),
            timedelta(seconds=table["page_valid_seconds"]),
        )

    def follow_up_after(self, tier: str) -> timedelta:
        """How long after closing the patient is asked how things are."""
        hours = self.raw["follow_up"]
        return timedelta(hours=hours.get(f"{tier}_hours", hours["nurse_urgent_hours"]))

    def is_open_on(self, day: date) -> bool:
        """Whether the pharmacy's desk is staffed on that local day."""
        hours = self.raw["hours"]
        return day.weekday() in hours["weekdays"] and day.isoformat() not in hours["holidays"]

    def is_open(self, now: datetime) -> bool:
        """Whether the desk is open at that moment (aware time)."""
        local = now.astimezone(self.zone)
        return self.is_open_on(local.date()) and self._opens <= local.time() < self._closes

    def opens_next(self, now: datetime) -> datetime:
        """The next opening after `now`, as an aware local time."""
        local = now.astimezone(self.zone)
        day = local.date()
        if local.time() >= self._opens:
            day += timedelta(days=1)
        while not self.is_open_on(day):
            day += timedelta(days=1)
        return datetime.combine(day, self._opens, self.zone)

    def closes_next_business_day(self, now: datetime) -> datetime:
        """The end of the next business day: when an ordinary report must be dealt with."""
        return datetime.combine(self.opens_next(now).date(), self._closes, self.zone)

    def hours_text(self, language: str) -> str:
        """Opening hours in words, such as "Monday to Friday, 8:00 to 17:00"."""
        days = sorted(self.raw["hours"]["weekdays"])
        names = DAY_NAMES[language]
        first, last = names[days[0]], names[days[-1]]
        opens, closes = (f"{t:%H:%M}".lstrip("0") for t in (self._opens, self._closes))
        if language == "es":
            return f"{first} a {last}, de {opens} a {closes}"
        return f"{first} to {last}, {opens} to {closes}"

    @property
    def _opens(self) -> time:
        return time.fromisoformat(self.raw["hours"]["opens"])

    @property
    def _closes(self) -> time:
        return time.fromisoformat(self.raw["hours"]["closes"])


def load_profile(path: Path) -> PharmacyProfile:
    """Read a profile file. Raises FileNotFoundError or tomllib.TOMLDecodeError."""
    return PharmacyProfile(tomllib.loads(path.read_text(encoding="utf-8")))
