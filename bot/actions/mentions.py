"""Finds what a longer text says by the way: a medicine, a person, a telephone number, a day.

Each finder takes the row of reports.yml and the text, and returns None when it is not said.
`entities_of` gives all of them for one text (bot/understand.py).
"""

import re
from functools import cache
from typing import Any

from bot.actions import read
from bot.actions.days import CLOCK, DAY, tidy
from bot.actions.last_said import readings
from bot.actions.wording import table

Spec = dict[str, Any]
_PHONE = re.compile(r"(?<![\d-])(?:\+?1[ .-]?)?(?:\(?\d{3}\)?[ .-]?)?\d{3}[ .-]?\d{4}(?![\d-])")
_LONGEST = 120
_SHORT = 6  # words: in a longer text a number alone may count anything


def phone_in(_spec: Spec, text: str) -> str | None:
    """A telephone number as it was written."""
    found = _PHONE.search(text)
    return found.group().strip() if found else None


def drug_in(_spec: Spec, text: str) -> str | None:
    """A medicine of things.yml by its usual name."""
    return next((n for n in (_thing("drugs", part) for part in readings(text)) if n), None)


def person_in(_spec: Spec, text: str) -> str | None:
    """Somebody else by relation and name: "my neighbor Ana", "con mi vecina", "the front desk"."""
    found = _person().search(_PHONE.sub(" ", text))
    return " ".join(found.group("who").split()) if found else None


@cache
def _person() -> re.Pattern[str]:
    things = table("things")
    kin, places = "|".join(things["relations"]), "|".join(things["places"])
    name = r"(?:,? (?:[A-ZÁÉÍÓÚÑ]\w+))"
    related = (
        rf"(?i:(?:my|our|his|her|the|mi|nuestra?|la|el|a|una?) (?:\w+ )?(?:{kin})){name}{{0,2}}"
    )
    named = rf"(?<=with){name}{{1,2}}|(?<=\bcon){name}{{1,2}}"
    return re.compile(rf"\b(?P<who>{related}|(?i:(?:the |la |el )?(?:{places}))|{named})\b")


def words_in(spec: Spec, text: str) -> str | None:
    """The patient's words where one of the row's `mention` patterns says that they are about it."""
    for pattern in spec.get("mention", ()):
        found = re.search(pattern, text, re.IGNORECASE)
        if found:
            said = text if spec.get("whole") else found.groupdict().get("v") or found.group()
            return " ".join(said.split())[:_LONGEST]
    return None


def about_another_time(text: str, cues: list[str]) -> tuple[str, str]:
    """The text without what is said of the moment with these cues, and that part by itself."""
    rest, about = [], []
    for clause in re.split(r"[,.;\n]+(?=\s|$)|\band\b|\by\b", text):
        said = read.bare(clause)
        cue = re.search(rf"\b(?:{'|'.join(cues)})", said)
        rest.append(said[: cue.start()] if cue else said)
        if cue:
            about.append(said[cue.end() :] if _has_moment(said[cue.end() :]) else said)
    return " ".join(rest).strip(), " ".join(about).strip()


def without_dose_names(said: str) -> str:
    """Bare text without "9pm" of "my 9pm dose": that names the dose, not when it happened."""
    return re.sub(
        rf"\b{CLOCK}s?(?= dose)|(?<=dosis de )las {CLOCK}|(?<=dosis de )las \d+", "", said
    )


def _has_moment(said: str) -> bool:
    return bool(re.search(rf"\b(?:{DAY}|{CLOCK})|\d", said))


def entities_of(text: str) -> list[dict[str, Any]]:
    """All that the finders find: {"name", "value"} rows, the last said of each kind of thing."""
    settled = next(iter(readings(text)))
    found = [
        ("count", _count(text, settled)),
        *(("date", m) for m in re.findall(rf"\b{DAY}\b", read.bare(settled))),
        *(("time", m) for m in re.findall(rf"\b{CLOCK}", tidy(read.bare(settled)))),
        ("drug", drug_in({}, text)),
        ("supply_item", _supply(text)),
        ("access_type", _thing("access_types", text)),
        ("phone_number", phone_in({}, text)),
        ("side", _thing("sides", text)),
    ]
    return [{"name": name, "value": value} for name, value in found if value is not None]


def _count(text: str, settled: str) -> int | None:
    numbers = [
        read.only_number(settled),
        *(read.count_of(part, _units()) for part in readings(text)),
    ]
    if len(text.split()) <= _SHORT and not _PHONE.search(text):
        numbers.append(read.count(settled))
    return next((n for n in numbers if n is not None), None)


@cache
def _units() -> list[str]:
    forms = table("reports")["forms"]
    rows = [row for form in forms.values() for row in form["questions"]]
    return list(dict.fromkeys(unit for row in rows for unit in row.get("units", ())))


def _supply(text: str) -> str | None:
    rows = table("reports")["forms"]["supplies_low"]["questions"]
    choices = next(row["choices"] for row in rows if row.get("field") == "item")
    return read.in_table(text, choices)


def _thing(kind: str, text: str) -> str | None:
    return read.in_table(text, table("things")[kind])
