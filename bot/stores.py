"""Rasa's memory of a conversation: one row per turn, written once, and a failure is loud.

Rasa's own SQL store writes each event as a row, counts what is there before every write, reads all
of it back before every turn, and on an error goes on with an empty memory (RASA.md section 4). Here
a turn is one insert, and a turn already in memory is read only when another process added to it.
"""

import json
import os
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import sqlalchemy as sa
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.seal import Seal

DEFAULT_URL = "sqlite:///var/tracker.db"
REMEMBERED = 500  # conversations kept in memory, about 50 kB each
LONGEST_SESSION = 120  # events; a turn's time grows with them (RASA.md section 3)

_metadata = sa.MetaData()
turns = sa.Table(
    "tracker_turns",
    _metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("sender_id", sa.String(64), nullable=False),
    sa.Column("message_id", sa.String(64)),
    sa.Column("starts", sa.Boolean, nullable=False),
    sa.Column("active_loop", sa.String(64)),
    sa.Column("saved_at", sa.Float, nullable=False),
    sa.Column("events", sa.Text, nullable=False),
    sa.UniqueConstraint("sender_id", "message_id"),
    sa.Index("tracker_turns_by_sender", "sender_id", "id"),
)
_newest = sa.select(sa.func.max(turns.c.id)).where(turns.c.sender_id == sa.bindparam("sender"))
_session = (
    sa.select(turns.c.id, turns.c.message_id, turns.c.active_loop, turns.c.events)
    .where(turns.c.sender_id == sa.bindparam("sender"))
    .where(
        turns.c.id
        >= sa.select(sa.func.coalesce(sa.func.max(turns.c.id), 0))
        .where(turns.c.sender_id == sa.bindparam("sender"), turns.c.starts)
        .scalar_subquery()
    )
    .order_by(turns.c.id)
)
_one = sa.select(turns.c.active_loop, turns.c.events).where(
    turns.c.sender_id == sa.bindparam("sender"), turns.c.message_id == sa.bindparam("message")
)


class StoreDown(BaseException):
    """The tracker database failed. Not an Exception: Rasa's wrapper swallows those and forgets."""


@dataclass
class Turn:
    """One message and all that followed from it, as Rasa's event dictionaries."""

    events: list = field(default_factory=list)
    active_loop: str | None = None


@dataclass
class _Memory:
    tracker: DialogueStateTracker
    stored: int  # events of the tracker that are in the database
    newest: int  # id of the conversation's newest row
    last: tuple  # (message_id, Turn) of the newest turn
    checked: bool = False  # compared with the database in this turn


class TurnStore(TrackerStore):
    """Tracker store on SQLite or PostgreSQL; TRACKER_DATABASE_URL says where."""

    def __init__(self, domain=None, event_broker=None, host=None, **_kwargs):
        super().__init__(domain, event_broker)
        self._engine = make_engine(os.environ.get("TRACKER_DATABASE_URL") or host or DEFAULT_URL)
        self._seal = Seal.from_environment()
        self._memories = OrderedDict()
        self._open = {}  # sender -> what its turn under way began from; turns of others interleave
        self._table_made = False

    async def find(self, sender_id, message_id):
        """The turn taken for this message, or None. Raises StoreDown."""
        memory = self._look_up(sender_id)
        if memory is None:
            return None
        known_id, turn = memory.last
        return turn if known_id == message_id else self._read_turn(sender_id, message_id)

    async def retrieve(self, sender_id):
        """The tracker of the conversation's newest session, or None. Raises StoreDown."""
        memory = self._memories.get(sender_id)
        if memory is None or not memory.checked:
            memory = self._look_up(sender_id)
        # Out of memory until saved: a turn that fails half way leaves no half-changed tracker.
        self._memories.pop(sender_id, None)
        self._open[sender_id] = memory
        return memory.tracker if memory else None

    async def save(self, tracker):
        """Append the events of this turn as one row. Raises StoreDown.

        A turn in which nothing was said did not happen: an action failed, the gateway speaks
        instead, and the same message may be tried again from the state before it.
        """
        memory = self._opened(tracker)
        events = list(islice(tracker.events, memory.stored, None))
        if not any(isinstance(event, BotUttered) for event in events):
            return
        message_id = next((e.message_id for e in events if isinstance(e, UserUttered)), None)
        turn = Turn([event.as_dict() for event in events], tracker.active_loop_name)
        starts = any(isinstance(event, SessionStarted) for event in events)
        memory.newest = self._insert(tracker.sender_id, message_id, turn, starts)
        memory.stored, memory.last = len(tracker.events), (message_id, turn)
        self._remember(tracker.sender_id, memory)
        if len(tracker.events) > LONGEST_SESSION and not turn.active_loop:
            self._start_new_session(tracker, memory)

    async def keys(self):
        """Every conversation id."""
        return [row.sender_id for row in self._read(sa.select(turns.c.sender_id).distinct())]

    def _opened(self, tracker):
        memory = self._open.pop(tracker.sender_id, None)
        if memory is None or memory.tracker is not tracker:
            memory = _Memory(tracker, 0, 0, (None, None))
        memory.checked = False
        return memory

    def _look_up(self, sender_id):
        """What we remember if the database holds nothing newer, else what the database holds."""
        memory = self._memories.get(sender_id)
        newest = self._read(_newest, sender=sender_id)[0][0]
        if newest is None:
            return None
        if memory is None or memory.newest != newest:
            memory = self._load(sender_id)
            self._remember(sender_id, memory)
        memory.checked = True
        return memory

    def _load(self, sender_id):
        rows = self._read(_session, sender=sender_id)
        sealed = [(row, self._events(row.events)) for row in rows]
        events = [event for _, some in sealed for event in some]
        tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        row, last = sealed[-1]
        turn = Turn(last, row.active_loop)
        return _Memory(tracker, len(tracker.events), row.id, (row.message_id, turn))

    def _remember(self, sender_id, memory):
        self._memories[sender_id] = memory
        self._memories.move_to_end(sender_id)
        while len(self._memories) > REMEMBERED:
            self._memories.popitem(last=False)

    def _start_new_session(self, tracker, memory):
        """Keep what slots hold and let the old events rest in the database."""
        held = [SlotSet(name, slot.value) for name, slot in tracker.slots.items() if slot.value]
        events = [SessionStarted(), *held, ActionExecuted("action_listen")]
        turn = Turn([event.as_dict() for event in events])
        fresh = DialogueStateTracker.from_dict(tracker.sender_id, turn.events, self.domain.slots)
        newest = self._insert(tracker.sender_id, None, turn, starts=True)
        self._remember(tracker.sender_id, _Memory(fresh, len(fresh.events), newest, memory.last))

    def _read_turn(self, sender_id, message_id):
        rows = self._read(_one, sender=sender_id, message=message_id)
        return Turn(self._events(rows[0].events), rows[0].active_loop) if rows else None

    def _events(self, sealed):
        return json.loads(self._seal.open(sealed))

    def _insert(self, sender_id, message_id, turn, starts):
        row = {
            "sender_id": sender_id,
            "message_id": message_id,
            "starts": starts,
            "active_loop": turn.active_loop,
            "saved_at": time.time(),
            "events": self._seal.close(json.dumps(turn.events)),
        }
        with self._transaction() as connection:
            return connection.execute(turns.insert(), row).inserted_primary_key[0]

    def _read(self, query, **values):
        with self._transaction() as connection:
            return connection.execute(query, values).all()

    def _transaction(self):
        return _Loud(self)

    def begin(self):
        """A transaction; the table is made on the first one that reaches the database."""
        if not self._table_made:
            _metadata.create_all(self._engine)
            self._table_made = True
        return self._engine.begin()


class _Loud:
    """A transaction whose every failure leaves as StoreDown, without the values it carried."""

    def __init__(self, store):
        self._store = store

    def __enter__(self):
        try:
            self._transaction = self._store.begin()
            return self._transaction.__enter__()
        except Exception as problem:
            raise StoreDown(type(problem).__name__) from None

    def __exit__(self, kind, problem, trace):
        try:
            self._transaction.__exit__(kind, problem, trace)
        except Exception as closing:
            raise StoreDown(type(closing).__name__) from None
        if problem is not None and isinstance(problem, Exception):
            raise StoreDown(type(problem).__name__) from None
        return False


def make_engine(url):
    """An engine for sqlite:/// or postgresql://; SQLite in WAL mode, PostgreSQL with a pre-ping."""
    url = sa.engine.make_url(url.replace("postgresql+psycopg://", "postgresql://"))
    if url.get_backend_name() != "sqlite":
        options = {"connect_timeout": 2, "options": "-c statement_timeout=3000"}
        return sa.create_engine(url, pool_pre_ping=True, pool_size=2, connect_args=options)
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url, poolclass=sa.pool.StaticPool, connect_args={"check_same_thread": False, "timeout": 2}
    )
    sa.event.listen(engine, "connect", _tune_sqlite)
    return engine


def _tune_sqlite(connection, _record):
    # NORMAL: a power cut may take the last turns, never tear one. They are dialogue state only;
    # messages, reports and escalations are in the record.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=2000"):
        connection.execute(f"PRAGMA {pragma}")
