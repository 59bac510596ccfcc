"""The forms Twilio posts about calls."""

import math
from collections.abc import Mapping
from email.utils import format_datetime

from .exchange import geography
from .resources import API_VERSION, Call

# Twilio's name of the event after which a status is told.
EVENT_OF = {
    "initiated": "initiated",
    "ringing": "ringing",
    "in-progress": "answered",
    "completed": "completed",
    "busy": "completed",
    "no-answer": "completed",
    "failed": "completed",
    "canceled": "completed",
}


def call_form(call: Call, status: str | None = None) -> dict[str, str]:
    """The fields of every webhook about `call`."""
    form = {
        "AccountSid": call.account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": call.sid,
        "CallStatus": status or call.status,
        "Called": call.to,
        "Caller": call.from_,
        "Direction": "inbound" if call.direction == "inbound" else call.direction,
        "From": call.from_,
        "To": call.to,
        **geography("From", "To", "Called", "Caller"),
    }
    if call.parent_sid:
        form["ParentCallSid"] = call.parent_sid
    if call.answered_by and not call.async_amd:
        form["AnsweredBy"] = call.answered_by
    return form


def status_form(call: Call, status: str) -> dict[str, str]:
    """The status callback for `status`; numbered, because callbacks may overtake each other."""
    form = call_form(call, status)
    form["CallbackSource"] = "call-progress-events"
    form["SequenceNumber"] = str(call.sequence)
    form["Timestamp"] = format_datetime(call.updated)
    if EVENT_OF[status] == "completed":
        form["CallDuration"] = str(call.duration)
        form["Duration"] = str(math.ceil(call.duration / 60))
        form["SipResponseCode"] = {"busy": "486", "no-answer": "487", "failed": "404"}.get(
            status, "200"
        )
    return form


def amd_form(call: Call) -> dict[str, str]:
    """The result of asynchronous answering machine detection."""
    return {
        "AccountSid": call.account_sid,
        "AnsweredBy": call.answered_by or "unknown",
        "CallSid": call.sid,
        "MachineDetectionDuration": "1800",
    }


def events_wanted(events: list[str], callback: str | None) -> tuple[str, ...]:
    """StatusCallbackEvent as Twilio reads it: repeated or space separated, default completed."""
    words = " ".join(events).split()
    return tuple(words) or ("completed",) if callback else ()


def conference_form(
    account_sid: str, name: str, sid: str, *, event: str, number: int, call: Call | None
) -> dict[str, str]:
    """The status callback of a conference."""
    form = {
        "AccountSid": account_sid,
        "ConferenceSid": sid,
        "FriendlyName": name,
        "SequenceNumber": str(number),
        "StatusCallbackEvent": event,
    }
    if call:
        form["CallSid"] = call.sid
    return form


def first(form: Mapping[str, str], *names: str) -> str | None:
    """The first of `names` that the form has with a value."""
    return next((form[name] for name in names if form.get(name)), None)
