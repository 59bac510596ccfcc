"""A record with one patient and one conversation, and real servers around it."""

import os
import socket
import subprocess
import sys
import time
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import requests

from records import Base, Conversation, Database, Message, NullWork, Patient, load_profile
from records.outbox import next_seq

ROOT = Path(__file__).resolve().parents[2]
BOT_PYTHON = ROOT / ".venv-bot" / "bin" / "python"
TOKEN = "a-token-for-tests"
# Thursday 9 PM in Chicago, the pharmacy is closed.
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def profile():
    return load_profile(ROOT / "pharmacy.toml")


def new_database(path):
    database = Database(f"sqlite:///{path}", profile(), NullWork())
    Base.metadata.create_all(database.engine)
    return database


class Talk:
    """One conversation in the record. `hears` stores an inbound message and returns its id."""

    def __init__(self, database, language="en", **patient):
        self.database, self.language = database, language
        self.sender, self._heard = str(uuid.uuid4()), 0
        number = f"+1555{uuid.uuid4().int % 10**7:07d}"
        with database.write() as session:
            known = Patient(
                first_name="Ann", last_name="Lee", birth_date=date(1960, 5, 1), phone=number,
                language=language, time_zone="America/Chicago",
                **{"drug": "ceftriaxone", "therapy": "antibiotic", **patient},
            )  # fmt: skip
            session.add(known)
            session.flush()
            conversation = Conversation(
                patient_id=known.id, channel="sms", address=number, language=language,
                bot_session=self.sender, started_at=NOW,
            )  # fmt: skip
            session.add(conversation)
            session.flush()
            self.patient_id, self.id = known.id, conversation.id

    def hears(self, text):
        self._heard += 1
        with self.database.write() as session:
            seq = next_seq(session, session.get_one(Conversation, self.id))
            message = Message(
                conversation_id=self.id, seq=seq, direction="in", author="patient",
                body=text, created_at=NOW,
            )  # fmt: skip
            session.add(message)
            session.flush()
            return message.id

    def metadata(self, message_id, now=None):
        moment = now or NOW + timedelta(minutes=self._heard)
        return {
            "conversation_id": self.id, "message_id": message_id, "language": self.language,
            "now": moment.isoformat(),
        }  # fmt: skip


class Line:
    """A Talk that goes through a real Rasa."""

    def __init__(self, bot, database, language="en", **patient):
        self.bot, self.talk = bot, Talk(database, language, **patient)

    def say(self, text, message_id=None):
        message_id = message_id or self.talk.hears(text)
        answer = self.bot.post(self.talk.sender, text, message_id, self.talk.metadata(message_id))
        answer.raise_for_status()
        return answer.json()

    def hear(self, text):
        return " ".join(m.get("text") or "" for m in self.say(text)["messages"])


class Server:
    """A process with a port; its output is in `log`."""

    def __init__(self, command, log, env=None):
        self.log, self.command, self.env = Path(log), command, os.environ | (env or {})
        self.process = None

    def start(self, url, seconds=90):
        out = self.log.open("ab")
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=self.env, stdout=out, stderr=subprocess.STDOUT
        )
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise AssertionError(f"ended: {self.log.read_text()[-3000:]}")
            if _answers(url):
                return self
            time.sleep(0.1)
        raise AssertionError(f"no answer: {self.log.read_text()[-3000:]}")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)


class Bot(Server):
    """A real Rasa with our channel on a free port."""

    def __init__(self, folder, actions_port, tracker_url, **env):
        self.port = free_port()
        command = [
            str(BOT_PYTHON), "-m", "rasa", "run", "-i", "127.0.0.1", "-p", str(self.port),
            "--model", "models/hearthline.tar.gz", "--credentials", "credentials.yml",
            "--endpoints", "endpoints.yml",
        ]  # fmt: skip
        settings = {
            "BOT_TOKEN": TOKEN, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3",
            "PYTHONWARNINGS": "ignore", "ACTIONS_URL": f"http://127.0.0.1:{actions_port}/webhook",
            "TRACKER_DATABASE_URL": tracker_url, **env,
        }  # fmt: skip
        super().__init__(command, folder / "rasa.log", settings)
        self.base = f"http://127.0.0.1:{self.port}/webhooks/gateway"
        self.http = requests.Session()
        self.http.trust_env = False

    def up(self):
        return self.start(self.base + "/")

    def post(self, sender, text, message_id, metadata, token=TOKEN):
        body = {
            "sender": sender, "message": text, "message_id": str(message_id), "metadata": metadata,
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {token}"}
        return self.http.post(self.base + "/webhook", json=body, headers=headers, timeout=20)


def actions_server(folder, database_url):
    """Our actions on a free port: (server, port)."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bot.door", database_url, str(port)]
    return Server(command, folder / "actions.log"), port


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _answers(url):
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False
