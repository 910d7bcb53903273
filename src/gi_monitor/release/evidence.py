"""What gate G3 judges of a candidate, as data frames (spec 3.1)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from gi_monitor.disclosure.observation import COLUMNS, NATIONAL, Observation
from gi_monitor.release import announcements
from gi_monitor.release.differences import Comparison
from gi_monitor.release.draft import Draft
from gi_monitor.release.pages import accessibility

if TYPE_CHECKING:
    import pandas as pd

_log = logging.getLogger(__name__)

HEADLINES = {"C1": "count", "C3": "value", "S1": "persons_skj", "W1": "children"}
"""The headline figures of spec 3.1 and their components."""


def of(made: Draft, release_id: str, trees: Path) -> dict[str, pd.DataFrame]:
    """The frames by name; one that could not be made is not there, so that nothing passes for it.

    ``trees``: where the files of the draft lie.

    - ``published``: the rows of spec 2.5 after disclosure control, for all audiences.
    - ``leaks``: a row per suppressed figure and attacker who learns too much of it.
    - ``changes``: a row per figure that differs from what is out; ``has_cause``.
    - ``cells``: a row per cell that is lost or gained; ``is_announced``.
    - ``headlines``: a row per headline figure; ``change`` since the release before, and ``percent``. Before the first
      release there is nothing to compare with, so no row.
    - ``pages``: a row per problem that ``accessibility.problems`` finds in a page.
    """
    import pandas as pd

    released, before = made.released, made.previous.rows if made.previous else ()
    frames = {
        "published": pd.DataFrame(map(attrgetter(*COLUMNS), released.published), columns=list(COLUMNS)),
        "headlines": _headlines(released.published, before, release_id),
        **_follows(made.comparison, release_id),
    }
    if released.audit is not None:
        leaks = [(leak.cell, leak.attacker.institution) for leak in released.audit.leaks]
        frames["leaks"] = pd.DataFrame(leaks, columns=["cell", "institution"])
    if any(trees.rglob("*.html")):
        frames["pages"] = pd.DataFrame(_problems(trees), columns=["page", "problem"])
    return frames


def _problems(trees: Path) -> list[tuple[str, str]]:
    found = accessibility.problems(trees)
    for page, problem in found:
        _log.warning("%s: %s", page, problem)
    return found


def _follows(comparison: Comparison | None, release_id: str) -> dict[str, pd.DataFrame]:
    import pandas as pd

    known = announcements.of(release_id)
    differences = comparison.differences if comparison else ()
    cells = [*comparison.lost, *comparison.gained] if comparison else []
    announced = [any(each.covers(cell) for each in known) for cell in cells]
    return {
        "changes": pd.DataFrame({"has_cause": ["yes" if found.cause else "no" for found in differences]}, dtype=str),
        "cells": pd.DataFrame({"is_announced": ["yes" if found else "no" for found in announced]}, dtype=str),
    }


def _headlines(published: Sequence[Observation], before: Sequence[Observation], release_id: str) -> pd.DataFrame:
    import pandas as pd

    now = _figures(published, release_id)
    earlier = [row for row in before if row.period < release_id]
    last = max((row.period for row in earlier), default=None)
    then = _figures(earlier, last) if last else {}
    rows = []
    for indicator in HEADLINES if then else ():
        new, old = now.get(indicator), then.get(indicator)
        change = float(new - old) if new is not None and old is not None else None
        rows.append((indicator, change, 100 * change / float(old) if change is not None and old else None))
    return pd.DataFrame(rows, columns=["indicator", "change", "percent"]).astype({"change": float, "percent": float})


def _figures(rows: Sequence[Observation], period: str) -> dict[str, Decimal | None]:
    return {
        row.indicator: row.value
        for row in rows
        if (row.period, row.institution, row.breakdown) == (period, NATIONAL, "total")
        and HEADLINES.get(row.indicator) == row.component
    }
