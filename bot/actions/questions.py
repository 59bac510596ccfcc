"""One question of a form: how its answer is read from a text, and written back to the patient."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.actions import amounts, mentions, read
from bot.actions.last_said import readings, split
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
        return all(
            fields.get(name) in (values if isinstance(values, list) else [values])
            for name, values in wanted.items()
        )

    def implied(self, fields: dict[str, Any]) -> Any:
        """The value that follows from other answers, or None."""
        rules = self.spec.get("implied_by", {})
        found = (values.get(fields.get(name)) for name, values in rules.items())
        return next((value for value in found if value is not None), None)

    def is_hidden(self, value: Any) -> bool:
        """Whether the value stays out of the texts we send: they are not private."""
        named = self.kind == "words" and mentions.drug_in(self.spec, str(value))
        return bool(self.spec.get("hidden") or named)

    def is_worrying(self, value: Any) -> bool:
        """Whether a nurse should look at once: any symptom, or a value named in the table."""
        if self.kind == "symptoms":
            return value not in ("none", read.UNKNOWN)
        return value in self.spec.get("worrying", ())

    def answer(self, text: str, clock: Moment) -> Any:
        """What an answer to this question says, or None when it does not answer it."""
        if read.is_unknown(text):
            return read.UNKNOWN
        return self._settled(_READERS[self.kind], text, clock)

    def mentioned(self, text: str, clock: Moment) -> Any:
        """What a longer text says about this by the way, or None. Stricter than `answer`."""
        return self.found(text, clock) if self.spec.get("first") else None

    def found(self, text: str, clock: Moment) -> Any:
        """The same for a question that may not be answered before it is asked."""
        finder = _FINDERS[self.kind]
        head, tail = split(text)
        number = read.only_number(tail) if self.kind in _NUMBERS else None
        if number is not None:  # "dropped two bags, no wait just one"
            return number if finder(self, head, clock) is not None else None
        return self._settled(finder, text, clock)

    def _settled(self, reader: "Reader", text: str, clock: Moment) -> Any:
        """The last stated value: the text's own corrections are read first."""
        parts = [text] if self.kind in _WHOLE else readings(text)
        if self.kind == "yes_no" and split(text)[1]:
            parts = parts[:-1]
        return next((v for v in (reader(self, p, clock) for p in parts) if v is not None), None)

    def is_meant(self, text: str) -> bool:
        """Whether a correction points at this detail: "it was 2 bags" at the number of bags."""
        said = f" {read.bare(text)} "
        return any(f" {word} " in said for word in self.spec.get("change", ()))

    def written(self, value: Any, language: str, clock: Moment) -> str:
        """The value in the patient's words, for the summary."""
        talk = table("reports")["talk"]
        if value in ("yes", "no", read.UNKNOWN, "none"):
            return say(talk[value], language)
        if self.kind == "day":
            return day_words(str(value), language, clock)
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


def day_words(value: str, language: str, clock: Moment) -> str:
    """A day ahead with its date, "Tue 11/24 3:00 PM"; words that are no day stay as they are."""
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return value
    local = when.astimezone(clock.zone)
    day, _, hour = when_words(when, language, clock).partition(" ")
    return f"{day} {local.month}/{local.day} {hour}".strip()


def _count(_question: Question, text: str, _clock: Moment) -> int | None:
    return read.count(text)


def _count_in_text(question: Question, text: str, _clock: Moment) -> int | None:
    return read.count_of(text, question.spec.get("units", []))


def _yes_no(question: Question, text: str, _clock: Moment) -> str | None:
    return read.yes_or_no(text) or _said(question, text)


def _said(question: Question, text: str, _clock: Moment | None = None) -> str | None:
    return read.in_table(text, question.spec.get("said", {}))


def _moment_in_text(question: Question, text: str, clock: Moment) -> str | None:
    """What is said of this moment: by its own cue, or without what has the next dose's cue."""
    if question.spec.get("cue"):
        _, text = mentions.about_another_time(text, question.spec["cue"])
        return _moment(question, text, clock) if text else None
    text, _ = mentions.about_another_time(text, _cues_of_others())
    text = mentions.without_dose_names(text)
    return _moment(question, text, clock) if text else None


@cache
def _cues_of_others() -> list[str]:
    return list(table("reports")["shared"]["next_dose"]["cue"])


def _day(question: Question, text: str, clock: Moment) -> str | None:
    """A day ahead, or the words for one that we cannot place ("the week after")."""
    found = _day_in_text(question, text, clock)
    vague = re.search(rf"\b(?:{'|'.join(question.spec['vague'])})", read.bare(text))
    return found or (_words(question, text, clock) if vague else None)


def _day_in_text(_question: Question, text: str, clock: Moment) -> str | None:
    found = moment(text, clock.now, clock.zone, future=True)
    return found.isoformat() if found else None


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
    return None if read.is_asking_back(said) else said[:LONGEST_WORDS]


def _symptoms(_question: Question, text: str, clock: Moment) -> str | None:
    """none, or the patient's words: what is neither a plain no nor a mere question is a symptom."""
    if read.is_no_symptom(text):
        return "none"
    asks = _ABOUT_A_QUESTION.search(text) or read.is_asking_back(text)
    if asks and not read.names_a_symptom(text):
        return None
    return text.strip()[:LONGEST_WORDS] or None


def _no_symptoms(_question: Question, text: str, _clock: Moment) -> str | None:
    """ "no new symptoms" as one of several things said; anything else is asked."""
    clauses = re.split(r"[,.;\n]+", text)
    plain = any(read.is_no_symptom(c) and "s" in c and len(c.split()) > 1 for c in clauses)
    return "none" if plain and not read.names_a_symptom(text) else None


def _mention(finder: Callable[[dict[str, Any], str], Any]) -> "Reader":
    return lambda question, text, _clock: finder(question.spec, text)


def _phone(question: Question, text: str, clock: Moment) -> str | None:
    return mentions.phone_in(question.spec, text) or ("none" if read.is_no(text) else None)


Reader = Callable[[Question, str, Moment], Any]
_WHOLE = ("words", "symptoms", "person", "phone", "drug")  # the patient's words as they are
_NUMBERS = ("count", "spare", "rate")
_READERS: dict[str, Reader] = {
    "count": _count, "yes_no": _yes_no, "moment": _moment, "choice": _choice, "item": _item,
    "words": _words, "symptoms": _symptoms, "drug": _words,
    "spare": _mention(amounts.spare), "rate": _mention(amounts.rate),
    "person": _words, "phone": _phone, "day": _day,
}  # fmt: skip
_FINDERS: dict[str, Reader] = {
    "count": _count_in_text, "yes_no": _said, "moment": _moment_in_text, "choice": _choice,
    "item": _choice, "day": _day_in_text,
    "spare": _mention(amounts.spare_in), "rate": _mention(amounts.rate_in),
    "words": _mention(mentions.words_in), "drug": _mention(mentions.drug_in),
    "person": _mention(mentions.person_in), "phone": _mention(mentions.phone_in),
    "symptoms": _no_symptoms,
}  # fmt: skip
