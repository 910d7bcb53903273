"""Bringing the warehouse into a state that somebody has to hear of."""

from __future__ import annotations

import uuid

from gi_monitor import clock
from gi_monitor.warehouse.connection import connect, connect_as_owner

HASH = "ab12cd34ef56" + 52 * "0"


def candidate(state: str = "candidate", release_id: str = "2024-T1") -> int:
    """A candidate of a release, in that state since now."""
    with connect_as_owner() as connection:
        [row] = connection.execute(
            "insert into release.candidate"
            " (release_id, version, state, content_hash, vintage, code_commit, lock_sha256, made_by, made_at)"
            " values (%s, '1.0.0', %s, %s, %s, '', '', 'dana', %s) returning candidate_id",
            [release_id, state, HASH, clock.now(), clock.now()],
        ).fetchall()
        candidate_id: int = row["candidate_id"]
    become(candidate_id, state)
    return candidate_id


def become(candidate_id: int, state: str) -> None:
    """Its state changes, now."""
    with connect_as_owner() as connection:
        connection.execute("update release.candidate set state = %s where candidate_id = %s", [state, candidate_id])
        connection.execute(
            "insert into release.state_change (candidate_id, to_state, changed_at, who, why)"
            " values (%s, %s, %s, '', '')",
            [candidate_id, state, clock.now()],
        )


def agree(candidate_id: int) -> None:
    """One person approves it."""
    with connect_as_owner() as connection:
        connection.execute(
            "insert into release.approval values (%s, %s, 'robin', %s, 'approved', '')",
            [candidate_id, HASH, clock.now()],
        )


def run_gate(gate: str, candidate_id: int | None = None, **answers: str) -> None:
    """A gate was run: per promise its answer, of which those that fail are critical."""
    run_id = uuid.uuid4()
    with connect("gi_quality") as connection:
        for promise, answer in answers.items():
            connection.execute(
                "insert into quality.verdict (run_id, gate, suite, suite_version, expectation, severity, limit_text,"
                " observed, verdict, judged_at, candidate_id)"
                " values (%s, %s, 's', '1', %s, 'critical', '', '1', %s, %s, %s)",
                [run_id, gate, promise, answer, clock.now(), candidate_id],
            )


def waive(until: str, release_id: str = "2024-T1") -> None:
    """A release need not keep a promise until a day."""
    with connect_as_owner() as connection:
        connection.execute(
            "insert into release.waiver (release_id, expectation, reason, given_by, given_at, valid_until)"
            " values (%s, 'band_c3', 'tarief', 'noor', %s, %s)",
            [release_id, clock.now(), until],
        )
