"""Exact observations of one institution in one period, as dbt hands them over, from the few numbers a test is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from gi_monitor.disclosure.observation import Key, Observation
from gi_monitor.disclosure.workload_path import WorkloadPath

PATH = WorkloadPath(
    norm=Decimal(12),
    baseline=date(2023, 4, 30),
    reductions={date(2023, 5, 1): Decimal(0), date(2023, 9, 1): Decimal("1.5"), date(2024, 1, 1): Decimal("2.5")},
    assumed_step=Decimal(1),
)
REFERENCE_DATES = {
    "2022-T3": date(2022, 12, 31),
    "2023-T1": date(2023, 4, 30),
    "2023-T2": date(2023, 8, 31),
    "2023-T3": date(2023, 12, 31),
    "2024-T1": date(2024, 4, 30),
    "2024-T2": date(2024, 8, 31),
    "2024-T3": date(2024, 12, 31),
}
_DEFAULTS = {
    "C1.count": 240, "C1.weighted": 240, "C2.children": 220, "C2.families": 190,
    "S2.fte": "18.23", "S1.persons_skj": 31, "S1.fte_skj": "24.40",
    "S1.persons_caseload_roles": 36, "S1.fte_caseload_roles": "28.15",
    "W1.children": 23, "W4.n": 27, "W4.median": "41.5", "W4.p90": "120.2",
    "F1.stock_begin": 250, "F1.inflow": 60, "F1.outflow": 71, "F1.stock_end": 240,
    "F1.transferred_in": 2, "F1.late_in": 1, "F1.reappeared": 0,
    "F1.transferred_out": 1, "F1.late_out": 1, "F1.vanished": 0,
    "C6.path_assumed": 0,
}  # fmt: skip
_TERMS = {
    "C4.value": (221, None), "S2.share": ("18.23", "30.75"),
    "W4.share_over_5_working_days": (22, 27), "W4.share_over_91_days": (7, 27),
}  # fmt: skip
_DERIVED = ["C3.value", "C6.gap_to_norm", "C6.gap_to_path", "C6.path", "C7.value"] + [
    f"S1.{what}_{whom}_growth_{since}"
    for what in ("persons", "fte") for whom in ("skj", "caseload_roles") for since in ("4m", "baseline")
]  # fmt: skip
_LISTS = {"wachtlijst": 12, "doorstroomlijst": 14, "passende_hulp": 9}


def exact(
    period: str = "2024-T3",
    institution: str = "NL",
    values: Mapping[str, Any] | None = None,
    *,
    terms: Mapping[str, tuple[Any, Any]] | None = None,
    categories: Mapping[tuple[str, str, str], Any] | None = None,
    reported: int = 13,
    status: str = "observed",
    without: Sequence[str] = (),
) -> list[Observation]:
    """One observation per component.

    ``values`` overrides totals ("C1.count": 12; a string is a status without value), ``terms`` the numerator and
    denominator, ``categories`` adds (component, breakdown, code). What publication recomputes is 999 here,
    so that an exact value which slips through is seen.
    """
    cells: dict[tuple[str, str, str], tuple[Any, Any, Any]] = {}
    for name, value in _DEFAULTS.items():
        cells[name, "total", "total"] = (value, None, None)
    for name, (numerator, denominator) in {**_TERMS, **(terms or {})}.items():
        cells[name, "total", "total"] = (999, numerator, denominator)
    for name in _DERIVED:
        cells[name, "total", "total"] = (999, None, None)
    for code, value in _LISTS.items():
        cells["W1.children", "list", code] = (value, None, None)
    for name, value in (values or {}).items():
        cells[name, "total", "total"] = (value, None, None)
    for place, value in (categories or {}).items():
        cells[place] = (value, None, None)
    return [
        _observation(period, institution, place, numbers, reported, status)
        for place, numbers in cells.items()
        if place[0] not in without
    ]


def _observation(
    period: str,
    institution: str,
    place: tuple[str, str, str],
    numbers: tuple[Any, Any, Any],
    reported: int,
    status: str,
) -> Observation:
    name, breakdown, category = place
    value, numerator, denominator = numbers
    unavailable = value in ("not_available", "not_applicable")
    national = institution == "NL"
    return Observation(
        period, REFERENCE_DATES[period], institution, *name.split("."), breakdown, category,  # type: ignore[misc]
        value=None if unavailable else _number(value),
        numerator=_number(numerator), denominator=_number(denominator),
        gi_reported=reported if national else 1, gi_expected=13 if national else 1,
        status=value if unavailable else status,  # type: ignore[arg-type]
        revision_status="provisional",
    )  # fmt: skip


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def cell(
    rows: Sequence[Observation], name: str, *, period: str = "2024-T3", institution: str = "NL",
    breakdown: str = "total", category: str = "total",
) -> Observation:  # fmt: skip
    """The one row about a component, named ``C1.count``."""
    key = Key(period, institution, *name.split("."), breakdown, category)  # type: ignore[call-arg]
    (found,) = [row for row in rows if row.key == key]
    return found
