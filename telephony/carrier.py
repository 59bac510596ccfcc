"""The carrier's side of a delivery: one call to Twilio's API, and looking up what it took."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from records.outbox import PAGE
from telephony.statuses import meaning
from telephony.words import Links

# How far the carrier's clock may be behind ours when we look a message up.
CLOCK_SLACK = timedelta(seconds=5)
UNREACHABLE = (TwilioException, requests.RequestException, OSError)


@dataclass(frozen=True)
class Carrier:
    """What it takes to reach a phone: the client, our two numbers, where callbacks go."""

    client: Client
    patient_number: str
    nurse_number: str
    public_url: str
    links: Links

    def number(self, sender: str) -> str:
        """The number of ours that a delivery leaves from."""
        return self.nurse_number if sender == "nurse" else self.patient_number


@dataclass(frozen=True)
class Envelope:
    """A delivery as the carrier needs it, free of any session.

    `attempts` counts this one; `useless` is the status it ends with if it should not be sent.
    """

    delivery_id: int
    channel: str
    lane: str
    to: str
    sender: str
    body: str
    page_id: int | None
    valid_seconds: int | None
    ring_seconds: int
    attempts: int
    created_at: datetime
    known_sids: frozenset[str]
    useless: str | None


class Unsent(Exception):
    """The carrier did not take it. `code` is its error code, `again` whether to try later."""

    def __init__(self, code: int | None, again: bool) -> None:
        """Only codes: no number, no words."""
        super().__init__(f"code {code}")
        self.code = code
        self.again = again


def hand_over(carrier: Carrier, envelope: Envelope) -> tuple[str, str]:
    """Give it to the carrier; returns (sid, status). Raises Unsent."""
    try:
        if envelope.attempts > 1 and (found := _look_up(carrier, envelope)):
            return found
        return _call(carrier, envelope) if envelope.channel == "voice" else _text(carrier, envelope)
    except TwilioRestException as error:
        # 5xx leaves it open whether it was taken; the look-up before the next try decides.
        again = error.status >= 500 or error.status == 429 or bool(meaning(error.code).get("retry"))
        raise Unsent(error.code, again) from None
    except Exception:  # an answer that makes no sense is no answer; nothing may stay half sent
        raise Unsent(None, True) from None


def _text(carrier: Carrier, envelope: Envelope) -> tuple[str, str]:
    more = {"validity_period": envelope.valid_seconds} if envelope.valid_seconds else {}
    message = carrier.client.messages.create(
        to=envelope.to,
        from_=carrier.number(envelope.sender),
        body=envelope.body,
        status_callback=_callback(carrier, envelope, "sms"),
        **more,
    )
    return str(message.sid), str(message.status)


def _call(carrier: Carrier, envelope: Envelope) -> tuple[str, str]:
    call = carrier.client.calls.create(
        to=envelope.to,
        from_=carrier.number(envelope.sender),
        url=f"{carrier.public_url}/twilio/voice/page/{envelope.page_id}",
        method="POST",
        timeout=envelope.ring_seconds,
        status_callback=_callback(carrier, envelope, "voice"),
        status_callback_event=["initiated", "ringing", "answered", "completed"],
        status_callback_method="POST",
    )
    return str(call.sid), str(call.status)


def _callback(carrier: Carrier, envelope: Envelope, kind: str) -> str:
    """Names the delivery, so that a status which overtakes the carrier's answer finds its row."""
    return f"{carrier.public_url}/twilio/{kind}/status?delivery={envelope.delivery_id}"


def _look_up(carrier: Carrier, envelope: Envelope) -> tuple[str, str] | None:
    """The same delivery at the carrier, if an earlier attempt got there after all.

    If the look-up itself fails a page is sent anyway; any other text waits.
    """
    try:
        return _find(carrier, envelope)
    except UNREACHABLE:
        if envelope.lane == PAGE:
            return None
        raise


def _find(carrier: Carrier, envelope: Envelope) -> tuple[str, str] | None:
    """Calls are not looked up: nothing tells those of two escalations apart, and a nurse who is
    called twice is better than one who is not called."""
    if envelope.channel == "voice":
        return None
    texts = carrier.client.messages.list(
        to=envelope.to,
        from_=carrier.number(envelope.sender),
        date_sent_after=envelope.created_at - CLOCK_SLACK,
        limit=50,
    )
    ours = (t for t in texts if t.body == envelope.body and t.sid not in envelope.known_sids)
    return next(((str(t.sid), str(t.status)) for t in ours), None)


def end_call(carrier: Carrier, sid: str) -> bool:
    """Hang up a call; False if the carrier would not."""
    try:
        carrier.client.calls(sid).update(status="completed")
    except UNREACHABLE:
        return False
    return True
