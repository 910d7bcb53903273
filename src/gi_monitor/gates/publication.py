"""Gate G3: may this candidate leave the building (spec 3.1)?"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from gi_monitor import indicators
from gi_monitor.gates import runner, suites, verdicts, waivers
from gi_monitor.gates.frames import frames_of
from gi_monitor.gates.verdicts import Verdict
from gi_monitor.month import Month

_log = logging.getLogger(__name__)


def judge(candidate_id: int, release_id: str, evidence: Mapping[str, pd.DataFrame]) -> bool:
    """Judge a candidate by suites ``publication`` and ``revision`` and keep the verdicts under the candidate.

    ``evidence``: see ``release.evidence``; a frame that is not there makes what is expected of it NOT_RUN.
    ``release_id`` is like ``2024-T1``. What is broken under a waiver does not block. Returns whether the candidate
    passed. Raises suites.SuiteError when a suite file is wrong.
    """
    session = {"gi_monitor.reference_date": _reference_date(release_id)}
    frames = {**evidence, **frames_of(evidence["published"], release_id, indicators.load())}
    run_id, passed = uuid.uuid4(), True
    for name in waivers.G3:
        suite = suites.load(name)
        judged = [_weigh(verdict, release_id, session) for verdict in runner.run(suite, frames=frames, session=session)]
        verdicts.record(suite, judged, candidate_id, run_id)
        passed = passed and not any(verdict.blocks for verdict in judged)
    return passed


def _weigh(verdict: Verdict, release_id: str, session: Mapping[str, str]) -> Verdict:
    """The verdict in the light of the waivers; of one that names institutions each needs its own."""
    missing = runner.named(verdict, "gi_code", session=session)
    if missing:
        _log.warning("G3 %s names %s", verdict.expectation.id, ", ".join(missing))
    if verdict.answer != "FAIL" or not verdict.expectation.waivable:
        return verdict
    covered = waivers.cover(release_id, verdict.expectation.id, missing)
    return replace(verdict, answer="WAIVED") if covered else verdict


def _reference_date(release_id: str) -> str:
    year, trimester = release_id.split("-T")
    return Month(int(year), 4 * int(trimester)).reference_date.isoformat()
