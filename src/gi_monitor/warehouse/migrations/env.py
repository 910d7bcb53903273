"""How Alembic reaches the database: one transaction, one at a time."""

from alembic import context
from sqlalchemy import create_engine, text

from gi_monitor.warehouse.connection import NAMES

# As Alembic makes it. Of two that make it at once the second finds it there, once the first is done.
_VERSION_TABLE = """
do $$ begin
    create table if not exists public.schema_version (
        version_num varchar(32) not null, constraint schema_version_pkc primary key (version_num)
    );
exception when unique_violation or duplicate_table then null;
end $$
"""

engine = create_engine(context.config.attributes["url"], connect_args={"options": NAMES})
with engine.connect() as connection:
    connection.execute(text(_VERSION_TABLE))
    connection.execute(text("lock table public.schema_version in access exclusive mode"))
    context.configure(connection=connection, version_table="schema_version", version_table_schema="public")
    context.run_migrations()
    connection.commit()
engine.dispose()
