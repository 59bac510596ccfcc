"""Logs: one JSON object a line, with ids and codes. Never a patient's words, name or number.

Our own lines name an event and ids. Libraries may log more than that, so they are heard only
from a warning on, and whatever looks like a telephone number is blotted out of every line.
"""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

NUMBER = re.compile(r"\+?\d[\d\-() ]{8,}\d")
QUIET = ("dbos", "twilio", "urllib3", "werkzeug", "alembic", "sanic", "sanic.access", "rasa_sdk")
KEPT = {"timestamp", "level", "logger", "process", "sid", "where"}


Line = MutableMapping[str, Any]


def blot_out_numbers(_logger: object, _name: str, event: Line) -> Line:
    """Replace anything that could be a telephone number in the texts of one log line."""
    return {
        key: NUMBER.sub("[number]", value) if isinstance(value, str) and key not in KEPT else value
        for key, value in event.items()
    }


def name_exception(_logger: object, _name: str, event: Line) -> Line:
    """Say where an error came from, without its message: that may quote what a patient wrote."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, tuple) and info[0] is not None:
        frames = traceback.extract_tb(info[2])
        event["error"] = info[0].__name__
        event["where"] = [f"{f.filename}:{f.lineno} {f.name}" for f in frames[-8:]]
    return event


def set_up_logging(process: str) -> None:
    """Log to stderr from now on; `process` names who speaks (web, worker, actions)."""

    def sign(_logger: object, _name: str, event: Line) -> Line:
        return {**event, "process": process}

    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            sign,
            name_exception,
            blot_out_numbers,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.root.handlers = [handler]
    logging.root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
