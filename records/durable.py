"""The durable engine, seen from the processes that only enqueue: DBOS's client, and the hint."""

import json
import os
import threading
from typing import Any

from dbos import DBOSClient, DBOSPortableJSONSerializer
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from records.db import bare_engine, set_pragmas
from records.work import HINT_GRACE, Job

# Pinned: with DBOS's own default (a hash of the code) every deploy strands what is in flight.
APPLICATION_VERSION = "hearthline"
BUSY_MS = 30_000  # as DBOS sets on its own engine
CHANNEL = "hearthline_hints"
NOTIFY = text("SELECT pg_notify(:channel, :hint)")


def durable_engine(url: str) -> Engine:
    """An engine prepared as DBOS prepares its own, on a SQLite new enough for it."""
    engine = bare_engine(url, pool_size=20)
    if url.startswith("sqlite"):
        event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = "IMMEDIATE"
    set_pragmas(connection, BUSY_MS)


def hint_path(url: str) -> str:
    """Where the worker of a SQLite file listens: a named pipe beside it.

    A pipe holds some two thousand hints; a datagram socket drops the eleventh.
    """
    return f"{make_url(url).database}.hints"


def as_hint(job: Job) -> str:
    """A job as a hint: JSON of its name, whether it is urgent, and its arguments (ids only)."""
    return json.dumps([job.name, int(job.urgent), *job.args]) + "\n"


class DbosWork:
    """Work for the web, the actions and the worker: DBOS rows in our transaction, then a hint."""

    def __init__(self, url: str) -> None:
        """`url` is the record's own database: only so do rows and jobs commit together."""
        self._client = DBOSClient(
            system_database_engine=durable_engine(url),
            serializer=DBOSPortableJSONSerializer(),
        )
        self._pipe: int | None = None
        self._pipe_lock = threading.Lock()
        self._path = hint_path(url)
        self._notifies = not url.startswith("sqlite")

    def enqueue(self, session: Session, job: Job) -> None:
        """Store the job beside our rows. A job due now waits a moment, so the hint goes first."""
        delay = max(job.delay, HINT_GRACE)
        self._client.enqueue_in_transaction(
            session,
            {
                "workflow_name": job.name,
                "queue_name": job.queue,
                "workflow_id": job.key,
                "delay_seconds": delay.total_seconds(),
                "app_version": APPLICATION_VERSION,
            },
            *job.args,
        )

    def announce(self, session: Session, job: Job) -> None:
        """On PostgreSQL every listening worker hears of it at the commit, on whatever machine."""
        if self._notifies:
            session.execute(NOTIFY, {"channel": CHANNEL, "hint": as_hint(job)})

    def hint(self, job: Job) -> None:
        """Tell the worker on this machine. Nobody listening is no error: the rows are stored."""
        if self._notifies:
            return
        # One at a time: a number given back by one thread must not be written to by another.
        with self._pipe_lock:
            try:
                if self._pipe is None:
                    self._pipe = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK)
                os.write(self._pipe, as_hint(job).encode())
            except BlockingIOError:
                return  # the pipe is full: the worker is busy, and its sweep finds the row
            except OSError:
                self._hang_up()

    def _hang_up(self) -> None:
        """Nobody listens, or the listener died: look for a new one next time."""
        pipe, self._pipe = self._pipe, None
        if pipe is not None:
            os.close(pipe)

    def close(self) -> None:
        """Give the connections and the pipe back."""
        self._client.destroy()
        self._hang_up()
