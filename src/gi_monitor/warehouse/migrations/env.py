"""How Alembic reaches the database: one transaction, one at a time."""

from alembic import context
from sqlalchemy import create_engine, text

engine = create_engine(context.config.attributes["url"])
with engine.connect() as connection:
    connection.execute(text("select pg_advisory_xact_lock(hashtext('gi-monitor migrations'))"))
    context.configure(connection=connection, version_table="schema_version", version_table_schema="public")
    context.run_migrations()
    connection.commit()
engine.dispose()
