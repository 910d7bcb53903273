"""Building a published version again from its recorded vintage, byte for byte (spec 3.3)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg import IsolationLevel

from gi_monitor import settings
from gi_monitor.release import calendar, content, draft, files, inputs, previous, provenance, store
from gi_monitor.release.calendar import ReleaseError
from gi_monitor.release.inputs import Inputs
from gi_monitor.release.store import Candidate
from gi_monitor.warehouse import build
from gi_monitor.warehouse.connection import connect


@dataclass(frozen=True)
class Reproduction:
    """``differing``: the files, by their path in the release, that are missing, too many or not the same bytes.

    Signatures are not compared: who can make a release again need not have the key.
    """

    candidate: Candidate
    differing: tuple[str, ...]


def reproduce(edition: str) -> Reproduction:
    """Make a version that is or was out, named as ``2024-T1-1.0.0``, again beside everything that is in use.

    The verdicts of its gate are those that were recorded. Raises ReleaseError when it was never published, when the
    code or the lock is not the one it was made with, and when deliveries of its vintage are no longer known.
    """
    with connect("gi_release") as connection:
        candidate = store.find_out(connection, edition)
    _same_code(candidate)
    original = previous.folder(candidate)
    with _look(candidate) as look, tempfile.TemporaryDirectory(dir=settings.load().data) as name:
        found = _inputs(candidate, look)
        made = draft.make(candidate, found, look=look)
        again = Path(name)
        content.write(again, made, candidate)
        verdicts = store.verdicts(candidate)
        content.write_verdicts(again, made, candidate, verdicts)
        content.seal(again, found, candidate, verdicts)
        return Reproduction(candidate, tuple(files.differing(original, again)))


def _same_code(candidate: Candidate) -> None:
    home = settings.load().home
    now = (provenance.code_commit(home), provenance.lock_sha256(home))
    if now != (candidate.code_commit, candidate.lock_sha256):
        raise ReleaseError(
            f"{candidate.edition} was made with commit {candidate.code_commit} and lock {candidate.lock_sha256}; this"
            f" is {now[0]} and {now[1]}: check out that commit, `make install`, and ask again there"
        )


@contextmanager
def _look(candidate: Candidate) -> Iterator[str]:
    schema = build.look(candidate.vintage)
    try:
        yield schema.removeprefix("marts")
    finally:
        build.drop_look(schema)


def _inputs(candidate: Candidate, look: str) -> Inputs:
    with connect("gi_release") as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        found = inputs.read(connection, calendar.find(calendar.load(connection), candidate.release_id), look)
        recorded = store.deliveries(connection, candidate)
    if found.vintage_deliveries != recorded:
        differing = sorted({gi_code for gi_code, _, _ in found.vintage_deliveries ^ recorded})
        raise ReleaseError(f"{candidate.edition}: the ledger no longer knows its deliveries of {', '.join(differing)}")
    return found
