"""The channel's promises, over HTTP on a real Rasa: token, once per message, loud failures."""

import sqlite3
import time

import pytest
import requests
from sqlalchemy import func, select

from records import Escalation
from tests.bot.world import TOKEN, Bot, Line, Talk, actions_server, free_port, new_database

pytestmark = pytest.mark.slow


def test_a_wrong_token_is_refused(servers):
    bot, _, database = servers
    talk = Talk(database)
    refused = bot.post(talk.sender, "hello", 1, talk.metadata(1), token="wrong")
    assert (refused.status_code, refused.json()) == (401, {"error": "unauthorized"})


def test_nothing_else_is_open(servers):
    bot, _, _ = servers
    here = f"http://127.0.0.1:{bot.port}"
    for path in ("/status", "/model", "/conversations/x/tracker", "/webhooks/rest/webhook"):
        assert requests.get(here + path, timeout=5).status_code == 404, path


@pytest.mark.parametrize(
    "body",
    [[], {"sender": "a"}, {"sender": "a", "message": 3, "message_id": "1"}, {"message": "x"},
     {"sender": "a", "message": "x", "message_id": "y" * 65}],
)  # fmt: skip
def test_a_malformed_request_is_refused_without_words(servers, body):
    bot, _, _ = servers
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = requests.post(bot.base + "/webhook", json=body, headers=headers, timeout=5)
    assert (answer.status_code, answer.json()) == (400, {"error": "bad_request"})


def test_the_same_message_is_taken_once(line):
    line.say("i had to waste a dose, dropped it")
    message_id = line.talk.hears("no")
    first = line.say("no", message_id)
    again = line.say("no", message_id)
    assert first == again
    assert "How many good doses" in first["messages"][0]["text"]
    assert "next dose" in line.hear("2")  # the repeat did not answer the next question


def test_an_older_message_repeated_is_found_too(line):
    message_id = line.talk.hears("what are your hours?")
    first = line.say("what are your hours?", message_id)
    line.hear("thanks")
    assert line.say("what are your hours?", message_id) == first


def test_a_repeated_message_pages_once(line):
    message_id = line.talk.hears("NURSE")
    line.say("NURSE", message_id)
    line.say("NURSE", message_id)
    with line.talk.database.read() as session:
        query = select(func.count()).where(Escalation.conversation_id == line.talk.id)
        assert session.scalar(query) == 1


@pytest.mark.parametrize("text", ["/red_flag", " / restart", "//affirm", '/report{"a": 1}'])
def test_a_slash_is_no_command(line, text):
    answer = line.say(text)
    assert answer["messages"]
    assert answer["confidence"] < 1.0


def test_an_empty_text_is_answered(line):
    assert line.say("   ")["messages"]
    assert line.say("/")["messages"]


def test_hostile_texts_are_answered(line):
    for text in (
        "x" * 20_000,
        "\x00\x00",
        "🤷" * 300,
        "<b>hi</b>",
        "\u202eabc",
        "'; drop table x;--",
    ):
        assert line.say(text)["messages"]


def test_messages_at_the_same_time_keep_their_order(servers):
    from concurrent.futures import ThreadPoolExecutor

    bot, _, database = servers
    line = Line(bot, database)
    ids = [line.talk.hears("what are your hours?") for _ in range(6)]
    started = time.monotonic()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda i: line.say("what are your hours?", i), ids))
    assert all(answer["messages"] for answer in answers)
    assert time.monotonic() - started < 3  # Rasa's own lock store polls each second


def test_patients_who_write_at_the_same_time_do_not_meet(servers):
    from concurrent.futures import ThreadPoolExecutor

    bot, _, database = servers
    lines = [Line(bot, database) for _ in range(4)]
    for text in ("what are your hours?", "when is my next delivery?", "how do i store it?"):
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda line: line.say(text), lines))  # noqa: B023
        assert all(answer.get("messages") for answer in answers), answers


@pytest.fixture
def own(tmp_path, trained):
    """A bot of one's own to break: (line, bot, actions, folder)."""
    database = new_database(tmp_path / "record.db")
    actions, port = actions_server(tmp_path, f"sqlite:///{tmp_path}/record.db")
    bot = Bot(tmp_path, port, f"sqlite:///{tmp_path}/tracker.db", DATA_KEY="a secret")
    try:
        actions.start(f"http://127.0.0.1:{port}/health")
        yield Line(bot.up(), database), bot, actions, tmp_path
    finally:
        bot.stop()
        actions.stop()
        database.engine.dispose()


WORDS = "xylophone zebra"


def test_faults_are_loud_lose_nothing_and_log_no_words(own):
    line, bot, actions, folder = own
    line.hear("i had to waste a dose, dropped it")
    _action_server_down(line, actions)
    _survives_a_kill(line, bot)
    _store_down(line, folder)
    _no_words(folder)


def _action_server_down(line, actions):
    """Silence, which the gateway takes as a failure; the same message may come again."""
    actions.stop()
    message_id = line.talk.hears("no")
    silent = line.say("no", message_id)
    assert silent["messages"] == []
    port = actions.command[-1]
    actions.start(f"http://127.0.0.1:{port}/health")
    assert "How many good doses" in line.say("no", message_id)["messages"][0]["text"]


def _survives_a_kill(line, bot):
    bot.process.kill()
    bot.process.wait()
    bot.up()
    assert "next dose" in line.hear("2 left")


def _store_down(line, folder):
    """503, no amnesia, and the question is still open afterwards."""
    blocker = sqlite3.connect(folder / "tracker.db", isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    message_id = line.talk.hears(WORDS)
    down = line.bot.post(line.talk.sender, WORDS, message_id, line.talk.metadata(message_id))
    assert (down.status_code, down.json()) == (503, {"error": "store_down"})
    blocker.execute("ROLLBACK")
    blocker.close()
    assert "Which dose" in line.hear("tomorrow 9am")
    assert "When did it happen" in line.hear("the morning one")
    assert "symptoms" in line.hear("now")


def _no_words(folder):
    for log in ("rasa.log", "actions.log"):
        said = (folder / log).read_text()
        for words in (WORDS, "dropped it", "tomorrow 9am", "2 left"):
            assert words not in said, log
    kept = b"".join(path.read_bytes() for path in folder.glob("tracker.db*"))
    assert b"dropped it" not in kept  # sealed by DATA_KEY


def test_no_token_no_start(tmp_path, trained):
    bot = Bot(tmp_path, free_port(), f"sqlite:///{tmp_path}/tracker.db", BOT_TOKEN="")
    with pytest.raises(AssertionError, match="BOT_TOKEN is not set"):
        bot.up()
