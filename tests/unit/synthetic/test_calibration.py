"""At scale 1 the made-up country runs near the published figures of spec 2.6; tolerances stand beside each."""

from __future__ import annotations

from itertools import pairwise

import pytest

from gi_monitor import institutions
from gi_monitor.month import Month
from gi_monitor.synthetic import FIRST, LAST
from gi_monitor.synthetic.population import Population
from gi_monitor.synthetic.profiles import PROFILES
from gi_monitor.synthetic.truth import figures

Truth = dict[tuple[str, str, str, str, str], float]


@pytest.fixture(scope="module")
def truth() -> Truth:
    known = institutions.load()
    population = Population(2023, 1.0, [known[profile.gi_code].area for profile in PROFILES])
    counted: Truth = {}
    for number in range(FIRST.months_until(LAST) + 1):
        population.advance_to(FIRST + number)
        for f in figures(population.state, population.span):
            counted[f.period, f.institution, f.indicator, f.component, f.category] = float(f.value)
    return counted


@pytest.mark.parametrize(("month", "published"), [("2023-04", 33160), ("2023-12", 32168), ("2024-09", 31150)])
def test_running_measures(truth: Truth, month: str, published: int) -> None:
    """May 2023, January 2024 and October 2024 of the monitor: the reference date before; within 1 %."""
    assert truth[month, "NL", "C1", "count", "total"] == pytest.approx(published, rel=0.01)


@pytest.mark.parametrize(("month", "protection", "probation"), [("2022-12", 29070, 4960), ("2023-06", 27960, 5045)])
def test_cbs_stock(truth: Truth, month: str, protection: int, probation: int) -> None:
    """Within 3 % (spec 2.6); each family within 4 %."""
    assert truth[month, "NL", "C1", "count", "total"] == pytest.approx(protection + probation, rel=0.03)
    assert truth[month, "NL", "C1", "count", "jeugdbescherming"] == pytest.approx(protection, rel=0.04)
    assert truth[month, "NL", "C1", "count", "jeugdreclassering"] == pytest.approx(probation, rel=0.04)


def test_just_over_31_000_at_the_end(truth: Truth) -> None:
    for month in ("2024-10", "2024-11", "2024-12"):
        assert 30_900 < truth[month, "NL", "C1", "count", "total"] < 31_500


def test_workload_falls_from_just_over_16_to_just_over_12_along_the_path(truth: Truth) -> None:
    workload = {str(FIRST + n): truth[str(FIRST + n), "NL", "C3", "value", "total"] for n in range(27)}
    assert all(16.0 < workload[month] < 16.5 for month in ("2022-10", "2022-11"))
    assert all(12.0 < workload[month] < 12.5 for month in ("2024-09", "2024-10", "2024-11"))
    baseline = workload["2023-04"]
    for month, reduction in (("2023-08", 1.5), ("2023-12", 2.5)):
        assert workload[month] == pytest.approx(baseline - reduction, abs=0.5)


def test_fte_that_carries_caseload(truth: Truth) -> None:
    assert truth["2022-10", "NL", "S2", "fte", "total"] == pytest.approx(2100, rel=0.03)
    assert truth["2024-12", "NL", "S2", "fte", "total"] == pytest.approx(2550, rel=0.03)


@pytest.mark.parametrize(("month", "published"), [("2024-01", 1500), ("2024-04", 1343), ("2024-10", 1500)])
def test_children_waiting(truth: Truth, month: str, published: int) -> None:
    """Within 4 %; five institutions hold over 70 %, four have none."""
    assert truth[month, "NL", "W1", "children", "total"] == pytest.approx(published, rel=0.04)
    by_institution = sorted(truth[month, p.gi_code, "W1", "children", "total"] for p in PROFILES)
    assert sum(by_institution[-5:]) / sum(by_institution) > 0.70
    assert by_institution[:4] == [0, 0, 0, 0] and by_institution[4] > 0


def test_sizes(truth: Truth) -> None:
    """A large regional institution is about twice a regional one; eight to nine families are about twelve measures."""
    profile = {gi: known.profile for gi, known in institutions.load().items()}
    sizes: dict[str, list[float]] = {}
    for p in PROFILES:
        sizes.setdefault(profile[p.gi_code], []).append(truth["2023-12", p.gi_code, "C1", "count", "total"])
    mean = {name: sum(values) / len(values) for name, values in sizes.items()}
    assert 1.7 < mean["regional large"] / mean["regional"] < 2.3
    families = truth["2023-12", "NL", "C2", "families", "total"] / truth["2023-12", "NL", "C1", "count", "total"]
    assert 8 / 12 < families < 9.5 / 12


def test_little_changes_from_month_to_month(truth: Truth) -> None:
    """Rule H02 of spec 1.3: by no more than 10 % (measures) or 15 % (fte), or few of them."""
    for name, share, few in ((("C1", "count", "total"), 0.10, 10), (("S2", "fte", "total"), 0.15, 3)):
        for profile in PROFILES:
            values = [truth[str(FIRST + n), profile.gi_code, *name] for n in range(27)]
            for before, now in pairwise(values):
                assert abs(now - before) <= max(few, share * before)


def test_a_month_that_has_gone_by_is_refused() -> None:
    population = Population(1, 0.01, [()] * len(PROFILES))
    population.advance_to(Month(2022, 1))
    with pytest.raises(ValueError, match="2021-12 has gone by"):
        population.advance_to(Month(2021, 12))
