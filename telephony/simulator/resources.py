"""Messages and calls as Twilio keeps them, and their JSON with Twilio's own fields."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from .segments import count_segments

API_VERSION = "2010-04-01"
FINAL_MESSAGE = frozenset({"delivered", "undelivered", "failed", "canceled", "received"})
FINAL_CALL = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


def new_sid(prefix: str) -> str:
    """A fresh sid: two letters and 32 hex digits."""
    return prefix + secrets.token_hex(16)


def rfc2822(moment: datetime | None) -> str | None:
    """A time in the form of Twilio's API: `Fri, 20 Nov 2026 09:00:00 +0000`."""
    return format_datetime(moment) if moment else None


@dataclass
class Media:
    """One picture or file of a message."""

    sid: str
    parent_sid: str
    content_type: str
    content: bytes
    created: datetime

    def uri(self, account_sid: str) -> str:
        """Path of the file itself; `.json` after it is the resource."""
        parent = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{self.parent_sid}"
        return f"{parent}/Media/{self.sid}"

    def as_json(self, account_sid: str) -> dict[str, Any]:
        """The Media resource."""
        return {
            "account_sid": account_sid,
            "content_type": self.content_type,
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.created),
            "parent_sid": self.parent_sid,
            "sid": self.sid,
            "uri": self.uri(account_sid) + ".json",
        }


@dataclass
class Message:
    """One text, in or out."""

    sid: str
    account_sid: str
    direction: str
    to: str
    from_: str
    body: str
    status: str
    created: datetime
    updated: datetime
    sent: datetime | None = None
    error_code: int | None = None
    error_message: str | None = None
    messaging_service_sid: str | None = None
    media_urls: list[str] = field(default_factory=list)
    media: list[Media] = field(default_factory=list)
    status_callback: str | None = None
    validity_period: int = 36000
    webhook_status: int | None = None  # inbound: what the product answered, 0 for nothing

    @property
    def num_media(self) -> int:
        """Number of files that came with the text."""
        return len(self.media) + len(self.media_urls)

    @property
    def uri(self) -> str:
        """Path of the resource without `.json`."""
        return f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}"

    def as_json(self) -> dict[str, Any]:
        """The Message resource. A text still `accepted` by a service has no sender yet."""
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": rfc2822(self.created),
            "date_sent": rfc2822(self.sent),
            "date_updated": rfc2822(self.updated),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": self.error_message,
            "from": None if self.status == "accepted" else self.from_,
            "messaging_service_sid": self.messaging_service_sid,
            "num_media": str(self.num_media),
            "num_segments": str(count_segments(self.body)),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{self.uri}/Media.json"},
            "to": self.to,
            "uri": f"{self.uri}.json",
        }


@dataclass
class Spoken:
    """One sentence said on a call, with the language of its voice."""

    text: str
    language: str
    at: datetime


@dataclass
class Call:
    """One leg of a telephone call."""

    sid: str
    account_sid: str
    direction: str
    to: str
    from_: str
    status: str
    created: datetime
    updated: datetime
    started: datetime | None = None
    ended: datetime | None = None
    answered_by: str | None = None
    parent_sid: str | None = None
    url: str | None = None
    method: str = "POST"
    fallback_url: str | None = None
    twiml: str | None = None
    timeout: int = 60
    status_callback: str | None = None
    status_events: tuple[str, ...] = ("completed",)
    machine_detection: str | None = None
    async_amd: bool = False
    async_amd_callback: str | None = None
    sequence: int = 0
    listening: bool = False
    talking_to: str | None = None
    spoken: list[Spoken] = field(default_factory=list)

    @property
    def uri(self) -> str:
        """Path of the resource without `.json`."""
        return f"/{API_VERSION}/Accounts/{self.account_sid}/Calls/{self.sid}"

    @property
    def over(self) -> bool:
        """Whether the call has ended, one way or another."""
        return self.status in FINAL_CALL

    @property
    def duration(self) -> int:
        """Seconds from answer to end; 0 while it runs or when nobody answered."""
        if not self.started or not self.ended:
            return 0
        return max(0, round((self.ended - self.started).total_seconds()))

    def as_json(self) -> dict[str, Any]:
        """The Call resource."""
        return {
            "account_sid": self.account_sid,
            "answered_by": self.answered_by,
            "api_version": API_VERSION,
            "caller_name": None,
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.updated),
            "direction": self.direction,
            "duration": str(self.duration) if self.over else None,
            "end_time": rfc2822(self.ended),
            "forwarded_from": None,
            "from": self.from_,
            "from_formatted": formatted(self.from_),
            "group_sid": None,
            "parent_call_sid": self.parent_sid,
            "phone_number_sid": "PN" + self.account_sid[2:],
            "price": None,
            "price_unit": "USD",
            "queue_time": "0",
            "sid": self.sid,
            "start_time": rfc2822(self.started or self.ended),
            "status": self.status,
            "subresource_uris": {
                name: f"{self.uri}/{file}.json" for name, file in CALL_SUBRESOURCES.items()
            },
            "to": self.to,
            "to_formatted": formatted(self.to),
            "trunk_sid": None,
            "uri": f"{self.uri}.json",
        }


CALL_SUBRESOURCES = {
    "events": "Events",
    "notifications": "Notifications",
    "payments": "Payments",
    "recordings": "Recordings",
    "siprec": "Siprec",
    "streams": "Streams",
    "transcriptions": "Transcriptions",
    "user_defined_message_subscriptions": "UserDefinedMessageSubscriptions",
    "user_defined_messages": "UserDefinedMessages",
}


def formatted(number: str) -> str:
    """A North American number as Twilio prints it, `(415) 555-0100`; others unchanged."""
    if number.startswith("+1") and len(number) == 12:
        return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    return number
