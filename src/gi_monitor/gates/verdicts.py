"""Verdicts: one row per expectation each time a gate was run; they outlive the run (spec 3.1)."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gi_monitor import clock
from gi_monitor.gates.suites import Expectation, Suite
from gi_monitor.warehouse.connection import connect

_log = logging.getLogger(__name__)

Answer = Literal["PASS", "FAIL", "WAIVED", "NOT_RUN"]


@dataclass(frozen=True)
class Verdict:
    """What became of one expectation.

    ``observed`` is a number (of rows that break the promise, or the value that was measured) and never a
    row's value; where it could not be judged, the kind of error.
    """

    expectation: Expectation
    answer: Answer
    observed: str | None

    @property
    def blocks(self) -> bool:
        """Whether the gate stays shut: a critical promise is broken, or any promise could not be judged."""
        return self.answer == "NOT_RUN" or (self.answer == "FAIL" and self.expectation.severity == "critical")

    def __str__(self) -> str:
        promise = self.expectation
        return (
            f"{promise.id} ({promise.severity}) {self.answer}: {promise.sentence} "
            f"Limit: {promise.limit}; observed: {self.observed}"
        )


def record(
    suite: Suite, verdicts: Sequence[Verdict], candidate_id: int | None = None, run_id: uuid.UUID | None = None
) -> None:
    """Write the verdicts of one run in ``quality.verdict``, and those that did not pass to the log.

    ``run_id``: of the run of a gate with several suites.
    """
    run = {
        "run_id": run_id or uuid.uuid4(),
        "gate": suite.gate,
        "suite": suite.name,
        "suite_version": suite.version,
        "judged_at": clock.now(),
        "candidate_id": candidate_id,
    }
    with connect("gi_quality") as connection:
        connection.cursor().executemany(_INSERT, [run | _row(verdict) for verdict in verdicts])
    for verdict in verdicts:
        if verdict.answer != "PASS":
            _log.warning("%s: %s", suite.gate, verdict)


_INSERT = """
insert into quality.verdict (run_id, gate, suite, suite_version, expectation, severity, limit_text, observed, verdict,
    judged_at, candidate_id)
values (%(run_id)s, %(gate)s, %(suite)s, %(suite_version)s, %(expectation)s, %(severity)s, %(limit)s, %(observed)s,
    %(verdict)s, %(judged_at)s, %(candidate_id)s)
"""


def _row(verdict: Verdict) -> dict[str, str | None]:
    promise = verdict.expectation
    return {
        "expectation": promise.id,
        "severity": promise.severity,
        "limit": promise.limit,
        "observed": verdict.observed,
        "verdict": verdict.answer,
    }
