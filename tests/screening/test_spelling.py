"""A slip in a clinical word is put right; words of their own are left alone."""

import pytest

from screening.findings import read
from screening.normalize import tokenize
from screening.spelling import corrected
from screening.tables import tables


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("breahting", "breathing"),
        ("wheezng", "wheezing"),
        ("seizre", "seizure"),
        ("diziness", "dizziness"),
        ("respirrar", "respirar"),
        ("fiebrre", "fiebre"),
    ],
)
def test_a_slip_is_put_right(written: str, meant: str) -> None:
    assert corrected(written) == meant


@pytest.mark.parametrize(
    "word", ["breast", "delivery", "pump", "fevr", "zosyn", "101", "~", "feet"]
)
def test_other_words_stay(word: str) -> None:
    assert corrected(word) == word


def test_a_sign_is_found_through_a_slip() -> None:
    found = read([t.text for t in tokenize("he is having a seizre")], tables()).findings
    assert "seizure" in [finding.sign.code for finding in found]
