"""Decides whether a sign found in a message is present now, in the patient."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from screening.clauses import Layout
from screening.patterns import ENDS, Match, Matcher
from screening.tables import Cue, Sign, read

_DATA = read("context.toml")
_TURNS = frozenset(_DATA["turns"])
_FIRM = _DATA["firm"]
# Cues that may share a word with the sign: "my dog HAS hives", "came BACK".
_SHARED = frozenset({"other", "third", "historical", "resumed"})
_QUESTION_START = 2  # a question word further on asks nothing: "I hurt, what a day"
_ANSWER = 1  # a cue with this reach is a bare answer: "fever: no"
AFFIRMED = "affirmed"
# Cues about the whole message: seen by a clinician, in hospital, something else, running again.
SETTLING = ("handled", "in_care", "explained", "settled")
_OURS = frozenset(_DATA["clause"]["ours"])
_SPENT = Matcher((None, phrase) for phrase in _DATA["spent"]["phrases"])
_DENIALS, _BRIDGES = frozenset(_FIRM["denials"]), frozenset(_FIRM["bridges"])


def live(
    cues: Sequence[Match[Cue]], signs: Sequence[Match[Sign]], words: Sequence[str]
) -> list[Match[Cue]]:
    """Return the cues without those used up by their own phrase: "NO one cares", "hasnt GONE".

    A denial inside a sign is used up too: "NOT waking up and lips blue".
    """
    spent = {at for m in _SPENT.find(words) for at in range(m.start, m.end)}
    used = {at for s in signs if s.payload.sure for at in range(s.start, min(s.end, s.start + 8))}
    return [
        c
        for c in cues
        if c.payload.side == "message"
        or (c.start not in spent and not (c.payload.kind == "negated" and c.start in used))
    ]


def _between_is_open(words: Sequence[str], start: int, end: int) -> bool:
    """Say whether nothing between two places turns the sentence round or ends it."""
    return not any(word in _TURNS or word in ENDS for word in words[start:end])


def _plain_no(words: Sequence[str], cue: Match[Cue]) -> bool:
    """Say whether this "no" only answers the sentence before: "No, he is itching"."""
    single = cue.end - cue.start == 1 and words[cue.start] in ("no", "nope")
    return single and cue.end < len(words) and words[cue.end] == ","


def _closes(words: Sequence[str], cue: Match[Cue]) -> bool:
    """Say whether the sentence ends or pauses behind the cue: "fever: no", not "hives no fever"."""
    return cue.end >= len(words) or words[cue.end] in (".", "?", ",")


def _governs(cue: Match[Cue], sign: Match[Sign], text: Layout) -> bool:
    kind, words = cue.payload, text.words
    if _parted(cue, sign, text):
        return False
    if kind.side == "before":
        near = cue.start < sign.start and sign.start - cue.end <= kind.reach
        return near and _between_is_open(words, cue.end, sign.start) and not _plain_no(words, cue)
    if kind.side == "after":
        near = 0 <= cue.start - sign.end <= kind.reach
        open_ = near and _between_is_open(words, sign.end, cue.start)
        return open_ and (kind.reach > _ANSWER or _closes(words, cue))
    return kind.kind != "question" or _opens_sentence(text, cue.start)


def _parted(cue: Match[Cue], sign: Match[Sign], text: Layout) -> bool:
    """Say whether the sign stands in another clause than the cue, or is plainly the patient's."""
    kind = cue.payload.kind
    if kind == "resumed":
        return False
    if kind in ("other", "third") and _is_ours(cue, sign, text.words):
        return True
    if cue.start >= sign.start:
        return _new_clause_behind(cue, sign, text)
    if kind == "hypothetical":
        return _any_between(text.results, cue.end, sign.start + 1)
    if kind in ("resolved", "historical"):
        return _any_between(text.present, cue.end, sign.start + 1)
    return _any_between(text.subjects, cue.end, sign.start + 1)


def _new_clause_behind(cue: Match[Cue], sign: Match[Sign], text: Layout) -> bool:
    """Say whether a new subject stands between a sign and the cue that follows it."""
    if not _any_between(text.others, sign.end, cue.start + 1):
        return False
    if cue.payload.kind in ("other", "third"):
        return True
    start = text.bounds[sign.start][0]
    return _any_between(text.present, start, sign.start + 1)


def _any_between(counts: Sequence[int], start: int, end: int) -> bool:
    end = min(end, len(counts) - 1)
    return start < end and counts[end] > counts[start]


def _is_ours(cue: Match[Cue], sign: Match[Sign], words: Sequence[str]) -> bool:
    """Say whether the patient comes in: "my dog bit MY PICC", "my brother the PATIENT has"."""
    return any(word in _OURS for word in words[cue.end : sign.end])


def _opens_sentence(text: Layout, at: int) -> bool:
    return at - text.bounds[at][0] <= _QUESTION_START


def _denied_itself(sign: Match[Sign], words: Sequence[str]) -> bool:
    """Say whether a firm sign's own verb is denied: "not going to kill myself".

    "trying NOT TO" and "no reason not to" deny nothing.
    """
    at = sign.start - 1
    while at >= 0 and words[at] in _BRIDGES:
        at -= 1
    return at >= 0 and words[at] in _DENIALS and words[at : at + 2] != ["not", "to"]


def status(sign: Match[Sign], cues: Sequence[Match[Cue]], text: Layout) -> str:
    """Return "affirmed", or the kind of context that takes the sign away.

    Source: DOMAIN.md section 2 ("what breaks naive detection") and LABELS.md. A sentence that
    says the sign is back, worse or still there ("resumed") outweighs resolved and historical.
    """
    if sign.payload.firm:
        return "negated" if _denied_itself(sign, text.words) else AFFIRMED
    kinds = [c.payload.kind for c in around(sign, cues, text) if _governs(c, sign, text)]
    if "resumed" in kinds:
        kinds = [k for k in kinds if k not in ("resolved", "historical", "resumed")]
    return kinds[0] if kinds else AFFIRMED


def settled(sign: Match[Sign], last: Match[Cue] | None, text: Layout) -> bool:
    """Say whether the last settling cue settles the sign: from its sentence on, in its clause."""
    if last is None or last.start < text.bounds[sign.start][0]:
        return False
    return last.end > sign.start or not _any_between(text.present, last.end, sign.start + 1)


def around(sign: Match[Sign], cues: Sequence[Match[Cue]], text: Layout) -> list[Match[Cue]]:
    """Return the cues in the sentence of the sign that are not part of the sign itself."""
    start, end = text.bounds[sign.start]
    first = bisect_left(cues, start, key=lambda c: c.start)
    last = bisect_left(cues, end, key=lambda c: c.start)
    inside = [c for c in cues[first:last] if c.payload.side != "message"]
    return [c for c in inside if not _same_words(c, sign)]


def _same_words(cue: Match[Cue], sign: Match[Sign]) -> bool:
    """Say whether the cue is part of the sign itself ("not breathing").

    Not so a denial that begins before it ("DONT HAVE a fever") or a cue all around it.
    """
    if cue.payload.kind in _SHARED:
        return False
    if cue.start < sign.start and (cue.payload.kind == "negated" or cue.end > sign.end):
        return False
    return cue.start < sign.end and sign.start < cue.end
