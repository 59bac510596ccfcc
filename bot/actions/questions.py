"""One question of a form: how its answer is read from a text, and written back to the patient."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.actions import read
from bot.actions.moments import moment
from bot.actions.wording import say, table

LONGEST_WORDS = 120
_ABOUT_A_QUESTION = re.compile(r"\?\s*$")


@dataclass(frozen=True)
class Moment:
    """The patient's clock: `now` is aware, `zone` the IANA time zone they live in."""

    now: datetime
    zone: ZoneInfo


@dataclass(frozen=True)
class Question:
    """One row of reports.yml. `spec` is that row; `field` the name the record uses."""

    field: str
    kind: str
    spec: dict[str, Any]

    @property
    def silent(self) -> bool:
        """Never asked: only filled when the patient says it by himself."""
        return bool(self.spec.get("silent"))

    def applies(self, fields: dict[str, Any]) -> bool:
        """Whether what is known so far makes the question worth asking."""
        wanted = self.spec.get("only_if", {})
        return all(fields.get(name) == value for name, value in wanted.items())

    def is_worrying(self, value: Any) -> bool:
        """Whether a nurse should look at once: any symptom, or a value named in the table."""
        if self.kind == "symptoms":
            return value not in ("none", read.UNKNOWN)
        return value in self.spec.get("worrying", ())

    def answer(self, text: str, clock: Moment) -> Any:
        """What an answer to this question says, or None when it does not answer it."""
        if read.is_unknown(text):
            return read.UNKNOWN
        reader = _READERS[self.kind]
        return reader(self, text, clock)

    def mentioned(self, text: str, clock: Moment) -> Any:
        """What a longer text says about this by the way, or None. Stricter than `answer`."""
        reader = _FINDERS.get(self.kind)
        return reader(self, text, clock) if reader and self.spec.get("first") else None

    def is_meant(self, text: str) -> bool:
        """Whether a correction points at this detail: "it was 2 bags" at the number of bags."""
        said = f" {read.bare(text)} "
        return any(f" {word} " in said for word in self.spec.get("change", ()))

    def written(self, value: Any, language: str, clock: Moment) -> str:
        """The value in the patient's words, for the summary."""
        talk = table("reports")["talk"]
        if value in ("yes", "no", read.UNKNOWN, "none"):
            return say(talk[value], language)
        if self.kind == "moment":
            return when_words(datetime.fromisoformat(value), language, clock)
        choice = table("reports")["choices"].get(value) if isinstance(value, str) else None
        return say(choice, language) if choice else str(value)


@cache
def questions_of(kind: str) -> tuple[Question, ...]:
    """The questions of one form in their order. Raises KeyError for a kind without a form."""
    return tuple(_question(spec) for spec in table("reports")["forms"][kind]["questions"])


def _question(spec: dict[str, Any]) -> Question:
    if "use" in spec:
        spec = table("reports")["shared"][spec["use"]]
    if "use_choices" in spec:
        form, name = spec["use_choices"].split(".")
        rows = table("reports")["forms"][form]["questions"]
        row = next(row for row in rows if row.get("field") == name)
        spec = {**spec, "choices": row["choices"]}
    return Question(spec["field"], spec["kind"], spec)


def when_words(when: datetime, language: str, clock: Moment) -> str:
    """A moment as "Mon 9:00 PM" in the patient's time zone; midnight stands for the whole day."""
    local = when.astimezone(clock.zone)
    hour = local.strftime("%I:%M %p").lstrip("0") if local.hour or local.minute else ""
    days = {"en": "Mon Tue Wed Thu Fri Sat Sun", "es": "lun mar mie jue vie sab dom"}
    day = days.get(language, days["en"]).split()[local.weekday()]
    return f"{day} {hour}".strip()


def _count(_question: Question, text: str, _clock: Moment) -> int | None:
    return read.count(text)


def _count_in_text(question: Question, text: str, _clock: Moment) -> int | None:
    return read.count_of(text, question.spec.get("units", []))


def _yes_no(question: Question, text: str, _clock: Moment) -> str | None:
    return read.yes_or_no(text) or _said(question, text)


def _said(question: Question, text: str, _clock: Moment | None = None) -> str | None:
    return read.in_table(text, question.spec.get("said", {}))


def _moment(question: Question, text: str, clock: Moment) -> str | None:
    future = question.spec.get("when") == "future"
    if question.spec.get("now") and read.bare(text) in _NOW:
        return clock.now.isoformat()
    found = moment(text, clock.now, clock.zone, future=future)
    if found is None or (not future and found > clock.now):
        return None  # what happened cannot lie ahead
    return found.isoformat()


_NOW = ("now", "right now", "today", "already", "immediately", "ahora", "ya", "hoy", "ahorita")


def _choice(question: Question, text: str, _clock: Moment) -> str | None:
    return read.in_table(text, question.spec["choices"])


def _item(question: Question, text: str, clock: Moment) -> str | None:
    """An item of the table, or a short name we do not have in it."""
    known = _choice(question, text, clock)
    short = len(text.split()) <= 4 and not _ABOUT_A_QUESTION.search(text)
    return known or (text.strip() if short and not _only_small_words(text) else None)


def _only_small_words(text: str) -> bool:
    return read.yes_or_no(text) is not None or read.count(text) is not None


def _words(_question: Question, text: str, _clock: Moment) -> str | None:
    said = text.strip()
    if not said or _ABOUT_A_QUESTION.search(said) or read.is_yes(said) or read.is_no(said):
        return None
    return said[:LONGEST_WORDS]


def _symptoms(_question: Question, text: str, clock: Moment) -> str | None:
    """none, or the patient's words: whatever is not a plain no goes to a person."""
    if read.is_no(text):
        return "none"
    return None if _ABOUT_A_QUESTION.search(text) else text.strip()[:LONGEST_WORDS] or None


_LEFT = r"(?:left|remaining|on hand|quedan?|me quedan?|sobran?)"
_HAVE = "down to|only have|only got|just have|still have|i have|we have"
_GONE = re.compile(
    r"\b(?:all out|ran out|run out|out of|no more|none left|zero|is the last|last one|the last|"
    r"se (?:me |nos )?acab|no (?:me |nos )?quedan?|no tengo mas|ya no (?:hay|tengo|queda)|cero|"
    r"used (?:up )?(?:all|the last))"
)


def _spare(question: Question, text: str, clock: Moment) -> int | None:
    said = read.bare(text)
    if read.is_no(text) or (_GONE.search(said) and not re.search(r"\d", said)):
        return 0  # "the last one" is being used: the safe reading
    number = read.count(text)
    return number if number is not None else _spare_in_text(question, text, clock)


def _spare_in_text(_question: Question, text: str, _clock: Moment) -> int | None:
    said = read.bare(text)
    number = read.number_pattern()
    before = rf"\b({number})(?: \w+){{0,3}} {_LEFT}\b"
    after = rf"\b(?:{_HAVE}|{_LEFT})(?: \w+)?? ({number})\b"
    found = re.search(before, said) or re.search(after, said)
    if found:
        return read.number_of(found.group(1))
    return 0 if _GONE.search(said) else None


_PER_DAY = r"(?:a day|per day|every day|each day|daily|al dia|por dia|diari[oa]s?|cada dia)"
_TIMES = {"once": 1, "twice": 2, "una vez": 1, "dos veces": 2, "tres veces": 3}


def _rate(question: Question, text: str, clock: Moment) -> int | None:
    return _rate_in_text(question, text, clock) or read.count(text)


def _rate_in_text(_question: Question, text: str, _clock: Moment) -> int | None:
    said = read.bare(text)
    found = re.search(rf"\b({read.number_pattern()})(?: \w+)? {_PER_DAY}", said)
    if found:
        return read.number_of(found.group(1))
    return next(
        (n for words, n in _TIMES.items() if re.search(rf"\b{words} {_PER_DAY}", said)), None
    )


_READERS: dict[str, Callable[[Question, str, Moment], Any]] = {
    "count": _count, "yes_no": _yes_no, "moment": _moment, "choice": _choice, "item": _item,
    "words": _words, "symptoms": _symptoms, "spare": _spare, "rate": _rate,
}  # fmt: skip
_FINDERS: dict[str, Callable[[Question, str, Moment], Any]] = {
    "count": _count_in_text, "yes_no": _said, "moment": _moment, "choice": _choice,
    "item": _choice, "spare": _spare_in_text, "rate": _rate_in_text,
}  # fmt: skip
