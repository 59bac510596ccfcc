"""Vital signs written as numbers: temperature, oxygen, blood pressure, breaths, pulse, sugar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from screening.tables import read

Words = Sequence[str]

# LABELS.md: 100.4 F / 38 C or the word is fever; 99.5 F (37.5 C) with a line is called too.
FEVER_F, FEVER_C = 99.5, 37.5
LOW_OXYGEN = 91  # LABELS.md: "about 90 or less"
LOW_SYSTOLIC = 90  # LABELS.md: under 90 = dizzy_faint
SLOW_BREATHS, FAST_BREATHS = 9, 30  # LABELS.md: 9 a minute or slower; standard practice: 30
FAST_PULSE = 130  # standard practice
LOW_SUGAR, HIGH_SUGAR = 70, 300  # standard practice

# The same limits in words, for the safety case.
LIMITS = (
    f"temperature of {FEVER_F} F or {FEVER_C} C or more, named or not: fever (LABELS.md)",
    f"oxygen below {LOW_OXYGEN} %: breathing trouble (LABELS.md)",
    f"{SLOW_BREATHS} breaths a minute or fewer: breathing trouble (LABELS.md)",
    f"{FAST_BREATHS} breaths a minute or more: breathing trouble (standard practice)",
    f"systolic pressure below {LOW_SYSTOLIC}: dizzy or faint (LABELS.md)",
    f"pulse above {FAST_PULSE}: other symptom (standard practice)",
    f"blood sugar below {LOW_SUGAR} or above {HIGH_SUGAR}: other symptom (standard practice)",
)

_WORDS = read("numbers.toml")
_NAMES: dict[str, str] = {word: name for name, row in _WORDS["names"].items() for word in row}
_UNITS, _RUNS, _AFTER = (frozenset(_WORDS[name]) for name in ("units", "before", "after"))
_OVER = frozenset(("over", "on", "sobre"))
_DIGITS = dict(
    zip(
        ["zero", "oh", "o", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
        [0, 0, 0, *range(1, 10)],
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A number that is a red flag: flag name and the tokens [start, end) it stands in."""

    code: str
    start: int
    end: int


def _value(word: str) -> float | None:
    """Return the number a token says; None for words, dates, times and fractions."""
    if not word[:1].isdigit() or len(word) > 6 or "/" in word or ":" in word:
        return None
    try:
        return float(word.replace(",", "."))
    except ValueError:
        return None


def _at(words: Words, at: int) -> str:
    return words[at] if 0 <= at < len(words) else "."


def _name(words: Words, at: int) -> str | None:
    """Return what the number at `at` measures: the nearest name before it, or right after it."""
    if _at(words, at + 1) in ("f", "c"):
        return "temperature"
    for back in range(1, 6):
        word = _at(words, at - back)
        if word[:1].isdigit() or word == "?":
            break
        if word in _NAMES:
            return _NAMES[word]
    return _NAMES.get(_at(words, at + 1))


def _spoken(words: Words, at: int) -> tuple[float, int] | None:
    """Read a dictated temperature ("one oh two point four", "a hundred and one"): value, end."""
    rest = [_at(words, i) for i in range(at, at + 4)]
    if rest[0] == "one" and rest[1] in ("oh", "o", "zero"):
        used = 2
    elif rest[0] in ("hundred", "hunnerd"):
        used = 2 if rest[1] in ("and", "n") else 1
    else:
        return None
    if rest[used] == "point":
        return _with_tenths(100.0, words, at + used)
    digit = _DIGITS.get(rest[used])
    return None if digit is None else _with_tenths(100.0 + digit, words, at + used + 1)


def _with_tenths(value: float, words: Words, at: int) -> tuple[float, int]:
    tenths = _DIGITS.get(_at(words, at + 1)) if _at(words, at) == "point" else None
    return (value, at) if tenths is None else (value + tenths / 10, at + 2)


def _half(words: Words, at: int) -> float:
    """Return the half degree of "38 and half", "101 and a half"."""
    return 0.5 if "half" in (_at(words, at + 2), _at(words, at + 3)) else 0.0


def _said_like_fever(words: Words, at: int, value: float) -> bool:
    """Say whether a number without a name is spoken of as a body temperature."""
    decimal = "." in words[at] or "," in words[at]
    if len(words) <= 3 or (at == 0 and value > 43) or (decimal and value >= 38):
        return True
    plain = _at(words, at - 1) in _RUNS and _at(words, at + 1) in _AFTER
    return plain and (decimal or value >= 100 or _at(words, at - 1) in ("marca", "running"))


def _is_fever(value: float, words: Words, at: int, end: int) -> bool:
    """Say whether the number at `at` is a body temperature at the level (LABELS.md, fever)."""
    if not (FEVER_F <= value <= 107.9 or FEVER_C <= value <= 42.5) or _at(words, end) in _UNITS:
        return False
    if _at(words, at - 1) in ("$", "room", "apt", "#", "under", "over", "below", "less"):
        return False
    name = _name(words, at)
    return name == "temperature" or (name is None and _said_like_fever(words, at, value))


def _low_or_high(name: str | None, value: float) -> str | None:
    """Return the flag of a named vital sign outside its limits (LABELS.md; standard practice)."""
    if name == "oxygen" and 50 <= value < LOW_OXYGEN:
        return "breathing_trouble"
    if name == "breaths" and (4 <= value <= SLOW_BREATHS or FAST_BREATHS <= value < 90):
        return "breathing_trouble"
    if name == "pressure" and 40 <= value < LOW_SYSTOLIC:
        return "dizzy_faint"
    if name == "sugar" and (20 <= value < LOW_SUGAR or HIGH_SUGAR < value < 1000):
        return "other_symptom"
    return "other_symptom" if name == "pulse" and FAST_PULSE <= value < 260 else None


def _pressure(word: str) -> bool:
    """Say whether "78/40" is a blood pressure under 90 systolic, and not a date or a fraction."""
    high, _, low = word.partition("/")
    if len(word) > 7 or not (high.isdecimal() and low.isdecimal()):
        return False
    return 50 <= int(high) < LOW_SYSTOLIC and 25 <= int(low) < int(high)


def _read(words: Words, at: int) -> tuple[str, int] | None:
    spoken = _spoken(words, at)
    if spoken:
        return ("fever", spoken[1]) if spoken[0] >= FEVER_F else None
    if _pressure(words[at]):
        return "dizzy_faint", at + 1
    value = _value(words[at])
    if value is None or (_at(words, at - 1) in _OVER and _value(_at(words, at - 2)) is not None):
        return None
    code = _low_or_high(_name(words, at), value)
    if code is None and _is_fever(value + _half(words, at), words, at, at + 1):
        code = "fever"
    return (code, at + 1) if code else None


def readings(words: Words) -> Iterator[Reading]:
    """Yield every number in the words that is a red flag.

    Source: LABELS.md (fever, systolic under 90, oxygen about 90 or less, 9 breaths or fewer);
    fast pulse, fast breathing and sugar limits are standard practice.
    """
    for at in range(len(words)):
        found = _read(words, at)
        if found:
            yield Reading(found[0], at, found[1])
