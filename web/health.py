"""Is it well? /healthz names each part; /readyz tells a proxy whether to send requests here."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import requests
from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import func, select, text

from records import Database, Delivery, Heartbeat
from records.migrate import schema_is_current
from records.outbox import URGENT

blueprint = Blueprint("health", __name__)

OLDEST_SWEEP = timedelta(seconds=20)
TIMEOUT_SECONDS = 1.5
LATEST_URGENT = timedelta(seconds=60)
LOCAL = requests.Session()
LOCAL.trust_env = False  # a proxy of the environment is not for loopback


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """Each part: "ok" or why not. 200 only if all are."""
    parts = {name: _tried(check) for name, check in CHECKS.items()}
    well = all(state == "ok" for state in parts.values())
    return jsonify(ok=well, parts=parts), 200 if well else 503


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Whether this process can store a message: that needs the database and nothing else."""
    state = _tried(_database)
    return jsonify(ok=state == "ok", database=state), 200 if state == "ok" else 503


def _tried(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as error:
        return type(error).__name__


def _record() -> Database:
    database: Database = current_app.extensions["database"]
    return database


def _database() -> str:
    database = _record()
    with database.read() as session:
        session.execute(text("SELECT 1"))
    return "ok" if schema_is_current(database.engine) else "schema is not current"


def _worker() -> str:
    """The sweep writes a heartbeat: an old one means that nobody is paged."""
    now = current_app.extensions["clock"]()
    with _record().read() as session:
        beat = session.get(Heartbeat, "sweep")
    if beat is None:
        return "has not run yet"
    age = now - beat.at
    return "ok" if age <= OLDEST_SWEEP else f"last seen {int(age.total_seconds())} s ago"


def _paging() -> str:
    """Whether words in danger leave the house: hands that hang in a dead carrier show here."""
    before = current_app.extensions["clock"]() - LATEST_URGENT
    late = (
        select(func.count(Delivery.id))
        .where(Delivery.lane.in_(URGENT), Delivery.created_at <= before)
        .where(Delivery.status.in_(("waiting", "posting")))
    )
    with _record().read() as session:
        count = session.scalar(late)
    return "ok" if not count else f"{count} urgent deliveries are late"


def _settings() -> Any:
    return current_app.config["SETTINGS"]


def _answers(url: str) -> str:
    answer = LOCAL.get(url, timeout=TIMEOUT_SECONDS)
    return "ok" if answer.status_code == 200 else f"status {answer.status_code}"


def _bot() -> str:
    return _answers(f"{_settings().bot_url}/webhooks/gateway/")


def _actions() -> str:
    return _answers(urljoin(_settings().actions_url, "/health"))


def _phones() -> str:
    """Twilio itself is not asked at each check: its status callbacks tell more."""
    settings = _settings()
    if not settings.simulated:
        return "ok"
    return _answers(f"http://127.0.0.1:{settings.simulator_port}/healthz")


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "worker": _worker,
    "paging": _paging,
    "bot": _bot,
    "actions": _actions,
    "phones": _phones,
}
