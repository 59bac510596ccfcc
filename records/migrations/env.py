"""Alembic's entry: runs the revisions on the engine that records.migrate hands over."""

from alembic import context

from records.models import Base, UtcDateTime


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write our time type as plain SQLAlchemy: a revision must not lean on today's models."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Run the migrations in one transaction (SQLite: tables are rebuilt in batches)."""
    engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            render_item=render_item,
            include_name=lambda name, kind, _parents: kind != "schema" or name in (None, "public"),
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
