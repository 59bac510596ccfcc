"""Statuses move forward only, and what each error of the carrier means (data beside this file)."""

import tomllib
from pathlib import Path
from typing import Any

from records import Delivery

_HERE = Path(__file__).parent
_RANKS = tomllib.loads((_HERE / "statuses.toml").read_text(encoding="utf-8"))
_CODES = tomllib.loads((_HERE / "errors.toml").read_text(encoding="utf-8"))["codes"]
_UNKNOWN_CODE = {"alarm": True, "means": "unknown code"}
_KIND = {"sms": "message", "voice": "call"}


def advance(delivery: Delivery, status: str) -> bool:
    """Move a delivery to `status` if that is further on; False if it came late or twice.

    An unknown status is stored only over one that we know to be earlier than any answer.
    """
    ranks = _RANKS[_KIND[delivery.channel]]
    if ranks.get(status, 2) <= ranks.get(delivery.status, 2):
        return False
    delivery.status = status
    return True


def is_idle(status: str) -> bool:
    """Whether a callback with this status is no news: it costs no transaction."""
    return status in _RANKS["idle"]["words"]


def has_failed(delivery: Delivery) -> bool:
    """Whether the delivery's status means that it did not reach its phone."""
    return delivery.status in _RANKS["failed"][_KIND[delivery.channel]]


def meaning(code: int | None) -> dict[str, Any]:
    """What to do about an error code: retry, alarm, blocked (all optional), and what it means."""
    return _CODES.get(str(code), _UNKNOWN_CODE) if code else {}


def known_statuses(kind: str) -> set[str]:
    """The statuses we have a rank for; `kind` is "message" or "call"."""
    return set(_RANKS[kind])
