"""Decides whether a sign found in a message is present now, in the patient."""

from __future__ import annotations

from collections.abc import Sequence

from screening.patterns import Match
from screening.tables import Cue, Sign, read

_TURNS = frozenset(read("context.toml")["turns"])
_ENDS = frozenset(".?")
# Cues that may share a word with the sign: "my dog HAS hives", "came BACK".
_SHARED = frozenset({"other", "third", "historical", "resumed"})
_QUESTION_START = 2  # a question word further on asks nothing: "I hurt, what a day"
AFFIRMED = "affirmed"
# Cues about the whole message: seen by a clinician, in hospital, something else, running again.
SETTLING = ("handled", "in_care", "explained", "settled")


def sentence_bounds(words: Sequence[str], at: int) -> tuple[int, int]:
    """Return the [start, end) of the sentence that holds token `at`, its stop included."""
    start = at
    while start > 0 and words[start - 1] not in _ENDS:
        start -= 1
    end = at
    while end < len(words) and words[end] not in _ENDS:
        end += 1
    return start, min(end + 1, len(words))


def _between_is_open(words: Sequence[str], start: int, end: int) -> bool:
    """Say whether nothing between two places turns the sentence round or ends it."""
    return not any(word in _TURNS or word in _ENDS for word in words[start:end])


def _plain_no(words: Sequence[str], cue: Match[Cue]) -> bool:
    """Say whether this "no" only answers the sentence before: "No, he is itching"."""
    single = cue.end - cue.start == 1 and words[cue.start] in ("no", "nope")
    return single and cue.end < len(words) and words[cue.end] == ","


def _governs(cue: Match[Cue], sign: Match[Sign], words: Sequence[str]) -> bool:
    kind = cue.payload
    if kind.side == "before":
        near = 0 <= sign.start - cue.end <= kind.reach
        return near and _between_is_open(words, cue.end, sign.start) and not _plain_no(words, cue)
    if kind.side == "after":
        near = 0 <= cue.start - sign.end <= kind.reach
        return near and _between_is_open(words, sign.end, cue.start)
    return kind.kind != "question" or _opens_sentence(words, cue.start)


def _opens_sentence(words: Sequence[str], at: int) -> bool:
    return at - sentence_bounds(words, at)[0] <= _QUESTION_START


# All that can take away a firm sign: "if this goes on I will kill myself" is no question.
_UNDO_FIRM = frozenset({"negated", "historical", "other"})


def status(sign: Match[Sign], cues: Sequence[Match[Cue]], words: Sequence[str]) -> str:
    """Return "affirmed", or the kind of context that takes the sign away.

    Source: DOMAIN.md section 2 ("what breaks naive detection") and LABELS.md. A sentence that
    says the sign is back, worse or still there ("resumed") outweighs resolved and historical.
    """
    kinds = [c.payload.kind for c in around(sign, cues, words) if _governs(c, sign, words)]
    if "resumed" in kinds:
        kinds = [k for k in kinds if k not in ("resolved", "historical", "resumed")]
    if sign.payload.firm:
        kinds = [k for k in kinds if k in _UNDO_FIRM]
    return kinds[0] if kinds else AFFIRMED


def around(sign: Match[Sign], cues: Sequence[Match[Cue]], words: Sequence[str]) -> list[Match[Cue]]:
    """Return the cues in the sentence of the sign that are not part of the sign itself."""
    start, end = sentence_bounds(words, sign.start)
    inside = [c for c in cues if start <= c.start < end and c.payload.side != "message"]
    return [c for c in inside if not _same_words(c, sign)]


def _same_words(cue: Match[Cue], sign: Match[Sign]) -> bool:
    """Say whether the cue is part of the sign itself ("not breathing")."""
    return cue.start < sign.end and sign.start < cue.end and cue.payload.kind not in _SHARED
