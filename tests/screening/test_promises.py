"""What must hold word for word (DOMAIN.md section 2, "what breaks naive detection")."""

from collections.abc import Callable

import pytest

from screening import screen

EMERGENCY, STOP, URGENT = "emergency_911", "stop_pump_call_nurse", "nurse_urgent"

MUST_PAGE = [
    ("cant catch my breath and my lips feel fat", EMERGENCY),
    ("line came out", URGENT),
    ("bag leaked all over", STOP),
    ("my mom's arm is swollen", URGENT),
    ("can't breathe, jk", EMERGENCY),
    ("no fever just 101", URGENT),
    ("swelling went down, then came back worse", URGENT),
    ("going to the hospital because I can't breathe", EMERGENCY),
    ("I want to die", EMERGENCY),
    ("pump keeps beeping", STOP),
    ("no puedo respirar y siento los labios gordos", EMERGENCY),
    ("se salió el catéter", URGENT),
    ("la bolsa se rompió y está tirando todo", STOP),
    ("mi mamá tiene el brazo hinchado", URGENT),
    ("no puedo respirar, jaja es broma", EMERGENCY),
    ("no tengo fiebre, solo 38.5", URGENT),
    ("la hinchazón bajó pero volvió peor", URGENT),
    ("voy al hospital porque no puedo respirar", EMERGENCY),
    ("ya no quiero vivir", EMERGENCY),
    ("la bomba no deja de pitar", STOP),
]

MUST_NOT_PAGE = [
    "what if I get a fever?",
    "no fever, no chills",
    "had hives last month",
    "my dog has hives",
    "the chest port",
    "how do I change the alarm volume",
    "this paperwork is killing me",
    "I'm out of breath from chasing the driver",
    "¿qué hago si me da fiebre?",
    "sin fiebre, sin escalofríos",
    "tuve ronchas el mes pasado",
    "mi perro tiene ronchas",
    "el puerto del pecho",
    "¿cómo cambio el volumen de la alarma?",
    "este papeleo me está matando",
    "sin aliento de correr detrás del chofer",
    "when is my next delivery?",
    "gracias por todo",
    "",
]


@pytest.mark.parametrize(("text", "tier"), MUST_PAGE)
def test_pages_at_the_tier(text: str, tier: str) -> None:
    result = screen(text)
    assert (result.decision, result.tier) == ("page", tier)
    assert result.flags


@pytest.mark.parametrize("text", MUST_NOT_PAGE)
def test_does_not_page(text: str) -> None:
    assert screen(text).decision != "page"


@pytest.mark.parametrize("change", [str.upper, lambda t: t.replace("'", "’"), str.title])
@pytest.mark.parametrize(("text", "tier"), MUST_PAGE)
def test_writing_habits_change_nothing(text: str, tier: str, change: Callable[[str], str]) -> None:
    assert screen(change(text)).tier == tier


@pytest.mark.parametrize(
    "text",
    [
        "can\u200bt brea\u200dthe",  # zero-width
        "ｃａｎｔ ｂｒｅａｔｈｅ",  # full-width
        "cаnt brеаthе",  # Cyrillic а and е
        "cant breathe\x00\x00",
        "c\u0301ant breathe 😰😰",
    ],
)
def test_disguised_letters_are_read(text: str) -> None:
    assert screen(text).tier == EMERGENCY


def test_the_words_are_the_exact_span() -> None:
    text = "hello nurse, I CAN’T   breathe!!"
    assert "CAN’T   breathe" in {flag.words for flag in screen(text).flags}


def test_suicidal_has_its_own_mark() -> None:
    assert screen("I want to kill myself").suicidal
    assert not screen("I can't breathe").suicidal
