"""Fixtures of the bot's tests: a record with one conversation, and (slow) real servers."""

import subprocess

import pytest

from conversation import actions_api
from tests.bot.world import BOT_PYTHON, ROOT, Bot, Line, Talk, actions_server, new_database


@pytest.fixture
def database(tmp_path):
    database = new_database(tmp_path / "record.db")
    actions_api.use(database)
    yield database
    database.engine.dispose()


@pytest.fixture
def talk(database):
    return Talk(database)


@pytest.fixture(scope="session")
def trained():
    """The model in models/, trained if the data changed."""
    subprocess.run([BOT_PYTHON, "-m", "bot.train"], cwd=ROOT, check=True)


@pytest.fixture(scope="session")
def servers(trained, tmp_path_factory):
    """A real Rasa and a real action server on their own databases: (bot, actions, database)."""
    folder = tmp_path_factory.mktemp("servers")
    database = new_database(folder / "record.db")
    actions, port = actions_server(folder, f"sqlite:///{folder}/record.db")
    bot = Bot(folder, port, f"sqlite:///{folder}/tracker.db")
    try:
        actions.start(f"http://127.0.0.1:{port}/health")
        bot.up()
        yield bot, actions, database
    finally:
        bot.stop()
        actions.stop()
        database.engine.dispose()


@pytest.fixture
def line(servers):
    """A new English conversation through the real servers."""
    bot, _, database = servers
    return Line(bot, database)


@pytest.fixture
def spanish_line(servers):
    """A new Spanish conversation through the real servers."""
    bot, _, database = servers
    return Line(bot, database, language="es")
