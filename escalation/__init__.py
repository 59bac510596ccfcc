"""Gets a nurse: open, page, accept, take over, close."""

from escalation.acknowledge import Answer, accept, decline, standing
from escalation.closing import BY_DIGIT, DISPOSITIONS, close, follow_up
from escalation.ladder import page_failed, page_step, still_trying
from escalation.oncall import on_call, to_be_paged
from escalation.opening import (
    REASONS,
    Cause,
    in_open_emergency,
    not_closed,
    open_escalation,
    say_still_open,
)
from escalation.summary import summarise
from escalation.takeover import (
    held_by,
    not_reached,
    nurse_not_reached,
    nurse_says,
    patient_says,
)
from escalation.words import rank

__all__ = [
    "BY_DIGIT",
    "DISPOSITIONS",
    "REASONS",
    "Answer",
    "Cause",
    "accept",
    "close",
    "decline",
    "follow_up",
    "held_by",
    "in_open_emergency",
    "not_closed",
    "not_reached",
    "nurse_not_reached",
    "nurse_says",
    "on_call",
    "open_escalation",
    "page_failed",
    "page_step",
    "patient_says",
    "rank",
    "say_still_open",
    "standing",
    "still_trying",
    "summarise",
    "to_be_paged",
]
