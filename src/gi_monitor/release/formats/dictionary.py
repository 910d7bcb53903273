"""``dictionary.csv``: every column and code of the observations beside it, in Dutch and English."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path

from gi_monitor.dictionary import Entry

COLUMNS = tuple(field.name for field in fields(Entry))


def write(tree: Path, entries: Sequence[Entry]) -> None:
    """Write it in a tree."""
    with (tree / "dictionary.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(map(astuple, entries))
