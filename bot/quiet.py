"""Rasa's logs without a patient's words.

Rasa logs events and slots at DEBUG, and the traceback of a failed action quotes the action
server's answer, which repeats the whole conversation (RASA.md sections 2 and 4).
"""

import logging
import os
import traceback
from pathlib import Path

_LOUD = ("rasa", "sanic", "bot", "asyncio", "aiohttp", "matplotlib", "apscheduler")


class WithoutWords(logging.Filter):
    """Keeps the name of an error and the place it came from, drops its text and its values."""

    def filter(self, record):
        """Let the record through, changed."""
        if record.exc_info:
            record.msg = f"{_first_line(record)} [{_where(record.exc_info)}]"
            record.args, record.exc_info, record.exc_text = (), None, None
        elif record.levelno >= logging.ERROR and record.name.startswith("rasa.core.actions"):
            record.msg, record.args = "an action failed", ()
        return True


def install():
    """Turn telemetry off, forbid DEBUG, and put the filter before every handler."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    for name in _LOUD:
        logger = logging.getLogger(name)
        if logger.getEffectiveLevel() < logging.INFO:
            logger.setLevel(logging.INFO)
    _filter_handlers(logging.getLogger())
    for logger in map(logging.getLogger, list(logging.root.manager.loggerDict)):
        _filter_handlers(logger)


def _filter_handlers(logger):
    for handler in logger.handlers:
        if not any(isinstance(f, WithoutWords) for f in handler.filters):
            handler.addFilter(WithoutWords())


def _first_line(record):
    text = record.msg if isinstance(record.msg, str) and not record.args else "failed"
    return text.split("\n")[0][:80] if text.isprintable() and '"' not in text else "failed"


def _where(exc_info):
    kind, _, trace = exc_info
    frames = traceback.extract_tb(trace)[-1:]
    places = ", ".join(f"{Path(f.filename).name}:{f.lineno}" for f in frames)
    return f"{getattr(kind, '__name__', kind)} at {places or 'unknown'}"
