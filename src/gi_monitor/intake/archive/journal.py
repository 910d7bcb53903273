"""The journal: what the database knows and nobody can work out again from the archived bytes, kept beside them.

``<archive>/journal/ledger/<gi_code>`` holds what the ledger says of an institution, wrapped data keys among it, sealed
by the master key; ``<archive>/journal/releases`` what became of releases, which is no secret to who reads the folder.
Each is written whole just before a change counts, so the journal says what the database says, or was about to say. What
a build or a release changes in the ledger (a hold by gate G2, receipts to be sent again) is in it from the next change
of the institution on, or the hourly watch.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gi_monitor import atomic, folders, institutions, settings
from gi_monitor.intake import ledger
from gi_monitor.intake.archive import files, keys
from gi_monitor.intake.archive.keys import ArchiveError
from gi_monitor.intake.state_changes import Connection
from gi_monitor.warehouse import locks, rows
from gi_monitor.warehouse.connection import connect

_OF_ITS_DELIVERIES = "delivery_id in (select delivery_id from ledger.delivery where gi_code = %(gi_code)s)"
LEDGER = {
    "ledger.institution": "gi_code = %(gi_code)s",
    "ledger.delivery": "gi_code = %(gi_code)s",
    "ledger.delivery_file": _OF_ITS_DELIVERIES,
    "ledger.data_key": _OF_ITS_DELIVERIES,
    "ledger.known": "gi_code = %(gi_code)s",
    "ledger.expectation": "gi_code = %(gi_code)s",
    "ledger.state_change": "gi_code = %(gi_code)s",
    "ledger.reopened_month": "gi_code = %(gi_code)s",
    "ledger.look": "gi_code = %(gi_code)s",
}
RELEASES = {
    "release.candidate": "true",
    "release.vintage": "true",
    "release.approval": "true",
    "release.state_change": "true",
    "release.waiting": "true",
    "release.waiver": "true",
    "quality.verdict": "candidate_id is not null",
}
"""What the journal holds: tables, parents first, with the condition on their rows."""


@contextmanager
def changing(gi_code: str) -> Iterator[Connection]:
    """A transaction that changes what the ledger says of one institution, while nobody else does.

    Raises LookupError for the code of no institution, since a code names a file here, and ArchiveError when the archive
    belongs to another database.
    """
    with connect("gi_intake") as connection:
        if gi_code not in {*ledger.gi_codes(connection), *(path.stem for path in institutions.paths())}:
            raise LookupError(f"there is no institution {gi_code!r}")
        ledger.lock(connection, gi_code)
        require_own(connection)
        yield connection
        content = rows.written(connection, LEDGER, {"gi_code": gi_code})
        files.write(_ledgers() / gi_code, keys.seal(content.encode(), gi_code))


@contextmanager
def changing_releases() -> Iterator[Connection]:
    """A transaction that changes what became of releases, while nobody else does; raises as ``changing``."""
    with connect("gi_release") as connection:
        locks.take(connection, "gi_release", "journal of releases")
        require_own(connection)
        yield connection
        files.write(_releases(), rows.written(connection, RELEASES, {}).encode())


def renew() -> None:
    """Write the journal again, as after the master key was replaced."""
    with connect("gi_intake") as connection:
        known = ledger.gi_codes(connection)
    for gi_code in known:
        with changing(gi_code):
            pass


def is_of_another_database(connection: Connection) -> bool:
    """Whether the archive was begun by another database than this one; one that nobody began yet becomes ours."""
    return _owner(connection) != _own(connection)


def take_up(connection: Connection) -> None:
    """Fill an empty database with what the journal says, and go on in the place of the one that is lost.

    ``connection``: of the login that owns the schemas. Raises ArchiveError when the database is not empty.
    """
    connection.execute("lock table ledger.delivery, release.candidate")
    if connection.execute("select from ledger.delivery union all select from release.candidate limit 1").rowcount:
        raise ArchiveError(
            "this database has deliveries or releases of its own, so it cannot take the place of the one to which the"
            " archive belongs: start with an empty one, `gi-monitor migrate`"
        )
    rows.remove_all(connection, [*LEDGER, *RELEASES])
    # A name with a dot is a half of one, whose writer was killed.
    for path in sorted(_ledgers().glob("[!.]*")):
        rows.put_back(connection, keys.unseal(path.read_bytes(), path.name).decode())
    if _releases().exists():
        rows.put_back(connection, _releases().read_text(encoding="utf-8"))
    rows.count_on(connection)
    connection.execute("update ledger.archive set archive_id = %s", [_owner(connection)])


def require_own(connection: Connection) -> None:
    """Raise ArchiveError when the archive belongs to another database."""
    if is_of_another_database(connection):
        raise ArchiveError(
            f"{settings.load().archive} belongs to another database than this one: if that one is lost,"
            " `gi-monitor rebuild` makes it again in this one; else give this one a data folder of its own"
        )


def _own(connection: Connection) -> str:
    row = connection.execute("select archive_id::text as own from ledger.archive").fetchone()
    assert row is not None
    own: str = row["own"]
    return own


def _owner(connection: Connection) -> str:
    path = _journal() / "database"
    if not path.exists():
        folders.private(settings.load().archive)
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.create(path, _own(connection).encode())
    return path.read_text(encoding="ascii")


def _journal() -> Path:
    return settings.load().archive / "journal"


def _ledgers() -> Path:
    return _journal() / "ledger"


def _releases() -> Path:
    return _journal() / "releases"
