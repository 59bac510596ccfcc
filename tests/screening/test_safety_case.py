"""The document to be signed is what the tables, the wording and the measures make of it."""

from pathlib import Path

from conversation.checks import question
from escalation.words import first_texts
from screening.safety_case import document
from screening.tables import tables

FILE = Path(__file__).parents[2] / "docs" / "safety-case.md"


def made() -> str:
    return document(first_texts(), lambda code, language: question([code], language))


def test_the_document_is_in_step() -> None:
    assert FILE.read_text(encoding="utf-8") == made(), "run `hearthline safety-case`"


def test_every_sign_has_its_part_with_sources_and_words_in_both_languages() -> None:
    text = made()
    for code in tables().tiers:
        part = text.split(f"### {code.replace('_', ' ')}\n")[1].split("###")[0]
        assert "source" in part and "asked when unsure (es)" in part and "%" in part
