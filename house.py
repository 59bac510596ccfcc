"""What every process of ours needs, put together once from the settings."""

from dataclasses import dataclass
from datetime import UTC, datetime

from conversation import Bot
from records import Database, NullWork, Work, load_profile
from records.durable import DbosWork
from settings import Settings
from telephony.carrier import Carrier
from telephony.client import twilio_client
from telephony.words import Links


def utc_now() -> datetime:
    """The one clock; only the doors ask it."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class House:
    """The database, the ways out, and the settings they were made from."""

    settings: Settings
    database: Database
    carrier: Carrier
    bot: Bot
    links: Links


def build(settings: Settings, work: Work | None = None) -> House:
    """Open the house. `work` None means the durable engine in the settings' database."""
    database = open_database(settings, work or DbosWork(settings.database_url))
    links = Links(settings.public_url, settings.secret_key)
    client = twilio_client(
        settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_base_url
    )
    carrier = Carrier(
        client, settings.patient_number, settings.nurse_number, settings.public_url, links
    )
    return House(settings, database, carrier, Bot(settings.bot_url, settings.bot_token), links)


def open_database(settings: Settings, work: Work | None = None) -> Database:
    """The record alone, for commands that enqueue nothing."""
    profile = load_profile(settings.pharmacy_profile)
    return Database(settings.database_url, profile, work or NullWork())
