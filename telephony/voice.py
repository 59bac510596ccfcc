"""Calls: the page that rings a nurse, and the caller who is sent to text or to a nurse."""

from datetime import datetime

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from twilio.twiml.voice_response import Gather, VoiceResponse

import escalation
from conversation import nurse_by_call
from records import Escalation, Page, Staff
from telephony.greeting import SPOKEN, greeting
from telephony.webhooks import blueprint, database, move, now, required, twiml
from telephony.words import WORDING, spoken

# An unheard prompt is said three times; then the call ends without an acceptance.
TIMES_SAID = 3


@blueprint.post("/voice")
def voice() -> Response:
    """Somebody calls one of our numbers: a member of staff hears her page, others the greeting."""
    caller = required("From")
    with database().read() as session:
        staff = session.scalar(select(Staff).where(Staff.phone == caller, Staff.active))
        if staff is None:
            return twiml(greeting(database().profile, caller))
        page = _open_page(session, staff)
        return twiml(_prompt(page) if page else _end("call_nothing_open"))


def _open_page(session: Session, staff: Staff) -> Page | None:
    """The newest page that still asks this person."""
    query = (
        select(Page)
        .join(Page.escalation)
        .where(Page.staff_id == staff.id, Escalation.state == "open")
        .order_by(Page.id.desc())
    )
    return session.scalars(query.limit(1)).first()


@blueprint.post("/voice/choice")
def voice_choice() -> Response:
    """The caller pressed a key, or did not: a nurse is asked for either way, never silence."""
    caller, sid = required("From"), required("CallSid")
    with database().write() as session:
        language, held = nurse_by_call(session, caller, sid, now())
    response = VoiceResponse()
    words = WORDING.text("caller_held" if held else "caller_paged", language)
    response.say(words, language=SPOKEN[language])
    response.hangup()
    return twiml(response)


@blueprint.post("/voice/page/<int:page_id>")
def voice_page(page_id: int) -> Response:
    """The page's own call was answered: say its number and wait for a key."""
    with database().read() as session:
        page = session.get(Page, page_id)
        if page is None:
            return twiml(_end("call_over"))
        if page.escalation.state != "open":
            stands = escalation.standing(page.escalation, page.staff_id)
            return twiml(_outcome(stands))
        return twiml(_prompt(page))


@blueprint.post("/voice/page/<int:page_id>/key")
def voice_key(page_id: int) -> Response:
    """A key was pressed on a page's call: 1 accepts, 3 passes on, any other says it again."""
    acts = {"1": accept_by_voice, "3": escalation.decline}
    act = acts.get(request.form.get("Digits", ""))
    with database().write() as session:
        page = session.get(Page, page_id)
        if page is None:
            return twiml(_end("call_over"))
        if act is None:
            return twiml(_prompt(page))
        staff = session.get_one(Staff, page.staff_id)
        return twiml(_outcome(act(session, page.escalation_id, staff, now())))


def accept_by_voice(
    session: Session, escalation_id: int, staff: Staff, at: datetime
) -> escalation.Answer:
    """Accept by a pressed key."""
    return escalation.accept(session, escalation_id, staff, "voice", at)


def _outcome(result: escalation.Answer) -> VoiceResponse:
    """Say what became of a key press, or how things stand."""
    found = result.escalation
    if found is None or result.outcome == "closed":
        return _end("call_over")
    if result.outcome == "declined":
        return _end("call_passed_on")
    if result.outcome == "taken" and found.nurse is not None:
        return _end("call_taken", nurse=found.nurse.first_name)
    return _end("call_accepted", spoken=spoken(found.id))


def _end(key: str, **facts: object) -> VoiceResponse:
    response = VoiceResponse()
    response.say(WORDING.text(key, "en", **facts), language=SPOKEN["en"])
    response.hangup()
    return response


@blueprint.post("/voice/status")
def voice_status() -> Response:
    """How far a call of ours has come."""
    move("call", request.form.get("CallStatus", ""), request.form.get("CallSid", ""))
    return Response(status=204)


def _prompt(page: Page) -> VoiceResponse:
    response = VoiceResponse()
    words = WORDING.text(f"call_{page.escalation.tier}", "en", spoken=spoken(page.escalation_id))
    gather = Gather(
        num_digits=1, timeout=5, action=f"/twilio/voice/page/{page.id}/key", method="POST"
    )
    for _ in range(TIMES_SAID):
        gather.say(words, language=SPOKEN["en"])
        gather.pause(length=2)
    response.append(gather)
    response.say(WORDING.text("call_no_key", "en"), language=SPOKEN["en"])
    response.hangup()
    return response
