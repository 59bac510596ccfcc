"""The bot's files agree with each other: intents, examples, rules, forms, actions."""

import json
import re

import pytest
from ruamel.yaml import YAML

import bot.actions
from bot.actions.wording import table
from bot.build_data import build, intent_of, plain
from tests.bot.world import ROOT

YML = YAML(typ="safe", pure=True)
DOMAIN = YML.load(ROOT / "domain.yml")
RULES = [
    rule
    for path in sorted((ROOT / "bot/data/rules").glob("*.yml"))
    for rule in YML.load(path)["rules"]
]
TOPICS = [
    "after_hours", "benefits", "call_every_time", "caregiver_help", "disposal_pickup",
    "drop_off_other_person", "extra_supplies", "give_it_myself", "greeting",
    "home_requirements", "hours_location", "how_delivered", "how_to_prepare", "insurance",
    "is_it_an_option", "medical_advice", "missing_or_damaged_item", "my_role", "next_delivery",
    "off_topic", "opt_in", "opt_out", "pick_up_at_pharmacy", "privacy", "process_steps",
    "reschedule_delivery", "speak_to_human", "storage", "supplies_equipment", "thanks",
    "training", "treatment_finished", "what_is_infusion", "what_pharmacy_does",
    "what_to_report", "what_to_watch_for", "who_is_it_for", "wrong_number", "gibberish",
]  # fmt: skip
EVENTS = [
    "wasted_dose", "medication_change", "therapy_complete", "access_removed_or_replaced",
    "hospital_admission", "supplies_low", "unused_supplies",
]  # fmt: skip
FORM_TOPICS = {
    "reschedule_delivery", "drop_off_other_person", "pick_up_at_pharmacy", "extra_supplies",
}  # fmt: skip


def examples():
    """Number of examples per intent over all NLU files."""
    found = {}
    for path in (ROOT / "bot/data/nlu").glob("*.yml"):
        intent = None
        for line in path.read_text(encoding="utf-8").splitlines():
            named = re.match(r"- intent: (\S+)", line)
            intent = named.group(1) if named else intent
            if line.startswith("    - "):
                found.setdefault(intent, []).append(line[6:])
    return found


def test_every_topic_and_event_of_the_labels_is_an_intent():
    intents = set(DOMAIN["intents"])
    assert {f"ask_{t}" for t in TOPICS} | {f"report_{e}" for e in EVENTS} <= intents


def test_every_intent_has_examples_and_every_example_an_intent():
    taught = examples()
    assert set(taught) == set(DOMAIN["intents"])
    assert min(map(len, taught.values())) >= 12


def test_no_text_teaches_two_intents():
    owners = {}
    for intent, texts in examples().items():
        for text in texts:
            assert owners.setdefault(text.lower(), intent) == intent, text


def test_every_intent_is_taken_up_by_a_rule():
    used = {name for rule in RULES for name in intents_of(rule)}
    assert set(DOMAIN["intents"]) <= used
    assert used <= set(DOMAIN["intents"]) | {"nlu_fallback"}


def intents_of(rule):
    for step in rule["steps"]:
        for choice in step.get("or", [step]):
            if "intent" in choice:
                yield choice["intent"]


def actions_of(rule):
    return [step["action"] for step in rule["steps"] if "action" in step]


def test_nothing_states_a_fact_after_an_action():
    """No utter_ at all: Rasa would say it even when the action before it had failed."""
    for rule in RULES:
        assert not [a for a in actions_of(rule) if a.startswith("utter_")], rule["rule"]
    assert not [a for a in DOMAIN["actions"] if a.startswith("utter_")]


def test_every_action_of_the_domain_exists():
    ours = {action().name() for action in bot.actions.everything()}
    assert ours == set(DOMAIN["actions"])


def test_every_form_has_its_rules_and_its_questions():
    forms = {name.removesuffix("_form") for name in DOMAIN["forms"]}
    assert forms == set(table("reports")["forms"])
    assert {f"report_{e}" for e in EVENTS} <= {n for r in RULES for n in intents_of(r)}
    for form in forms:
        closing = [r for r in RULES if "action_close_report" in actions_of(r)]
        assert any(f"{form}_form" in actions_of(rule) for rule in closing), form


def test_every_other_topic_has_an_answer():
    answered = set(table("answers"))
    assert set(TOPICS) - FORM_TOPICS - {"speak_to_human", "gibberish"} == answered


def test_no_session_expires():
    assert DOMAIN["session_config"]["session_expiration_time"] == 0


def test_only_our_channel_is_open():
    assert list(YML.load(ROOT / "credentials.yml")) == ["bot.channel.GatewayInput"]


@pytest.mark.parametrize(
    ("row", "intent"),
    [
        ({"tier": "nurse_urgent", "event": "supplies_low", "topic": None}, "red_flag"),
        ({"tier": "none", "event": "supplies_low", "topic": "storage"}, "report_supplies_low"),
        ({"tier": "none", "event": None, "topic": "storage"}, "ask_storage"),
        ({"tier": "none", "event": None, "topic": None}, "status"),
    ],
)
def test_a_label_becomes_an_intent(row, intent):
    assert intent_of(row) == intent


def test_building_the_data_keeps_one_intent_per_text(tmp_path):
    (tmp_path / "by_hand.yml").write_text("nlu:\n- intent: affirm\n  examples: |\n    - ok\n")
    rows = [
        {"text": "ok", "tier": "none", "event": None, "topic": None},
        {"text": "pump [beeps](x)\nnow", "tier": "nurse_urgent", "event": None, "topic": None},
        {"text": "pump [beeps](x)\nnow", "tier": "none", "event": None, "topic": "storage"},
    ]
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, rows)))
    build(tmp_path, tmp_path)
    assert "pump (beeps)(x) now" in (tmp_path / "red_flag.yml").read_text()
    assert not (tmp_path / "topics.yml").exists()
    assert not (tmp_path / "status.yml").exists()


def test_plain_text_has_no_markup():
    assert plain("a [b](c) {d\n e") == "a (b)(c) (d e"
