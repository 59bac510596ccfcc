"""Reads a moment out of a text: "9pm", "tomorrow at 6", "a las 8 de la noche", "an hour ago"."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import dateparser

from bot.actions.days import CLOCK, DAY, tidy
from bot.actions.read import bare, number_of, number_pattern

# 2100 is a time only where nothing else stands; else it may be a part of a telephone number.
_MILITARY = re.compile(r"(?:at |next |due |by )*(?:[01]\d|2[0-3])[0-5]\d(?: ?h(?:rs?|ours)?)?")
# What a word for a part of the day adds: days from today, and the hour when none is said.
_PARTS = {
    "today": (0, None), "hoy": (0, None), "yesterday": (-1, None), "ayer": (-1, None),
    "day before yesterday": (-2, None), "anteayer": (-2, None), "tomorrow": (1, None),
    "manana": (1, None), "tonight": (0, 21), "esta noche": (0, 21), "this evening": (0, 19),
    "last night": (-1, 21), "anoche": (-1, 21), "this morning": (0, 8), "esta manana": (0, 8),
    "in the morning": (1, 8), "this afternoon": (0, 15), "esta tarde": (0, 15),
    "tomorrow morning": (1, 8), "tomorrow night": (1, 21),
}  # fmt: skip
_LATE = re.compile(r"night|evening|afternoon|noche|tarde")
_EARLY = re.compile(r"morning|de la manana|esta manana")
_UNITS = {"h": timedelta(hours=1), "m": timedelta(minutes=1), "d": timedelta(days=1)}
_NAMED = {"noon": (12, 0), "mediodia": (12, 0), "midnight": (0, 0), "medianoche": (0, 0)}


def moment(text: str, now: datetime, zone: ZoneInfo, *, future: bool) -> datetime | None:
    """The moment a text names, in the patient's time zone, or None. `now` is aware.

    A time without a day is the nearest one ahead (`future`) or behind. A day alone starts at
    midnight: for what is due, the earliest moment is the safe one.
    """
    said, local = tidy(bare(text)), now.astimezone(zone)
    span = _span(said, local)
    if span:
        return span
    day, clock = re.search(rf"\b(?:{DAY})\b", said), re.search(rf"\b(?:{CLOCK})", said)
    if _MILITARY.fullmatch(said):
        clock = re.search(r"\d{4}", said)
    if not day and not clock:
        return None
    word = day.group() if day else None
    hours = _hours(clock.group(), said) if clock else _usual_hours(word)
    return _nearest(_date(word, local, future), hours, local, future, word)


def _span(said: str, local: datetime) -> datetime | None:
    amount = rf"(half an|{number_pattern()})"
    unit = r"(hours?|hrs?|horas?|minutes?|mins?|minutos?|days?|dias?)"
    ahead = re.search(rf"\b(?:in|en|within) {amount} {unit}", said)
    behind = re.search(rf"\b{amount} {unit} ago|\bhace {amount} {unit}", said)
    found = ahead or behind
    if not found:
        return None
    number, kind = [part for part in found.groups() if part]
    span = _UNITS[kind[0]] * (0.5 if number == "half an" else number_of(number))
    return local + span if ahead else local - span


def _hours(clock: str, said: str) -> list[tuple[int, int]]:
    """The hours a clock time may mean: both halves of the day when nothing says which."""
    if clock in _NAMED:
        return [_NAMED[clock]]
    digits = re.match(r"(\d{1,2}):?(\d\d)?", clock)
    hour, minute = int(digits.group(1)), int(digits.group(2) or 0)  # type: ignore[union-attr]
    half = re.search(r"([ap])\.?m", clock)
    if half or _LATE.search(said) or _EARLY.search(said):
        late = half.group(1) == "p" if half else bool(_LATE.search(said))
        return [(hour % 12 + 12, minute) if late and hour <= 12 else (_early(hour, half), minute)]
    if 1 <= hour <= 11 and not clock.startswith("0"):
        return [(hour, minute), (hour + 12, minute)]
    return [(hour, minute)] if hour < 24 else []


def _early(hour: int, half: re.Match[str] | None) -> int:
    return hour % 12 if half and hour <= 12 else hour


def _usual_hours(day: str | None) -> list[tuple[int, int]] | None:
    hour = _PARTS.get(day or "", (0, None))[1]
    return [(hour, 0)] if hour is not None else None


def _date(day: str | None, local: datetime, future: bool) -> datetime:
    """The day a word names: by the table, or a weekday or date by dateparser."""
    if day is None or day in _PARTS:
        return local + timedelta(days=_PARTS[day][0] if day else 0)
    settings = {
        "RELATIVE_BASE": local.replace(tzinfo=None),
        "PREFER_DATES_FROM": "future" if future else "past",
    }
    found = dateparser.parse(day, languages=["en", "es"], settings=settings)
    return found.replace(tzinfo=local.tzinfo) if found else local


def _nearest(
    date: datetime, hours: list[tuple[int, int]] | None, local: datetime, future: bool,
    day: str | None,
) -> datetime | None:  # fmt: skip
    if hours is None:
        return local if day in ("today", "hoy") else _at(date, 0, 0)
    moments = [_at(date, hour, minute) for hour, minute in hours]
    if day is None:
        moments += [m + timedelta(days=1 if future else -1) for m in moments]
        moments = [m for m in moments if (m >= local if future else m <= local)]
        return (min if future else max)(moments, default=None)
    fitting = [m for m in moments if (m >= local if future else m <= local)]
    return next(iter(fitting or moments), None)


def _at(date: datetime, hour: int, minute: int) -> datetime:
    return date.replace(hour=hour, minute=minute, second=0, microsecond=0)
