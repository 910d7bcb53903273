"""What a candidate is laid beside: the version of it that went out last, or else the last release (spec 3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gi_monitor import indicators, settings
from gi_monitor.disclosure.observation import Observation
from gi_monitor.release import differences, inputs, store
from gi_monitor.release.differences import Comparison
from gi_monitor.release.formats import observations
from gi_monitor.release.store import Candidate
from gi_monitor.release.versions import FIRST, Version
from gi_monitor.warehouse.connection import connect


@dataclass(frozen=True)
class Previous:
    """A version that is or was out, with all that it published."""

    candidate: Candidate
    rows: Sequence[Observation]


def find(candidate: Candidate) -> Previous | None:
    """The version to compare with; None before the first release."""
    with connect("gi_release") as connection:
        known = store.out(connection, before=candidate)
    latest = max(
        known, key=lambda each: (each.release_id == candidate.release_id, each.release_id, each.version), default=None
    )
    if latest is None:
        return None
    rows = observations.read_csv(folder(latest) / "restricted" / "data" / "observations.csv")
    return Previous(latest, rows)


def folder(candidate: Candidate) -> Path:
    """Where the trees of a version lie that is or was out."""
    withdrawn = settings.load().withdrawn / candidate.edition
    return withdrawn if withdrawn.exists() else settings.load().releases / candidate.edition


def compare(
    previous: Previous, candidate: Candidate, published: Sequence[Observation], *, look: str = ""
) -> Comparison:
    """What the candidate says differently, and why; ``look``: the marts that it was made from, see ``inputs.read``."""
    with connect("gi_release") as connection:
        was, now = (store.deliveries(connection, each) for each in (previous.candidate, candidate))
        places = {(gi_code, month) for gi_code, month, _ in was ^ now}
        rests_on = differences.with_sums(inputs.rests_on(connection, places, look), indicators.load())
    return differences.compare(
        previous.rows,
        published,
        rests_on=rests_on,
        gone={(gi_code, month) for gi_code, month, _ in was} - {(gi_code, month) for gi_code, month, _ in now},
        same_code=(previous.candidate.code_commit, previous.candidate.lock_sha256)
        == (candidate.code_commit, candidate.lock_sha256),
    )


def version_after(previous: Previous | None, candidate: Candidate, comparison: Comparison | None) -> Version:
    """How the candidate is numbered: by what it changes about the version of the same release that is out."""
    if previous is None or comparison is None or previous.candidate.release_id != candidate.release_id:
        return FIRST
    if comparison.lost or comparison.gained:
        return previous.candidate.version.after("definitions")
    return previous.candidate.version.after("figures" if comparison.differences else "text")
