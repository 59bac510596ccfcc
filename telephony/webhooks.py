"""Twilio's webhooks for texts: check, store, answer at once. Everything else happens later."""

import logging
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy import ColumnElement, func, update
from twilio.twiml.messaging_response import MessagingResponse

from records import Database, Delivery
from telephony.failures import failed, lock_for
from telephony.greeting import greeting
from telephony.guard import check_signature
from telephony.intake import Text, clean, take
from telephony.statuses import is_failure, is_idle, may_become

log = logging.getLogger(__name__)

blueprint = Blueprint("twilio", __name__, url_prefix="/twilio")
blueprint.before_request(check_signature)

EMPTY = str(MessagingResponse())
MOST_MEDIA = 10
LONGEST_ID = 64


def database() -> Database:
    """The database this application was made with."""
    found: Database = current_app.extensions["database"]
    return found


def now() -> datetime:
    """The moment, from the application's clock (aware UTC)."""
    moment: datetime = current_app.extensions["clock"]().astimezone(UTC)
    return moment


def twiml(document: object) -> Response:
    """A TwiML answer."""
    return Response(str(document), mimetype="text/xml")


@blueprint.post("/sms")
def sms() -> Response:
    """A text reached one of our numbers."""
    _take_text()
    return twiml(EMPTY)


@blueprint.post("/fallback")
def fallback() -> Response:
    """The main route failed or was slow: the same work, in the same way, and once."""
    if "MessageSid" in request.form:
        _take_text()
        return twiml(EMPTY)
    return twiml(greeting(database().profile, required("From")))


@blueprint.post("/sms/status")
def sms_status() -> Response:
    """How far a text of ours has come. Late and repeated news change nothing."""
    status = request.form.get("MessageStatus") or request.form.get("SmsStatus") or ""
    move("message", status, request.form.get("MessageSid", ""))
    return Response(status=204)


def move(kind: str, status: str, sid: str) -> None:
    """Move a delivery forward by a status callback, and act if it did not reach its phone."""
    if not status or is_idle(status):
        return
    code = request.form.get("ErrorCode", "")
    news = {
        "status": clean(status),
        "provider_sid": func.coalesce(Delivery.provider_sid, clean(sid) or None),
        "error_code": int(code) if code.isdigit() and len(code) < 9 else Delivery.error_code,
    }
    which = _which_delivery(sid)
    ended = is_failure(kind, status) or (kind, status) == ("call", "completed")
    with database().write() as session:
        if ended:
            lock_for(session, which)
        moved = session.execute(
            update(Delivery).where(which, may_become(kind, status)).values(news)
            .returning(Delivery.id)
        ).scalar()  # fmt: skip
        if moved is not None and ended:
            failed(session, session.get_one(Delivery, moved), now())


def _which_delivery(sid: str) -> ColumnElement[bool]:
    """The delivery a callback is about: named in its URL, else by the carrier's id."""
    named = request.args.get("delivery", "")
    if named.isdigit() and len(named) < 18:
        return Delivery.id == int(named)
    return Delivery.provider_sid == clean(sid)


def _take_text() -> None:
    text = Text(
        sid=required("MessageSid"),
        sender=required("From"),
        body=request.form.get("Body", ""),
        media=_media(),
    )
    with database().write() as session:
        message = take(session, text, now())
    log.info("text_received", extra={"message_id": message.id if message else None})


def required(name: str) -> str:
    """A field of the form without which nothing can be stored; answers 400 if it is not usable."""
    value: str = request.form.get(name, "").strip()
    if not value or len(value) > LONGEST_ID:
        abort(Response(f"{name} is missing or not usable", 400, mimetype="text/plain"))
    return clean(value)


def _media() -> tuple[dict[str, Any], ...]:
    count = request.form.get("NumMedia", "0")
    if not count.isdigit():
        return ()
    return tuple(
        {"url": request.form[f"MediaUrl{i}"], "type": request.form.get(f"MediaContentType{i}")}
        for i in range(min(int(count), MOST_MEDIA))
        if f"MediaUrl{i}" in request.form
    )
