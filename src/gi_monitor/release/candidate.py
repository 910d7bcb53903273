"""From a warehouse that is complete to a frozen candidate that waits for sign-off (spec 3.1, 3.3)."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from psycopg import Connection, IsolationLevel
from psycopg.rows import DictRow

from gi_monitor import clock, folders, logs, settings
from gi_monitor.intake import archive
from gi_monitor.release import (
    calendar,
    catalogue,
    content,
    currency,
    draft,
    evidence,
    files,
    inputs,
    provenance,
    readiness,
    signature,
    store,
)
from gi_monitor.release.calendar import Release, ReleaseError
from gi_monitor.release.inputs import Inputs
from gi_monitor.release.store import Candidate
from gi_monitor.release.versions import FIRST
from gi_monitor.warehouse.connection import connect

if TYPE_CHECKING:
    import pandas as pd

Judge = Callable[[int, str, "Mapping[str, pd.DataFrame]"], bool]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Preparation:
    """What came of preparing: ``state`` is that of the candidate where there is one."""

    state: Literal["nothing_due", "waiting"] | store.State
    reason: str = ""
    release_id: str | None = None
    candidate: Candidate | None = None


def gate_publication(candidate_id: int, release_id: str, frames: Mapping[str, pd.DataFrame]) -> bool:
    """Gate G3, whose libraries take seconds to import: only a candidate that is made pays for them."""
    from gi_monitor.gates import publication

    return publication.judge(candidate_id, release_id, frames)


def prepare(
    release_id: str | None = None, *, made_by: str, correct: str | None = None, judge: Judge = gate_publication
) -> Preparation:
    """Make the candidate of the release that is due, or of the one named; can be run at any time, again and again.

    A candidate whose vintage still holds is returned as it is; a draft that was left behind is taken up;
    one whose vintage the ledger has moved past is superseded. With nothing due, the candidate that waits for a
    decision is the answer. ``correct``: why a release that is out is made again, as its next version. ``judge`` is
    gate G3: what it refuses stays a draft. Raises ReleaseError for a release that is not in the calendar or not yet
    due, for a correction of nothing, and in production mode when an institution or the publisher is made up;
    SecretError when there is no key to sign with.
    """
    with store.alone():
        currency.supersede_outdated(made_by)
        found = _inputs(release_id, correct)
        if isinstance(found, Preparation):
            _log.info("release %s: %s %s", found.release_id, found.state, found.reason)
            return found
        candidate = _settle(found, made_by, correct)
        if candidate.state == "draft":
            with logs.about(release_id=candidate.release_id, candidate_id=candidate.candidate_id):
                return _make(candidate, found, judge, made_by)
        return _outcome(candidate, "made before from the same deliveries")


def _inputs(release_id: str | None, correct: str | None) -> Inputs | Preparation:
    with connect("gi_release") as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        if not readiness.is_built(connection):
            return Preparation("nothing_due", "the warehouse has not been built yet")
        release = _release(connection, release_id, correct)
        if isinstance(release, Preparation):
            return release
        reason = readiness.obstacle(connection, release)
        if reason is None:
            return inputs.read(connection, release)
    with archive.changing_releases() as connection:
        store.note_waiting(connection, release.release_id, reason)
    return Preparation("waiting", reason, release.release_id)


def _release(connection: Connection[DictRow], release_id: str | None, correct: str | None) -> Release | Preparation:
    releases = calendar.load(connection)
    out = {candidate.release_id for candidate in store.out(connection)}
    if release_id is None:
        return calendar.due(releases, out, clock.today()) or _undecided(connection)
    release = calendar.find(releases, release_id)
    if release.reference_date >= clock.today():
        raise ReleaseError(f"{release_id} is about {release.reference_month}, which has not passed yet")
    if (release_id in out) != (correct is not None):
        if correct is not None:
            raise ReleaseError(f"{release_id} is not out yet, so there is nothing to correct: prepare it")
        return Preparation("published", "is out already; to correct it, say why", release_id)
    return release


def _undecided(connection: Connection[DictRow]) -> Preparation:
    for candidate in store.candidates(connection):
        if candidate.state == "candidate":
            return Preparation("candidate", "waits for a decision", candidate.release_id, candidate)
    return Preparation("nothing_due", "the newest release whose month has passed is out")


def _settle(found: Inputs, made_by: str, correct: str | None) -> Candidate:
    """The candidate to go on with, or a new draft."""
    _refuse_at_once(found)
    home = settings.load().home
    code = {"code_commit": provenance.code_commit(home), "lock_sha256": provenance.lock_sha256(home)}
    deliveries = frozenset(delivery.delivery_id for delivery in found.deliveries)
    with connect("gi_release") as connection:
        known = store.candidates(connection, found.release.release_id)
    for candidate in reversed([candidate for candidate in known if candidate.delivery_ids == deliveries]):
        if candidate.state == "draft":
            return store.take_up(candidate, **code, made_by=made_by)
        if candidate.state in ("candidate", "approved"):
            return candidate
        if _code_of(candidate) == code:
            if candidate.state == "rejected":
                return candidate
            if candidate.state in ("published", "withdrawn"):
                raise ReleaseError(f"{candidate.edition} was made from the same deliveries with the same code")
    return store.draft(found, version=FIRST, why=correct or "a release is due and complete", **code, made_by=made_by)


def _refuse_at_once(found: Inputs) -> None:
    """What production mode refuses anyway, before the audit takes its minutes."""
    if found.synthetic and settings.load().production:
        raise ReleaseError("production mode releases no made-up institution: take synthetic ones out of institutions/")
    catalogue.to_publish()
    signature.require_key()


def _code_of(candidate: Candidate) -> dict[str, str]:
    return {"code_commit": candidate.code_commit, "lock_sha256": candidate.lock_sha256}


def _make(candidate: Candidate, found: Inputs, judge: Judge, made_by: str) -> Preparation:
    """Write the draft's files, have it judged, and freeze it when it passed."""
    made = draft.make(candidate, found)
    candidate = store.renumber(candidate, made.version)
    frozen = folders.private(settings.load().candidates) / candidate.folder
    drafted = frozen.with_name(f"{candidate.folder}.draft")
    for leftover in (frozen, drafted):
        shutil.rmtree(leftover, ignore_errors=True)
    content.write(drafted, made, candidate)
    passed = judge(candidate.candidate_id, candidate.release_id, evidence.of(made, candidate.release_id, drafted))
    verdicts = store.verdicts(candidate)
    if not verdicts:
        raise ReleaseError(f"gate G3 left no verdict on candidate {candidate.candidate_id}, so it did not pass")
    content.write_verdicts(drafted, made, candidate, verdicts)
    if not passed:
        broken = ", ".join(row["expectation"] for row in verdicts if _blocks(row))
        return _outcome(candidate, f"gate G3 refused it: {broken}")
    content.seal(drafted, found, candidate, verdicts)
    content.sign(drafted, candidate)
    drafted.rename(frozen)
    return _outcome(store.freeze(candidate, files.content_hash(frozen), made_by), "passed gate G3")


def _blocks(verdict: Mapping[str, str]) -> bool:
    return verdict["verdict"] == "NOT_RUN" or (verdict["verdict"] == "FAIL" and verdict["severity"] == "critical")


def _outcome(candidate: Candidate, reason: str) -> Preparation:
    _log.info("candidate %s of %s is %s: %s", candidate.candidate_id, candidate.release_id, candidate.state, reason)
    return Preparation(candidate.state, reason, candidate.release_id, candidate)
