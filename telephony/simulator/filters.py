"""List filters: equal fields, and times with `<` and `>` as Twilio writes them (DateSent>)."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from .errors import ApiError

Test = Callable[[datetime], bool]


def keep_equal(rows: list[Any], query: Mapping[str, str], fields: Mapping[str, str]) -> list[Any]:
    """Rows whose attribute equals the query's value, for each of `fields` that is asked for."""
    for name, attribute in fields.items():
        if name in query:
            rows = [row for row in rows if getattr(row, attribute) == query[name]]
    return rows


def keep_times(rows: list[Any], query: Mapping[str, str], fields: Mapping[str, str]) -> list[Any]:
    """Rows whose time fits `Name`, `Name<` and `Name>`; rows without that time never fit."""
    for name, attribute in fields.items():
        for test in _tests(query, name):
            rows = [
                row
                for row in rows
                if (moment := getattr(row, attribute)) is not None and test(moment)
            ]
    return rows


def _tests(query: Mapping[str, str], name: str) -> list[Test]:
    tests: list[Test] = []
    if value := query.get(name):
        begin, length = _moment(value, name)
        tests.append(lambda moment: begin <= moment < begin + length)
    if value := query.get(f"{name}>"):
        least = _moment(value, name)[0]
        tests.append(lambda moment: moment.replace(microsecond=0) >= least)
    if value := query.get(f"{name}<"):
        most = _moment(value, name)
        end = most[0] + (most[1] if most[1].days else timedelta())
        tests.append(lambda moment: moment.replace(microsecond=0) <= end)
    return tests


def _moment(value: str, name: str) -> tuple[datetime, timedelta]:
    """The moment meant, and how long it lasts: a day, or a second."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise ApiError(20001, name) from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment, timedelta(days=1) if len(value) == 10 else timedelta(seconds=1)
