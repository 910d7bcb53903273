"""The mirror report is what the warehouse makes of the same delivery: here, what the worked example expects."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gi_monitor import contracts
from gi_monitor.intake import figures as counts
from gi_monitor.intake import mirror
from gi_monitor.month import Month
from tests.builders import GOOD_TOTALS, MONTH, Rows, good_rows, measure, post, stay
from tests.dbt.comparison import expected

DELIVERIES = Path(__file__).parents[2] / "worked_example" / "deliveries"
COMPONENTS = {
    "C1": {"count", "weighted"},
    "C2": {"children", "families"},
    "C3": {"value"},
    "C4": {"value"},
    "W1": {"children"},
    "W4": {"n", "median", "p90", "share_over_5_working_days", "share_over_91_days"},
    "S1": {"persons_skj", "fte_skj", "persons_caseload_roles", "fte_caseload_roles"},
    "S2": {"fte", "share"},
}
# The expected numbers were rounded twice: to 12 decimals, then to 12 digits.
TWELVE_DIGITS = Decimal("6e-12")
Key = tuple[str, str, str]


def typed(dataset: str, text: pd.DataFrame) -> pd.DataFrame:
    """Canonical text as the types of a translated dataset."""
    kinds = {column.name: column.type for column in contracts.load().datasets[dataset].columns}
    columns: dict[str, Any] = {}
    for name, cells in text.items():
        filled = cells.where(cells != "")
        date = kinds[str(name)] == "date"
        number = kinds[str(name)] in ("decimal", "integer")
        columns[str(name)] = pd.to_datetime(filled) if date else pd.to_numeric(filled) if number else filled
    return pd.DataFrame(columns)


def of_rows(rows: Rows) -> dict[str, pd.DataFrame]:
    columns = {name: [c.name for c in contract.columns] for name, contract in contracts.load().datasets.items()}
    return {name: typed(name, pd.DataFrame(rows[name], columns=columns[name], dtype="str").fillna("")) for name in rows}


def by_key(figures: tuple[mirror.MirrorFigure, ...]) -> dict[Key, Decimal | None]:
    found = {(f.indicator, f.component, f.category): f.value for f in figures}
    assert len(found) == len(figures)
    return found


def wanted(gi_code: str, period: str) -> dict[Key, Decimal | None]:
    rows = expected()
    own = rows[(rows["institution"] == gi_code) & (rows["period"] == period)]
    shown = own[own["breakdown"].isin(["total", "family", "list"])]
    return {
        (row.indicator, row.component, row.category): Decimal(row.value) if row.value else None
        for row in shown.itertuples()
        if row.component in COMPONENTS.get(row.indicator, ())
    }


def same(found: Decimal | None, wanted: Decimal | None) -> bool:
    if found is None or wanted is None:
        return found is wanted
    return abs(found - wanted) <= TWELVE_DIGITS * abs(wanted)


def current_deliveries() -> list[Path]:
    return [max(month.iterdir()) for month in sorted(DELIVERIES.glob("*/*"))]


@pytest.mark.parametrize("folder", current_deliveries(), ids=lambda path: "/".join(path.parts[-3:]))
def test_the_mirror_equals_the_worked_example(folder: Path) -> None:
    gi_code, period = folder.parts[-3:-1]
    rows = {
        name: typed(name, pd.read_csv(folder / f"{contract.delivered_as}.csv", dtype=str, keep_default_na=False))
        for name, contract in contracts.load().datasets.items()
    }
    unavailable = frozenset({"hulp"} if gi_code == "waddenkust" else ())

    ours = by_key(counts.mirror(rows, Month.parse(period), unavailable))
    theirs = wanted(gi_code, period)

    assert {key: ours[key] for key in theirs if not same(ours[key], theirs[key])} == {}
    assert {ours[key] for key in ours.keys() - theirs.keys()} <= {Decimal(0)}


def test_a_delivery_without_rows_counts_nothing_and_divides_by_nothing() -> None:
    figures = by_key(counts.mirror(of_rows({"caseload": [], "waitlist": [], "staffing": []}), MONTH))

    nothing_to_divide_by = {("C3", "value"), ("C4", "value"), ("S2", "share")} | {
        ("W4", component) for component in COMPONENTS["W4"] - {"n"}
    }
    assert {key[:2] for key, value in figures.items() if value is None} == nothing_to_divide_by
    assert {value for value in figures.values() if value is not None} == {Decimal(0)}


def test_fte_is_counted_in_exact_hundredths() -> None:
    rows = good_rows() | {"staffing": [post(n, fte_caseload="0.10", fte_contract="0.30") for n in range(1, 4)]}

    figures = by_key(counts.mirror(of_rows(rows), MONTH))

    assert (figures["S2", "fte", "total"], figures["S2", "share", "total"]) == (Decimal("0.3"), Decimal(1) / 3)


def test_a_type_outside_the_population_neither_counts_nor_waits() -> None:
    rows = good_rows()
    rows["caseload"].append(measure(4, type_maatregel="31"))
    rows["waitlist"].append(stay(2, of=4))

    figures = by_key(counts.mirror(of_rows(rows), MONTH))

    assert figures["C1", "count", "total"] == GOOD_TOTALS["maatregelen_actief"]
    assert (figures["W1", "children", "total"], figures["W4", "n", "total"]) == (1, 1)
    assert not {key for key in figures if key[2] == "preventief"}


def test_a_measure_on_two_lists_is_left_out_of_the_assigned_workload_once() -> None:
    rows = good_rows()
    rows["waitlist"].append(stay(2, of=2, lijst="doorstroomlijst"))
    rows["waitlist"].append(stay(3, of=1, lijst="passende_hulp"))

    figures = by_key(counts.mirror(of_rows(rows), MONTH))

    assert figures["C3", "value", "total"] == Decimal(3) / Decimal("1.4")
    assert figures["C4", "value", "total"] == Decimal(2) / Decimal("1.4")
    assert (figures["W1", "children", "total"], figures["W4", "n", "total"]) == (1, 2)


def test_a_mirror_comes_back_from_the_ledger_as_it_was() -> None:
    figures = counts.mirror(of_rows(good_rows()), MONTH, frozenset({"hulp"}))

    assert mirror.of_json(mirror.to_json(figures)) == figures
