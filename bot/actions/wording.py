"""Reads the tables beside this file and picks the words for a language."""

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

LANGUAGES = ("en", "es")


@cache
def table(name: str) -> dict[str, Any]:
    """One YAML table of bot/actions by its name without `.yml`; read once per process."""
    path = Path(__file__).with_name(f"{name}.yml")
    return dict(YAML(typ="safe", pure=True).load(path))


def say(words: dict[str, str], language: str, **values: object) -> str:
    """The wording in the patient's language (English where there is no other), filled in."""
    text = words.get(language) or words["en"]
    return " ".join(text.split()).format(**values)


def small_talk(name: str, language: str, **values: object) -> str:
    """One sentence of phrases.yml."""
    return say(table("phrases")[name], language, **values)
