"""Texts that the carrier has and we do not.

If our web process is down for longer than the carrier tries (one retry and the fallback address),
a webhook is gone for good. The carrier still has the text: we ask for the last ones and take what
we do not know.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError
from twilio.rest.api.v2010.account.message import MessageInstance

from records import Database
from telephony.carrier import UNREACHABLE, Carrier
from telephony.intake import Text, is_known, take

log = logging.getLogger(__name__)

PAGE_SIZE = 200
MOST_MEDIA = 10


def catch_up(
    database: Database, carrier: Carrier, since: datetime, clock: Callable[[], datetime]
) -> int:
    """Take the inbound texts from `since` on that we never got, oldest first; returns how many.

    Raises what the carrier raised if it could not be asked to the end: ask again from `since`.
    """
    taken = 0
    for number in (carrier.patient_number, carrier.nurse_number):
        for missed in _missed(database, carrier, number, since):
            taken += _take(database, missed, clock)
    return taken


def _take(database: Database, missed: MessageInstance, clock: Callable[[], datetime]) -> bool:
    """Take one text; one that cannot be taken must not stand before the others."""
    try:
        text = _text(missed)
        with database.write() as session:
            take(session, text, clock())
    except (OperationalError, InterfaceError):
        raise  # the database, not the text: ask again from the same moment on
    except Exception:
        log.exception("text_not_caught_up", extra={"sid": missed.sid})
        return False
    log.warning("text_caught_up", extra={"sid": missed.sid})
    return True


def _missed(
    database: Database, carrier: Carrier, number: str, since: datetime
) -> list[MessageInstance]:
    """Inbound texts to one of our numbers that we do not have, oldest first."""
    texts = carrier.client.messages.stream(to=number, date_sent_after=since, page_size=PAGE_SIZE)
    inbound = [text for text in texts if text.direction == "inbound"]
    with database.read() as session:
        unknown = [text for text in inbound if not is_known(session, str(text.sid))]
    return unknown[::-1]


def _text(missed: MessageInstance) -> Text:
    return Text(str(missed.sid), str(missed.from_), missed.body or "", _media(missed))


def _media(missed: MessageInstance) -> tuple[dict[str, Any], ...]:
    """The photos of a text, if they can be had: its words do not wait for them."""
    if not int(missed.num_media or 0):
        return ()
    try:
        found = missed.media.list(limit=MOST_MEDIA)
    except UNREACHABLE:
        return ()
    return tuple(
        {"url": f"https://api.twilio.com{m.uri.removesuffix('.json')}", "type": m.content_type}
        for m in found
    )
