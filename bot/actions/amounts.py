"""Reads how many are left and how many are used a day."""

import re
from typing import Any

from bot.actions import read

Spec = dict[str, Any]

_LEFT = r"(?:left|remaining|on hand)"
_LEFT_ES = r"(?:(?:me |nos )?quedan?|(?:me |nos )?sobran?)"
_HAVE = "down to|only have|only got|just have|still have|i have|we have"
_GONE = re.compile(
    r"\b(?:all out|ran out|run out|no more|none left|zero|is the last|last one|the last|"
    r"(?<!fell )(?<!came )(?<!slid )(?<!slipped )(?<!popped )(?<!pulled )out of|"
    r"se (?:me |nos )?acab|no (?:me |nos )?quedan?|no tengo mas|ya no (?:hay|tengo|queda)|cero|"
    r"used (?:up )?(?:all|the last))"
)


def spare(spec: Spec, text: str) -> int | None:
    """How many are left, by the answer to that question: a number, or a plain no."""
    said = read.bare(text)
    if read.is_no(text) or (_GONE.search(said) and not re.search(r"\d", said)):
        return 0  # "the last one" is being used: the safe reading
    number = read.count(text)
    return number if number is not None else spare_in(spec, text)


def spare_in(spec: Spec, text: str) -> int | None:
    """The same by the way in a longer text: "down to 2", "me quedan 3", "ran out"."""
    said = read.bare(text)
    number, more = read.number_pattern(), read.number_pattern(from_two=True)
    left = spec.get("left", _LEFT)
    patterns = (
        rf"\b{_LEFT_ES}(?: \w+)?? ({number})\b",
        rf"\b({number}) {left}\b",
        rf"\b({more})(?: (?!(?:{number})\b)\w+){{1,3}}? {left}\b",
        rf"\b(?:{_HAVE}|{left})(?: \w+)?? (?!(?:an?|una?)\b)({number})\b",
        rf"\b({number})(?: (?!(?:{number})\b)\w+)? {_LEFT_ES}\b",
    )
    found = next((m for m in (re.search(p, said) for p in patterns) if m), None)
    if found:
        return read.number_of(found.group(1))
    return 0 if _GONE.search(said) else None


_PER_DAY = r"(?:a day|per day|every day|each day|daily|al dia|por dia|diari[oa]s?|cada dia)"
_TIMES = {"once": 1, "twice": 2, "una vez": 1, "dos veces": 2, "tres veces": 3}


def rate(spec: Spec, text: str) -> int | None:
    """How many a day, by the answer to that question."""
    return rate_in(spec, text) or read.count(text)


def rate_in(_spec: Spec, text: str) -> int | None:
    """The same in a longer text: "3 a day", "dos veces al dia"."""
    said = read.bare(text)
    found = re.search(rf"\b({read.number_pattern()})(?: \w+)? {_PER_DAY}", said)
    if found:
        return read.number_of(found.group(1))
    return next(
        (n for words, n in _TIMES.items() if re.search(rf"\b{words} {_PER_DAY}", said)), None
    )
