"""What all tests share: a migrated database to copy, a moving clock, and the network shut off."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import Databases, open_databases
from tests.support.world import World, close_world, open_world

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
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Fresh migrated databases, on SQLite or, with TEST_ON=postgresql, on PostgreSQL."""
    kind = os.environ.get("TEST_ON", "sqlite")
    made = open_databases(kind, tmp_path_factory.mktemp("databases"))
    if made is None:
        pytest.exit("TEST_ON=postgresql, but no PostgreSQL could be started here", returncode=3)
    yield made
    made.close()


@pytest.fixture
def database_url(databases: Databases, tmp_path: Path) -> str:
    """The URL of a fresh migrated database, for one test."""
    return databases.fresh(tmp_path)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """A fresh world, at two in the morning."""
    made = open_world(database_url, tmp_path)
    yield made
    close_world(made)
