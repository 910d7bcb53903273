"""An attacker who tries every table finds exactly the audit's intervals, and nothing in what was protected."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gi_monitor import indicators
from gi_monitor.disclosure.audit import attack, knowledge
from gi_monitor.disclosure.audit.attack import Attacker, attackers, intervals
from gi_monitor.disclosure.audit.evidence import Change, Evidence
from gi_monitor.disclosure.audit.problem import Problem, Relation, equal, total, union
from gi_monitor.disclosure.audit.protect import protect
from gi_monitor.disclosure.audit.verdict import leaks
from tests.bench.release_sized import release_sized
from tests.unit.disclosure.audit.tables import crossed, every_table

RULES = indicators.load().disclosure
SLOW = settings(max_examples=40, derandomize=True, suppress_health_check=list(HealthCheck))


@st.composite
def published(draw: st.DrawFn) -> Problem:
    """Institutions by category, rounded to 5 with 1-4 suppressed, some others suppressed as well."""
    gi_codes = ["g1", "g2", "g3"][: draw(st.integers(2, 3))]
    columns = "ab" if len(gi_codes) == 3 else "abc"[: draw(st.integers(2, 3))]
    few = st.sampled_from([0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    values, relations = crossed({gi: [draw(few) for _ in columns] for gi in gi_codes}, columns)
    cells = {}
    for name, n in values.items():
        owner = name.split("|")[0]
        # Trying everything needs an end: the grand total stays.
        cost = None if name == "total|total" else knowledge.cost(n)
        cells[name] = knowledge.count(n, RULES, owner=None if owner == "total" else owner, cost=cost)
    problem = Problem(cells, relations)
    may_go = [name for name, cell in cells.items() if cell.suppressible]
    chosen = draw(st.lists(st.sampled_from(may_go), unique=True, max_size=2)) if may_go else []
    return problem.with_status("secondary", chosen)


def expected(problem: Problem, attacker: Attacker) -> dict[str, tuple[int, int]]:
    found = every_table(problem, attacker.institution)
    return {name: found[name] for name in attacker.targets(problem)}


@SLOW
@given(published())
def test_the_audit_finds_exactly_what_trying_every_table_finds(problem: Problem) -> None:
    for attacker in attackers(problem):
        assert intervals(problem, attacker) == expected(problem, attacker)


def test_neighbourhoods_find_what_whole_blocks_find() -> None:
    """In tables too large to try everything: all relations of a release, between three institutions."""
    problem = release_sized(seed=3, periods=1, institutions=3)

    for attacker in attackers(problem):
        with patch.object(attack, "_NEIGHBOURHOODS", ()):
            whole = intervals(problem, attacker)
        with patch.object(attack, "_NEIGHBOURHOODS", (20, 60)):
            assert intervals(problem, attacker) == whole


def test_no_table_counts_as_evidence_that_contradicts_what_is_published() -> None:
    cells = {name: knowledge.count(n, RULES) for name, n in {"a": 2, "b": 6, "c": 3, "d": 9}.items()}
    problem = Problem(cells, (Relation((("a", 1), ("b", 1)), 8, 8), Relation((("c", 1), ("d", 1)), 12, 12)))

    def kept(**table: int) -> list[Change]:
        return list(Evidence(problem).add(table))

    assert kept(a=3, b=5, c=2, d=10) == [{"a": 3, "b": 5}, {"c": 2, "d": 10}]
    assert kept(a=3, b=6, c=2, d=10) == [{"c": 2, "d": 10}]  # does not add up
    assert kept(a=0, b=8, c=3, d=9) == []  # 2 is told to be 1-4, 6 to be 5-7


@SLOW
@given(published())
def test_what_is_protected_stands_against_every_table_and_needs_each_suppression(problem: Problem) -> None:
    protected = protect(problem)

    def found_by_trying(of: Problem) -> set[tuple[str, Attacker]]:
        return {(leak.cell, a) for a in attackers(of) for leak in leaks(of, a, expected(of, a))}

    left = found_by_trying(protected.problem)
    assert left == {(leak.cell, leak.attacker) for leak in protected.leaks}
    for name in protected.secondary if protected.passes else ():
        assert found_by_trying(protected.problem.with_status(problem.cells[name].status, [name]))


@pytest.mark.parametrize("shares", [(3, 1), (1, 1, 1, 1)])
def test_hiding_that_a_count_is_small_closes_what_no_suppression_closes(shares: tuple[int, ...]) -> None:
    parts = {f"g{number}": n for number, n in enumerate(shares)}
    cells = {name: knowledge.count(n, RULES, owner=name, cost=knowledge.cost(n)) for name, n in parts.items()}
    cells["nl"] = knowledge.count(4, RULES, cost=knowledge.cost(4))
    problem = Problem(cells, (total("nl", parts),))

    assert protect(problem).secondary == {"nl": knowledge.REASON}
    hidden = problem.with_status("secondary", ["nl"])
    for attacker in attackers(problem):
        found = intervals(hidden, attacker)
        assert found == expected(hidden, attacker)
        assert not leaks(hidden, attacker, found)


small = st.integers(0, 9)


@SLOW
@given(st.tuples(small, small, small), st.integers(0, 20))
def test_parts_that_overlap_bound_their_whole(parts: tuple[int, int, int], overlap: int) -> None:
    exact = dict(zip("abc", parts, strict=True))
    whole = max(*parts, sum(parts) - overlap)
    cells = {name: knowledge.count(n, RULES) for name, n in {**exact, "whole": whole}.items()}
    problem = Problem(cells, union("whole", exact))

    assert intervals(problem) == expected(problem, Attacker())


@SLOW
@given(st.integers(0, 12), small, small, st.integers(-6, 6))
def test_a_balance_with_corrections_of_either_sign(begin: int, on: int, off: int, corrections: int) -> None:
    end = max(0, begin + on - off + corrections)
    values = {"begin": begin, "on": on, "off": off, "end": end}
    cells = {name: knowledge.count(n, RULES) for name, n in values.items()}
    cells["corrections"] = knowledge.net_count(end - begin - on + off, RULES)
    signs = {"begin": 1, "on": 1, "off": -1, "corrections": 1, "end": -1}
    problem = Problem(cells, (Relation(tuple(signs.items())),))

    assert intervals(problem) == expected(problem, Attacker())


def test_a_figure_that_was_shown_before_is_known_though_it_is_suppressed_now() -> None:
    cells = {"now": knowledge.count(12, RULES, cost=12), "before": knowledge.count(12, RULES)}
    problem = Problem(cells, (equal("now", "before"),)).with_status("secondary", ["now"])

    assert intervals(problem) == {"now": (8, 12)}
