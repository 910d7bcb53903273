"""The long table of specification 2.5: every indicator for every institution and the country."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Literal

import pandas as pd

from gi_monitor.month import Month
from tests.recompute import balance, relief, spells, staffing, terms, volumes, waits
from tests.recompute.figure import Figure
from tests.recompute.history import WAITING_FOR_A_WORKER, History, Scope

Months = tuple[Month, ...]
HELP = ["passende_hulp"]
KEY = ["period", "institution", "indicator", "component", "breakdown", "category"]
COLUMNS = [*KEY, "reference_date", "value", "numerator", "denominator", "gi_reported", "gi_expected", "status"]


def at_d(_history: History, _gi_code: str, months: Months) -> list[Month]:
    """The month of d alone."""
    return [months[-1]]


def in_period(_history: History, _gi_code: str, months: Months) -> list[Month]:
    """Every month of the period."""
    return list(months)


def with_predecessor(_history: History, _gi_code: str, months: Months) -> list[Month]:
    """Every month of the period, and the one before."""
    return [months[0] - 1, *months]


def twelve_months(_history: History, _gi_code: str, months: Months) -> list[Month]:
    """m-11 ... m."""
    return [months[-1] - n for n in range(12)]


def four_months_ago(_history: History, _gi_code: str, months: Months) -> list[Month]:
    """The two dates alone."""
    return [months[-1], months[-1] - 4]


def baseline(history: History, _gi_code: str, months: Months) -> list[Month] | None:
    """The two dates alone; nothing before the baseline."""
    then = Month.of(history.parameters.baseline.date())
    return None if months[-1] < then else [then, months[-1]]


def since_the_first(history: History, gi_code: str, months: Months) -> list[Month]:
    """Every month since the institution's first delivery."""
    if not history.delivered(gi_code, [months[-1]]):
        return [months[-1]]
    first = history.first_month(gi_code)
    return [first + n for n in range(first.months_until(months[-1]) + 1)]


COMPARES = (four_months_ago, baseline)


@dataclass(frozen=True)
class Part:
    """Figures of an indicator that are there together: which months they need, and what must be reportable."""

    indicator: str
    figures: Callable[[Scope], Iterable[Figure]]
    needs: Callable[[History, str, Months], list[Month] | None] = at_d
    reports: str | None = None


PARTS = (
    Part("C1", volumes.running_measures),
    Part("C2", volumes.children_and_families),
    Part("C3", volumes.organisation_workload),
    Part("C4", volumes.assigned_workload),
    Part("C5", volumes.families_per_fte),
    Part("C6", volumes.gap_to_norm),
    Part("C6", relief.gap_to_path, baseline),
    Part("C7", volumes.fte_short),
    Part("C8", volumes.caseload_per_worker),
    Part("C9", volumes.continuity, reports="wisselingen"),
    Part("C10", volumes.placements),
    Part("F1", balance.measures, with_predecessor),
    Part("F2", waits.duration, in_period),
    Part("W1", waits.waiting),
    Part("W1", partial(waits.waiting_on, names=HELP), reports="hulp"),
    Part("W2", partial(balance.lists, names=WAITING_FOR_A_WORKER), with_predecessor),
    Part("W2", partial(balance.lists, names=HELP), with_predecessor, "hulp"),
    Part("W3", waits.completed, in_period),
    Part("W4", waits.so_far),
    Part("W5", waits.to_a_permanent_worker, twelve_months),
    Part("W6", terms.contact, in_period, "contact"),
    Part("W7", terms.plan, in_period, "plan"),
    Part("W8", terms.appropriate_help, in_period, "hulp"),
    Part("S1", staffing.child_protection_workers),
    Part("S1", staffing.growth_4m, four_months_ago),
    Part("S1", staffing.growth_baseline, baseline),
    Part("S2", staffing.carrying_caseload),
    Part("S3", staffing.role_mix),
    Part("S4", spells.in_and_out, in_period),
    Part("S5", spells.turnover, twelve_months),
    Part("S6", spells.side_entrants, in_period),
    Part("S6", spells.in_training),
    Part("S6", spells.retained, since_the_first),
    Part("S7", staffing.external),
    Part("S8", staffing.vacancies),
    Part("S9", staffing.absence),
    Part("N1", relief.is_the_relief_real, baseline),
)


def observations(history: History, period_kind: Literal["month", "trimester"]) -> pd.DataFrame:
    """Return every figure of a history, one row per cell; every code of a breakdown has its cell."""
    rows = [
        row for months in _periods(history, period_kind) for part in PARTS for row in _of_part(history, months, part)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _periods(history: History, kind: str) -> Iterator[Months]:
    for month in history.months:
        if kind == "month":
            yield (month,)
        elif month.number % 4 == 0:
            yield (month - 3, month - 2, month - 1, month)


def _of_part(history: History, months: Months, part: Part) -> Iterator[dict[str, Any]]:
    expected = history.expected(months[-1])
    needed = {code: part.needs(history, code, months) for code in expected}
    delivered = {code for code, of in needed.items() if of is not None and _delivered(history, part, code, of)}
    unable = {
        code for code in delivered if part.reports and not history.can_report(code, part.reports, needed[code] or [])
    }
    have = delivered - unable
    for code in expected:
        ours = frozenset(have & {code})
        for figure in _figures(part, Scope(history, months, ours)):
            yield _row(months, code, part, figure, len(ours), 1)
    national = Scope(history, months, frozenset(have), national=True)
    # `incomplete` is about missing deliveries alone.
    comparable = {code for code in expected if _was_there(history, part, code, needed[code])}
    for figure in _figures(part, national):
        yield _row(months, "NL", part, figure, len(have), len(comparable), delivered == comparable)


def _figures(part: Part, scope: Scope) -> Iterable[Figure]:
    """The figures of a part. Where nobody reports they have no value, and their names are the same in every period."""
    return part.figures(scope) if scope.institutions else _of_nobody(part, scope.history, scope.national)


@lru_cache
def _of_nobody(part: Part, history: History, national: bool) -> list[Figure]:
    return list(part.figures(Scope(history, (history.months[-1],), frozenset(), national)))


def _delivered(history: History, part: Part, gi_code: str, needed: list[Month]) -> bool:
    if part.needs not in COMPARES:
        return history.delivered(gi_code, needed)
    before = [(code, then) for then in needed for code in history.before(gi_code, then, max(needed))]
    return _was_there(history, part, gi_code, needed) and all(history.delivered(code, [then]) for code, then in before)


def _was_there(history: History, part: Part, gi_code: str, needed: list[Month] | None) -> bool:
    """Whether there is anything to compare with: a new institution that carries on nobody has nothing."""
    return part.needs not in COMPARES or all(history.before(gi_code, then, max(needed)) for then in needed or ())


def _row(
    months: Months, institution: str, part: Part, figure: Figure, reported: int, expected: int, complete: bool = True
) -> dict[str, Any]:
    if reported == 0:
        status = "not_available"
    elif figure.value is None:
        status = "not_applicable"
    else:
        status = "observed" if complete else "incomplete"
    numbers = {"value": figure.value, "numerator": figure.numerator, "denominator": figure.denominator}
    shown = {name: None if status == "not_available" or n is None else float(n) for name, n in numbers.items()}
    return {
        "period": _name(months),
        "reference_date": months[-1].reference_date.isoformat(),
        "institution": institution,
        "indicator": part.indicator,
        "component": figure.component,
        "breakdown": figure.breakdown,
        "category": figure.category,
        **shown,
        "gi_reported": reported,
        "gi_expected": expected,
        "status": status,
    }


def _name(months: Months) -> str:
    last = months[-1]
    return str(last) if len(months) == 1 else f"{last.year}-T{last.number // 4}"
