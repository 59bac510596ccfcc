"""The schema: what the revisions build is what the models say, on both databases."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from records import Base
from records.db import make_engine
from records.migrate import alembic_config, migrate, schema_is_current
from tests.support.databases import open_databases


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_revisions_build_what_the_models_say(kind: str, tmp_path: Path) -> None:
    databases = open_databases(kind, tmp_path)
    if databases is None:
        pytest.skip("NO POSTGRESQL COULD BE STARTED HERE: the migrations were not tried on it")
    engine = make_engine(databases.fresh(tmp_path))
    with engine.connect() as connection:
        options = {"include_name": _is_ours}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()
    databases.close()
    assert differences == []


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out the durable engine's tables, which it migrates itself."""
    return kind != "table" or name in Base.metadata.tables


def test_one_head_and_numbered() -> None:
    script = ScriptDirectory.from_config(alembic_config(make_engine("sqlite://")))
    assert len(script.get_heads()) == 1
    for revision in script.walk_revisions():
        assert revision.revision.isdigit()


def test_an_old_schema_is_known_as_such(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'new.db'}")
    assert not schema_is_current(engine)
    migrate(engine)
    migrate(engine)
    assert schema_is_current(engine)
