"""How a worker hears at once that something is due: a named pipe on SQLite, NOTIFY on PostgreSQL.

Hints may be lost, doubled or false; the rows decide. Whoever hears nothing is served by the sweep.
"""

import fcntl
import json
import logging
import os
import select
from collections.abc import Iterator
from contextlib import suppress

import psycopg
from sqlalchemy.engine import make_url

from records.durable import CHANNEL, hint_path

log = logging.getLogger(__name__)

Hint = tuple[str, bool, list[int]]
PAUSE_SECONDS = 0.5
RETRY_SECONDS = 1.0
# A pipe's whole buffer, so that a hint is never cut in two.
PIPE_BYTES = 65_536


class Ear:
    """Listens for the hints of one database. `listen` yields until `close`."""

    def __init__(self, url: str) -> None:
        """Begin to listen. Raises SystemExit if another worker has this SQLite database."""
        self._url = url
        self._closed = False
        self._pipe: int | None = None
        if url.startswith("sqlite"):
            self._pipe = _alone_on(hint_path(url))

    def listen(self) -> Iterator[Hint | None]:
        """Hints as they come; None when some may have been missed, and rows may be due."""
        return self._from_postgres() if self._pipe is None else self._from_pipe(self._pipe)

    def close(self) -> None:
        """Stop listening, within PAUSE_SECONDS."""
        self._closed = True

    def _from_pipe(self, pipe: int) -> Iterator[Hint | None]:
        while not self._closed:
            if select.select([pipe], [], [], PAUSE_SECONDS)[0]:
                for line in os.read(pipe, PIPE_BYTES).splitlines():
                    yield understood(line)
        os.close(pipe)

    def _from_postgres(self) -> Iterator[Hint | None]:
        url = make_url(self._url).set(drivername="postgresql").render_as_string(False)
        while not self._closed:
            try:
                with psycopg.connect(url, autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    yield None
                    while not self._closed:
                        for note in connection.notifies(timeout=PAUSE_SECONDS):
                            yield understood(note.payload)
            except psycopg.Error:
                log.warning("hints_interrupted")
                select.select([], [], [], RETRY_SECONDS)


def _alone_on(path: str) -> int:
    """Open the named pipe for reading, as the only worker of this database."""
    with suppress(FileExistsError):
        os.mkfifo(path, 0o600)
    pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    try:
        fcntl.flock(pipe, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit("Another worker already runs on this database.") from None
    return pipe


def understood(raw: bytes | str) -> Hint | None:
    """A hint's job name, urgency and ids; None for anything else."""
    try:
        name, urgent, *ids = json.loads(raw)
    except (ValueError, TypeError):
        return None
    if not isinstance(name, str) or not all(isinstance(i, int) for i in ids):
        return None
    return name, bool(urgent), ids
