"""The safety case: every sign with its source, its words and its measured recall, to be signed.

`hearthline safety-case` writes docs/safety-case.md from the tables, the wording and the measures
that train.py --leave-out left in tables/measured.json. Nothing in it is written by hand but
tables/safety_case.toml.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from screening.profile import RULES
from screening.result import TIERS
from screening.tables import FOLDER, SIGN_FILES, TABLES_VERSION, read, tables
from screening.vitals import LIMITS

MEASURED = FOLDER / "measured.json"
Report = dict[str, Any]


def measured() -> dict[str, Report]:
    """Return the last measurement on authors left out: "kit" and "all" (see evaluate.summary)."""
    found: dict[str, Report] = json.loads(MEASURED.read_text(encoding="utf-8"))
    return found


def _percent(rate: Mapping[str, float] | None) -> str:
    if not rate or not rate["of"]:
        return "not measured"
    low, high = 100 * rate["low"], 100 * rate["high"]
    return f"{100 * rate['share']:.1f} % ({low:.1f}-{high:.1f}; {rate['of']} messages)"


def _rows(code: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (file, row) of every table row that leads to a flag."""
    for name in SIGN_FILES:
        for row in read(name)["sign"]:
            if row.get("as_flag", row["flag"]) == code:
                yield name, row


def _phrases(code: str, strength: str) -> Iterator[str]:
    for name, row in _rows(code):
        if row.get(strength):
            listed = "; ".join(f"`{phrase}`" for phrase in row[strength])
            yield f"- {name.removesuffix('.toml')}, source {row['source']}: {listed}"


def _sign(code: str, report: Report, question: Callable[[str, str], str]) -> Iterator[str]:
    yield f"### {code.replace('_', ' ')}"
    yield f"- found: {_percent(report['recall_by_flag'].get(code))}"
    yield f"- rightly named by a page: {_percent(report['precision_by_flag'].get(code))}"
    for language in ("en", "es"):
        yield f"- asked when unsure ({language}): {question(code, language)}"
    yield from ("", "Words that page by themselves when stated as present:")
    yield from _phrases(code, "sure")
    yield from ("", "Words that count as a hint:")
    yield from _phrases(code, "maybe")
    yield ""


def _measures(kit: Report, everyone: Report) -> Iterator[str]:
    """The measures of the nine authors we were given, and of all, each author unseen."""
    yield "| measure (95 % Wilson interval) | the kit's authors | all authors, with our twins |"
    yield "|---|---|---|"
    for key, title in read("safety_case.toml")["measures"].items():
        yield f"| {title} | {_percent(kit[key])} | {_percent(everyone[key])} |"
    tiers = (_percent(report["tiers"]["right_or_higher"]) for report in (kit, everyone))
    yield f"| tier right or higher, of recalled | {' | '.join(tiers)} |"
    for language in kit["recall_by_language"]:
        found = (_percent(r["recall_by_language"][language]) for r in (kit, everyone))
        yield f"| recall, language {language} | {' | '.join(found)} |"


def _list(title: str, lines: Iterator[str] | list[str]) -> Iterator[str]:
    yield from (f"## {title}", "")
    yield from (f"- {line}" for line in lines)
    yield ""


def document(
    first_texts: Mapping[str, Mapping[str, str]], question: Callable[[str, str], str]
) -> str:
    """Return the whole document in Markdown.

    `first_texts` names the approved first text of each tier in each language; `question` gives the
    safety check's question for a flag and a language.
    """
    reports, told = measured(), read("safety_case.toml")
    lines = [f"# Safety case of the red-flag screen, version {TABLES_VERSION}", "", *told["intro"]]
    lines += [
        "",
        "## Measured on authors left out",
        "",
        *_measures(reports["kit"], reports["all"]),
        "",
    ]
    lines += ["## First texts", ""]
    for name, texts in first_texts.items():
        lines += [f"- {name} ({language}): {text}" for language, text in texts.items()]
    lines += ["", *_list("What the patient's record adds", [_first(rule) for rule in RULES])]
    lines += _list("Vital signs", list(LIMITS))
    lines += _list("Failure modes that remain", told["failure_modes"])
    lines += _list("What stands against them", told["barriers"])
    for tier in TIERS[:-1]:
        lines += [f"## Signs of tier {tier}", ""]
        for code in sorted(c for c, t in tables().tiers.items() if t == tier):
            lines += _sign(code, reports["all"], question)
    return "\n".join([*lines, "## Signatures", "", *told["signatures"], ""])


def _first(rule: Callable[..., object]) -> str:
    return " ".join((rule.__doc__ or "").split())


def write(path: Path, text: str) -> None:
    """Write the document."""
    path.write_text(text, encoding="utf-8")
