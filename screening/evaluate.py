"""Measures the screening against labelled messages (fields of LABELS.md)."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from screening.result import RANK, Screening
from screening.screener import screen
from screening.split import read_messages

# What the labellers' notes call a message that only looks like a flag.
_HARD = re.compile(
    r"hard_negative|denied|negad|negat|resolv|resuelt|hypoth|hipot|if-question|what-if|histor"
    r"|general question|pregunta general|other person|otra persona|other patient|other people"
    r"|\bpet\b|fiction|idiom|metaphor|figure of speech|other meaning|no symptom|not symptom"
    r"|chest port|'chest'|alarm|hot water|heat|fear|drill|\bword|palabra|never happened"
    r"|already in|in care|smoke|no longer"
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
    def paged(self) -> bool:
        """True for a page or a question: the product pages both for now."""
        return self.result.decision != "none"

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


def _rate(judged: Iterable[Judged]) -> Report:
    """Return how many of the messages were paged."""
    return _share([one.paged for one in judged])


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


def _per_flag(wanted: Sequence[Judged]) -> dict[str, Report]:
    codes = sorted({code for one in wanted for code in one.message["flags"]})
    return {code: _rate(o for o in wanted if code in o.message["flags"]) for code in codes}


def _missed(one: Judged) -> dict[str, Any]:
    message = one.message
    return {key: message.get(key) for key in ("id", "tier", "flags", "text")}


def summary(judged: Sequence[Judged]) -> Report:
    """Return all measures as plain data: shares with 95 % Wilson intervals, and the misses."""
    wanted = [one for one in judged if one.wanted]
    easy = [one for one in judged if not one.wanted and not one.hard]
    emergencies = [one for one in wanted if one.message["tier"] == "emergency_911"]
    languages = sorted({one.message.get("lang", "en") for one in judged})
    return {
        "messages": len(judged),
        "recall": _rate(wanted),
        "recall_emergency": _rate(emergencies),
        "recall_by_tier": {
            tier: _rate(o for o in wanted if o.message["tier"] == tier) for tier in list(RANK)[:-1]
        },
        "recall_by_language": {
            lang: _rate(o for o in wanted if o.message.get("lang", "en") == lang)
            for lang in languages
        },
        "recall_by_flag": _per_flag(wanted),
        "hard_negatives_paged": _rate(o for o in judged if o.hard),
        "everyday_paged": _rate(easy),
        "tiers": _tiers([one for one in wanted if one.paged]),
        "misses": [_missed(one) for one in wanted if not one.paged],
    }


def evaluate(path: str | Path) -> Report:
    """Screen a labelled file and return the report; raises ValueError on a broken line."""
    return summary([Judged(m, screen(m["text"])) for m in read_messages(path)])


def _line(name: str, rate: Report) -> str:
    percent = f"{100 * rate['share']:5.1f} %"
    interval = f"({100 * rate['low']:.1f}-{100 * rate['high']:.1f})"
    return f"{name:<34}{percent} {interval:<14}{rate['hits']}/{rate['of']}"


def as_text(report: Report, short: bool = False) -> str:
    """Return the report for people to read; `short` leaves out flags and misses."""
    lines = [
        _line("recall, all flags", report["recall"]),
        *(_line(f"  {tier}", rate) for tier, rate in report["recall_by_tier"].items()),
        *(_line(f"  language {lang}", r) for lang, r in report["recall_by_language"].items()),
        _line("hard negatives paged", report["hard_negatives_paged"]),
        _line("everyday messages paged", report["everyday_paged"]),
        f"  that is {1000 * report['everyday_paged']['share']:.0f} in 1,000",
        _line("tier right or higher, of recalled", report["tiers"]["right_or_higher"]),
        _line("tier exact, of recalled", report["tiers"]["exact"]),
    ]
    if not short:
        lines += ["by flag:", *(_line(f"  {c}", r) for c, r in report["recall_by_flag"].items())]
        lines += [f"missed {m['id']} {m['tier']}: {m['text'][:160]}" for m in report["misses"]]
    return "\n".join(lines)


if __name__ == "__main__":
    print(as_text(evaluate(sys.argv[1])))
