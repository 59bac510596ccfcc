"""Rasa on Python 3.11 understands exactly what it understands on 3.10 (docs/decisions/0002)."""

import json
import os
import subprocess

import pytest

from tests.bot.world import BOT_PYTHON, ROOT

TOLERANCE = 1e-4


@pytest.mark.slow
def test_same_intents_and_confidences_as_on_3_10(tmp_path):
    quiet = {"TQDM_DISABLE": "1", "TF_CPP_MIN_LOG_LEVEL": "3", "RASA_TELEMETRY_ENABLED": "false"}
    ran = subprocess.run(
        [BOT_PYTHON, "tests/bot/parity.py", tmp_path], cwd=ROOT, env=os.environ | quiet,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    here = json.loads(ran.stdout[ran.stdout.index("{") :])
    there = json.loads((ROOT / "tests/bot/data/parity_3_10.json").read_text())
    assert len(there) > 300
    assert {name: intent for name, (intent, _) in here.items()} == {
        name: intent for name, (intent, _) in there.items()
    }
    assert max(abs(here[name][1] - there[name][1]) for name in there) < TOLERANCE
