"""Statuses move forward only, and what each error of the carrier means (data beside this file)."""

import tomllib
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement

from records import Delivery

_HERE = Path(__file__).parent
_RANKS = tomllib.loads((_HERE / "statuses.toml").read_text(encoding="utf-8"))
_CODES = tomllib.loads((_HERE / "errors.toml").read_text(encoding="utf-8"))["codes"]
_UNKNOWN_CODE = {"alarm": True, "means": "unknown code"}
_FIRST_NEWS = 2


def may_become(kind: str, status: str) -> ColumnElement[bool]:
    """The condition under which a delivery may become `status`: only ever further on.

    `kind` is "message" or "call". A word that we do not know counts as the carrier's first one.
    """
    ranks = _RANKS[kind]
    rank = ranks.get(status, _FIRST_NEWS)
    if rank <= _FIRST_NEWS:
        return Delivery.status.in_([word for word, r in ranks.items() if r < rank])
    return Delivery.status.not_in([word for word, r in ranks.items() if r >= rank])


def is_idle(status: str) -> bool:
    """Whether a callback with this status is no news: it costs no transaction."""
    return status in _RANKS["idle"]["words"]


def is_failure(kind: str, status: str) -> bool:
    """Whether a status means that it did not reach its phone; `kind` is "message" or "call"."""
    return status in _RANKS["failed"][kind]


def meaning(code: int | None) -> dict[str, Any]:
    """What to do about an error code: retry, alarm, blocked (all optional), and what it means."""
    return _CODES.get(str(code), _UNKNOWN_CODE) if code else {}


def known_statuses(kind: str) -> set[str]:
    """The statuses we have a rank for; `kind` is "message" or "call"."""
    return set(_RANKS[kind])
