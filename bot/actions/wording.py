"""Reads the tables beside this file and picks the words for a language."""

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

LANGUAGES = ("en", "es")
# 3GPP TS 23.038: with letters outside of its alphabet a segment holds 67 instead of 153.
_GSM = frozenset(map(chr, range(32, 127))) - frozenset("[]{}\\^~|`") | frozenset(
    "éèùìòàñÑüÜöäÉ¿¡Çß"
)
_GSM_ROOM, _OTHER_ROOM = 3 * 153, 3 * 67


@cache
def table(name: str) -> dict[str, Any]:
    """One YAML table of bot/actions by its name without `.yml`; read once per process."""
    path = Path(__file__).with_name(f"{name}.yml")
    return dict(YAML(typ="safe", pure=True).load(path))


def say(words: dict[str, str], language: str, **values: object) -> str:
    """The wording in the patient's language (English where there is no other), filled in."""
    text = words.get(language) or words["en"]
    return " ".join(text.split()).format(**values)


def fits(text: str) -> str | None:
    """The text if it takes three message segments at most, else None."""
    plain = all(letter in _GSM for letter in text)
    short = len(text) <= (_GSM_ROOM if plain else _OTHER_ROOM)
    return " ".join(text.split()) if short else None


def small_talk(name: str, language: str, **values: object) -> str:
    """One sentence of phrases.yml."""
    return say(table("phrases")[name], language, **values)
