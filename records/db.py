"""The database: one engine, short write transactions, and sessions that only read.

SQLite is the embedded default (WAL, every commit on disk, one writer at a time through BEGIN
IMMEDIATE); PostgreSQL is the same code with another URL. A newer SQLite than Debian's is needed
by DBOS (docs/decisions/0003), so the driver is pysqlite3.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import pysqlite3
from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.orm import Session

from records.models import Conversation
from records.profile import PharmacyProfile
from records.turnstile import turnstile
from records.work import Work, send_hints

SQLITE_BUSY_MS = 15_000
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


def make_engine(url: str) -> Engine:
    """An engine for `url` (sqlite:///file or postgresql+psycopg://...), with safe settings."""
    engine = bare_engine(url, pool_size=40)
    if url.startswith("sqlite"):
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def bare_engine(url: str, pool_size: int) -> Engine:
    """An engine that leaves it to the caller how SQLite's connections begin a transaction.

    `pool_size` is for SQLite; PostgreSQL has the same for all.

    Debian 12 ships SQLite 3.40, which lacks unixepoch('subsec'); pysqlite3 brings its own.
    """
    if not url.startswith("sqlite"):
        return create_engine(
            url, pool_pre_ping=True, pool_size=20, max_overflow=20, hide_parameters=True
        )
    return create_engine(
        url,
        module=pysqlite3,
        pool_size=pool_size,
        hide_parameters=True,
        connect_args={"check_same_thread": False},
    )


def set_pragmas(connection: Any, busy_ms: int) -> None:
    """Set what SQLite forgets with each connection; `busy_ms` is how long it waits for a lock."""
    for pragma in (f"busy_timeout={busy_ms}", *PRAGMAS):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """We begin transactions ourselves."""
    connection.isolation_level = None
    set_pragmas(connection, SQLITE_BUSY_MS)


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the write lock at once: a lock taken half-way can fail with no retry."""
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


class Database:
    """The door to the record. Sessions carry the profile and the work they may enqueue."""

    def __init__(self, url: str, profile: PharmacyProfile, work: Work) -> None:
        """`url` as for make_engine; `work` takes the jobs that a transaction leaves behind."""
        self.engine = make_engine(url)
        self.url = url
        self.profile = profile
        self.work = work
        self._turnstile = turnstile(url)
        self._readers = self.engine.execution_options(reads=True)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One write transaction: commits on success, rolls back on any error, then hints.

        Never call anything outside (Twilio, Rasa) in here: others wait for the lock.
        """
        with Session(self.engine, expire_on_commit=False) as session:
            self._lend(session)
            with self._turnstile.turn(), session.begin():
                yield session
            send_hints(session)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads; what it saw is one consistent moment."""
        with Session(self._readers, expire_on_commit=False) as session:
            self._lend(session)
            yield session

    def _lend(self, session: Session) -> None:
        session.info["profile"] = self.profile
        session.info["work"] = self.work

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def race_guard(session: Session) -> AbstractContextManager[object]:
    """A savepoint around an insert that another writer may make in the same moment.

    Only PostgreSQL needs one: on SQLite there is one writer at a time.
    """
    one_writer = session.get_bind().dialect.name == "sqlite"
    return nullcontext() if one_writer else session.begin_nested()


def lock_conversation(session: Session, conversation_id: int | None) -> None:
    """Take the conversation's row before anything else of it: all writers lock in this order.

    On SQLite the writer has the whole file already.
    """
    if conversation_id is None or session.get_bind().dialect.name == "sqlite":
        return
    row = select(Conversation.id).where(Conversation.id == conversation_id).with_for_update()
    session.execute(row)


def profile_of(session: Session) -> PharmacyProfile:
    """The pharmacy profile that this session's database was opened with."""
    profile: PharmacyProfile = session.info["profile"]
    return profile
