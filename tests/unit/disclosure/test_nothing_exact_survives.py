"""Two exact tables that round alike are published alike: so the published table cannot tell them apart."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gi_monitor import indicators
from gi_monitor.disclosure import control
from gi_monitor.disclosure.observation import Observation
from tests.unit.disclosure.exact import PATH, REFERENCE_DATES, exact

INDICATORS = indicators.load()
COUNTS = [
    "C1.count", "C1.weighted", "C2.children", "C2.families", "C10.count", "S1.persons_skj",
    "S1.persons_caseload_roles", "S4.persons_in", "S4.persons_out", "S6.starts", "W1.children", "W3.n", "W4.n", "W5.n",
    "W6.met", "W6.overdue", "F1.stock_begin", "F1.inflow", "F1.outflow", "F1.stock_end", "F1.transferred_in", "F2.n",
]  # fmt: skip
FTES = ["S1.fte_skj", "S1.fte_caseload_roles", "S2.fte", "S4.fte_in", "S4.fte_out"]
DAYS = ["F2.median", "F2.p90", "W3.median", "W4.median", "W4.p90", "W5.median"]
CASELOADS = ["C8.p10", "C8.p50", "C8.p90"]
CATEGORIES = [
    ("C1.count", "type", "11"), ("C1.count", "type", "12"), ("W2.on", "list", "wachtlijst"),
    ("S3.persons", "role", "overig"), ("S4.persons_in", "role", "overig"),
]  # fmt: skip
# Figures with what stands in their numerator and denominator: a count, fte, or nothing.
TERMS = {
    "C4.value": ("count", None), "C8.share_above_12": ("fte", None), "C9.mean": ("count", "count"),
    "C9.share_two_or_more": ("count", "count"), "C10.share": (None, "count"), "S2.share": (None, "fte"),
    "S5.value": ("fte", "fte"), "S6.share_of_starts": (None, "count"), "S7.value": ("fte", None),
    "S8.value": ("fte", "fte"), "S9.value": ("fte_days", "fte_days"), "W6.share": (None, "count"),
    "W4.share_over_5_working_days": ("count", None), "W4.share_over_91_days": ("count", None),
}  # fmt: skip
NO_OTHER_CORRECTIONS = {
    f"F1.{name}": 0 for name in ("late_in", "reappeared", "transferred_out", "late_out", "vanished")
}
Pair = tuple[Any, Any]

fivefolds = st.integers(1, 60).map(lambda number: 5 * number)
alike_counts: st.SearchStrategy[Pair] = st.one_of(
    st.just((0, 0)),
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
    fivefolds.flatmap(lambda m: st.tuples(*2 * [st.integers(max(5, m - 2), m + 2)])),
)


def alike_decimals(step: Decimal, finest: Decimal) -> st.SearchStrategy[Pair]:
    """Pairs of numbers that round to the same multiple of ``step``, halves upwards."""
    inside = st.integers(0, int(step / finest) - 1).map(lambda part: part * finest - step / 2)
    return st.integers(1, 900).flatmap(
        lambda n: st.tuples(inside, inside).map(lambda p: (n * step + p[0], n * step + p[1]))
    )


alike_fte = alike_decimals(Decimal("0.1"), Decimal("0.01"))
alike_caseloads = alike_decimals(Decimal("0.1"), Decimal("0.001"))
alike_days = alike_decimals(Decimal(1), Decimal("0.1"))


ALIKE = {"count": alike_counts, "fte": alike_fte, "fte_days": alike_fte, None: st.just((None, None))}
Cells = dict[Any, Pair]


@st.composite
def alike_cells(draw: st.DrawFn) -> dict[str, Any]:
    """What two tables say of one period, as pairs that round alike."""
    cells: Cells = {name: draw(alike_counts) for name in COUNTS}
    cells |= {name: draw(alike_fte) for name in FTES}
    cells |= {name: draw(alike_days) for name in DAYS}
    cells |= {name: draw(alike_caseloads) for name in CASELOADS}
    return {
        "cells": cells,
        "categories": {place: draw(alike_counts) for place in CATEGORIES},
        "terms": {name: (draw(ALIKE[above]), draw(ALIKE[below])) for name, (above, below) in TERMS.items()},
        "total_of_waits": draw(alike_counts),
        "with_a_worker": draw(alike_counts),
        "followed": draw(alike_counts),
        "stayed": draw(alike_counts),
    }


periods = st.fixed_dictionaries({period: alike_cells() for period in ("2023-T1", "2024-T3")})


whole_tables = settings(max_examples=50)  # An example is a thousand figures.


def table(drawn: dict[str, dict[str, Any]], side: int) -> list[Observation]:
    return [row for period, of_period in drawn.items() for row in rows_of(period, of_period, side)]


def rows_of(period: str, drawn: dict[str, Any], side: int) -> list[Observation]:
    values = {name: pair[side] for name, pair in drawn["cells"].items()} | NO_OTHER_CORRECTIONS
    values["W3.mean"] = of(drawn["total_of_waits"][side], values["W3.n"])
    values["W5.share_42"] = of(drawn["with_a_worker"][side], rounded(values["W5.n"]))
    terms = {name: (above[side], below[side]) for name, (above, below) in drawn["terms"].items()}
    days = REFERENCE_DATES[period].day
    terms["S9.value"] = tuple(days * term for term in terms["S9.value"])
    followed = drawn["followed"][side]
    terms["S6.retained_182"] = (None, followed)
    values["S6.retained_182"] = of(drawn["stayed"][side], rounded(followed))
    categories = {place: pair[side] for place, pair in drawn["categories"].items()}
    return exact(period, values=values, terms=terms, categories=categories)


def of(part: int, number: int) -> Any:
    return Decimal(part) / number if number else "not_applicable"


def rounded(number: int) -> int:
    return 0 if number < 5 else 5 * ((number + 2) // 5)


@whole_tables
@given(periods)
def test_tables_that_round_alike_are_published_alike(drawn: dict[str, dict[str, Any]]) -> None:
    one, other = (control.apply(table(drawn, side), INDICATORS, PATH) for side in (0, 1))

    assert one == other


@whole_tables
@given(periods)
def test_published_counts_are_multiples_of_five_and_empty_ones_say_nothing(drawn: dict[str, dict[str, Any]]) -> None:
    for row in control.apply(table(drawn, 0), INDICATORS, PATH):
        if INDICATORS.units[INDICATORS.component(row.indicator, row.component).unit].kind == "count":
            assert row.value is None or row.value % 5 == 0
        assert (row.value is None) == (row.status not in ("observed", "incomplete"))
        if row.value is None:
            assert row.numerator is row.denominator is None
