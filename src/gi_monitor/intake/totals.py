"""The three control totals, counted from the file as delivered and compared with the manifest (T01–T03)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from gi_monitor import contracts
from gi_monitor.intake.derived import fte, in_post, open_stay, running, waiting_lists
from gi_monitor.intake.findings import Finding, finding
from gi_monitor.intake.manifest import ControlTotals
from gi_monitor.intake.translate import Dataset
from gi_monitor.month import Month

_CASELOAD_DATES = ("datum_aanvang", "datum_overgekomen", "datum_einde", "datum_overgedragen")


@dataclass(frozen=True)
class Interval:
    """A total as counted, and what it can be given rounding and rows that cannot be decided."""

    counted: Decimal
    low: Decimal
    high: Decimal

    def __contains__(self, value: Decimal | int) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        exact = self.low == self.high
        return f"{self.counted}" if exact else f"{self.counted}, toegestaan {self.low} tot {self.high}"


def count(datasets: Mapping[str, Dataset], month: Month) -> dict[str, Interval]:
    """The interval of each control total, by its name in the manifest; totals of unreadable datasets are left out."""
    counted = {}
    if "caseload" in datasets:
        counted["maatregelen_actief"] = _measures_running(datasets["caseload"], month)
    if "caseload" in datasets and "waitlist" in datasets:
        counted["kinderen_wachtend"] = _children_waiting(datasets["caseload"], datasets["waitlist"], month)
    if "staffing" in datasets:
        counted["fte_caseload"] = _fte_caseload(datasets["staffing"], month)
    return counted


def check(delivered: ControlTotals, counted: Mapping[str, Interval]) -> Iterator[Finding]:
    """T01–T03: a delivered total that lies outside what was counted."""
    totals: list[tuple[str, str, Decimal | int]] = [
        ("T01", "maatregelen_actief", delivered.measures_running),
        ("T02", "kinderen_wachtend", delivered.children_waiting),
        ("T03", "fte_caseload", delivered.fte_caseload),
    ]
    for rule, name, value in totals:
        if name in counted and value not in counted[name]:
            yield finding(rule, column=name, value=str(value), detail=str(counted[name]))


def certainly_running(caseload: Dataset, month: Month) -> pd.Series[bool]:
    """Measures that run on the reference date, whatever the undecidable rows may be."""
    return running(caseload.values, month) & ~_undecidable_measures(caseload)


def _measures_running(caseload: Dataset, month: Month) -> Interval:
    certain = int(certainly_running(caseload, month).sum())
    return _at_least(certain, int(_undecidable_measures(caseload).sum()))


def _at_least(certain: int, undecidable: int) -> Interval:
    return Interval(Decimal(certain), Decimal(certain), Decimal(certain + undecidable))


def _undecidable_measures(caseload: Dataset) -> pd.Series[bool]:
    values, filled = caseload.values, caseload.filled
    no_start = values["datum_aanvang"].isna() & ~filled["datum_overgekomen"]
    return caseload.unreadable[list(_CASELOAD_DATES)].any(axis=1) | no_start | caseload.doubled


def _children_waiting(caseload: Dataset, waitlist: Dataset, month: Month) -> Interval:
    """Distinct children with an open stay on wachtlijst or doorstroomlijst, over measures of every type (W1)."""
    undecidable = _undecidable_measures(caseload) | caseload.values["kind_sleutel"].isna()
    measures = pd.DataFrame(
        {
            "maatregel_sleutel": caseload.raw["maatregel_sleutel"],
            "child": caseload.values["kind_sleutel"],
            "runs": running(caseload.values, month),
            "measure_undecidable": undecidable,
        }
    ).drop_duplicates("maatregel_sleutel")
    stays = _stays(waitlist, month).merge(measures, on="maatregel_sleutel", how="left")
    doubtful = stays["stay_undecidable"] | (stays["measure_undecidable"].eq(True) & stays["open"])
    certain = stays.loc[~doubtful & stays["open"] & stays["runs"].eq(True), "child"].nunique()
    return _at_least(certain, int(doubtful.sum()))


def _stays(waitlist: Dataset, month: Month) -> pd.DataFrame:
    values, unreadable = waitlist.values, waitlist.unreadable
    needed = ["lijst", "datum_op_lijst", "datum_van_lijst", "maatregel_sleutel"]
    empty = values[["lijst", "datum_op_lijst", "maatregel_sleutel"]].isna().any(axis=1)
    waiting_list = values["lijst"].isin(waiting_lists())
    return pd.DataFrame(
        {
            "maatregel_sleutel": waitlist.raw["maatregel_sleutel"],
            "open": waiting_list & open_stay(values, month),
            "stay_undecidable": (waiting_list | values["lijst"].isna())
            & (unreadable[needed].any(axis=1) | empty | waitlist.doubled),
        }
    )


def _fte_caseload(staffing: Dataset, month: Month) -> Interval:
    values = staffing.values
    undecidable = (
        staffing.unreadable[["datum_in_functie", "datum_uit_functie", "fte_caseload"]].any(axis=1)
        | values[["datum_in_functie", "fte_caseload"]].isna().any(axis=1)
        | staffing.doubled
    )
    certain = fte(values.loc[in_post(values, month) & ~undecidable, "fte_caseload"])
    largest = staffing.contract.column("fte_caseload").maximum
    slack = fte(values.loc[undecidable, "fte_caseload"].fillna(float(largest or 0)))
    rounding = Decimal(str(contracts.load().rules["T03"].limits["rounding_per_row"])) * len(values)
    return Interval(certain, certain - rounding - slack, certain + rounding + slack)
