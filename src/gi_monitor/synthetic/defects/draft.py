"""A delivery that can still be spoilt: rows, then files, then the manifest; each follows from the one before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import pandas as pd

from gi_monitor.dialects import encode
from gi_monitor.institutions import Institution
from gi_monitor.institutions.dialect import FixedWidthDialect
from gi_monitor.month import Month
from gi_monitor.synthetic.delivery import Content, Files, describe

DELIVERY = "levering"
"""What a spot names that is in the manifest and not in a dataset."""

Row = dict[str, str]


@dataclass(frozen=True)
class Spot:
    """Where a defect is: the delivered dataset, the column, and the position of the row in its frame."""

    dataset: str
    column: str | None = None
    index: int | None = None

    def __str__(self) -> str:
        column = f", {self.column}" if self.column else ""
        row = f", data row {self.index + 1}" if self.index is not None else ""
        return f"{self.dataset}{column}{row}"


@dataclass
class Draft:
    """One delivery, its own copy. Spoil the rows before the files are asked for, the files before the manifest."""

    institution: Institution
    month: Month
    content: Content
    frames: dict[str, pd.DataFrame] = field(init=False)

    def __post_init__(self) -> None:
        self.frames = {name: frame.copy() for name, frame in self.content.frames.items()}

    @cached_property
    def files(self) -> Files:
        """The encoded files."""
        return encode(self.institution, self.month, self.frames)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """``levering.json`` of these files, as an institution would make it."""
        content = Content(self.frames, self.content.vacancies_fte, self.content.unavailable)
        return describe(self.institution, self.month, 1, content, self.files)

    def day(self, days: int) -> str:
        """So many days after the reference date."""
        return (self.month.reference_date + timedelta(days=days)).isoformat()

    @property
    def day_before_month(self) -> str:
        """The previous reference date."""
        return (self.month - 1).reference_date.isoformat()

    def row(self, dataset: str, index: int) -> Row:
        """The cells of one row."""
        frame = self.frames[dataset]
        return dict(zip(frame.columns, frame.loc[index], strict=True))

    def change(self, dataset: str, index: int, cells: Row) -> None:
        """Give a row other cells."""
        self.frames[dataset].loc[index, list(cells)] = list(cells.values())

    def add(self, dataset: str, rows: list[Row]) -> int:
        """Add rows at the end; the position of the first."""
        old = self.frames[dataset]
        self.frames[dataset] = pd.concat(
            [old, pd.DataFrame(rows, columns=old.columns, dtype=object)], ignore_index=True
        )
        return len(old)

    def steady_measures(self, number: int = 1, where: Callable[[Row], bool] = lambda row: True) -> list[int]:
        """Supervision orders in which a change shows nowhere else.

        They run, have had a worker since before the month, are on no list and the only measure of their child.
        Raises ValueError when there are fewer.
        """
        measures, first = self.frames["caseload"], self.month.start.isoformat()
        named, taken_over = measures["datum_vaste_jeugdbeschermer"], measures["datum_overgekomen"]
        steady = (
            (measures["type_maatregel"] == "11")
            & (measures[["datum_einde", "datum_overgedragen"]] == "").all(axis=1)
            & (measures["medewerker_sleutel"] != "")
            & ((named != "") & (named < first) & (taken_over < first) & (measures["datum_aanvang"] < first))
            & ~measures["maatregel_sleutel"].isin(self.frames["wachtlijst"]["maatregel_sleutel"])
            & ~measures["kind_sleutel"].duplicated(keep=False)
        )
        return self._some("caseload", steady, number, where)

    def steady_post(self) -> int:
        """A jeugdbeschermer in one role, in post since before the month. Raises ValueError when there is none."""
        posts = self.frames["formatie"]
        steady = (
            (posts["functie"] == "jeugdbeschermer")
            & (posts["datum_uit_functie"] == "")
            & (posts["datum_in_functie"] < self.month.start.isoformat())
            & ~posts["medewerker_sleutel"].duplicated(keep=False)
        )
        return self._some("formatie", steady, 1, lambda row: True)[0]

    def _some(self, dataset: str, fit: pd.Series[bool], number: int, where: Callable[[Row], bool]) -> list[int]:
        """Rows from the middle of those that fit."""
        rows = [index for index in fit.index[fit].tolist() if where(self.row(dataset, index))]
        if len(rows) < number:
            raise ValueError(
                f"{self.institution.gi_code} {self.month}: too small to plant this, it needs {number} rows of {dataset}"
                f" that nothing else hangs on and has {len(rows)}; use a larger --scale"
            )
        begin = (len(rows) - number) // 2
        return rows[begin : begin + number]


def refuse_a_fixed_layout(draft: Draft) -> None:
    """Raise ValueError where a file has every column that it should have and no other."""
    if isinstance(draft.institution.dialect, FixedWidthDialect):
        raise ValueError(
            f"{draft.institution.gi_code}: its files have a fixed layout, in which no column can be missing or unknown;"
            " choose another institution"
        )


def unused(key: str) -> str:
    """A key of the right form that no row has: those of the simulation begin with g, k, m, p or w."""
    return f"n{key[1:]}"


def shifted(day: str, days: int) -> str:
    """An ISO date so many days later."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


Spoil = Callable[[Draft], Spot]
"""Plants one defect in a draft."""
