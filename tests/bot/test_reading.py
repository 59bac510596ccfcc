"""Reading plain answers: numbers, yes and no, moments, things. In both languages."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.actions import read
from bot.actions.moments import moment
from bot.actions.questions import Moment, questions_of, when_words

ZONE = ZoneInfo("America/Chicago")
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # Thursday 9 PM in Chicago
CLOCK = Moment(NOW, ZONE)


@pytest.mark.parametrize(
    "text", ["yes", "YES!", "ok", "Ok.", "sí", "Si", "correcto", "send it", "👍", "that's right"]
)
def test_a_yes(text):
    assert read.is_yes(text)


@pytest.mark.parametrize(
    "text",
    ["glarb", "yes but it was 2 bags", "yesterday", "okra", "no", "", "y2", "is it ok?", "sip sip"],
)
def test_not_a_yes(text):
    assert not read.is_yes(text)


@pytest.mark.parametrize("text", ["no", "Nope.", "none", "ninguna", "no gracias", "nada"])
def test_a_no(text):
    assert read.is_no(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [("yes a little bit went in", "yes"), ("no, not hooked up", "no"), ("maybe", None),
     ("sí, como la mitad", "yes"), ("nothing went in", "no"), ("noon", None)],
)  # fmt: skip
def test_yes_or_no(text, said):
    assert read.yes_or_no(text) == said


@pytest.mark.parametrize(
    "text", ["idk", "I don't know", "not sure", "no sé", "skip", "dunno what happened"]
)
def test_unknown(text):
    assert read.is_unknown(text)


@pytest.mark.parametrize("text", ["never mind", "forget it", "Olvídelo", "ya no", "cancel report"])
def test_cancel_in_ones_own_words(text):
    assert read.is_cancel(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("2", 2), ("two bags", 2), ("about 5 left", 5), ("ninguna", 0), ("a dozen", 12),
     ("just one", 1), ("dos", 2), ("9pm", None), ("8:30", None), ("glarb", None),
     ("between 2 and 4", None), ("one of them, so 3", 3)],
)  # fmt: skip
def test_count(text, number):
    assert read.count(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("dropped 2 bags", 2), ("se me cayeron dos jeringas", 2), ("three of my doses", 3),
     ("i dropped the bag", 1), ("my 9 pm got ruined", None), ("the bags are cloudy", None)],
)  # fmt: skip
def test_count_of_units(text, number):
    units = questions_of("wasted_dose")[1].spec["units"]
    assert read.count_of(text, units) == number


MOMENTS = [
    ("9pm", "19 21:00", "19 21:00"),
    ("at 9", "19 21:00", "19 21:00"),
    ("tomorrow 8am", "20 08:00", None),
    ("tonight at 11", "19 23:00", None),
    ("a las 10 de la noche", "19 22:00", "18 22:00"),
    ("mañana a las 8", "20 08:00", None),
    ("mañana", "20 00:00", None),
    ("noon", "20 12:00", "19 12:00"),
    ("in 2 hours", "19 23:00", None),
    ("en dos horas", "19 23:00", None),
    ("an hour ago", None, "19 20:00"),
    ("hace 2 horas", None, "19 19:00"),
    ("anoche a las 9", None, "18 21:00"),
    ("this morning", None, "19 08:00"),
    ("friday at 9am", "20 09:00", "13 09:00"),
    ("saturday", "21 00:00", "14 00:00"),
    ("2100", "19 21:00", "19 21:00"),
    ("9 o'clock", "19 21:00", "19 21:00"),
    ("8 tonight", None, "19 20:00"),
]


@pytest.mark.parametrize(("text", "ahead", "behind"), MOMENTS)
def test_moment(text, ahead, behind):
    for future, expected in ((True, ahead), (False, behind)):
        if expected:
            found = moment(text, NOW, ZONE, future=future)
            assert found.strftime("%d %H:%M") == expected
            assert found.tzinfo == ZONE


@pytest.mark.parametrize("text", ["2 bags", "glarb", "soon", "", "25:99", "my number is 555-0143"])
def test_no_moment(text):
    assert moment(text, NOW, ZONE, future=True) is None


def test_a_moment_over_the_end_of_summer_time():
    before = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)  # Saturday 10 PM, clocks go back that night
    found = moment("tomorrow 9am", before, ZONE, future=True)
    assert found.isoformat() == "2026-11-01T09:00:00-06:00"


def test_moments_in_words():
    assert when_words(NOW, "en", CLOCK) == "Thu 9:00 PM"
    assert when_words(NOW, "es", CLOCK) == "jue 9:00 PM"
    assert when_words(datetime(2026, 11, 21, 6, 0, tzinfo=UTC), "en", CLOCK) == "Sat"


REASONS = [
    ("it leaked all over", "leak"), ("dropped on the floor", "dropped"),
    ("bag is cloudy", "particles"),
    ("the fridge died and its warm", "warm"), ("se me cayó", "dropped"), ("está tibia", "warm"),
    ("i sneezed on it", "contamination"), ("it spilled", "spill"), ("glarb", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), REASONS)
def test_reasons(text, reason):
    assert questions_of("wasted_dose")[0].answer(text, CLOCK) == reason


ITEMS = [
    ("saline flushes", "flush"), ("the tubing", "tubing"), ("needles", "needle"),
    ("gasas", "dressing"),
    ("bags of vanc", "medicine"), ("pilas", "battery"), ("TPN", "nutrition"), ("zorbs", "zorbs"),
    ("what do you mean?", None), ("2", None), ("no", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "item"), ITEMS)
def test_items(text, item):
    assert questions_of("supplies_low")[0].answer(text, CLOCK) == item


LEFT = [
    ("down to 1 flush", 1), ("solo me quedan 5", 5), ("3 left", 3), ("all out", 0), ("none", 0),
    ("se me acabaron", 0), ("i have 4", 4), ("glarb", None), ("this is the last one", 0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "left"), LEFT)
def test_what_is_left(text, left):
    assert questions_of("supplies_low")[1].answer(text, CLOCK) == left


RATES = [("3 a day", 3), ("twice a day", 2), ("uso 3 al dia", 3), ("about 2", 2), ("glarb", None)]


@pytest.mark.parametrize(("text", "rate"), RATES)
def test_used_per_day(text, rate):
    assert questions_of("supplies_low")[2].answer(text, CLOCK) == rate
