"""A small world: the real rooms, a real database, simulated phones, and a clock moved by hand.

Nothing is started in the background: `settle` does what the tables say is due, through the same
functions as the worker, until nothing is due any more.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask

import worker
from app import create_app
from conversation.bot_client import BotReply, BotUnavailable
from house import House
from records import Database, Job, NullWork, load_profile
from records.export import export
from records.sample import load_sample
from settings import ROOT, Settings, read_settings
from telephony.carrier import Carrier
from telephony.client import twilio_client
from telephony.simulator import Phone, SimulatedTwilio, wsgi_transport
from telephony.words import Links

# A Saturday, 02:00 in the sample pharmacy's time zone.
NIGHT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
PUBLIC_URL = "http://hearthline.test"
PATIENT_NUMBER, NURSE_NUMBER = "+15550100100", "+15550100110"
ROSA, JUNE, STRANGER = "+15550100201", "+15550100203", "+15550100299"
DANA, PRIYA, CAROL, SAM = "+15550100301", "+15550100302", "+15550100303", "+15550100304"
MORGAN = "+15550100300"


class PlayedBot:
    """A bot whose answers a test decides: `says` is a sentence, or None for a bot that is down."""

    def __init__(self) -> None:
        self.says: str | None = "The bot answers."
        self.in_report = False
        self.heard: list[str] = []

    def ask(self, sender: str, text: str, message_id: str, metadata: dict[str, Any]) -> BotReply:
        """As conversation.Bot.ask."""
        self.heard.append(text)
        if self.says is None:
            raise BotUnavailable("played")
        return BotReply([self.says], "played", self.in_report)


class HandWork(NullWork):
    """Work whose hints a test runs by hand; what is only timed is found by the sweep."""

    def __init__(self) -> None:
        self.hints: list[Job] = []

    def hint(self, job: Job) -> None:
        """Keep it for `settle`."""
        self.hints.append(job)


class Clock:
    """The moment, moved by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@dataclass
class World:
    """Everything a journey needs. Phones by number; `rosa` texts, `dana` is the nurse on call."""

    house: House
    app: Flask
    sim: SimulatedTwilio
    bot: PlayedBot
    clock: Clock
    work: HandWork

    def phone(self, number: str) -> Phone:
        """The phone with this number."""
        return self.sim.phone(number)

    def settle(self) -> None:
        """Do all that is due now, as the worker would, until nothing is due."""
        before: list[Job] = []
        for _ in range(50):
            self.sim.settle()
            jobs = self.work.hints or worker.all_overdue(self.house, self.clock())
            self.work.hints = []
            if not jobs or jobs == before:  # what must wait for another to be tried again, waits
                return
            before = jobs
            for job in jobs:
                worker.JOBS[job.name](self.house, *job.args)
        raise AssertionError(f"never comes to rest: {jobs}")

    def wait(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0) -> None:
        """Let time pass, doing what falls due on the way."""
        end = self.clock.at + timedelta(seconds=seconds, minutes=minutes, hours=hours)
        step = timedelta(seconds=1 if end - self.clock.at < timedelta(minutes=2) else 15)
        while self.clock.at < end:
            passing = min(step, end - self.clock.at)
            self.clock.at += passing
            self.sim.advance(passing.total_seconds())
            self.settle()

    def says(self, number: str, words: str) -> None:
        """A phone texts us, and everything that follows at once has happened."""
        to = NURSE_NUMBER if number.startswith("+155501003") else PATIENT_NUMBER
        self.phone(number).text(words, to=to)
        self.settle()

    def rows(self, kind: str) -> list[dict[str, Any]]:
        """A part of the record, as `hearthline export` gives it."""
        with self.house.database.read() as session:
            return list(export(session, kind))


def make_settings(database_url: str, var: Path, **more: str) -> Settings:
    """Settings of a test: nothing of the environment."""
    env = {
        "DATABASE_URL": database_url,
        "HEARTHLINE_VAR": str(var),
        "PUBLIC_URL": PUBLIC_URL,
        "PATIENT_NUMBER": PATIENT_NUMBER,
        "NURSE_NUMBER": NURSE_NUMBER,
        "SECRET_KEY": "test",
        "BOT_TOKEN": "test",
    }
    return read_settings(env | more)


def open_world(database_url: str, var: Path, at: datetime = NIGHT) -> World:
    """Build a world on a migrated database. Close it with `close_world`."""
    clock, work = Clock(at), HandWork()
    settings = make_settings(database_url, var)
    sim = SimulatedTwilio(
        numbers={
            PATIENT_NUMBER: {
                "sms_url": "/twilio/sms",
                "voice_url": "/twilio/voice",
                "sms_fallback_url": "/twilio/fallback",
            },
            NURSE_NUMBER: {
                "sms_url": "/twilio/sms",
                "voice_url": "/twilio/voice",
                "sms_fallback_url": "/twilio/fallback",
            },
        },
        public_url=PUBLIC_URL,
        now=clock,
    ).start()
    database = Database(database_url, load_profile(ROOT / "pharmacy.toml"), work)
    links = Links(PUBLIC_URL, settings.secret_key)
    client = twilio_client(settings.twilio_account_sid, settings.twilio_auth_token, sim.base_url)
    carrier = Carrier(client, PATIENT_NUMBER, NURSE_NUMBER, PUBLIC_URL, links)
    bot = PlayedBot()
    house = House(settings, database, carrier, bot, links)  # type: ignore[arg-type]
    app = create_app(settings, house, clock)
    sim.webhooks._transport = wsgi_transport(app)
    with database.write() as session:
        load_sample(session, clock())
    world = World(house, app, sim, bot, clock, work)
    for number in (ROSA, JUNE, STRANGER, DANA, PRIYA, CAROL, SAM, MORGAN):
        sim.phone(number)
    _keep_one_clock(clock)
    return world


def close_world(world: World) -> None:
    """Stop the phones and give the database back."""
    world.sim.stop()
    world.house.database.close()


def _keep_one_clock(clock: Clock) -> None:
    """The worker's jobs ask the doors' clock; in a world that is the moving one."""
    worker.utc_now = clock  # type: ignore[assignment]
