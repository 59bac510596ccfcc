"""Asking Rasa, over its own sealed channel on loopback, with a time limit."""

import unicodedata
from dataclasses import dataclass
from typing import Any

import requests

TIMEOUT_SECONDS = (1.0, 5.0)
LONGEST_TEXT = 1600
GSM_FRIENDLY = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})


class BotUnavailable(Exception):
    """Rasa gave no usable answer: down, slow, an error, or silence."""


@dataclass(frozen=True)
class BotReply:
    """What Rasa wants to say. `in_report` is True while a report's form is being filled."""

    texts: list[str]
    intent: str | None
    in_report: bool


class Bot:
    """The Rasa server behind BOT_URL. One per process; safe to use from several threads."""

    def __init__(self, url: str, token: str) -> None:
        """`url` such as http://127.0.0.1:5005; `token` is the channel's bearer token."""
        self._url = url.rstrip("/") + "/webhooks/gateway/webhook"
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"
        self._session.trust_env = False

    def ask(self, sender: str, text: str, message_id: str, metadata: dict[str, Any]) -> BotReply:
        """Give Rasa one message. The same `message_id` is answered alike and handled once.

        Raises BotUnavailable for anything but a usable answer; its text never has patient words.
        """
        payload = {
            "sender": sender,
            "message": plain(text),
            "message_id": message_id,
            "metadata": metadata,
        }
        try:
            answer = self._session.post(self._url, json=payload, timeout=TIMEOUT_SECONDS)
        except requests.RequestException as error:
            raise BotUnavailable(type(error).__name__) from None
        if answer.status_code != 200:
            raise BotUnavailable(f"status {answer.status_code}")
        return _reply(answer)


def _reply(answer: requests.Response) -> BotReply:
    try:
        data = answer.json()
        messages = data["messages"]
    except (ValueError, KeyError, TypeError):
        raise BotUnavailable("not a usable answer") from None
    if not messages:
        raise BotUnavailable("silence")
    texts = [m["text"] for m in messages if m.get("text")]
    return BotReply(texts, data.get("intent"), in_report=bool(data.get("active_loop")))


def plain(text: str) -> str:
    """Text as the bot should see it: one form of each character, no command slash, bounded."""
    text = unicodedata.normalize("NFKC", text).translate(GSM_FRIENDLY).replace("\0", " ")
    return text.strip().lstrip("/").strip()[:LONGEST_TEXT]
