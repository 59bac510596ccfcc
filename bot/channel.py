"""The only door into Rasa: one text in, the bot's answer out, on loopback and with a token.

It answers each `message_id` once: the worker may die after Rasa answered and before it stored the
reply, and then it asks again. Nothing here logs or returns a patient's words on an error.
"""

import asyncio
import hmac
import logging
import os
import re

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, response
from sanic.exceptions import InvalidUsage

from bot import quiet, speed, start, strict
from bot.stores import StoreDown, Turn
from bot.strict import ActionLost

logger = logging.getLogger(__name__)

# The gateway waits 5 s (DESIGN.md section 4); we give up first so that it hears why.
TURN_SECONDS = 4.5
LONGEST_TEXT = 1600  # ten SMS segments; RASA.md section 4: 100,000 characters cost 249 ms
_INTENT_COMMAND = re.compile(r"^[\s/]+")


class GatewayInput(InputChannel):
    """POST /webhooks/gateway/webhook with `Authorization: Bearer $BOT_TOKEN`."""

    def __init__(self, token):
        self._token = token
        quiet.install()
        speed.install()
        strict.install()

    @classmethod
    def name(cls):
        """The part of the address after /webhooks/."""
        return "gateway"

    @classmethod
    def from_credentials(cls, _credentials):
        """Read BOT_TOKEN; raises RasaException without it, so that Rasa does not start open."""
        token = os.environ.get("BOT_TOKEN", "")
        if not token:
            raise RasaException("BOT_TOKEN is not set: the gateway channel does not start open.")
        return cls(token)

    def blueprint(self, _on_new_message):
        """Rasa mounts this under /webhooks/gateway."""
        hook = Blueprint("gateway", __name__)

        async def webhook(request):  # sanic marks its handlers, and a bound method takes no mark
            return await self.receive(request)

        hook.add_route(health, "/", methods=["GET"])
        hook.add_route(webhook, "/webhook", methods=["POST"])
        hook.listener("after_server_start")(start.make_ready)
        return hook

    async def receive(self, request):
        """Answer one message; 400, 401, 500, 503 and 504 carry {"error": name} and nothing else."""
        if not self._allowed(request):
            return _error("unauthorized", 401)
        try:
            message = read_message(request.json)
        except (InvalidUsage, ValueError):
            return _error("bad_request", 400)
        return await answer(request.app.ctx.agent, message)

    def _allowed(self, request):
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode())


async def health(_request):
    """Alive: the model is loaded once this route answers."""
    return response.json({"status": "ok"})


async def answer(agent, message):
    """Take one turn, or give the answer of the turn taken before, as an HTTP response."""
    try:
        turn = await asyncio.wait_for(_turn(agent, message), TURN_SECONDS)
    except StoreDown:
        return _error("store_down", 503, message)
    except ActionLost as lost:
        logger.error("turn %s: %s failed", message.message_id, lost)
        turn = Turn()  # nothing said: the gateway takes silence as a failure
    except TimeoutError:
        return _error("timeout", 504, message)
    except Exception as problem:  # whatever it is, its text may quote the patient
        return _error("failed", 500, message, problem)
    return response.json(reply_of(turn))


async def _turn(agent, message):
    # One at a time per conversation, so that a repeated message_id finds the first one finished.
    async with agent.lock_store.lock(message.sender_id):
        store = start.turn_store(agent)
        known = await store.find(message.sender_id, message.message_id)
        if known:
            return known
        await agent.processor.handle_message(message)
        return await store.find(message.sender_id, message.message_id) or Turn()


def reply_of(turn):
    """The answer's JSON from a stored turn: the same for the first time and for a repeat."""
    intent = next((e["parse_data"]["intent"] for e in turn.events if e["event"] == "user"), {})
    return {
        "messages": [_spoken(e) for e in turn.events if e["event"] == "bot"],
        "intent": intent.get("name"),
        "confidence": round(float(intent.get("confidence") or 0.0), 4),
        "active_loop": turn.active_loop,
    }


def _spoken(event):
    custom = (event.get("data") or {}).get("custom")
    return {"custom": custom} if custom else {"text": event.get("text")}


def read_message(body):
    """The UserMessage in a request's JSON; ValueError when a part is missing or is not text."""
    if not isinstance(body, dict):
        raise ValueError("body")
    sender, text, message_id = (body.get(k) for k in ("sender", "message", "message_id"))
    if not all(isinstance(part, str) and part for part in (sender, message_id)):
        raise ValueError("sender or message_id")  # a missing sender would share one conversation
    if not isinstance(text, str) or max(len(sender), len(message_id)) > 64:
        raise ValueError("message")
    return UserMessage(
        harmless(text),
        CollectingOutputChannel(),
        sender,
        input_channel=GatewayInput.name(),
        message_id=message_id,
        metadata=body.get("metadata") or {},
    )


def harmless(text):
    """The text without a leading "/", which Rasa would take as a command (RASA.md finding 6)."""
    return _INTENT_COMMAND.sub("", text)[:LONGEST_TEXT].strip()


def _error(name, status, message=None, problem=None):
    if message is not None:
        kind = type(problem).__name__ if problem else name
        logger.error("turn %s failed: %s", message.message_id, kind)
    return response.json({"error": name}, status=status)
