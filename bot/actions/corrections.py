"""Which detail of a report a message changes, and to what. Pure; the last stated value wins."""

import re
from datetime import datetime
from typing import Any

from bot.actions import last_said, read
from bot.actions.days import DAY
from bot.actions.questions import Moment, Question, questions_of
from bot.actions.reports import Report

Change = tuple[Question, Any]
_OWN_WORDS = ("words", "symptoms", "person", "drug")
_NUMBERS = ("spare", "count", "rate")
_TIMES = ("moment", "day")
_BY_FORM = (*_TIMES, "choice", "item")


def correct(report: Report, text: str, clock: Moment, besides: str | None = None) -> bool:
    """Change what the text points at, by its old value, its words or its form."""
    others = [q for q in questions_of(report.kind) if q.field != besides]
    changes = _by_old_value(report, others, text, clock) or _pointed_at(others, text, clock)
    if not changes and begins_again(text):
        changes = _of_the_last(report, others, text, clock) or _only_one(
            report, others, text, clock
        )
    return _take_over(report, changes, text)


def by_old_value(report: Report, text: str, clock: Moment, besides: str | None) -> bool:
    """Change the detail whose value the text denies: "5 left not 3" where 3 are noted."""
    others = [q for q in questions_of(report.kind) if q.field != besides]
    return _take_over(report, _by_old_value(report, others, text, clock), text)


def begins_again(text: str) -> bool:
    """Whether the text says of itself that it corrects: "no wait", "sorry", "it was 3 not 2"."""
    return read.is_correction(text) or bool(last_said.split(text)[1] or last_said.denied(text))


def _take_over(report: Report, changes: list[Change], text: str) -> bool:
    for question, value in changes:
        old = report.fields.get(question.field)
        kept = _on_its_day(old, value, text) if question.kind == "day" else value
        report.put(question.field, kept)
    return bool(changes)


def _on_its_day(old: Any, new: str, text: str) -> str:
    """ "actually 4pm" moves the hour, not the day."""
    if old is None or re.search(rf"\b{DAY}\b", read.bare(text)):
        return new
    try:
        day, hour = datetime.fromisoformat(old), datetime.fromisoformat(new)
    except ValueError:  # a day in the patient's own words
        return new
    return datetime.combine(day.date(), hour.timetz()).isoformat()


def _by_old_value(report: Report, others: list[Question], text: str, clock: Moment) -> list[Change]:
    found = [
        (q, value)
        for denied in last_said.denied(text)
        for q in others
        if q.kind not in (*_OWN_WORDS, "yes_no") and _noted(report, q, q.answer(denied, clock))
        for value in [q.answer(text, clock)]
        if value not in (None, read.UNKNOWN, report.fields[q.field])
    ]
    named = [change for change in found if change[0].is_meant(text)]
    sure = _spare_first(named) or found
    return sure[:1] if named or len(sure) == 1 else []


def _noted(report: Report, question: Question, value: Any) -> bool:
    return value is not None and report.fields.get(question.field) == value


def _pointed_at(others: list[Question], text: str, clock: Moment) -> list[Change]:
    """By the words of the detail: "it was 2 bags, and 5 left" changes two of them."""
    meant = [q for q in others if q.kind not in _OWN_WORDS and q.is_meant(text)]
    read_as = _spare_first([(q, q.answer(text, clock)) for q in meant])
    sure = [(q, value) for q, value in read_as if value not in (None, read.UNKNOWN)]
    if len(sure) < 2 or any(q.kind not in _NUMBERS for q, _ in sure):
        return sure[:1]
    return _different([(q, q.found(text, clock)) for q, _ in sure]) or sure[:1]


def _spare_first(changes: list[Change]) -> list[Change]:
    """ "5 doses left" is about what is left, although it names the doses too."""
    return sorted(changes, key=lambda change: change[0].kind != "spare")


def _different(changes: list[Change]) -> list[Change]:
    kept: dict[Any, Question] = {}
    for question, value in changes:
        if value is not None:
            kept.setdefault(value, question)
    return [(question, value) for value, question in kept.items()]


def _of_the_last(report: Report, others: list[Question], text: str, clock: Moment) -> list[Change]:
    """ "no wait, just one" is about the answer just given."""
    last = next((q for q in others if q.field == report.last), None)
    if last is None or last.kind in _OWN_WORDS:
        return []
    value = last.answer(text, clock)
    return [(last, value)] if value not in (None, read.UNKNOWN) else []


def _only_one(report: Report, others: list[Question], text: str, clock: Moment) -> list[Change]:
    """ "no wait, 9pm": no detail is named, but only one of them can be a time, or a number."""
    noted = [q for q in others if report.fields.get(q.field) is not None]
    kinds = _NUMBERS if read.only_number(last_said.readings(text)[0]) is not None else _BY_FORM
    read_as = [(q, q.answer(text, clock)) for q in noted if q.kind in kinds]
    same = (None, read.UNKNOWN)
    sure = [(q, v) for q, v in read_as if v not in (*same, report.fields[q.field])]
    times = [change for change in sure if change[0].kind in _TIMES]
    return next((found for found in (sure, times) if len(found) == 1), [])
