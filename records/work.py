"""Durable work: a job is enqueued in the transaction that makes it necessary.

Our tables are the truth; a job only says "look at this row". The durable engine (DBOS, in the
worker) would find a job at its next poll; a hint sent after the commit makes the worker look at
once. A hint may be lost: the durable job, and behind it the sweep, come a moment later
(docs/decisions/0003).
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from sqlalchemy.orm import Session

# A lost hint (the worker was down) costs the patient this long.
HINT_GRACE = timedelta(seconds=1)


@dataclass(frozen=True)
class Job:
    """One thing to do: a name of worker.JOBS, the row's id and what tells two turns apart.

    `key` makes it happen once; `delay` is how long from now it is due (zero = at once).
    """

    name: str
    key: str
    args: tuple[int, ...]
    delay: timedelta = field(default=timedelta(0))

    @property
    def queue(self) -> str:
        """The queue it waits in: each kind of job has its own, so none blocks another."""
        return self.name


class Work(Protocol):
    """What a session needs of the durable engine."""

    def enqueue(self, session: Session, job: Job) -> None:
        """Store the job in the session's own transaction."""

    def hint(self, job: Job) -> None:
        """Tell the worker, after the commit, that this job is due now. May be lost."""


class NullWork:
    """Work that nobody runs: for tests that turn the crank themselves, and for one-off commands."""

    def enqueue(self, session: Session, job: Job) -> None:
        """Nothing: the row that the job is about is enough for the sweep to find it."""

    def hint(self, job: Job) -> None:
        """Nothing."""


def enqueue(
    session: Session, name: str, *args: int, key: str, delay: timedelta = timedelta(0)
) -> None:
    """Enqueue a job in this transaction; once it is committed the worker is told.

    `key` must name the row and the turn, e.g. "deliver-17"; the same key is enqueued once.
    """
    job = Job(name, key, args, max(delay, timedelta(0)))
    session.info["work"].enqueue(session, job)
    if not job.delay:
        session.info.setdefault("hints", []).append(job)


def announce(session: Session) -> None:
    """Send the hints of a transaction that was committed."""
    for job in session.info.pop("hints", []):
        session.info["work"].hint(job)
