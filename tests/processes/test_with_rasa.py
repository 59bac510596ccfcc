"""The whole product with the real Rasa: questions, two reports, and Rasa's own second net."""

import json
import subprocess
from typing import Any

import pytest

from telephony.simulator import Phone
from tests.processes.conftest import ERNESTO, THEO
from tests.support.processes import BIN, Product
from tests.support.world import DANA, NURSE_NUMBER

pytestmark = pytest.mark.slow


def exported(product: Product, kind: str) -> list[dict[str, Any]]:
    """What `hearthline export` prints."""
    command = [BIN / "hearthline", "export", kind, "--format", "json"]
    done = subprocess.run(command, env=product.env, stdout=subprocess.PIPE, check=True)
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def ask(phone: Phone, words: str, expected: str) -> str:
    """Text something and read the answer that has these words in it."""
    phone.text(words)
    return phone.expect(expected).body


QUESTIONS = [
    ("when will my supplies arrive", ["next delivery", "/"]),
    (
        "what do I do when my treatment is done",
        ["doctor says", "follow up", "flushed", "supplies", "pick up", "sharps", "waste"],
    ),
    ("what is home infusion therapy", ["vein"]),
    ("how do I store my medicine", ["label", "pharmacist"]),
    ("do I have to call you every time for my supplies", ["No", "schedule"]),
    ("what are your hours and where are you", ["8:00", "Larch Street"]),
    ("will somebody teach me how to do this", ["before"]),
    ("does insurance cover home infusion", ["insur"]),
    ("can my wife help me with the infusions", ["help"]),
    ("what warning signs should I watch for", ["fever", "breath"]),
]


@pytest.mark.parametrize(("question", "facts"), QUESTIONS, ids=[q for q, _ in QUESTIONS])
def test_questions(product: Product, question: str, facts: list[str]) -> None:
    answer = ask(product.sim.phone(THEO), question, facts[0])
    for fact in facts:
        assert fact.lower() in answer.lower()


def test_a_wasted_dose_with_a_changed_detail(product: Product) -> None:
    theo = product.sim.phone(THEO)
    ask(theo, "I had to waste a dose, I dropped one bag", "go into the body")
    ask(theo, "no", "How many good doses")
    ask(theo, "3", "Which dose")
    ask(theo, "the one for tonight", "When did it happen")
    ask(theo, "an hour ago", "symptoms")
    assert "How many wasted: 1" in ask(theo, "none", "Reply OK")
    assert "How many wasted: 2" in ask(theo, "no wait, it was 2 bags", "Reply OK")
    ask(theo, "OK", "Your report is saved")
    [report] = [r for r in exported(product, "reports") if r["kind"] == "wasted_dose"]
    assert report["details"]["count"] == 2
    assert report["details"]["reason"] == "dropped"
    assert report["details"]["any_infused"] == "no"
    assert report["doses_on_hand"] == 3
    assert report["new_symptoms"] == "none"
    assert report["drug"] == "immunoglobulin"
    assert report["access_type"] == "port"
    assert report["patient_words"] == "I had to waste a dose, I dropped one bag"
    for field in ("happened_at", "next_dose_due", "callback_number", "reporter_name", "due_at"):
        assert report[field], field
    assert (report["urgency"], report["urgency_rule"]) == ("tonight", "more than one bag")


def test_low_supplies_in_spanish(product: Product) -> None:
    ernesto = product.sim.phone(ERNESTO)
    ask(ernesto, "me quedan solo 2 jeringas de lavado", "por día")
    ask(ernesto, "3", "síntoma")
    ask(ernesto, "nada", "OK")
    ask(ernesto, "ok", "guardado")
    [report] = [r for r in exported(product, "reports") if r["kind"] == "supplies_low"]
    assert report["details"]["item"] == "flush"
    assert report["details"]["on_hand"] == 2


def test_what_only_the_model_understands_is_escalated_once(product: Product) -> None:
    """The screen lets this spelling pass; Rasa's own intent does not."""
    before = {e["id"] for e in exported(product, "escalations")}
    theo = product.sim.phone(THEO)
    for number in before:
        product.sim.phone(DANA).text(f"{number}A", to=NURSE_NUMBER)
        product.sim.phone(DANA).text(f"{number}C 5 seen", to=NURSE_NUMBER)
    theo.expect("answers here again")
    theo.text(ONLY_THE_MODEL)
    theo.expect("We are paging our on-call nurse")
    theo.text(ONLY_THE_MODEL)
    theo.expect("Nobody has accepted yet")
    new = [e for e in exported(product, "escalations") if e["id"] not in before]
    assert len(new) == 1
    assert {flag["found_by"] for flag in new[0]["red_flags"]} == {"bot"}


# The screen finds nothing here, and is right; the bot is the more anxious of the two.
ONLY_THE_MODEL = "Arm isn't swollen. Hand isn't swollen. Neck is fine."
