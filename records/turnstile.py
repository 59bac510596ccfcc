"""One writer at a time on SQLite, each told at once when it is its turn.

SQLite lets waiting writers sleep and try again, up to 100 ms at a time and in no order: at fifty
messages a second some waited for seconds (docs/decisions/0003). Here threads of a process wait for
one lock, and processes for a file lock, looked at twice in a millisecond, that the kernel gives
back when one dies. (Waiting in the kernel was fairer to the worker, and twice as slow for the
webhooks.) It is only courtesy: SQLite's own lock still decides, so a lock that cannot be had is
done without.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from sqlalchemy.engine import make_url

LONGEST_WAIT_SECONDS = 10.0
NAP_SECONDS = 0.0005


class Turnstile:
    """Lets one writer of one SQLite file through at a time, over all processes."""

    def __init__(self, path: str) -> None:
        """`path` is the lock's own file, beside the database."""
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._threads = threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, hold it, give it back."""
        with self._threads:
            locked = self._lock_file()
            try:
                yield
            finally:
                if locked:
                    fcntl.flock(self._file, fcntl.LOCK_UN)

    def _lock_file(self) -> bool:
        until = time.monotonic() + LONGEST_WAIT_SECONDS
        while time.monotonic() < until:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                time.sleep(NAP_SECONDS)
        return False


class OpenDoor:
    """No turnstile: PostgreSQL lets many write at once."""

    def turn(self) -> AbstractContextManager[None]:
        """Nothing to wait for."""
        return nullcontext()


def turnstile(url: str) -> Turnstile | OpenDoor:
    """The turnstile of a database."""
    path = make_url(url).database
    if url.startswith("sqlite") and path:
        return Turnstile(f"{path}.writing")
    return OpenDoor()
