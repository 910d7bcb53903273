"""Forward-only migrations of what dbt does not own: roles, ledger, landing, quality, release (spec 4.4)."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from psycopg import sql

from gi_monitor import contracts
from gi_monitor.warehouse import connection

_TYPES = {"key": "text", "code": "text", "date": "date", "flag": "boolean", "integer": "integer", "decimal": "numeric"}
"""How the warehouse keeps what a contract's column holds."""


def migrate() -> None:
    """Bring the database to the newest version, and landing to that of the contracts; what is there stays."""
    upgrade("head")
    _add_columns_of_contracts()


def upgrade(version: str) -> None:
    """Bring the database to a version; does nothing when it is there already. All of it or nothing."""
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    configuration.attributes["url"] = connection.url().replace("postgresql://", "postgresql+psycopg://", 1)
    command.upgrade(configuration, version)


def _add_columns_of_contracts() -> None:
    """What a later version of the specification adds is empty in every row that is there already."""
    with psycopg.connect(connection.url()) as owner:
        for contract in contracts.load().datasets.values():
            table = sql.Identifier("landing", contract.dataset)
            found = owner.execute(sql.SQL("select * from {} limit 0").format(table)).description or ()
            there = {column.name for column in found}
            for column in contract.columns:
                if column.warehouse not in there:
                    add = sql.SQL("alter table {} add column {} {}")
                    owner.execute(add.format(table, sql.Identifier(column.warehouse), sql.SQL(_TYPES[column.type])))
