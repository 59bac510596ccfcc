"""/simulator: the way to the simulated phones, which live in a process of their own.

They must outlive us: when this process is killed in a test, the phones stay, as Twilio would.
"""

from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, redirect
from sqlalchemy import select
from werkzeug.wrappers import Response as Redirect

from records import Caregiver, Patient, Staff

blueprint = Blueprint("simulator", __name__, url_prefix="/simulator")


@blueprint.before_request
def only_simulated() -> None:
    """With real credentials there is nothing here."""
    if not current_app.config["SETTINGS"].simulated:
        abort(404)


@blueprint.get("")
def phones() -> Redirect:
    """Send the browser to the phones."""
    port = current_app.config["SETTINGS"].simulator_port
    return redirect(f"http://127.0.0.1:{port}/")


@blueprint.get("/people.json")
def people() -> Response:
    """Whose phones can be played: {name, number, role, language} of the sample people."""
    with current_app.extensions["database"].read() as session:
        patients = [
            _person(f"{p.first_name} {p.last_name}", p.phone, "patient", p.language)
            for p in session.scalars(select(Patient).order_by(Patient.id))
        ]
        caregivers = [
            _person(c.name, c.phone, "patient", c.language)
            for c in session.scalars(select(Caregiver).order_by(Caregiver.id))
        ]
        staff = [
            _person(f"{s.first_name} {s.last_name}", s.phone, s.role, "en")
            for s in session.scalars(select(Staff).where(Staff.active).order_by(Staff.id))
        ]
    return jsonify(patients + caregivers + staff)


def _person(name: str, number: str, role: str, language: str) -> dict[str, Any]:
    return {"name": name, "number": number, "role": role, "language": language}
