"""An action that fails, fails its turn.

Rasa logs a failed action, forgets its events and goes on as if it had run: the form asks its next
question although the escalation before it never happened (RASA.md section 0, finding 1). Here the
turn ends, nothing of it is stored, and the gateway's own sentence speaks.
"""

import functools

from rasa.core.actions.action import ActionExecutionRejection, RemoteAction


class ActionLost(BaseException):
    """A custom action could not be run. Not an Exception: Rasa's processor swallows those.

    Carries the action's name only; the answer of the action server may quote the patient.
    """


def install():
    """Let a failed custom action end the turn; a second call changes nothing."""
    if getattr(RemoteAction.run, "ends_the_turn", False):
        return
    original = RemoteAction.run

    @functools.wraps(original)
    async def run(self, *args, **kwargs):
        try:
            return await original(self, *args, **kwargs)
        except ActionExecutionRejection:
            raise  # a form that says "not for me" has not failed
        except Exception:
            raise ActionLost(self.name()) from None

    run.ends_the_turn = True
    RemoteAction.run = run
