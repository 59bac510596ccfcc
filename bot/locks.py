"""One turn at a time per conversation, woken at once instead of polling every second.

Rasa's own lock store polls once a second: six quick messages of one patient took 5 s (RASA.md,
section 4). One Rasa process serves all conversations, so a lock in memory is enough.
"""

import asyncio
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from rasa.core.lock_store import LockStore


class ConversationLocks(LockStore):
    """First come, first served, per conversation id."""

    def __init__(self, *_args, **_kwargs):
        super().__init__()
        self._locks = WeakValueDictionary()

    @asynccontextmanager
    async def lock(self, conversation_id, *_args, **_kwargs):
        """Hold the conversation while the block runs; waiters are served in order."""
        lock = self._locks.get(conversation_id)
        if lock is None:
            lock = self._locks[conversation_id] = asyncio.Lock()
        async with lock:
            yield lock
