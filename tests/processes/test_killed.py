"""kill -9 in the middle of the story: it ends right after the restart, and nothing comes twice."""

from collections.abc import Callable

import pytest

from telephony.simulator import Phone
from tests.processes.conftest import ANNA
from tests.support.processes import Product
from tests.support.world import DANA, JUNE, NURSE_NUMBER, ROSA

pytestmark = pytest.mark.slow

WORDS = "cant catch my breath and my lips feel fat"


class Story:
    """The story of tests/journeys/test_cannot_breathe.py, with a death after each sentence."""

    def __init__(self, product: Product, patient: Phone, victim: str) -> None:
        self.product, self.patient, self.victim = product, patient, victim
        self.nurse = product.sim.phone(DANA)
        self.number = 0

    def and_then_it_dies(self, act: Callable[[], object]) -> None:
        """Do something; kill the victim in the same moment; start it again."""
        act()
        self.product.kill(self.victim)
        self.product.launch(self.victim)

    def it_is_dead_while(self, act: Callable[[], object]) -> None:
        """Kill the victim, do something while it is gone, start it again."""
        self.product.kill(self.victim)
        act()
        self.product.launch(self.victim)

    def nurse_texts(self, words: str) -> Callable[[], object]:
        return lambda: self.nurse.text(words.format(n=self.number), to=NURSE_NUMBER)

    def patient_texts(self, words: str) -> Callable[[], object]:
        return lambda: self.patient.text(words)

    def once(self, phone: Phone, words: str) -> str:
        """These words came, and came once."""
        text = phone.expect(words, timeout=40)
        same = [t for t in phone.inbox if t.body == text.body and t.at >= text.at]
        assert len(same) == 1, [t.body for t in same]
        return text.body


@pytest.mark.parametrize(
    ("victim", "number"), [("worker", ROSA), ("web", JUNE), ("bot", ANNA)], ids=lambda v: v
)
def test_the_story_ends(product: Product, victim: str, number: str) -> None:
    story = Story(product, product.sim.phone(number), victim)
    patient, nurse = story.patient, story.nurse

    story.and_then_it_dies(story.patient_texts(WORDS))
    story.once(patient, "Call 911 now")
    page = story.once(nurse, "EMERGENCY. Reply")
    story.number = int(page.split()[1])

    story.and_then_it_dies(story.nurse_texts("{n}A"))
    story.once(patient, "has accepted")
    story.once(nurse, f"{story.number} is yours")

    story.it_is_dead_while(story.nurse_texts("{n} this is Dana, is help coming?"))
    story.once(patient, "this is Dana, is help coming?")

    story.it_is_dead_while(story.patient_texts("yes they are here"))
    story.once(nurse, "yes they are here")

    story.and_then_it_dies(story.nurse_texts("{n}C 1 ambulance is there"))
    story.once(patient, "automated assistant answers here again")
    story.once(nurse, f"{story.number} closed")

    product.wait_for(victim)
    patient.text("when will my supplies arrive")
    story.once(patient, "next delivery")
    assert patient.unexpected() == []


def test_no_words_names_or_numbers_in_the_logs(product: Product) -> None:
    logs = product.logs()
    assert "delivery_taken" in logs
    for secret in ("breath", "lips", "Rosa", "Delgado", "555010", "0100201", "is help coming"):
        assert secret not in logs, secret
