"""Spanish words come to the encoder in English; the language of a text."""

import pytest

from screening import language_of
from screening.gloss import glossed


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("tengo fiebre", "i have fever"),
        ("no puedo respirar", "no i can breathe"),
        ("come once the pump is done", "come once the pump is done"),
        ("my mom tiene fiebre", "my mom has fever"),
    ],
)
def test_word_for_word(said: str, read: str) -> None:
    assert " ".join(glossed(said.split())) == read


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("no puedo respirar", "es"),
        ("¿Cuándo llega mi entrega?", "es"),
        ("i cant breathe", "en"),
        ("my pump is beeping and i dont know why", "en"),
        ("Y", None),
        ("", None),
        ("101.3", None),
        ("911", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert language_of(text) == language
