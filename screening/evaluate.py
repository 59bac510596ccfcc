"""Measures the screening against labelled messages (fields of LABELS.md)."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from screening.labels import read_messages
from screening.result import RANK, Screening
from screening.screener import screen

# What the labellers' notes call a message that only looks like a flag. Not part of the screen.
_HARD = re.compile(
    r"\b(hard_negative|denied|negad[oa]|negat\w+|resol\w+|resuelt\w+|hypoth\w+|hipot\w+|if-question"
    r"|what-if|histor\w+|general question|pregunta general|other (person|patient|people)"
    r"|otra persona|pet|fiction|idiom|metaphor|figure of speech|other meaning|(no|not) symptoms?"
    r"|chest port|'chest'|alarms?|hot water|heat|fear|drill|words?|palabra|never happened"
    r"|already in|in care|smoke|no longer)\b"
)
Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled message with what the screening said."""

    message: Mapping[str, Any]
    result: Screening

    @property
    def wanted(self) -> bool:
        """True when the label asks for a page."""
        return bool(self.message["tier"] != "none")

    @property
    def reached(self) -> bool:
        """True for a page or a question: only a clear "no" of the patient stops the second."""
        return self.result.decision != "none"

    @property
    def paged(self) -> bool:
        """True when a nurse is paged at once."""
        return self.result.decision == "page"

    @property
    def asked(self) -> bool:
        """True when the patient is asked first."""
        return self.result.decision == "ask"

    @property
    def hard(self) -> bool:
        """True for a hard negative: denied, resolved, hypothetical, past, others, idiom ..."""
        return not self.wanted and bool(_HARD.search(self.message.get("notes", "")))


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of hits out of total ((0, 1) for none)."""
    if not total:
        return 0.0, 1.0
    z, share = 1.96, hits / total
    centre = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    width = 1 + z * z / total
    return max(0.0, (centre - spread) / width), min(1.0, (centre + spread) / width)


def _reached(judged: Iterable[Judged]) -> Report:
    return _share([one.reached for one in judged])


def _paged(judged: Iterable[Judged]) -> Report:
    return _share([one.paged for one in judged])


def _asked(judged: Iterable[Judged]) -> Report:
    return _share([one.asked for one in judged])


def _share(outcomes: Sequence[bool]) -> Report:
    low, high = wilson(sum(outcomes), len(outcomes))
    share = sum(outcomes) / len(outcomes) if outcomes else 0.0
    return {"hits": sum(outcomes), "of": len(outcomes), "share": share, "low": low, "high": high}


def _tiers(found: Sequence[Judged]) -> Report:
    ranks = [(RANK[one.result.tier], RANK[one.message["tier"]]) for one in found]
    return {
        "right_or_higher": _share([got >= wanted for got, wanted in ranks]),
        "exact": _share([got == wanted for got, wanted in ranks]),
    }


def _recall_by_flag(wanted: Sequence[Judged]) -> dict[str, Report]:
    codes = sorted({code for one in wanted for code in one.message["flags"]})
    return {code: _reached(o for o in wanted if code in o.message["flags"]) for code in codes}


def _precision_by_flag(judged: Sequence[Judged]) -> dict[str, Report]:
    """Of the pages that name a flag: how often the label has it."""
    named: dict[str, list[bool]] = {}
    for one in (o for o in judged if o.paged):
        for code in {flag.code for flag in one.result.flags}:
            named.setdefault(code, []).append(code in one.message["flags"])
    return {code: _share(named[code]) for code in sorted(named)}


def _missed(one: Judged) -> dict[str, Any]:
    message = one.message
    return {key: message.get(key) for key in ("id", "tier", "flags", "text")}


def summary(judged: Sequence[Judged]) -> Report:
    """Return all measures as plain data: shares with 95 % Wilson intervals, and the misses."""
    wanted = [one for one in judged if one.wanted]
    easy = [one for one in judged if not one.wanted and not one.hard]
    emergencies = [one for one in wanted if one.message["tier"] == "emergency_911"]
    languages = sorted({one.message.get("lang", "en") for one in judged})
    hard = [one for one in judged if one.hard]
    return {
        "messages": len(judged),
        "recall": _reached(wanted),
        "recall_emergency": _reached(emergencies),
        "emergencies_asked": _asked(emergencies),
        "recall_by_tier": {
            tier: _reached(o for o in wanted if o.message["tier"] == tier)
            for tier in list(RANK)[:-1]
        },
        "recall_by_language": {
            lang: _reached(o for o in wanted if o.message.get("lang", "en") == lang)
            for lang in languages
        },
        "recall_by_flag": _recall_by_flag(wanted),
        "precision_by_flag": _precision_by_flag(judged),
        "hard_negatives_paged": _paged(hard),
        "hard_negatives_asked": _asked(hard),
        "everyday_paged": _paged(easy),
        "everyday_asked": _asked(easy),
        "tiers": _tiers([one for one in wanted if one.reached]),
        "misses": [_missed(one) for one in wanted if not one.reached],
    }


def evaluate(path: str | Path) -> Report:
    """Screen a labelled file and return the report; raises ValueError on a broken line."""
    return summary([Judged(m, screen(m["text"])) for m in read_messages(path)])


def _value(report: Report, key: str) -> float:
    """Return one share of a report; "tiers.right_or_higher" is a share inside a share."""
    for part in key.split("."):
        report = report[part]
    return float(report["share"])


def below(report: Report, floors: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Return a sentence for each floor or ceiling (tests/screening/floors.toml) not kept."""
    low = [(k, v) for k, v in floors["at_least"].items() if _value(report, k) < v]
    high = [(k, v) for k, v in floors["at_most"].items() if _value(report, k) > v]
    return [
        f"{key} is {100 * _value(report, key):.1f} %, the limit is {100 * limit:.1f} %"
        for key, limit in low + high
    ]


def _line(name: str, rate: Report) -> str:
    percent = f"{100 * rate['share']:5.1f} %"
    interval = f"({100 * rate['low']:.1f}-{100 * rate['high']:.1f})"
    return f"{name:<34}{percent} {interval:<14}{rate['hits']}/{rate['of']}"


_TITLES = {
    "emergencies_asked": "emergencies asked about first",
    "hard_negatives_paged": "hard negatives paged",
    "hard_negatives_asked": "hard negatives asked about",
    "everyday_paged": "everyday messages paged",
    "everyday_asked": "everyday messages asked about",
}


def as_text(report: Report, short: bool = False) -> str:
    """Return the report for people to read; `short` leaves out flags and misses."""
    lines = [
        _line("recall, all flags", report["recall"]),
        *(_line(f"  {tier}", rate) for tier, rate in report["recall_by_tier"].items()),
        *(_line(f"  language {lang}", r) for lang, r in report["recall_by_language"].items()),
        *(_line(title, report[key]) for key, title in _TITLES.items()),
        _line("tier right or higher, of recalled", report["tiers"]["right_or_higher"]),
        _line("tier exact, of recalled", report["tiers"]["exact"]),
    ]
    if not short:
        for title, key in (("recall", "recall_by_flag"), ("precision", "precision_by_flag")):
            lines += [f"{title} by flag:", *(_line(f"  {c}", r) for c, r in report[key].items())]
        lines += [f"missed {m['id']} {m['tier']}: {m['text'][:160]}" for m in report["misses"]]
    return "\n".join(lines)


if __name__ == "__main__":
    print(as_text(evaluate(sys.argv[1])))
