"""Takes a report in a talk: what is known, what to ask next, what an answer changes. Pure.

The whole report is one value (`Report`, kept in Rasa's slot `report` as a dictionary), so a
cancelled or sent report can leave nothing behind for the next one (RASA.md section 1, "Cancel
leaves slots"). Which questions there are is data: reports.yml.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

from bot.actions import read
from bot.actions.questions import Moment, Question, questions_of
from bot.actions.wording import say, table

CONFIRM = "confirm"
TRIES = 2  # failed answers to one question before a person is offered


@dataclass
class Report:
    """A report being taken. `asking` is the field asked now, or `confirm`, or None when over."""

    kind: str
    message_id: int
    fields: dict[str, Any] = field(default_factory=dict)
    from_record: list[str] = field(default_factory=list)
    asking: str | None = None
    tries: int = 0
    sent: bool = False

    @classmethod
    def of(cls, slot: dict[str, Any] | None) -> "Report | None":
        """From the slot's value."""
        return cls(**slot) if slot else None

    def as_slot(self) -> dict[str, Any]:
        """For the slot: plain JSON."""
        return asdict(self)


@dataclass
class Step:
    """What one message did: the report after it (None: called off) and what to say."""

    report: Report | None
    texts: list[str]
    worrying: bool = False  # an answer after which a nurse is to look at once


def begin(report: Report, known: dict[str, Any], text: str, language: str, clock: Moment) -> Step:
    """Open a report from its first message; `known` holds what the record already says."""
    for question in questions_of(report.kind):
        _fill_first(report, question, known, text, clock)
    opens = say(table("reports")["forms"][report.kind]["opens"], language)
    return Step(report, [f"{opens} {_ask_next(report, language, clock)}"])


def _fill_first(
    report: Report, question: Question, known: dict[str, Any], text: str, clock: Moment
) -> None:
    said = question.mentioned(text, clock)
    record = known.get(question.spec.get("known_by", ""))
    if said is not None:
        report.fields[question.field] = said
    elif record is not None:
        report.fields[question.field] = record
        report.from_record.append(question.field)


def reply(report: Report, text: str, language: str, clock: Moment) -> Step | None:
    """Take one message as an answer. None: it is not one; a rule of Rasa's may answer it."""
    if read.is_cancel(text):
        return Step(None, [_talk("cancelled", language)])
    if report.asking == CONFIRM:
        return _at_confirm(report, text, language, clock)
    question = _question(report, report.asking)
    value = question.answer(text, clock) if question else None
    if value is None or (read.is_correction(text) and not _plain_answer(question, text)):
        changed = _correct(report, text, clock, besides=report.asking)
        if changed:
            return Step(report, [_changed_then(report, language, clock)])
    if question is None or value is None:
        return None
    return _accept(report, question, value, language, clock)


def _plain_answer(question: Question | None, text: str) -> bool:
    """A correction word may also begin an answer ("it was dropped"); it may not name another."""
    return question is not None and question.is_meant(text)


def failed(report: Report, language: str, clock: Moment) -> Step:
    """The message neither answered nor asked anything: ask again, then offer a person."""
    report.tries += 1
    if report.tries >= TRIES:
        return Step(report, [f"{_talk('offer_human', language)} {again(report, language, clock)}"])
    return Step(report, [f"{_talk('not_understood', language)} {again(report, language, clock)}"])


def again(report: Report, language: str, clock: Moment) -> str:
    """The question that is open, or the summary to confirm."""
    if report.asking == CONFIRM:
        return _talk("confirm", language, summary=summary(report, language, clock))
    question = _question(report, report.asking)
    return say(question.spec["ask"], language) if question else ""


def absorb(report: Report, text: str, clock: Moment) -> bool:
    """Keep what a message that interrupted the report says about it; True if it said anything."""
    before = dict(report.fields)
    for question in questions_of(report.kind):
        if report.fields.get(question.field) is None:
            said = question.mentioned(text, clock)
            if said is not None:
                report.fields[question.field] = said
    if report.fields.get(report.asking or "") is not None:
        report.asking, report.tries = _next_field(report), 0
    return report.fields != before


def summary(report: Report, language: str, clock: Moment) -> str:
    """What will be sent, in one line. Leaves out medicine names: texts are not private."""
    parts = []
    for question in questions_of(report.kind):
        value = report.fields.get(question.field)
        if value is None or question.spec.get("hidden"):
            continue
        label = say(question.spec["label"], language)
        parts.append(f"{label}: {question.written(value, language, clock)}.")
    return " ".join(parts)


def fields_to_store(report: Report) -> dict[str, Any]:
    """What the record gets: the patient's own answers, unknown numbers and times left out."""
    numbers_and_times = {
        q.field for q in questions_of(report.kind) if q.kind in ("count", "moment", "spare", "rate")
    }
    return {
        name: value
        for name, value in report.fields.items()
        if name not in report.from_record
        and not (value == read.UNKNOWN and name in numbers_and_times)
    }


def _accept(report: Report, question: Question, value: Any, language: str, clock: Moment) -> Step:
    report.fields[question.field] = value
    if question.field in report.from_record:
        report.from_record.remove(question.field)
    return Step(report, [_ask_next(report, language, clock)], worrying=question.is_worrying(value))


def _ask_next(report: Report, language: str, clock: Moment) -> str:
    report.asking, report.tries = _next_field(report), 0
    return again(report, language, clock)


def _next_field(report: Report) -> str:
    missing = (
        q.field
        for q in questions_of(report.kind)
        if not q.silent and report.fields.get(q.field) is None and q.applies(report.fields)
    )
    return next(missing, CONFIRM)


def _at_confirm(report: Report, text: str, language: str, clock: Moment) -> Step | None:
    if read.is_yes(text):
        report.asking, report.sent = None, True
        return Step(report, [])
    if read.is_no(text):
        return Step(report, [_talk("what_to_change", language)])
    if _correct(report, text, clock):
        return Step(report, [_changed_then(report, language, clock)])
    return None


def _changed_then(report: Report, language: str, clock: Moment) -> str:
    return f"{_talk('changed', language)} {_ask_next(report, language, clock)}"


def _correct(report: Report, text: str, clock: Moment, besides: str | None = None) -> bool:
    """Change the detail that a text points at, by its words or, failing that, by its form."""
    found = _pointed_at(report, text, clock, besides) or _only_reading(report, text, clock, besides)
    if found is None:
        return False
    question, value = found
    report.fields[question.field] = value
    if question.field in report.from_record:
        report.from_record.remove(question.field)
    return True


def _pointed_at(
    report: Report, text: str, clock: Moment, besides: str | None
) -> tuple[Question, Any] | None:
    for question in _others(report, besides):
        if question.is_meant(text):
            value = question.answer(text, clock)
            if value not in (None, read.UNKNOWN) and question.kind not in ("words", "symptoms"):
                return question, value
    return None


def _only_reading(
    report: Report, text: str, clock: Moment, besides: str | None
) -> tuple[Question, Any] | None:
    """ "no wait, 9pm": no detail is named, but only one of them can be a time."""
    if not read.is_correction(text):
        return None
    strict = [q for q in _others(report, besides) if q.kind in ("moment", "choice", "item")]
    read_as = [(q, q.answer(text, clock)) for q in strict if report.fields.get(q.field) is not None]
    sure = [(q, v) for q, v in read_as if v not in (None, read.UNKNOWN)]
    return sure[0] if len(sure) == 1 else None


def _others(report: Report, besides: str | None) -> list[Question]:
    return [q for q in questions_of(report.kind) if q.field != besides]


def _question(report: Report, name: str | None) -> Question | None:
    return next((q for q in questions_of(report.kind) if q.field == name), None)


def _talk(name: str, language: str, **values: object) -> str:
    return say(table("reports")["talk"][name], language, **values)
