"""Journeys: whole stories, told as a talk between phones."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.world import World, close_world, open_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """A fresh world, at two in the morning."""
    made = open_world(database_url, tmp_path)
    yield made
    close_world(made)
