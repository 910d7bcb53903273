"""Gate G4: does somebody who did not make it agree (spec 3.1, 3.3)?"""

from __future__ import annotations

from pathlib import Path

from psycopg import Connection
from psycopg.rows import DictRow

from gi_monitor import settings
from gi_monitor.intake import archive
from gi_monitor.release import currency, files, store
from gi_monitor.release.calendar import ReleaseError
from gi_monitor.release.store import Candidate, State
from gi_monitor.warehouse.connection import connect

HASH_DIGITS = 12
"""So many digits of a content hash are shown to people, and name it."""


def decide(candidate_id: int, content_hash: str, *, approve: bool, who: str, reason: str) -> Candidate:
    """Approve or reject a candidate, bound to the hash of its content, and leave ``approval.json`` beside it.

    ``content_hash``: of what was looked at, or its first twelve digits. ``who`` is the Airflow user or database
    login. With a waiver in it the candidate is approved once two persons agree, else at once; one rejection is
    enough. The same decision again changes nothing. Raises ReleaseError when who approves made it, no reason is
    given, the candidate is not open for a decision, has another hash, rests on deliveries that were replaced since
    (it is then superseded), or its files are no longer those it was frozen with.
    """
    wanted: State = "approved" if approve else "rejected"
    with store.alone():
        _refuse_outdated(candidate_id)
        with archive.changing_releases() as connection:
            candidate = store.find(connection, candidate_id)
            if (who, wanted) not in _given(connection, candidate):
                _refuse(connection, candidate, content_hash, approve=approve, who=who, reason=reason)
                store.decide(connection, candidate, approve=approve, who=who, reason=reason)
        write_approval(candidate, settings.load().candidates / candidate.folder)
        with connect("gi_release") as connection:
            return store.find(connection, candidate_id)


def find_open(candidate_id: int, content_hash: str) -> Candidate:
    """Find a candidate that is open for a decision on this content; raises ReleaseError that says why it is not."""
    with connect("gi_release") as connection:
        candidate = store.find(connection, candidate_id)
        _require_open(candidate, content_hash)
        if not currency.is_current(connection, candidate):
            raise ReleaseError(_outdated(candidate))
    return candidate


def _refuse_outdated(candidate_id: int) -> None:
    if candidate_id in currency.supersede_outdated():
        with connect("gi_release") as connection:
            raise ReleaseError(_outdated(store.find(connection, candidate_id)))


def _outdated(candidate: Candidate) -> str:
    return (
        f"{_name(candidate)} rests on deliveries that were replaced since, so it is decided on no more:"
        " prepare the release again"
    )


def write_approval(candidate: Candidate, folder: Path) -> None:
    """The decisions about a candidate as a file beside its trees; nothing where the folder is gone."""
    if not folder.exists():
        return
    with connect("gi_release") as connection:
        decisions = store.decisions(connection, candidate)
    about = {
        "release": candidate.release_id,
        "version": str(candidate.version),
        "content_hash": candidate.content_hash,
    }
    files.write_json(folder / files.APPROVAL, {**about, "decisions": decisions})


def _given(connection: Connection[DictRow], candidate: Candidate) -> set[tuple[str, str]]:
    return {(row["approver"], row["decision"]) for row in store.decisions(connection, candidate)}


def _refuse(
    connection: Connection[DictRow], candidate: Candidate, content_hash: str, *, approve: bool, who: str, reason: str
) -> None:
    name = _name(candidate)
    if not reason.strip():
        raise ReleaseError(f"{name}: a decision needs a reason")
    _require_open(candidate, content_hash)
    if approve and who in store.makers(connection, candidate):
        raise ReleaseError(f"{name}: {who} made it or decided a hold or waiver in it, so somebody else must approve it")
    if approve and files.content_hash(settings.load().candidates / candidate.folder) != candidate.content_hash:
        raise ReleaseError(f"{name}: its files are not those it was frozen with; reject it and prepare it again")


def _require_open(candidate: Candidate, content_hash: str) -> None:
    name = _name(candidate)
    if candidate.state != "candidate" or candidate.content_hash is None:
        raise ReleaseError(f"{name} is {candidate.state}: only a candidate is decided on")
    if len(content_hash) < HASH_DIGITS or not candidate.content_hash.startswith(content_hash):
        shown = candidate.content_hash[:HASH_DIGITS]
        raise ReleaseError(f"{name} has content {shown}, not {content_hash}: look at it again, then decide on that")


def _name(candidate: Candidate) -> str:
    return f"candidate {candidate.candidate_id} of {candidate.release_id}"
