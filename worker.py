"""The worker: does what the tables say is to be done. Started by `python worker.py`.

Three ways lead to the same functions, which look at the rows and do nothing twice: a hint (at
once), the durable engine (timers), and the sweep (whatever was missed).
"""

import logging
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from socket import gethostname

from dbos import DBOS, DBOSPortableJSONSerializer
from sqlalchemy.exc import InterfaceError, OperationalError

import conversation
import conversation.checks
import conversation.turns
import escalation
import escalation.closing
import escalation.ladder
import screening
import telephony.sender
from hints import Ear
from house import House, build, utc_now
from logs import set_up_logging
from records import Heartbeat, Job
from records.durable import APPLICATION_VERSION, durable_engine
from settings import read_settings
from telephony.catch_up import catch_up

log = logging.getLogger("worker")

SWEEP_EVERY_SECONDS = 2.0
# The sweep leaves alone what the faster ways are still likely to do.
SWEEP_GRACE = timedelta(seconds=4)
QUEUE_POLL_SECONDS = 0.5
CATCH_UP_EVERY_SECONDS = 10.0
CATCH_UP_BACK = timedelta(minutes=10)
CATCH_UP_AT_START = timedelta(days=1)
THREADS = 6
# Twilio takes 0.1 to 0.2 s to take a text: so many at once is a hundred a second.
URGENT_THREADS = 16

JOBS: dict[str, Callable[..., None]] = {
    "take_turns": lambda h, c: conversation.take_turns(h.database, h.bot, c, utc_now),
    "check_due": lambda h, c: conversation.checks.check_due(h.database, c, utc_now()),
    "deliver": lambda h, d: telephony.sender.deliver(h.database, h.carrier, d, utc_now),
    "hang_up": lambda h, d: telephony.sender.hang_up(h.database, h.carrier, d),
    "page_step": lambda h, e, step: escalation.page_step(h.database, e, step, utc_now()),
    "still_trying": lambda h, e, said: escalation.still_trying(h.database, e, said, utc_now()),
    "follow_up": lambda h, f: escalation.follow_up(h.database, f, utc_now()),
}


def all_overdue(house: House, now: datetime, grace: timedelta = timedelta(0)) -> list[Job]:
    """What every room says should have happened by now, `grace` for what is surely under way."""
    before = now - grace
    with house.database.read() as session:
        return [
            *telephony.sender.overdue(session, now, grace),
            *escalation.ladder.overdue(session, before),
            *conversation.turns.overdue(session, before),
            *conversation.checks.overdue(session, before),
            *escalation.closing.overdue(session, before),
        ]


class Worker:
    """One worker process: a listener for hints, the durable engine, and the sweep."""

    def __init__(self, house: House) -> None:
        """Nothing runs before `run`."""
        self.house = house
        self.stopping = threading.Event()
        self._queued: set[tuple[str | int, ...]] = set()
        self._lock = threading.Lock()
        self._urgent = ThreadPoolExecutor(URGENT_THREADS, thread_name_prefix="urgent")
        self._ordinary = ThreadPoolExecutor(THREADS, thread_name_prefix="ordinary")

    def run(self) -> None:
        """Work until told to stop."""
        ear = Ear(self.house.settings.database_url)
        if self.house.settings.one_worker:
            self._free_leases()
        self._launch_durable_engine()
        self._sweep(timedelta(0))
        log.info("worker_ready")
        threading.Thread(target=self._hear, args=(ear,), name="hints", daemon=True).start()
        threading.Thread(target=self._keep_catching_up, name="catch-up", daemon=True).start()
        while not self.stopping.wait(SWEEP_EVERY_SECONDS):
            self._sweep(SWEEP_GRACE)
        ear.close()
        DBOS.destroy(workflow_completion_timeout_sec=5)
        for hands in (self._urgent, self._ordinary):
            hands.shutdown(wait=True, cancel_futures=True)

    def _free_leases(self) -> None:
        """On SQLite we are the only worker, so whoever held a lease is dead."""
        with self.house.database.write() as session:
            conversation.turns.free_all(session)
            telephony.sender.free_all(session, utc_now())

    def _hear(self, ear: Ear) -> None:
        for hint in ear.listen():
            with suppress(RuntimeError):  # the pool is closed: we are stopping
                if hint is None:
                    self._sweep(timedelta(0))
                elif hint[0] in JOBS:
                    name, urgent, ids = hint
                    self._submit(urgent, name, ids)

    def _submit(self, urgent: bool, name: str, args: list[int]) -> None:
        """Queue a job, unless it is queued already: pages, first texts and a nurse's words have
        hands of their own."""
        key: tuple[str | int, ...] = (name, *args)
        with self._lock:
            if key in self._queued:
                return
            self._queued.add(key)
        hands = self._urgent if urgent else self._ordinary
        hands.submit(self._do, name, args)

    def _do(self, name: str, args: list[int]) -> None:
        """Run one job; whatever goes wrong is logged, and left to the slower ways."""
        with self._lock:  # from here on a new hint is news again
            self._queued.discard((name, *args))
        try:
            JOBS[name](self.house, *args)
        except Exception:
            log.exception("job_failed", extra={"job": name, "ids": args})

    def _keep_catching_up(self) -> None:
        """Ask the carrier for texts that never reached us, from the last time it answered."""
        since = utc_now() - CATCH_UP_AT_START
        while True:
            asked = utc_now()
            try:
                catch_up(self.house.database, self.house.carrier, since, utc_now)
                since = max(since, asked - CATCH_UP_BACK)
            except Exception:
                log.exception("catch_up_failed")
            if self.stopping.wait(CATCH_UP_EVERY_SECONDS):
                return

    def _sweep(self, grace: timedelta) -> None:
        try:
            jobs = all_overdue(self.house, utc_now(), grace)
            for job in jobs:
                self._submit(job.urgent, job.name, list(job.args))
            if jobs:
                log.info("swept", extra={"jobs": len(jobs)})
            with self.house.database.write() as session:
                session.merge(Heartbeat(name="sweep", at=utc_now()))
        except Exception:
            log.exception("sweep_failed")

    def _launch_durable_engine(self) -> None:
        settings = self.house.settings
        for name in JOBS:
            register(self.house, name)
        DBOS(
            config={
                "name": "hearthline",
                "system_database_engine": durable_engine(settings.database_url),
                "serializer": DBOSPortableJSONSerializer(),
                "application_version": APPLICATION_VERSION,
                "executor_id": f"worker-{gethostname()}",
                "run_migrations": False,
                "log_level": "WARNING",
            }
        )
        DBOS.launch()
        for name in JOBS:
            DBOS.register_queue(
                name, worker_concurrency=URGENT_THREADS, polling_interval_sec=QUEUE_POLL_SECONDS
            )


def register(house: House, name: str) -> None:
    """Make a durable workflow of one step out of a job; a busy database is tried again."""

    @DBOS.step(
        name=f"{name}_step",
        retries_allowed=True,
        max_attempts=30,
        interval_seconds=0.2,
        backoff_rate=1.5,
        should_retry=lambda error: isinstance(error, (OperationalError, InterfaceError)),
    )
    def step(*args: int) -> None:
        JOBS[name](house, *args)

    @DBOS.workflow(name=name, max_recovery_attempts=None)
    def workflow(*args: int) -> None:
        try:
            step(*args)
        except Exception:
            # An error here would end the job for good: the row stays due, and the sweep finds it.
            log.exception("job_failed", extra={"job": name, "ids": list(args)})

    assert callable(workflow)


def main() -> None:
    """Start the worker, and stop it cleanly on SIGTERM or SIGINT."""
    set_up_logging("worker")
    screening.load()
    worker = Worker(build(read_settings()))
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: worker.stopping.set())
    worker.run()


if __name__ == "__main__":
    main()
