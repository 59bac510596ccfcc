"""Takes a report in a talk: what is known, what to ask next, what an answer changes. Pure.

The whole report is one value (`Report`, kept in Rasa's slot `report` as a dictionary), so a
cancelled or sent report can leave nothing behind for the next one (RASA.md section 1, "Cancel
leaves slots"). Which questions there are is data: reports.yml.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.actions import corrections, read
from bot.actions.questions import Moment, Question, questions_of
from bot.actions.reports import Report
from bot.actions.wording import fits, say, table

__all__ = [
    "CONFIRM", "Report", "Step", "absorb", "again", "begin", "explain", "failed",
    "fields_to_store", "reply", "summary",
]  # fmt: skip

CONFIRM = "confirm"
TRIES = 2  # failed answers to one question before a person is offered
_MUCH = 480  # letters of the patient's own words kept beside the fields
_MANY_WORDS = 5  # a longer answer may say more than what was asked


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
    asks = _ask_next(report, language, clock)
    noted = _noted(report, language, clock)
    return Step(report, [fits(f"{opens} {noted} {asks}") or f"{opens} {asks}"])


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


def _noted(report: Report, language: str, clock: Moment) -> str:
    """What the first message said, told back; the summary does that when nothing is missing."""
    said = _told_back(report, language, clock, lambda q: q.field not in report.from_record)
    return _talk("noted", language, summary=said) if said and report.asking != CONFIRM else ""


def reply(report: Report, text: str, language: str, clock: Moment) -> Step | None:
    """Take one message as an answer. None: it is not one; a rule of Rasa's may answer it."""
    if read.is_cancel(text):
        said = "left_as_saved" if report.again else "cancelled"
        return Step(None, [_talk(said, language)])
    if report.asking == CONFIRM:
        return _at_confirm(report, text, language, clock)
    question = _question(report, report.asking)
    if question is None:
        return None
    value = question.answer(text, clock)
    if value not in (None, read.UNKNOWN):
        _keep_words(report, text)
    if _corrects(report, question, text, value, clock):
        return Step(report, [_changed_then(report, language, clock)])
    if value is None and _names_somebody(report, text, clock):
        noted = _noted(report, language, clock)
        return Step(report, [f"{noted} {_ask_next(report, language, clock)}"])
    return None if value is None else _accept(report, question, value, text, language, clock)


def _corrects(report: Report, question: Question, text: str, value: Any, clock: Moment) -> bool:
    """Whether the text changed another detail. A symptom is a symptom, however it is said."""
    if question.kind == "symptoms" and read.names_a_symptom(text):
        return False
    if corrections.by_old_value(report, text, clock, question.field):
        return True
    # A correction word may also begin an answer ("it was dropped"); it may not name another.
    other = read.is_correction(text) and not question.is_meant(text)
    return (value is None or other) and corrections.correct(report, text, clock, question.field)


def failed(report: Report, language: str, clock: Moment) -> Step:
    """The message neither answered nor asked anything: ask again, then offer a person."""
    report.tries += 1
    if report.tries >= TRIES:
        return Step(report, [f"{_talk('offer_human', language)} {again(report, language, clock)}"])
    return Step(report, [f"{_talk('not_understood', language)} {again(report, language, clock)}"])


def explain(report: Report, language: str, clock: Moment) -> Step:
    """The patient asked what is meant or why: say it, and ask again."""
    return Step(report, [f"{_talk('explain', language)} {again(report, language, clock)}"])


def again(report: Report, language: str, clock: Moment) -> str:
    """The question that is open, or the summary to confirm."""
    if report.asking == CONFIRM:
        return _talk("confirm", language, summary=summary(report, language, clock))
    question = _question(report, report.asking)
    return say(question.spec["ask"], language) if question else ""


def absorb(report: Report, text: str, clock: Moment) -> bool:
    """Keep what a message that interrupted the report says about it; True if it said anything."""
    before = dict(report.fields)
    _keep_mentioned(report, questions_of(report.kind), text, clock)
    if report.fields.get(report.asking or "") is not None:
        _imply(report)
        report.asking, report.tries = _next_field(report), 0
    return report.fields != before


def _keep_mentioned(
    report: Report, questions: tuple[Question, ...], text: str, clock: Moment
) -> None:
    for question in questions:
        if report.fields.get(question.field) is None:
            said = question.mentioned(text, clock)
            if said is not None:
                report.fields[question.field] = said


def summary(report: Report, language: str, clock: Moment) -> str:
    """What will be sent, in one line. Leaves out medicine names: texts are not private."""
    return _told_back(report, language, clock, lambda _: True)


def _told_back(
    report: Report, language: str, clock: Moment, wanted: Callable[[Question], bool]
) -> str:
    parts = []
    for question in questions_of(report.kind):
        value = report.fields.get(question.field)
        if value is None or not wanted(question) or question.is_hidden(value):
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
        if value is not None
        and name not in report.from_record
        and not (value == read.UNKNOWN and name in numbers_and_times)
    }


def _accept(
    report: Report, question: Question, value: Any, text: str, language: str, clock: Moment
) -> Step:
    report.put(question.field, value)
    report.last = question.field
    _also_said(report, question, text, clock)
    return Step(report, [_ask_next(report, language, clock)], worrying=question.is_worrying(value))


def _keep_words(report: Report, text: str) -> None:
    """Nothing said about a delivery is lost, although only some of it has a field of its own."""
    name = table("reports")["forms"][report.kind].get("keeps_words")
    if name:
        said = f"{report.fields.get(name) or ''} / {text.strip()}".removeprefix(" / ")
        report.fields[name] = said[:_MUCH]


def _also_said(report: Report, asked: Question, text: str, clock: Moment) -> None:
    """A long answer may answer other questions too; one of its own kind needs a cue."""
    if len(text.split()) >= _MANY_WORDS and asked.kind != "symptoms":
        rest = (q for q in questions_of(report.kind) if q.kind != asked.kind or q.spec.get("cue"))
        _keep_mentioned(report, tuple(q for q in rest if q.field != asked.field), text, clock)


def _imply(report: Report) -> None:
    """Fill what follows from other answers: when nothing went in, all of the dose is lost."""
    for question in questions_of(report.kind):
        name = question.field
        if name in report.implied:
            report.put(name, None)
        value = question.implied(report.fields)
        if value is not None and report.fields.get(name) is None:
            report.fields[name] = value
            report.implied.append(name)


def _ask_next(report: Report, language: str, clock: Moment) -> str:
    _imply(report)
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
    if corrections.correct(report, text, clock):
        _keep_words(report, text)
        return Step(report, [_changed_then(report, language, clock)])
    if _names_somebody(report, text, clock):
        return Step(report, [_changed_then(report, language, clock)])
    return Step(report, [_talk("what_to_change", language)]) if _unclear(text) else None


def _names_somebody(report: Report, text: str, clock: Moment) -> bool:
    """A person or a telephone number that was not asked for, but says who may take a parcel."""
    before = dict(report.fields)
    people = (q for q in questions_of(report.kind) if q.kind in ("person", "phone"))
    _keep_mentioned(report, tuple(people), text, clock)
    if report.fields == before:
        return False
    _keep_words(report, text)
    return True


def _unclear(text: str) -> bool:
    """A correction of something that we cannot tell: better asked than guessed."""
    return corrections.begins_again(text) and any(letter.isdigit() for letter in text)


def _changed_then(report: Report, language: str, clock: Moment) -> str:
    return f"{_talk('changed', language)} {_ask_next(report, language, clock)}"


def _question(report: Report, name: str | None) -> Question | None:
    return next((q for q in questions_of(report.kind) if q.field == name), None)


def _talk(name: str, language: str, **values: object) -> str:
    return say(table("reports")["talk"][name], language, **values)
