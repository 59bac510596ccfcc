"""The nurse's page for one escalation, behind the signed link in her page.

A thin first room of the console: sign-in, queue and live updates come with it later. The link is
hers, names one escalation, and opens for LINK_DAYS after it was opened.
"""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

import escalation
from records import Database, Delivery, Escalation, Message, Staff, audit

blueprint = Blueprint("console", __name__, url_prefix="/console")

LINK_DAYS = timedelta(days=2)
LONGEST_REPLY = 1600
Found = tuple[Escalation, Staff]


@blueprint.get("")
def index() -> Response:
    """Where a member of staff begins: today, with the link in her page."""
    return Response(render_template("console.html"))


@blueprint.get("/e/<token>")
def show(token: str) -> Response:
    """The escalation in SBAR form, the conversation, and what she can do now."""
    with _database().write() as session:
        found, staff = _opened_by(session, token)
        audit(session, _now(), f"staff:{staff.id}", "escalation.seen", found)
        return Response(render_template("escalation.html", **_view(session, found, staff, token)))


@blueprint.post("/e/<token>/accept")
def accept(token: str) -> Redirect:
    """Accept, if nobody has; the page then says who has it."""
    with _database().write() as session:
        found, staff = _opened_by(session, token)
        escalation.accept(session, found.id, staff, "console", _now())
    return redirect(f"/console/e/{token}", 303)


@blueprint.post("/e/<token>/reply")
def reply(token: str) -> Redirect:
    """Her words to the patient."""
    words = request.form.get("words", "").strip()[:LONGEST_REPLY]
    with _database().write() as session:
        found, staff = _opened_by(session, token)
        if words:
            _if_hers(lambda: escalation.nurse_says(session, found, staff, words, _now()))
    return redirect(f"/console/e/{token}#talk", 303)


@blueprint.post("/e/<token>/close")
def close(token: str) -> Redirect:
    """Close with a disposition and a note."""
    how, note = request.form.get("disposition", ""), request.form.get("note", "")
    with _database().write() as session:
        found, staff = _opened_by(session, token)
        _if_hers(lambda: escalation.close(session, found, staff, how, note, _now()))
    return redirect(f"/console/e/{token}", 303)


def _if_hers(act: Any) -> None:
    try:
        act()
    except PermissionError:
        abort(Response("This escalation is not yours. Nothing was done.\n", 403))
    except ValueError:
        abort(Response("A disposition and a note are needed. Nothing was closed.\n", 400))


def _database() -> Database:
    database: Database = current_app.extensions["database"]
    return database


def _now() -> Any:
    return current_app.extensions["clock"]()


def _opened_by(session: Session, token: str) -> Found:
    """The escalation and the member of staff a link names; 404 if it is not ours or too old."""
    named = current_app.extensions["house"].links.read(token)
    if named is None:
        abort(404)
    found = session.get(Escalation, named[0])
    staff = session.get(Staff, named[1])
    if found is None or staff is None or not staff.active:
        abort(404)
    if _now() - found.opened_at > LINK_DAYS:
        abort(Response("This link has expired.\n", 410))
    return found, staff


def _lost(session: Session, found: Escalation) -> set[int]:
    """Messages that did not reach the patient: she must not believe that he read them."""
    query = (
        select(Message.id)
        .join(Delivery, Delivery.message_id == Message.id)
        .where(Message.conversation_id == found.conversation_id, Delivery.staff_id.is_(None))
        .where(Delivery.status.in_(("failed", "undelivered", "blocked")))
    )
    return set(session.scalars(query))


def _view(session: Session, found: Escalation, staff: Staff, token: str) -> dict[str, Any]:
    messages = session.scalars(
        select(Message)
        .where(Message.conversation_id == found.conversation_id)
        .order_by(Message.seq.desc())
        .limit(50)
    )
    return {
        "escalation": found,
        "staff": staff,
        "token": token,
        "hers": found.nurse_id == staff.id and found.state == "acknowledged",
        "summary": found.summary,
        "messages": list(messages),
        "lost": _lost(session, found),
        "phone": found.conversation.address,
        "dispositions": escalation.DISPOSITIONS,
        "zone": session.info["profile"].zone,
    }
