"""The tables are complete and well formed, so that a nurse can sign them."""

import re

import pytest

from screening.evaluate import as_text, summary, wilson
from screening.model import model
from screening.patterns import Matcher, parse
from screening.tables import FOLDER, read, tables, tier_of

SIGNS = [row for file in sorted(FOLDER.glob("signs_*.toml")) for row in read(file.name)["sign"]]


def test_every_sign_has_a_known_flag_a_tier_and_a_source() -> None:
    for sign in SIGNS:
        assert sign["source"]
        assert tier_of(sign.get("as_flag", sign["flag"]))
        assert sign["tier"] in ("emergency_911", "stop_pump_call_nurse", "nurse_urgent")


def test_every_flag_has_words_in_both_languages() -> None:
    english, spanish = _flags("signs_en"), _flags("signs_es")
    both = {"never_stop_interrupted", "suicidal"}  # one file for the two languages
    assert set(tables().tiers) - both <= english & spanish


def _flags(start: str) -> set[str]:
    files = sorted(FOLDER.glob(f"{start}*.toml"))
    return {row["flag"] for file in files for row in read(file.name)["sign"]}


def test_patterns_are_plain_lower_case_words() -> None:
    rows = [p for s in SIGNS for p in [*s.get("sure", ()), *s.get("maybe", ())]]
    assert not [p for p in rows if not re.fullmatch(r"[a-z0-9|*?_. ]+", p)]


def test_the_learned_heads_are_the_flags() -> None:
    assert set(model().heads[2:]) == set(tables().tiers)


@pytest.mark.parametrize("pattern", ["", "..", "may? come"])
def test_a_pattern_must_begin_with_a_word(pattern: str) -> None:
    with pytest.raises(ValueError, match="begin with a word"):
        parse(pattern)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("line came|fell out", "my line fell out", True),
        ("line came out", "line . came out", False),
        ("line came out", "line , came out", True),
        ("line .. out", "line a b c d out", True),
        ("line .. out", "line a b c d e out", False),
        ("swell* down?", "swelling", True),
        ("all_over|here", "all over", True),
    ],
)
def test_patterns(pattern: str, text: str, found: bool) -> None:
    assert bool(Matcher([("x", pattern)]).find(text.split())) == found


def test_wilson_interval_of_the_textbook() -> None:
    low, high = wilson(81, 263)
    assert (round(low, 3), round(high, 3)) == (0.255, 0.366)
    assert wilson(0, 0) == (0.0, 1.0)


def test_a_report_of_nothing_can_be_printed() -> None:
    assert "recall" in as_text(summary([]))
