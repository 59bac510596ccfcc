"""Four costs of Rasa 3.6.21 that a turn need not pay (measured in RASA.md section 3).

Each is a few lines put in place of a function that recomputes a constant, so a custom action costs
6 ms instead of 24. They change no result; tests/bot/test_rasa_side.py runs both and compares.
"""

import functools
from types import SimpleNamespace

import jsonschema
import rasa.core.actions.action as action_module
import rasa.core.actions.forms as forms_module
import rasa.core.processor as processor_module
from rasa.shared.exceptions import RasaException
from rasa.shared.utils import common

# Rasa waits 5 minutes for an action; the gateway has given up after 5 s.
ACTION_SECONDS = 4.0


def install():
    """Replace them; a second call changes nothing."""
    _compile_action_schema()
    _remember_subclasses()
    _skip_copies_for_debug_lines()
    action_module.DEFAULT_REQUEST_TIMEOUT = ACTION_SECONDS


def _compile_action_schema():
    """60 % of an action's turn went into checking the constant schema itself, every time."""
    spec = action_module.RemoteAction.action_response_format_spec()
    validator = jsonschema.validators.validator_for(spec)(spec)

    def _validate_action_result(_self, result):
        if not validator.is_valid(result):
            raise RasaException("the action server's answer is not an action result")
        return True

    action_module.RemoteAction._validate_action_result = _validate_action_result


def _remember_subclasses():
    """Every event read back walked Rasa's whole class tree; all classes are known by now."""
    if not hasattr(common.all_subclasses, "cache_info"):
        common.all_subclasses = functools.lru_cache(maxsize=None)(common.all_subclasses)


def _skip_copies_for_debug_lines():
    """In these two modules deepcopy only feeds debug lines, which quiet.py never lets out."""
    shallow = SimpleNamespace(deepcopy=lambda value: value)
    processor_module.copy = shallow
    forms_module.copy = shallow
