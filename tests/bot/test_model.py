"""The intent model, what understands with it, and when it is trained again."""

import io
import json
import subprocess
import time

import pytest

from bot import train
from bot.linear import DEFAULTS, Model, normal
from bot.measure import measure
from bot.understand import Understanding, event_of, main
from tests.bot.world import BOT_PYTHON, ROOT

TEXTS = ["i have a fever", "fever and chills", "high fever", "where to store it", "store the bags"]
TEXTS += ["all is well", "all went well"]
INTENTS = ["red_flag"] * 3 + ["ask_storage"] * 2 + ["status"] * 2


@pytest.fixture(scope="module")
def model():
    return Model.fit({**DEFAULTS, "rare": 1}, TEXTS, INTENTS)


def test_the_model_ranks_all_intents(model):
    ranking = model.rank("FÉVER!")
    assert ranking[0]["name"] == "red_flag"
    assert {row["name"] for row in ranking} == set(INTENTS)
    assert sum(row["confidence"] for row in ranking) == pytest.approx(1)


@pytest.mark.parametrize("text", ["", "   ", "漢字", "\x00"])
def test_a_text_of_unknown_pieces_has_no_confidence(model, text):
    assert model.rank(text)[0]["confidence"] == 0.0


def test_a_stored_model_ranks_the_same(model, tmp_path):
    model.write(tmp_path)
    again = Model.read(DEFAULTS, tmp_path)
    for text in (*TEXTS, "neither of those"):
        before, after = model.rank(text), again.rank(text)
        assert [row["name"] for row in before] == [row["name"] for row in after]
        assert before[0]["confidence"] == pytest.approx(after[0]["confidence"], abs=1e-3)


def test_training_twice_gives_the_same_model(model):
    again = Model.fit({**DEFAULTS, "rare": 1}, TEXTS, INTENTS)
    assert again.rank("a fever") == model.rank("a fever")


def test_normal_text():
    assert normal("Sí, 12 días: can’t") == "si, 00 dias: can't"


def test_below_the_threshold_the_bot_is_unsure(model):
    sure = Understanding(model, 0.1, 0.0)("store it")
    unsure = Understanding(model, 1.1, 0.0)("store it")
    assert (sure["intent"], sure["topic"]) == ("ask_storage", "storage")
    assert (unsure["intent"], unsure["topic"]) == ("nlu_fallback", "storage")


@pytest.mark.parametrize(
    ("ranking", "event"),
    [([("report_supplies_low", 0.9), ("red_flag", 0.1)], "supplies_low"),
     ([("red_flag", 0.7), ("report_wasted_dose", 0.25)], "wasted_dose"),
     ([("red_flag", 0.7), ("report_wasted_dose", 0.1)], None),
     ([("red_flag", 0.7), ("status", 0.3)], None), ([("ask_storage", 0.9), ("status", 0)], None)],
)  # fmt: skip
def test_an_event_beside_a_red_flag(ranking, event):
    assert event_of([{"name": n, "confidence": c} for n, c in ranking]) == event


def test_lines_in_lines_out(model, monkeypatch):
    monkeypatch.setattr(Understanding, "load", lambda: Understanding(model, 0.1, 0.0))
    out = io.StringIO()
    main(['{"id": 7, "text": "store the bags"}\n', "\n"], out)
    assert json.loads(out.getvalue())["id"] == 7


def test_measuring(tmp_path):
    rows = [
        {"id": "a", "lang": "en", "event": "wasted_dose", "topic": None},
        {"id": "b", "lang": "es", "event": None, "topic": "storage"},
    ]
    file = tmp_path / "labelled.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    answers = [{"id": i, "event": None, "topic": "storage" if i == "b" else None} for i in "ab"]
    text = measure(file, "\n".join(map(json.dumps, answers)))
    assert "event 1/2 (50.0%; named 0/1), topic 2/2 (100.0%; named 1/1)" in text
    assert "a event: wasted_dose understood as None" in text


@pytest.fixture
def copy_of_the_data(tmp_path):
    for name in ("config.yml", "domain.yml"):
        (tmp_path / name).write_text("x")
    (tmp_path / "bot/data/nlu").mkdir(parents=True)
    (tmp_path / "bot/data/nlu/a.yml").write_text("a")
    return tmp_path


def test_the_model_is_trained_only_when_its_data_changed(copy_of_the_data, monkeypatch):
    root, ran = copy_of_the_data, []

    def rasa(command, **_kwargs):
        ran.append(command)
        (root / "models/hearthline.tar.gz").write_text("model")
        return subprocess.CompletedProcess(command, 0, "")

    monkeypatch.setattr(train.subprocess, "run", rasa)
    assert train.train(root) == train.train(root) == 0
    assert len(ran) == 1
    (root / "bot/data/nlu/a.yml").write_text("b")
    train.train(root)
    assert len(ran) == 2


def test_a_failed_training_leaves_no_mark(copy_of_the_data, monkeypatch, capsys):
    failed = subprocess.CompletedProcess([], 1, "InvalidRule")
    monkeypatch.setattr(train.subprocess, "run", lambda *_a, **_k: failed)
    assert train.train(copy_of_the_data) == 1
    assert not (copy_of_the_data / "models/hearthline.sha256").exists()
    assert "InvalidRule" in capsys.readouterr().err


@pytest.mark.slow
def test_the_second_training_takes_no_time(trained):
    started = time.monotonic()
    subprocess.run([BOT_PYTHON, "-m", "bot.train"], cwd=ROOT, check=True)
    assert time.monotonic() - started < 1


@pytest.mark.slow
def test_the_trained_model_understands_from_the_command_line(trained):
    lines = '{"id": "1", "text": "how do i store the bags"}\n{"id": "2", "text": ""}\n'
    ran = subprocess.run(
        [BOT_PYTHON, "-m", "bot.understand"], cwd=ROOT, input=lines, text=True,
        capture_output=True, check=True,
    )  # fmt: skip
    first, second = map(json.loads, ran.stdout.splitlines())
    assert (first["id"], first["intent"], first["topic"]) == ("1", "ask_storage", "storage")
    assert first["event"] is None
    assert first["entities"] == [{"name": "supply_item", "value": "medicine"}]
    assert second["intent"] == "nlu_fallback"
    assert second["topic"] is None
