"""Candidates and what became of them: the rows of schema ``release``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg import Connection
from psycopg.rows import DictRow

from gi_monitor import clock
from gi_monitor.disclosure.audit.editions import Deliveries
from gi_monitor.intake import archive
from gi_monitor.release.calendar import ReleaseError
from gi_monitor.release.inputs import Inputs
from gi_monitor.release.versions import Version
from gi_monitor.warehouse import locks
from gi_monitor.warehouse.connection import connect

OPEN_STATES = ("draft", "candidate", "approved")
State = Literal["draft", "candidate", "approved", "published", "withdrawn", "rejected", "superseded"]
_Connection = Connection[DictRow]


@dataclass(frozen=True)
class Candidate:
    """One attempt at a release."""

    candidate_id: int
    release_id: str
    version: Version
    state: State
    vintage: datetime
    content_hash: str | None
    code_commit: str
    lock_sha256: str
    made_by: str
    delivery_ids: frozenset[int]

    @property
    def edition(self) -> str:
        """What its release is called on disk."""
        return f"gi-monitor-{self.release_id}-{self.version}"

    @property
    def folder(self) -> str:
        """What it is called among the candidates."""
        return f"{self.release_id}-{self.version}-{self.candidate_id}"


@contextmanager
def alone() -> Iterator[None]:
    """Do one step of a release at a time; raises LockError when another takes too long."""
    with locks.held("gi_release", "release"):
        yield


def candidates(connection: _Connection, release_id: str | None = None) -> list[Candidate]:
    """All candidates, of one release or of all, oldest first."""
    rows = connection.execute(
        """
        select candidate_id, release_id, version, state, vintage, content_hash, code_commit, lock_sha256, made_by,
            array(select delivery_id from release.vintage where vintage.candidate_id = candidate.candidate_id)
                as delivery_ids
        from release.candidate
        where %(release_id)s::text is null or release_id = %(release_id)s
        order by candidate_id
        """,
        {"release_id": release_id},
    )
    return [
        Candidate(**{**row, "version": Version.of(row["version"]), "delivery_ids": frozenset(row["delivery_ids"])})
        for row in rows
    ]


def find(connection: _Connection, candidate_id: int) -> Candidate:
    """One candidate; raises ReleaseError when there is none of that number."""
    for candidate in candidates(connection):
        if candidate.candidate_id == candidate_id:
            return candidate
    raise ReleaseError(f"there is no candidate {candidate_id}")


def find_out(connection: _Connection, edition: str) -> Candidate:
    """The version that is or was published under a name as ``2024-T1-1.0.0``; raises ReleaseError."""
    known = {f"{candidate.release_id}-{candidate.version}": candidate for candidate in out(connection)}
    if edition not in known:
        raise ReleaseError(f"{edition} was never published; these were: {', '.join(known) or 'none yet'}")
    return known[edition]


def out(connection: _Connection, *, before: Candidate | None = None) -> list[Candidate]:
    """What is or was published, in the order in which it went out; of that, what was out ``before`` one was made."""
    went_out = connection.execute(
        """
        select candidate_id from release.state_change
        where to_state = 'published' and change_id < coalesce(
            (select max(change_id) from release.state_change where to_state = 'draft' and candidate_id = %s),
            'infinity'::float
        )
        order by change_id
        """,
        [before.candidate_id if before else None],
    )
    known = {candidate.candidate_id: candidate for candidate in candidates(connection)}
    return [known[row["candidate_id"]] for row in went_out]


def draft(inputs: Inputs, *, version: Version, why: str, code_commit: str, lock_sha256: str, made_by: str) -> Candidate:
    """Make a new draft with its vintage."""
    with archive.changing_releases() as connection:
        [row] = connection.execute(
            "select release.draft(%s, %s, %s, %s, %s, %s, %s, %s, %s) as candidate_id",
            [
                inputs.release.release_id,
                str(version),
                inputs.vintage,
                [delivery.delivery_id for delivery in inputs.deliveries],
                code_commit,
                lock_sha256,
                clock.now(),
                made_by,
                why,
            ],
        ).fetchall()
        return find(connection, row["candidate_id"])


def take_up(candidate: Candidate, *, code_commit: str, lock_sha256: str, made_by: str) -> Candidate:
    """Go on with a draft for the person who asks, with the current code."""
    with archive.changing_releases() as connection:
        connection.execute(
            "select release.take_up(%s, %s, %s, %s, %s)",
            [candidate.candidate_id, code_commit, lock_sha256, clock.now(), made_by],
        )
        return find(connection, candidate.candidate_id)


def renumber(candidate: Candidate, version: Version) -> Candidate:
    """Give a draft the version that its content calls for."""
    with archive.changing_releases() as connection:
        connection.execute("select release.renumber(%s, %s)", [candidate.candidate_id, str(version)])
        return find(connection, candidate.candidate_id)


def freeze(candidate: Candidate, content_hash: str, who: str) -> Candidate:
    """Turn a draft that passed gate G3 into a candidate under the hash of its content."""
    with archive.changing_releases() as connection:
        connection.execute(
            "select release.freeze(%s, %s, %s, %s, %s)",
            [candidate.candidate_id, content_hash, clock.now(), who, "passed gate G3"],
        )
        return find(connection, candidate.candidate_id)


def decide(connection: _Connection, candidate: Candidate, *, approve: bool, who: str, reason: str) -> None:
    """Record a decision, bound to the content hash, and the state that follows from it."""
    connection.execute(
        "select release.decide(%s, %s, %s, %s, %s, %s)",
        [candidate.candidate_id, candidate.content_hash, approve, clock.now(), who, reason],
    )


def move(
    connection: _Connection,
    candidate: Candidate,
    state: Literal["superseded", "published", "withdrawn", "candidate"],
    *,
    why: str,
    who: str | None = None,
) -> None:
    """Supersede, publish or withdraw a candidate, or let it wait for a decision again.

    ``who`` is the database login, unless the pipeline names a person.
    """
    connection.execute(
        "select release.move(%s, %s, %s, %s, %s)", [candidate.candidate_id, state, clock.now(), who, why]
    )


def note_waiting(connection: _Connection, release_id: str, reason: str) -> None:
    """What a release waits for; each reason once."""
    connection.execute(
        "insert into release.waiting (release_id, noted_at, reason) values (%s, %s, %s) on conflict do nothing",
        [release_id, clock.now(), reason],
    )


def makers(connection: _Connection, candidate: Candidate) -> set[str]:
    """Whoever triggered the candidate or went on with it, and all who decided a hold or waiver in it (spec 3.3)."""
    rows = connection.execute("select release.makers(%s) as who", [candidate.candidate_id])
    return {row["who"] for row in rows}


def approvals_missing(connection: _Connection, candidate: Candidate) -> int:
    """How many more persons must agree, of two with a waiver in it, else one; makers do not count (spec 3.3)."""
    [row] = connection.execute("select release.approvals_missing(%s) as missing", [candidate.candidate_id]).fetchall()
    missing: int = row["missing"]
    return missing


def renew_receipts(connection: _Connection, candidate: Candidate) -> None:
    """Have the receipts of its deliveries sent again: they name the releases that rest on them."""
    connection.execute(
        """
        update ledger.delivery set receipt_sent_at = null
        where delivery_id in (select delivery_id from release.vintage where candidate_id = %s)
        """,
        [candidate.candidate_id],
    )


def why_made(connection: _Connection, candidate: Candidate) -> str:
    """The reason that was given for making it."""
    [row] = connection.execute(
        "select why from release.state_change where candidate_id = %s and from_state is null", [candidate.candidate_id]
    ).fetchall()
    why: str = row["why"]
    return why


def deliveries(connection: _Connection, candidate: Candidate) -> Deliveries:
    """The deliveries in a candidate's vintage."""
    rows = connection.execute(
        "select gi_code, reporting_month, content_sha256 from release.vintage where candidate_id = %s",
        [candidate.candidate_id],
    )
    return frozenset((row["gi_code"], row["reporting_month"], row["content_sha256"]) for row in rows)


def institutions(connection: _Connection, candidate: Candidate) -> list[str]:
    """The institutions in a candidate's vintage."""
    rows = connection.execute(
        "select distinct gi_code from release.vintage where candidate_id = %s", [candidate.candidate_id]
    )
    return [row["gi_code"] for row in rows]


def decisions(connection: _Connection, candidate: Candidate) -> Sequence[dict[str, Any]]:
    """The decisions about a candidate, oldest first."""
    return connection.execute(
        "select approver, decision, reason, decided_at, content_hash from release.approval"
        " where candidate_id = %s order by decided_at, approver",
        [candidate.candidate_id],
    ).fetchall()


def verdicts(candidate: Candidate) -> Sequence[dict[str, Any]]:
    """The verdicts of the last time gate G3 was run on a candidate, without what was observed."""
    with connect("gi_release") as connection:
        return connection.execute(
            "select gate, suite, suite_version, expectation, severity, limit_text as limit, verdict"
            " from release.verdicts(%s) order by suite, verdict_id",
            [candidate.candidate_id],
        ).fetchall()
