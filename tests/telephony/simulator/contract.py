"""Judges the API's traffic against Twilio's own OpenAPI description.

A journey ends with `assert violations(sim.requests) == []`. Both directions are judged: what the
product sent, and what the simulator answered.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any

from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

from telephony.simulator.api import ApiRequest
from telephony.simulator.texts import E164

SPEC = Path(__file__).with_name("data") / "twilio_api_v2010.json"
HOST = "https://api.twilio.com"
ERROR_FIELDS = {"code", "message", "more_info", "status"}
# Not in Twilio's description, though its API has them: the file of a picture, and this filter.
FILE_PATH = "/Media/"
EXTRA_QUERY = {"DateCreated", "DateCreated<", "DateCreated>"}


def violations(requests: Iterable[ApiRequest]) -> list[str]:
    """Everything in the traffic that Twilio's description does not allow; [] is right.

    An answer that is an error (4xx, 5xx) is not in the description; it is held against Twilio's
    error document. Requests that a fault left without an answer are judged as requests only.
    """
    return [
        f"{each.method} {each.path}: {words}" for each in requests for words in _violations(each)
    ]


class _Request:
    """A recorded request as openapi-core wants to see it."""

    host_url = HOST

    def __init__(self, recorded: ApiRequest):
        self.recorded = recorded
        # One object: openapi-core writes the parameters of the path into it.
        query = ImmutableMultiDict(list(recorded.query.items(multi=True)))
        header = Headers([("Authorization", recorded.authorization)])
        self.parameters = RequestParameters(query=query, header=header)

    @property
    def path(self) -> str:
        return self.recorded.path

    @property
    def method(self) -> str:
        return self.recorded.method.lower()

    @property
    def body(self) -> bytes | None:
        return self.recorded.body or None

    @property
    def content_type(self) -> str:
        return self.recorded.content_type.partition(";")[0]


@dataclass(frozen=True)
class _Answer:
    """A recorded answer as openapi-core wants to see it."""

    recorded: ApiRequest

    @property
    def status_code(self) -> int:
        return self.recorded.status or 0

    @property
    def data(self) -> bytes:
        return self.recorded.answer

    @property
    def content_type(self) -> str:
        return self.recorded.answer_type.partition(";")[0]

    @property
    def headers(self) -> Headers:
        return Headers(self.recorded.answer_headers)


def _violations(recorded: ApiRequest) -> Iterator[str]:
    if FILE_PATH in recorded.path and not recorded.path.endswith(".json"):
        return
    refused = recorded.status is not None and recorded.status >= 400
    if not refused:
        # What was refused may well be wrong: that is what the refusal says.
        yield from _request_violations(recorded)
    if recorded.status is None:
        return
    if refused:
        yield from _error_violations(recorded)
    else:
        yield from _answer_violations(recorded)


def _request_violations(recorded: ApiRequest) -> Iterator[str]:
    for error in _api().request_validator.iter_errors(_Request(recorded)):
        yield f"request: {_words(error)}"
    operation = _operation(recorded)
    allowed = {each["name"] for each in operation.get("parameters", [])} | EXTRA_QUERY
    yield from (f"unknown parameter {name}" for name in recorded.query if name not in allowed)
    content = operation.get("requestBody", {}).get("content", {})
    form = content.get("application/x-www-form-urlencoded", {}).get("schema", {})
    known = form.get("properties", {})
    yield from (f"unknown form field {name}" for name in recorded.form if name not in known)


def _answer_violations(recorded: ApiRequest) -> Iterator[str]:
    if recorded.status == 204:
        if "204" not in _operation(recorded)["responses"] or recorded.answer:
            yield "answer: 204 is not known here, or has a body"
        return
    for error in _api().response_validator.iter_errors(_Request(recorded), _Answer(recorded)):
        yield f"answer: {_words(error)}"
    yield from _shape_violations(recorded)


def _shape_violations(recorded: ApiRequest) -> Iterator[str]:
    """The description requires no field; but Twilio always sends all of them, and so do we."""
    answers = _operation(recorded)["responses"].get(str(recorded.status))
    if answers is None:
        return
    schema = _resolved(answers["content"]["application/json"]["schema"])
    yield from _different(schema, json.loads(recorded.answer), "answer")


def _different(schema: dict[str, Any], value: Any, where: str) -> Iterator[str]:
    if isinstance(value, dict) and "properties" in schema:
        known, found = set(schema["properties"]), set(value)
        for name in sorted(known ^ found):
            yield f"{where}: {name} is {'missing' if name in known else 'not known'}"
        for name in known & found:
            inner = _resolved(schema["properties"][name])
            yield from _different(inner, value[name], f"{where}.{name}")
    elif isinstance(value, list):
        for each in value:
            yield from _different(_resolved(schema["items"]), each, where)


def _error_violations(recorded: ApiRequest) -> Iterator[str]:
    document = json.loads(recorded.answer)
    if set(document) != ERROR_FIELDS or document["status"] != recorded.status:
        yield f"error document {document}"
    elif not document["more_info"].endswith(str(document["code"])):
        yield f"more_info {document['more_info']}"


def _operation(recorded: ApiRequest) -> dict[str, Any]:
    parts = recorded.path.strip("/").split("/")
    for path, item in _spec()["paths"].items():
        template = path.strip("/").split("/")
        if len(template) == len(parts) and all(map(_fits, template, parts)):
            found: dict[str, Any] = item.get(recorded.method.lower(), {})
            return found
    return {}


def _fits(template: str, part: str) -> bool:
    if template.startswith("{"):
        return part.endswith(".json") == template.endswith(".json")
    return template == part


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = _spec()["components"]["schemas"][name] if name else schema
    return found


def _words(error: Exception) -> str:
    causes = [str(each) for each in getattr(error.__cause__, "schema_errors", [])]
    return "; ".join([str(error), *causes])


def _is_date(value: Any) -> bool:
    try:
        return not isinstance(value, str) or bool(parsedate_to_datetime(value))
    except ValueError:
        return False


def _is_number(value: Any) -> bool:
    return not isinstance(value, str) or bool(E164.fullmatch(value))


@cache
def _spec() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SPEC.read_text(encoding="utf-8"))
    return found


@cache
def _api() -> OpenAPI:
    formats = {"date-time-rfc-2822": _is_date, "phone-number": _is_number}
    return OpenAPI.from_dict(_spec(), config=Config(extra_format_validators=formats))
