"""Gate G3: may this candidate leave the building (spec 3.1)?"""

from __future__ import annotations

import logging

import pandas as pd

from gi_monitor import indicators
from gi_monitor.gates import runner, suites, verdicts
from gi_monitor.gates.frames import frames_of
from gi_monitor.month import Month

_log = logging.getLogger(__name__)


def judge(candidate_id: int, release_id: str, published: pd.DataFrame, leaks: pd.DataFrame | None) -> bool:
    """Judge what a candidate would publish by suite ``publication`` and keep the verdicts under the candidate.

    ``published`` has the columns of spec 2.5 after disclosure control, for all audiences; ``release_id``
    is like ``2024-T1``; ``leaks`` has a row for each leak that the disclosure audit found, None where it could
    not run. Returns whether the candidate passed. Raises suites.SuiteError when the suite file is wrong.
    """
    suite = suites.load("publication")
    session = {"gi_monitor.reference_date": _reference_date(release_id)}
    judged = runner.run(suite, frames=frames_of(published, leaks, release_id, indicators.load()), session=session)
    verdicts.record(suite, judged, candidate_id)
    for verdict in judged:
        if missing := runner.named(verdict, "gi_code", session=session):
            _log.warning("%s %s names %s", suite.gate, verdict.expectation.id, ", ".join(missing))
    return not any(verdict.blocks for verdict in judged)


def _reference_date(release_id: str) -> str:
    year, trimester = release_id.split("-T")
    return Month(int(year), 4 * int(trimester)).reference_date.isoformat()
