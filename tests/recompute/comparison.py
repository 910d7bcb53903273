"""The warehouse's observations beside the recomputed ones, cell by cell."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tests.recompute.observations import KEY

_TEXTS = ["reference_date", "status", "gi_reported", "gi_expected"]
_NUMBERS = ["value", "numerator", "denominator"]


def names(observations: pd.DataFrame) -> set[tuple[str, str]]:
    """Indicators with their components."""
    return set(observations[["indicator", "component"]].itertuples(index=False, name=None))


def differences(found: pd.DataFrame, recomputed: pd.DataFrame) -> list[str]:
    """One line per cell that differs, of the components that ``found`` has at all.

    A cell that only one of both has may be nothing but a count of 0 or an empty figure.
    """
    has = pd.MultiIndex.from_frame(found[["indicator", "component"]])
    compared = recomputed[pd.MultiIndex.from_frame(recomputed[["indicator", "component"]]).isin(has)]
    ours, theirs = _canonical(compared), _canonical(found)
    both = theirs.index.intersection(ours.index)
    lines = [
        f"{' '.join(key)}: {column} is {theirs_cell!r}, recomputed {ours_cell!r}"
        for column in [*_TEXTS, *_NUMBERS]
        for key, theirs_cell, ours_cell in zip(both, theirs.loc[both, column], ours.loc[both, column], strict=True)
        if not _same(theirs_cell, ours_cell)
    ]
    for one, other, verdict in ((ours, theirs, "missing"), (theirs, ours, "not expected")):
        alone = one.loc[one.index.difference(other.index), "value"]
        lines += [f"{' '.join(key)}: {value!r} is {verdict}" for key, value in alone.items() if value]
    return lines


def _canonical(rows: pd.DataFrame) -> pd.DataFrame:
    cells = rows[[*KEY, *_TEXTS, *_NUMBERS]].astype(object)
    cells = cells.where(cells.notna(), None).astype(dict.fromkeys([*KEY, "reference_date"], str))
    indexed = cells.set_index(KEY).sort_index()
    assert indexed.index.is_unique
    return indexed


def _same(found: Any, recomputed: Any) -> bool:
    if found is None or recomputed is None or isinstance(found, str):
        return bool(found == recomputed)
    return abs(float(found) - recomputed) <= 1e-9 * max(1.0, abs(recomputed))
