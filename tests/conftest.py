"""What all tests share: a migrated database to copy, a moving clock, and the network shut off."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from records.db import make_engine
from records.migrate import migrate, migrate_durable_work

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """A test that reaches beyond this machine is broken: fail it at the socket."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:  # type: ignore[index]
            raise AssertionError("a test tried to reach the network")
        connect(self, address)  # type: ignore[arg-type]

    socket.socket.connect = guarded  # type: ignore[method-assign, assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that went through the real migrations, ours and the durable engine's."""
    path = tmp_path_factory.mktemp("migrated") / "hearthline.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    migrate_durable_work(f"sqlite:///{path}")
    return path


@pytest.fixture
def database_url(migrated: Path, tmp_path: Path) -> str:
    """A fresh copy of the migrated database, for one test."""
    path = tmp_path / "hearthline.db"
    shutil.copy(migrated, path)
    return f"sqlite:///{path}"
