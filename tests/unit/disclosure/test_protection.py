"""A release with a leak is published without it: what the audit asks for reaches all that rests on a figure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gi_monitor import indicators
from gi_monitor.disclosure import control, protection
from gi_monitor.disclosure.audit import solver
from gi_monitor.disclosure.audit.attack import OUTSIDER
from gi_monitor.disclosure.audit.editions import Deliveries, Edition
from gi_monitor.disclosure.audit.evidence import Evidence
from gi_monitor.disclosure.audit.problem import CEILING
from gi_monitor.disclosure.audit.verdict import find_leaks
from gi_monitor.disclosure.completion import complete
from gi_monitor.disclosure.observation import Key, Number, Observation
from tests.unit.disclosure.exact import BEFORE, PATH, cell, country

INDICATORS = indicators.load()
CODES = ("een", "twee")
DELIVERED: Deliveries = frozenset((code, date(2024, 12, 1), "sha") for code in CODES)
C10 = Number(Key("2024-T3", "NL", "C10", "count", "total", "total"), "value")


def rows(values: dict[str, Any] | None = None, **about: Any) -> list[Observation]:
    return country("2024-T3", CODES, values, **about)


def released(exact: Sequence[Observation], earlier: Sequence[Edition] = ()) -> protection.Release:
    return protection.release(exact, INDICATORS, PATH, DELIVERED, earlier)


def edition(
    exact: Sequence[Observation], secondary: Collection[Number] = (), deliveries: Deliveries = DELIVERED
) -> Edition:
    published = {row.key: row for row in control.apply(exact, INDICATORS, PATH, secondary)}
    return Edition("earlier", complete(exact, INDICATORS), published, deliveries)


def shared_out(exact: list[Observation], name: str, shares: tuple[int, int]) -> list[Observation]:
    """A total of which each institution has a share."""
    indicator, component = name.split(".")
    values = dict(zip(("NL", *CODES), (sum(shares), *shares), strict=True))
    place = (indicator, component, "total")
    return [
        replace(row, value=Decimal(values[row.institution]))
        if (row.indicator, row.component, row.breakdown) == place
        else row
        for row in exact
    ]


def test_every_identity_holds_and_the_audit_passes() -> None:
    result = released([*country("2024-T2", CODES, **BEFORE), *rows()])

    assert result.audit is not None
    assert result.audit.passes
    assert len(result.audit.intervals) == 3


def test_an_insider_who_could_compute_the_other() -> None:
    """W8.unknown: 3 and 1, so 4; who has the 3 knows that the other has 1, which is shown to be no 0."""
    result = released(shared_out(rows(), "W8.unknown", (3, 1)))

    assert cell(result.published, "W8.unknown").status == "suppressed_secondary"
    assert cell(result.published, "W8.unknown", institution="een").status == "suppressed_primary"
    assert result.audit is not None and result.audit.passes


def test_the_audit_knows_what_a_national_figure_of_one_institution_is() -> None:
    result = released(rows(reported=1))

    assert result.audit is not None and result.audit.passes
    assert cell(result.published, "C1.count").status == "suppressed_small_n"


def test_what_rests_on_a_secondary_figure_is_secondary_too() -> None:
    published = control.apply(rows(), INDICATORS, PATH, {C10, C10._replace(key=C10.key.other("C1.count"))})

    hidden = {"C10.count", "C10.share", "C1.count", "C1.weighted", "C3.value", "C4.value", "C7.value"}
    assert {cell(published, name).status for name in hidden} == {"suppressed_secondary"}
    assert not any(cell(published, name).value or cell(published, name).numerator for name in hidden)


def test_a_small_number_behind_a_secondary_count_is_not_told() -> None:
    """``suppressed_small_n`` would say that a count of which the reason is hidden is a small one."""
    n = Number(Key("2024-T3", "NL", "W3", "n", "total", "total"), "value")
    published = control.apply(rows({"W3.n": 3}), INDICATORS, PATH, {n})

    assert {cell(published, f"W3.{name}").status for name in ("n", "mean", "median", "p90")} == {"suppressed_secondary"}


def test_a_margin_is_an_identity_of_the_files() -> None:
    """Two families make up the begin; one is suppressed, and what is left of the total tells it within 1."""
    audited, _ = protection.audited(replace(edition(rows()), is_out=False), (), INDICATORS)
    named = [{name for name, _ in relation.terms} for relation in audited.relations]

    place = "2024-T3 een F1"
    assert {f"{place} stock_begin total total", f"{place} stock_begin family jeugdbescherming",
            f"{place} stock_begin family jeugdreclassering"} in named  # fmt: skip
    assert {f"{place} {what} total total" for what in ("stock_begin", "inflow", "outflow", "corrections", "stock_end")
            } in named  # fmt: skip
    assert {"2024-T3 een C1 count type 11", "2024-T3 een C1 count family jeugdbescherming"} <= set().union(
        *(names for names in named if "2024-T3 een C1 count family jeugdbescherming" in names)
    )
    assert {"2024-T3 een C10 share total total denominator", "2024-T3 een C1 count family jeugdbescherming"} in named


def test_the_end_of_a_period_is_the_begin_of_the_next() -> None:
    both = [*country("2024-T2", CODES, **BEFORE), *rows()]
    audited, _ = protection.audited(replace(edition(both), is_out=False), (), INDICATORS)

    assert (
        ("2024-T2 een F1 stock_end total total", 1),
        ("2024-T3 een F1 stock_begin total total", -1),
    ) in [relation.terms for relation in audited.relations]


@pytest.mark.parametrize(("deliveries", "known"), [(DELIVERED, (8, 12)), (frozenset(), (0, CEILING))])
def test_an_earlier_release_tells_only_of_figures_with_the_same_deliveries(
    deliveries: Deliveries, known: tuple[int, int]
) -> None:
    """Secondary now, shown as 10 before."""
    exact = rows({"W8.unknown": 12})
    hidden = Number(Key("2024-T3", "NL", "W8", "unknown", "total", "total"), "value")
    published = {row.key: row for row in control.apply(exact, INDICATORS, PATH, {hidden})}
    candidate = Edition("candidate", complete(exact, INDICATORS), published, DELIVERED, is_out=False)

    problem, _ = protection.audited(candidate, [edition(exact, deliveries=deliveries)], INDICATORS)

    assert [tuple(part) for part in problem.cells[str(hidden)].known] == [known]


def test_what_was_told_before_cannot_be_taken_back() -> None:
    """That the 4 is a small count was told in a release from the same deliveries; hiding it now is of no use."""
    exact = shared_out(rows(), "W8.unknown", (3, 1))

    without = {number for number in released(exact).secondary if number.key.indicator != "W8"}
    result = released(exact, [edition(exact, without)])

    assert result.audit is not None
    assert {(leak.attacker.institution, leak.cell) for leak in result.audit.leaks} == {
        ("een", "2024-T3 NL W8 unknown total total"),
        ("een", "2024-T3 twee W8 unknown total total"),
    }


def test_other_deliveries_tell_nothing_of_the_same_figure() -> None:
    exact = shared_out(rows(), "W8.unknown", (3, 1))

    before = rows({"W8.unknown": 6})
    result = released(exact, [edition(before, released(before).secondary, frozenset())])

    assert result.audit is not None and result.audit.passes


def test_suppressed_fte_is_wide_enough_in_what_is_published() -> None:
    """The team managers' 2.90 fte of 3 persons would follow from the total of all roles within 0.5."""
    result = released(rows())

    assert result.audit is not None
    low, high = result.audit.intervals[OUTSIDER]["2024-T3 een S3 fte role teammanager"]
    assert high - low >= 100
    assert result.secondary


def test_an_audit_that_the_solver_gives_up_has_not_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = {"mip_max_nodes": 0, "simplex_iteration_limit": 0, "presolve": "off"}
    monkeypatch.setattr(solver, "_OPTIONS", {**solver._OPTIONS, **limits})

    result = released(rows())

    assert (result.audit, result.verdict) == (None, "NOT_RUN")


def test_a_margin_of_small_counts() -> None:
    """Three categories of 1-4 in a total of 1-4: nobody can be left in doubt about a total of 3 or 4."""
    few = {("F2.n", "type", code): n for code, n in {"11": 1, "12": 1, "41": 2}.items()}
    exact = rows({"F2.n": 4}, categories=few)

    assert leaks_of(exact) >= {(None, "2024-T3 NL F2 n total total")}
    assert cell(released(exact).published, "F2.n").status == "suppressed_secondary"


def test_every_secondary_figure_is_needed() -> None:
    exact = [*country("2024-T2", CODES, **BEFORE), *rows()]
    needed = released(exact).secondary
    assert len(needed) > 2
    assert not leaks_of(exact, needed)

    for number in needed:
        assert leaks_of(exact, needed.keys() - {number}), f"{number} can be shown"


def leaks_of(exact: Sequence[Observation], secondary: Collection[Number] = ()) -> set[tuple[str | None, str]]:
    """What leaks with this suppressed and nothing else."""
    candidate = replace(edition(exact, secondary), is_out=False)
    problem, _ = protection.audited(candidate, (), INDICATORS)
    return {(leak.attacker.institution, leak.cell) for leak in find_leaks(problem, Evidence(problem))}
