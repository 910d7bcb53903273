"""Warehouses that a run builds once, and of which each test takes a copy."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from gi_monitor.warehouse import embedded
from tests.databases import create_database


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Let one process of the run at a time into the block."""
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True)
class Shape:
    """A warehouse to prepare: ``build`` fills an empty one, with ``settings`` in its environment."""

    name: str
    settings: dict[str, str]
    build: Callable[[Path], None]


@dataclass(frozen=True)
class Shelf:
    """The prepared warehouses of a run: databases on ``cluster`` and data folders in ``folder``."""

    cluster: Path
    folder: Path

    def get(self, shape: Shape) -> tuple[str, Path]:
        """Return the template database and the data folder of a shape; the first call in the run builds it."""
        database, data = f"prepared_{shape.name}", self.folder / shape.name / "data"
        self.folder.mkdir(exist_ok=True)
        with locked(self.folder / f"{shape.name}.lock"):
            done = self.folder / shape.name / "done"
            if not done.exists():
                self._build(shape, database, data)
                done.touch()
        return database, data

    def _build(self, shape: Shape, database: str, data: Path) -> None:
        data.mkdir(parents=True)
        with psycopg.connect(embedded.url(self.cluster, "postgres"), autocommit=True) as connection:
            create_database(connection, database)
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("GI_MONITOR_DATA", str(data))
                patch.setenv("GI_MONITOR_DATABASE_URL", embedded.url(self.cluster, database=database))
                for name, value in shape.settings.items():
                    patch.setenv(name, value)
                shape.build(data)
            # A database with a session on it cannot be copied, and Great Expectations keeps some.
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [database])


def copy_folder(source: Path, target: Path) -> None:
    """Copy a data folder by hard links; the product replaces files and never rewrites them in place."""
    shutil.copytree(source, target, copy_function=os.link, symlinks=True, dirs_exist_ok=True)
