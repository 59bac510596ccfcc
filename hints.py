"""How a worker hears at once that something is due: a socket on SQLite, NOTIFY on PostgreSQL.

Hints may be lost, doubled or false; the rows decide. Whoever hears nothing is served by the sweep.
"""

import json
import logging
import select
import socket
from collections.abc import Iterator
from contextlib import suppress

import psycopg
from sqlalchemy.engine import make_url

from records.durable import CHANNEL, MAX_HINT, hint_address

log = logging.getLogger(__name__)

Hint = tuple[str, list[int]]
PAUSE_SECONDS = 0.5
RETRY_SECONDS = 1.0


class Ear:
    """Listens for the hints of one database. `listen` yields until `close`."""

    def __init__(self, url: str) -> None:
        """Begin to listen. Raises SystemExit if another worker has this SQLite database."""
        self._url = url
        self._closed = False
        self._socket: socket.socket | None = None
        if url.startswith("sqlite"):
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                self._socket.bind(hint_address(url))
            except OSError:
                raise SystemExit("Another worker already runs on this database.") from None

    def listen(self) -> Iterator[Hint | None]:
        """Hints as they come; None after each silence and reconnection, when rows may be due."""
        return self._from_socket(self._socket) if self._socket else self._from_postgres()

    def close(self) -> None:
        """Stop listening."""
        self._closed = True
        if self._socket is not None:
            self._socket.close()

    def _from_socket(self, ear: socket.socket) -> Iterator[Hint | None]:
        while not self._closed:
            with suppress(OSError, ValueError):
                if select.select([ear], [], [], PAUSE_SECONDS)[0]:
                    yield understood(ear.recv(MAX_HINT))

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


def understood(raw: bytes | str) -> Hint | None:
    """A hint's job name and ids; None for anything else."""
    try:
        name, *ids = json.loads(raw)
    except (ValueError, TypeError):
        return None
    if not isinstance(name, str) or not all(isinstance(i, int) for i in ids):
        return None
    return name, ids
