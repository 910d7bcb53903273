"""Forward-only migrations of what dbt does not own: roles, ledger, landing, quality, release (spec 4.4)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from gi_monitor.warehouse import connection


def migrate() -> None:
    """Bring the database to the newest version; does nothing when it is there already."""
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    configuration.attributes["url"] = connection.url().replace("postgresql://", "postgresql+psycopg://", 1)
    command.upgrade(configuration, "head")
