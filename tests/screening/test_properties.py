"""Properties that hold for any text (hypothesis)."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening import Screening, screen
from screening.augment import slip

EMERGENCIES = [
    "I can't breathe",
    "my throat is closing up",
    "I want to die",
    "he won't wake up",
    "no puedo respirar",
]
RED_FLAGS = [
    *EMERGENCIES,
    "line came out",
    "the tubing is leaking everywhere",
    "the pump keeps beeping",
    "temp is 102.4",
    "se me salió la aguja",
    "tengo fiebre de 39",
]
HARMLESS = [
    "Hello, this is Rosa Delgado.",
    "Good morning!",
    "The box came on Tuesday.",
    "Please send more gloves and tape.",
    "We have a red door.",
    "Thank you so much.",
    "Buenas tardes.",
    "Por favor mande más guantes.",
    "My number is 555-0142.",
    "We like the new driver a lot, he is very kind to our children.",
]
CASES: list[Callable[[str], str]] = [str, str.upper, str.lower, lambda text: text.replace("'", "’")]
filler = st.lists(st.sampled_from(HARMLESS), max_size=12).map(" ".join)
a_little = st.lists(st.sampled_from(HARMLESS), max_size=2).map(" ".join)


@given(filler, st.sampled_from(EMERGENCIES), filler, st.sampled_from(CASES))
@settings(max_examples=150, deadline=None)
def test_no_amount_of_harmless_text_hides_an_emergency(
    before: str, flag: str, after: str, case: Callable[[str], str]
) -> None:
    assert screen(case(f"{before} {flag}. {after}")).decision == "page"


@given(a_little, st.sampled_from(RED_FLAGS), a_little, st.sampled_from(CASES))
@settings(max_examples=150, deadline=None)
def test_greetings_and_orders_around_a_red_flag_do_not_hide_it(
    before: str, flag: str, after: str, case: Callable[[str], str]
) -> None:
    assert screen(case(f"{before} {flag}. {after}")).decision != "none"


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_an_answer_and_the_same_one_twice(text: str) -> None:
    result = screen(text)
    assert isinstance(result, Screening)
    assert (result.decision == "none") == (not result.flags)
    assert all(flag.words in text for flag in result.flags)
    assert result == screen(text)


@given(st.sampled_from(["no {}", "what if I get {}?", "had {} last year, long gone"]))
@settings(max_examples=20, deadline=None)
def test_denial_question_and_past_do_not_page(frame: str) -> None:
    assert screen(frame.format("hives")).decision != "page"


def test_a_red_flag_at_the_end_of_a_huge_message_is_found() -> None:
    text = "the box came today and all is well. " * 2900 + "I can't breathe"
    assert len(text) > 100_000
    assert screen(text).tier == "emergency_911"


@pytest.mark.parametrize(
    "text", ["\ud800", "9/" + "1" * 9000, "²³ ①", "\x00", "\n" * 50, "🤒" * 300]
)
def test_odd_text_is_safe(text: str) -> None:
    assert screen(text).decision in ("page", "ask", "none")


def test_texts_made_to_slow_a_pattern_down_stay_quick() -> None:
    for text in ("a" * 100_000, "my " * 30_000, "can't " * 20_000, "!?" * 50_000, "1.1/" * 25_000):
        assert screen(text).decision in ("page", "ask", "none")


@given(st.sampled_from(RED_FLAGS), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_one_slip_of_the_thumb_loses_no_flag(flag: str, chance: Random) -> None:
    words = flag.split()
    at = chance.randrange(len(words))
    words[at] = slip(words[at], chance)
    assert screen(" ".join(words)).decision != "none"


@given(st.sampled_from(RED_FLAGS), st.sampled_from(["", ".", "!!", "...", " ?", " 😢", "\n\n"]))
@settings(max_examples=60, deadline=None)
def test_marks_lose_no_flag(flag: str, mark: str) -> None:
    assert screen(flag + mark).decision == "page"


ENGLISH = ("fever", "hives", "chills", "chest pain", "itching", "rash", "swelling")
SPANISH = ("fiebre", "ronchas", "escalofríos", "dolor", "comezón", "mareo")


@pytest.mark.parametrize("sign", ENGLISH)
@pytest.mark.parametrize("frame", ["no {}", "no {} at all", "never had {}", "i dont have {}"])
def test_a_denial_creates_no_flag(frame: str, sign: str) -> None:
    assert screen(frame.format(sign)).decision != "page"


@pytest.mark.parametrize("sign", SPANISH)
@pytest.mark.parametrize("frame", ["sin {}", "no tengo {}", "nada de {}", "no hay {}"])
def test_a_spanish_denial_creates_no_flag(frame: str, sign: str) -> None:
    assert screen(frame.format(sign)).decision != "page"
