"""The custom actions. Importing this package registers all of them with rasa_sdk."""

import inspect

from rasa_sdk import Action

from bot.actions import answering, forms, people, reporting


def everything() -> list[type[Action]]:
    """All our action classes."""
    modules = (answering, forms, people, reporting)
    found = [value for module in modules for value in vars(module).values() if _is_ours(value)]
    return sorted(set(found), key=lambda action: action.__name__)


def _is_ours(value: object) -> bool:
    if not (inspect.isclass(value) and issubclass(value, Action)):
        return False
    return value.__module__.startswith("bot.") and not inspect.isabstract(value)
