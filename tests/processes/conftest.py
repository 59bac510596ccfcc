"""The whole product as real processes, started once for the stories of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from house import open_database, utc_now
from records.sample import load_sample
from tests.support.databases import Databases
from tests.support.processes import Product, open_product
from tests.support.world import CAROL, DANA, JUNE, PRIYA, ROSA, SAM

ANNA, ERNESTO, THEO = "+15550100205", "+15550100202", "+15550100204"


@pytest.fixture(scope="session")
def product(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Phones, web, worker, actions and bot, with the sample people."""
    var: Path = tmp_path_factory.mktemp("product")
    made = open_product(databases.fresh(var), var)
    database = open_database(made.settings)
    with database.write() as session:
        load_sample(session, utc_now())
    database.close()
    for number in (ROSA, JUNE, ANNA, ERNESTO, THEO, DANA, PRIYA, CAROL, SAM):
        made.sim.phone(number)
    try:
        made.start("bot", "actions", "worker", "web")
        yield made
    finally:
        made.stop()
