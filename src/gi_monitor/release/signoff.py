"""Gate G4: does somebody who did not make it agree (spec 3.1, 3.3)?"""

from __future__ import annotations

from pathlib import Path

from psycopg import Connection
from psycopg.rows import DictRow

from gi_monitor import clock, settings
from gi_monitor.release import files, store
from gi_monitor.release.calendar import ReleaseError
from gi_monitor.release.store import Candidate, State
from gi_monitor.warehouse.connection import connect


def decide(candidate_id: int, *, approve: bool, who: str, reason: str) -> None:
    """Approve or reject a candidate, bound to the hash of its content, and leave ``approval.json`` beside it.

    ``who`` is the Airflow user or database login. The same decision again changes nothing. Raises
    ReleaseError when who approves made it, no reason is given, the candidate is not open for a decision, or
    its files are no longer those it was frozen with.
    """
    wanted: State = "approved" if approve else "rejected"
    with store.alone():
        with connect("gi_release") as connection:
            candidate = store.find(connection, candidate_id)
            if not _decided(connection, candidate, wanted, who):
                _refuse(connection, candidate, approve=approve, who=who, reason=reason)
                store.record_decision(connection, candidate, approve=approve, who=who, reason=reason, at=clock.now())
                store.change(connection, candidate, wanted, who=who, why=reason)
        write_approval(candidate, settings.load().candidates / candidate.folder)


def write_approval(candidate: Candidate, folder: Path) -> None:
    """The decisions about a candidate as a file beside its trees; nothing where the folder is gone."""
    if not folder.exists():
        return
    with connect("gi_release") as connection:
        decisions = store.decisions(connection, candidate)
    about = {"release": candidate.release_id, "version": candidate.version, "content_hash": candidate.content_hash}
    files.write_json(folder / "approval.json", {**about, "decisions": decisions})


def _decided(connection: Connection[DictRow], candidate: Candidate, wanted: str, who: str) -> bool:
    earlier = {(row["approver"], row["decision"]) for row in store.decisions(connection, candidate)}
    return candidate.state == wanted and (who, wanted) in earlier


def _refuse(connection: Connection[DictRow], candidate: Candidate, *, approve: bool, who: str, reason: str) -> None:
    name = f"candidate {candidate.candidate_id} of {candidate.release_id}"
    if not reason.strip():
        raise ReleaseError(f"{name}: a decision needs a reason")
    if candidate.state != "candidate":
        raise ReleaseError(f"{name} is {candidate.state}: only a candidate is decided on")
    if approve and who in store.makers(connection, candidate):
        raise ReleaseError(f"{name}: {who} made it or decided a hold in it, so somebody else must approve it")
    if approve and files.content_hash(settings.load().candidates / candidate.folder) != candidate.content_hash:
        raise ReleaseError(f"{name}: its files are not those it was frozen with; reject it and prepare it again")
