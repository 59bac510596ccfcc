"""Bring a database to the newest schema: our tables by Alembic, the durable engine's by DBOS."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from dbos import DBOS
from sqlalchemy import Engine


def alembic_config(engine: Engine) -> Config:
    """Alembic's settings, made in code: there is no alembic.ini to keep in step."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    return config


def migrate(engine: Engine) -> None:
    """Upgrade the schema to the head revision. Safe to call at every start."""
    Path(engine.url.database or ".").parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(alembic_config(engine), "head")


def migrate_durable_work(url: str) -> None:
    """Create or upgrade the durable engine's own tables in the same database."""
    DBOS.migrate(url)


def schema_is_current(engine: Engine) -> bool:
    """Whether the database is at the revision this code was written for."""
    head = ScriptDirectory.from_config(alembic_config(engine)).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
