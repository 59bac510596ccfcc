"""The web process: Flask, put together from its rooms. `create_app()` is gunicorn's entry."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask

import screening
import telephony.voice
import telephony.webhooks
import web.console
import web.errors
import web.health
import web.metrics
import web.simulator
from house import House, build, utc_now
from logs import set_up_logging
from settings import Settings, read_settings

# Twilio's forms are a few kilobytes; more than this is not from Twilio.
LARGEST_REQUEST = 1_000_000


def create_app(
    settings: Settings | None = None,
    house: House | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Flask:
    """The application. Tests hand in their own house and clock; gunicorn hands in nothing."""
    if settings is None:
        set_up_logging("web")
        settings = read_settings()
    house = house or build(settings)
    app = Flask(__name__, template_folder="web/templates", static_folder="web/static")
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
    )
    app.extensions.update(database=house.database, house=house, clock=clock)
    screening.load()
    for room in (telephony.webhooks, web.health, web.metrics, web.console, web.simulator):
        app.register_blueprint(room.blueprint)
    web.errors.init_app(app)
    return app
