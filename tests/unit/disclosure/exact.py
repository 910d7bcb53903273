"""Exact observations of one institution in one period, as dbt hands them over, from the few numbers a test is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from gi_monitor import indicators
from gi_monitor.disclosure.observation import Key, Observation
from gi_monitor.disclosure.workload_path import WorkloadPath
from gi_monitor.indicators import Scope

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
    "C8.p10": "9.33", "C8.p50": "12.48", "C8.p90": "17.91", "C10.count": 61,
    "S2.fte": "18.23", "S1.persons_skj": 31, "S1.fte_skj": "24.40",
    "S1.persons_caseload_roles": 36, "S1.fte_caseload_roles": "28.15",
    "S4.persons_in": 18, "S4.fte_in": "15.42", "S4.persons_out": 12, "S4.fte_out": "10.08",
    "S6.starts": 8, "S6.in_training": 6,
    "W1.children": 23, "W3.n": 33, "W3.median": "31.5", "W3.p90": "88.2", "W4.n": 27, "W4.median": "41.5",
    "W4.p90": "120.2", "W5.n": 80, "W5.median": 24, "W5.p90": "not_applicable",
    "W6.met": 41, "W6.late": 12, "W6.overdue": 7, "W6.unknown": 3,
    "F1.stock_begin": 250, "F1.inflow": 60, "F1.outflow": 71, "F1.stock_end": 240,
    "F1.transferred_in": 2, "F1.late_in": 1, "F1.reappeared": 0,
    "F1.transferred_out": 1, "F1.late_out": 1, "F1.vanished": 0,
    "F2.n": 71, "F2.median": 402, "F2.p90": 1130, "C6.path_assumed": 0,
}  # fmt: skip
# What is computed from its own numerator and denominator, or from its exact value.
_TERMS = {
    "C4.value": (221, None), "C8.share_above_12": ("8.71", "18.23"), "C9.mean": (133, 168),
    "C9.share_two_or_more": (21, 168), "C10.share": (61, 168), "S2.share": ("18.23", "37.96"),
    "S5.value": ("7.30", "28.15"), "S6.share_of_starts": (8, 18), "S7.value": ("6.21", "28.15"),
    "S8.value": ("2.45", "30.60"), "S9.value": ("232.5", "868.0"), "W6.share": (41, 60),
    "W4.share_over_5_working_days": (22, 27), "W4.share_over_91_days": (7, 27),
}  # fmt: skip
_ESTIMATES = {
    "W3.mean": ("39.3", None), "W5.share_7": ("0.17", None), "W5.share_42": ("0.71", None),
    "W5.share_91": ("0.93", None), "S6.retained_182": ("0.91", 42), "S6.retained_365": ("0.82", 42),
    "S6.retained_730": ("not_applicable", 42),
}  # fmt: skip
_CATEGORIES = {
    ("W1.children", "list", "wachtlijst"): 12, ("W1.children", "list", "doorstroomlijst"): 14,
    ("W1.children", "list", "passende_hulp"): 9, ("W2.begin", "list", "wachtlijst"): 12,
    ("W2.on", "list", "wachtlijst"): 9, ("W2.off", "list", "wachtlijst"): 8,
    ("W2.corrections", "list", "wachtlijst"): -6, ("W2.end", "list", "wachtlijst"): 7,
    ("W2.begin", "list", "doorstroomlijst"): 18, ("W2.on", "list", "doorstroomlijst"): 6,
    ("W2.off", "list", "doorstroomlijst"): 4, ("W2.end", "list", "doorstroomlijst"): 20,
    ("S3.persons", "role", "jeugdbeschermer"): 33, ("S3.fte", "role", "jeugdbeschermer"): "26.04",
    ("S3.persons", "role", "teammanager"): 3, ("S3.fte", "role", "teammanager"): "2.90",
    ("S3.persons", "role", "jeugdreclasseringswerker"): 3, ("S3.fte", "role", "jeugdreclasseringswerker"): "2.11",
    ("S3.persons", "role", "in_opleiding"): 6, ("S3.fte", "role", "in_opleiding"): "5.10",
    ("S4.persons_in", "role", "jeugdbeschermer"): 14, ("S4.fte_in", "role", "jeugdbeschermer"): "12.10",
    ("N1.class", "total", "both_down"): 9, ("N1.class", "total", "about_the_same"): 3,
    ("N1.class", "total", "workload_down_list_up"): 1,
}  # fmt: skip
_RECOMPUTED = {"ratio", "change", "difference", "path", "shortfall"}
_INDICATORS = indicators.load()
Numbers = tuple[Any, Any, Any]


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
    """Every observation that the indicator files declare, 0 where nothing is said of it.

    ``values`` overrides totals ("C1.count": 12; a string is a status without value), ``terms`` the numerator and
    denominator, ``categories`` what is broken down, by (component, breakdown, code). What publication recomputes
    is 999 here, so that an exact value which slips through is seen.
    """
    cells = _cells("national" if institution == "NL" else "institution")
    for name, (numerator, denominator) in (terms or {}).items():
        cells[name, "total", "total"] = (999, numerator, denominator)
    for name, value in (values or {}).items():
        cells[name, "total", "total"] = (value, None, cells.get((name, "total", "total"), (None,) * 3)[2])
    for place, value in (categories or {}).items():
        cells[place] = (value, None, None)
    return [
        _observation(period, institution, place, numbers, reported, status)
        for place, numbers in cells.items()
        if place[0] not in without
    ]


# What makes the defaults add up (indicators/_identities.yml).
_PARTS = {
    ("C1.count", "family"): {"jeugdbescherming": 168, "jeugdreclassering": 72},
    ("C1.count", "type"): {"11": 168, "41": 72},
    ("C1.count", "age_group"): {"4-11": 140, "12-17": 100},
    ("C1.count", "province"): {"PV28": 240},
    ("C2.children", "family"): {"jeugdbescherming": 160, "jeugdreclassering": 70},
    ("C2.families", "family"): {"jeugdbescherming": 140, "jeugdreclassering": 60},
    ("F1.stock_begin", "family"): {"jeugdbescherming": 178, "jeugdreclassering": 72},
    ("F1.inflow", "family"): {"jeugdbescherming": 40, "jeugdreclassering": 20},
    ("F1.outflow", "family"): {"jeugdbescherming": 50, "jeugdreclassering": 21},
    ("F1.transferred_in", "family"): {"jeugdbescherming": 1, "jeugdreclassering": 1},
    ("F1.late_in", "family"): {"jeugdreclassering": 1},
    ("F1.transferred_out", "family"): {"jeugdbescherming": 1},
    ("F1.late_out", "family"): {"jeugdreclassering": 1},
    ("F1.stock_end", "family"): {"jeugdbescherming": 168, "jeugdreclassering": 72},
    ("F2.n", "type"): {"11": 50, "41": 21},
    ("W1.children", "urgency"): {"hoog": 10, "midden": 15},
    ("S3.persons", "role"): {"overig": 3},
    ("S3.fte", "role"): {"overig": "1.81"},
    ("S4.persons_in", "role"): {"overig": 4},
    ("S4.fte_in", "role"): {"overig": "3.32"},
    ("S4.persons_out", "role"): {"jeugdbeschermer": 12},
    ("S4.fte_out", "role"): {"jeugdbeschermer": "10.08"},
}  # fmt: skip
# The period before, which ends where the defaults begin.
_TEN_MORE = ("C1.count", "C1.weighted", "F1.stock_begin", "F1.stock_end")
BEFORE: dict[str, Any] = {
    "values": {name: _DEFAULTS[name] + 10 for name in _TEN_MORE} | {"W4.n": 30},  # type: ignore[operator]
    "terms": {
        "C9.mean": (133, 178), "C9.share_two_or_more": (21, 178), "C10.share": (61, 178),
        "W4.share_over_5_working_days": (22, 30), "W4.share_over_91_days": (7, 30),
    },
    "categories": {
        (name, breakdown, code): n + 10 * (number == 0)
        for name in _TEN_MORE
        for (of, breakdown), codes in _PARTS.items()
        if of == name.replace("weighted", "count")
        for number, (code, n) in enumerate(codes.items())
    }
    | {("W2.begin", "list", "wachtlijst"): 17, ("W2.end", "list", "wachtlijst"): 12}
    | {("W2.begin", "list", "doorstroomlijst"): 16, ("W2.end", "list", "doorstroomlijst"): 18},
}  # fmt: skip


def country(
    period: str, institutions: Sequence[str], values: Mapping[str, Any] | None = None, **about: Any
) -> list[Observation]:
    """The nation and its institutions, of which the first has everything, so that all that must add up does."""
    parts = {(name, breakdown, code): n for (name, breakdown), codes in _PARTS.items() for code, n in codes.items()}
    parts |= {("C1.weighted", *place): n for (name, *place), n in parts.items() if name == "C1.count"}
    parts |= about.pop("categories", {})
    nothing = {
        "values": dict.fromkeys({**_DEFAULTS, **(values or {})}, 0),
        "terms": dict.fromkeys({**_TERMS, **_ESTIMATES}, (0, 0)),
        "categories": dict.fromkeys({**_CATEGORIES, **parts}, 0) | {("N1.class", "total", "about_the_same"): 1},
    }
    first, *others = institutions
    everything = [row for place in ("NL", first) for row in exact(period, place, values, categories=parts, **about)]
    return [*everything, *(row for place in others for row in exact(period, place, **nothing))]


def _cells(scope: Scope) -> dict[tuple[str, str, str], Numbers]:
    cells: dict[tuple[str, str, str], Numbers] = {}
    for indicator, component, *place in _INDICATORS.cells(scope):
        name, rule = f"{indicator}.{component}", _INDICATORS.component(indicator, component)
        if not rule.sum_of:
            value = 999 if rule.published.kind in _RECOMPUTED else 0
            cells[name, *place] = (value, None, None)  # type: ignore[index]
    if scope == "institution":
        cells["N1.class", "total", "both_down"] = (1, None, None)
    for name, value in _DEFAULTS.items():
        cells[name, "total", "total"] = (value, None, None)
    for name, terms in _TERMS.items():
        cells[name, "total", "total"] = (999, *terms)
    for name, (value, denominator) in _ESTIMATES.items():
        cells[name, "total", "total"] = (value, None, denominator)
    return cells | {place: (value, None, None) for place, value in _CATEGORIES.items() if place in cells}


def _observation(
    period: str,
    institution: str,
    place: tuple[str, str, str],
    numbers: Numbers,
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
