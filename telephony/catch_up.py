"""Texts that the carrier has and we do not.

If our web process is down for longer than the carrier tries (one retry and the fallback address),
a webhook is gone for good. The carrier still has the text: we ask for the last ones and take what
we do not know.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from twilio.rest.api.v2010.account.message import MessageInstance

from records import Database
from telephony.carrier import UNREACHABLE, Carrier
from telephony.intake import Text, is_known, take

log = logging.getLogger(__name__)

MOST_TEXTS = 200


def catch_up(
    database: Database, carrier: Carrier, back: timedelta, clock: Callable[[], datetime]
) -> int:
    """Take inbound texts of the last `back` that we never got; returns how many. An unreachable
    carrier is no error here: it is asked again."""
    taken = 0
    for number in (carrier.patient_number, carrier.nurse_number):
        for missed in _missed(database, carrier, number, clock() - back):
            with database.write() as session:
                take(session, _text(missed), clock())
            log.warning("text_caught_up", extra={"sid": missed.sid})
            taken += 1
    return taken


def _missed(
    database: Database, carrier: Carrier, number: str, since: datetime
) -> list[MessageInstance]:
    """Inbound texts to one of our numbers that we do not have, oldest first."""
    try:
        texts = carrier.client.messages.list(to=number, date_sent_after=since, limit=MOST_TEXTS)
    except UNREACHABLE:
        log.info("catch_up_not_possible")
        return []
    inbound = [text for text in texts if text.direction == "inbound"]
    with database.read() as session:
        unknown = [text for text in inbound if not is_known(session, str(text.sid))]
    return unknown[::-1]


def _text(missed: MessageInstance) -> Text:
    media: tuple[dict[str, Any], ...] = ()
    if int(missed.num_media or 0):
        media = tuple(
            {"url": f"https://api.twilio.com{m.uri.removesuffix('.json')}", "type": m.content_type}
            for m in missed.media.list(limit=10)
        )
    return Text(str(missed.sid), str(missed.from_), missed.body or "", media)
