"""What happens once, after Rasa loaded the model and before the first patient writes."""

import asyncio
import gc
import logging
import os

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.trackers import DialogueStateTracker

from bot import quiet
from bot.locks import ConversationLocks
from bot.stores import TurnStore

logger = logging.getLogger(__name__)

MODEL_SECONDS = 120


async def make_ready(app, _loop):
    """Check that our stores were loaded, warm the model up, and take the garbage collector off it.

    Rasa falls back to an in-memory store when a class in endpoints.yml cannot be loaded, and says
    so only in a log line; a bot with amnesia must not start.
    """
    agent = app.ctx.agent
    quiet.install()  # handlers made since the channel was built
    if not (agent.is_ready() and turn_store(agent) and _own_locks(agent)):
        logger.error("the model or a store of endpoints.yml is missing: the bot does not start")
        os._exit(78)  # EX_CONFIG; sanic swallows exceptions and SystemExit in listeners
    _point_at_actions(agent)
    await _warm_up(agent)
    gc.collect()
    gc.freeze()  # else full collections over TensorFlow's objects stop us for 300 ms


def turn_store(agent):
    """Our store inside Rasa's fail-safe wrapper, or None when Rasa fell back to another."""
    store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
    return store if isinstance(store, TurnStore) else None


def _own_locks(agent):
    return isinstance(agent.lock_store, ConversationLocks)


def _point_at_actions(agent):
    url = os.environ.get("ACTIONS_URL")
    if url:
        agent.processor.action_endpoint.url = url


async def _warm_up(agent):
    """The first message costs 12 to 264 ms more than the second (RASA.md section 3)."""
    processor = agent.processor
    parsed = await processor.parse_message(UserMessage("hello, how do I store my medicine?"))
    tracker = DialogueStateTracker("warm-up", processor.domain.slots)
    await processor._handle_message_with_tracker(UserMessage("hello", parse_data=parsed), tracker)
    await asyncio.to_thread(processor.predict_next_with_tracker, tracker)
