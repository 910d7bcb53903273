"""Two exact tables that round alike are published alike: so the published table cannot tell them apart."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gi_monitor import indicators
from gi_monitor.disclosure import control
from gi_monitor.disclosure.observation import Observation
from tests.unit.disclosure.exact import PATH, exact

INDICATORS = indicators.load()
COUNTS = [
    "C1.count", "C1.weighted", "C2.children", "C2.families", "S1.persons_skj", "S1.persons_caseload_roles",
    "W1.children", "W4.n", "F1.stock_begin", "F1.inflow", "F1.outflow", "F1.stock_end", "F1.transferred_in",
]  # fmt: skip
FTES = ["S1.fte_skj", "S1.fte_caseload_roles", "S2.fte"]
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
alike_days = alike_decimals(Decimal(1), Decimal("0.1"))


@st.composite
def two_that_round_alike(draw: st.DrawFn) -> tuple[list[Observation], list[Observation]]:
    tables: tuple[list[Observation], list[Observation]] = ([], [])
    for period in ("2023-T1", "2024-T2", "2024-T3"):
        cells = {name: draw(alike_counts) for name in COUNTS}
        cells |= {name: draw(alike_fte) for name in FTES}
        cells |= {name: draw(alike_days) for name in ("W4.median", "W4.p90")}
        types = {("C1.count", "type", code): draw(alike_counts) for code in ("11", "12")}
        shares = {name: draw(alike_counts) for name in ("W4.share_over_5_working_days", "W4.share_over_91_days")}
        assigned, posts = draw(alike_counts), draw(alike_fte)
        for side, table in enumerate(tables):
            values = {name: pair[side] for name, pair in cells.items()} | NO_OTHER_CORRECTIONS
            terms: dict[str, tuple[Any, Any]] = {
                "C4.value": (assigned[side], values["S2.fte"]), "S2.share": (values["S2.fte"], posts[side]),
            }  # fmt: skip
            terms |= {name: (pair[side], values["W4.n"]) for name, pair in shares.items()}
            categories = {place: pair[side] for place, pair in types.items()}
            table.extend(exact(period, values=values, terms=terms, categories=categories))
    return tables


@given(two_that_round_alike())
def test_tables_that_round_alike_are_published_alike(tables: tuple[list[Observation], list[Observation]]) -> None:
    one, other = (control.apply(table, INDICATORS, PATH) for table in tables)

    assert one == other


@given(two_that_round_alike())
def test_published_counts_are_multiples_of_five_and_empty_ones_say_nothing(
    tables: tuple[list[Observation], list[Observation]],
) -> None:
    for row in control.apply(tables[0], INDICATORS, PATH):
        if INDICATORS.component(row.indicator, row.component).unit in ("measures", "children", "persons", "stays"):
            assert row.value is None or row.value % 5 == 0
        assert (row.value is None) == (row.status not in ("observed", "incomplete"))
        if row.value is None:
            assert row.numerator is row.denominator is None
