"""The rules: every sign in the words, with its context. Findings feed the flags and the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from screening.clauses import Layout, layout
from screening.context import AFFIRMED, SETTLING, live, settled, status
from screening.patterns import Match
from screening.result import Tier
from screening.spelling import corrected_all
from screening.tables import Cue, Sign, Tables
from screening.vitals import readings

BRIEF = 8  # words; a message so short has no room to mean something else
MASKED = "~"  # stands in for a word of an idiom, so that no sign matches it
_VITAL_TIERS: dict[str, Tier] = {"fever": "nurse_urgent", "other_symptom": "nurse_urgent"}


@dataclass(frozen=True, slots=True)
class Finding:
    """A sign at tokens [start, end) with its context status ("affirmed", "negated", ...).

    `settled` is True when the same or a later sentence says that it was seen to or was nothing.
    """

    sign: Sign
    start: int
    end: int
    status: str
    settled: bool

    @property
    def present(self) -> bool:
        """True when the sign is stated as there now, in the patient."""
        return self.status == AFFIRMED

    @property
    def stated(self) -> bool:
        """True when a strong sign is plainly stated."""
        return self.present and self.sign.sure

    @property
    def pages(self) -> bool:
        """True when this finding pages by itself, whatever the model says."""
        return self.stated and (self.sign.firm or not self.settled)


@dataclass(frozen=True, slots=True)
class Reading:
    """All that the rules found in one stretch of text; `words` has idioms blanked out."""

    words: Sequence[str]
    findings: Sequence[Finding]
    cues: Sequence[Match[Cue]]

    @property
    def stated(self) -> list[Finding]:
        """The strong signs plainly stated."""
        return [finding for finding in self.findings if finding.stated]

    @property
    def paging(self) -> list[Finding]:
        """The strong signs that nothing in the message settles."""
        return [finding for finding in self.findings if finding.pages]

    @property
    def pages(self) -> bool:
        """True when a rule asks for a page."""
        return bool(self.paging)

    @property
    def taken_away(self) -> bool:
        """True when a short message names signs, and its context takes away every one."""
        gone = self.findings and not any(finding.present for finding in self.findings)
        return bool(gone) and len(self.words) <= BRIEF + BRIEF // 2

    @property
    def plain(self) -> bool:
        """True when a rule needs nobody to agree: a sign in a few words (but not "kms, this
        copay"), or one that DOMAIN.md pages for though the labels do not."""
        brief = len(self.words) <= BRIEF
        return any(f.sign.domain or (brief and f.sign.code != "suicidal") for f in self.paging)


def masked(words: Sequence[str], table: Tables) -> list[str]:
    """Return the words with idioms and equipment words blanked out."""
    out = list(words)
    for match in table.masks.find(words):
        out[match.start : match.end] = [MASKED] * (match.end - match.start)
    return out


def _vitals(words: Sequence[str]) -> list[Match[Sign]]:
    return [
        Match(
            Sign(r.code, _VITAL_TIERS.get(r.code, "emergency_911"), "LABELS.md", True),
            r.start,
            r.end,
        )
        for r in readings(words)
    ]


def _weigh(found: Sequence[Match[Sign]], cues: list[Match[Cue]], text: Layout) -> list[Finding]:
    last = next((c for c in reversed(cues) if c.payload.kind in SETTLING), None)
    return [
        Finding(m.payload, m.start, m.end, status(m, cues, text), settled(m, last, text))
        for m in found
    ]


def read(words: Sequence[str], table: Tables) -> Reading:
    """Return every finding in the words (see normalize.tokenize), present or not, and the cues.

    Slips in clinical words are put right first (spelling.py).
    """
    left = masked(corrected_all(words), table)
    found = [*table.signs.find(left), *_vitals(left)]
    cues = live(table.cues.find(left), found, left)
    return Reading(left, _weigh(found, cues, layout(left)), cues)
