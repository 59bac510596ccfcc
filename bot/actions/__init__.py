"""The custom actions. rasa_sdk finds them by walking this package.

Nothing is imported here: bot/understand.py uses the readers in Rasa's environment, which has
neither the database nor rasa_sdk's newest version.
"""

import inspect
from importlib import import_module
from typing import Any


def everything() -> list[type[Any]]:
    """All our action classes."""
    names = ("answering", "forms", "people", "reporting")
    modules = [import_module(f"bot.actions.{name}") for name in names]
    found = {value for module in modules for value in vars(module).values() if _is_ours(value)}
    return sorted(found, key=lambda action: str(action.__name__))


def _is_ours(value: object) -> bool:
    from rasa_sdk import Action

    if not (inspect.isclass(value) and issubclass(value, Action)):
        return False
    return value.__module__.startswith("bot.") and not inspect.isabstract(value)
