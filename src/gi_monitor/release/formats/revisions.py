"""``revisions.csv``: every figure that a version says differently from what was out before it, and why (spec 3.3)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from gi_monitor.disclosure.observation import Observation
from gi_monitor.release.differences import Difference

COLUMNS = (
    "period", "institution", "indicator", "component", "breakdown", "category",
    "old_value", "old_status", "new_value", "new_status", "cause", "deliveries",
)  # fmt: skip
"""``deliveries``: institution and month of each delivery that changed and that the figure rests on, by semicolons."""


def write(tree: Path, differences: Iterable[Difference]) -> None:
    """Write the file in a tree; without differences it has a header alone."""
    with (tree / "revisions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(_row(found) for found in differences)


def _row(found: Difference) -> list[str]:
    places = ";".join(f"{gi_code} {month:%Y-%m}" for gi_code, month in found.deliveries)
    return [*found.key, *_shown(found.old), *_shown(found.new), found.cause or "", places]


def _shown(row: Observation | None) -> tuple[str, str]:
    if row is None:
        return "", ""
    return format(row.value, "f") if isinstance(row.value, Decimal) else "", row.status
