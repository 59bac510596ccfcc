"""Durable work: what must happen is a row, committed in the transaction that makes it necessary.

What is due now or in seconds is found by the sweep (worker.py) in the rows themselves; a hint sent
after the commit makes the worker look at once. What is due later, and what has no row of its own,
is a job of the durable engine (DBOS), enqueued in the same transaction (docs/decisions/0003).
"""

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

# A job that is due now lets its own hint go first.
HINT_GRACE = timedelta(seconds=1)
# What is due sooner than this is left to the sweep, which looks every few seconds anyway.
TIMER_FROM = timedelta(seconds=30)


@dataclass(frozen=True)
class Job:
    """One thing to do: a name of worker.JOBS, the row's id and what tells two turns apart.

    `key` makes it happen once; `delay` is how long from now it is due (zero = at once). An urgent
    job has hands of its own in the worker: a page does not queue behind answers.
    """

    name: str
    key: str
    args: tuple[int, ...]
    delay: timedelta = field(default=timedelta(0))
    urgent: bool = False

    @property
    def queue(self) -> str:
        """The queue it waits in: each kind of job has its own, so none blocks another."""
        return self.name


class Work(Protocol):
    """What a session needs of the durable engine."""

    def enqueue(self, session: Session, job: Job) -> None:
        """Store the job in the session's own transaction."""

    def announce(self, session: Session, job: Job) -> None:
        """Leave word in the transaction, for workers on other machines (PostgreSQL)."""

    def hint(self, job: Job) -> None:
        """Tell the worker, after the commit, that this job is due now. May be lost."""


class NullWork:
    """Work that nobody runs: for tests that turn the crank themselves, and for one-off commands."""

    def enqueue(self, session: Session, job: Job) -> None:
        """Nothing: the row that the job is about is enough for the sweep to find it."""

    def announce(self, session: Session, job: Job) -> None:
        """Nothing."""

    def hint(self, job: Job) -> None:
        """Nothing."""


def enqueue(
    session: Session,
    name: str,
    *args: int,
    key: str,
    delay: timedelta = timedelta(0),
    in_rows: bool = True,
    urgent: bool = False,
) -> None:
    """Let a job happen once this transaction is committed, after `delay` (zero = at once).

    `key` names the row and the turn, e.g. "deliver-17"; the same key is enqueued once. `in_rows`
    says that the sweep can see from the rows that it is due, so a job for now needs no other net.
    """
    job = Job(name, key, args, max(delay, timedelta(0)), urgent)
    if not in_rows:
        session.info["work"].enqueue(session, job)
    elif job.delay >= TIMER_FROM:
        _set_timer(session, job)
    if not job.delay:
        session.info["work"].announce(session, job)
        session.info.setdefault("hints", []).append(job)


def _set_timer(session: Session, job: Job) -> None:
    """Where the sweep sees the row too, a timer that cannot be set must not undo the row."""
    try:
        with session.begin_nested():
            session.info["work"].enqueue(session, job)
    except Exception:
        log.exception("timer_not_set", extra={"job": job.name, "ids": list(job.args)})


def send_hints(session: Session) -> None:
    """Send the hints of a transaction that was committed."""
    for job in session.info.pop("hints", []):
        session.info["work"].hint(job)
