"""A leak of each kind is caught, and closed where something can be suppressed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gi_monitor import indicators
from gi_monitor.disclosure.audit import knowledge
from gi_monitor.disclosure.audit.attack import OUTSIDER, intervals
from gi_monitor.disclosure.audit.evidence import Evidence
from gi_monitor.disclosure.audit.problem import Cell, Problem, ProblemError, Range, Relation, equal, total
from gi_monitor.disclosure.audit.protect import protect
from gi_monitor.disclosure.audit.verdict import find_leaks

RULES = indicators.load().disclosure


def counts(owner: str | None = None, **values: int) -> dict[str, Cell]:
    return {name: knowledge.count(n, RULES, owner=owner, cost=knowledge.cost(n)) for name, n in values.items()}


def leaking(problem: Problem) -> set[tuple[str, str | None]]:
    return {(leak.cell, leak.attacker.institution) for leak in find_leaks(problem, Evidence(problem))}


def test_a_margin() -> None:
    problem = Problem(counts(total=6, a=2, b=4), (total("total", "ab"),))
    problem = Problem({**problem.cells, "total": Cell(6, (Range(6, 6),), cost=6)}, problem.relations)
    tight = Problem({**problem.cells, "b": Cell(4, (Range(4, 4),))}, problem.relations)

    assert leaking(problem) == set()
    assert leaking(tight) == {("a", None)}
    assert set(protect(tight).secondary) == {"total"}


def test_a_balance_over_time() -> None:
    flows = counts(begin=20, on=10, off=27, end=3)
    exactly = {name: Cell(cell.exact, (Range(cell.exact, cell.exact),), cost=9) for name, cell in flows.items()}
    balance = Relation((("begin", 1), ("on", 1), ("off", -1), ("end", -1)))

    assert leaking(Problem(flows, (balance,))) == set()
    assert leaking(Problem(exactly | {"end": flows["end"]}, (balance,))) == {("end", None)}


def test_a_balance_over_time_tells_what_its_own_period_hides() -> None:
    """8 at the begin, of which 4 left: the begin is hidden, but the period before ended with it, shown as 10."""
    cells = counts(earlier=7, came=1, end=8, begin=8, left=4, rest=4)
    before = Relation((("earlier", 1), ("came", 1), ("end", -1)))
    after = Relation((("begin", 1), ("left", -1), ("rest", -1)))
    problem = Problem(cells, (before, equal("end", "begin"), after)).with_status("secondary", ["begin"])

    assert intervals(problem)["left"] == (4, 4)
    assert leaking(problem) == {("left", None), ("rest", None), ("begin", None)}
    protected = protect(problem)
    assert protected.passes
    assert protected.secondary


def test_the_difference_between_two_releases() -> None:
    """The part was shown in the first release, and the deliveries behind it are the same."""
    cells = counts(now=2, **{"total": 14, "rest": 12}) | {"earlier": Cell(2, (Range(2, 3),))}
    problem = Problem(cells, (total("total", ["now", "rest"]), equal("now", "earlier")))

    assert leaking(problem) == {("now", None)}
    assert not protect(problem).passes


def test_an_insider() -> None:
    """Of three institutions two are small: the national figure tells one of them about the other."""
    cells = counts("g1", a=3) | counts("g2", b=2) | counts("g3", c=0) | counts(nl=5)
    problem = Problem(cells, (total("nl", "abc"),))
    assert intervals(problem, OUTSIDER)["b"] == (1, 4)
    assert leaking(problem) == set()

    known = Problem({**cells, "nl": Cell(5, (Range(5, 5),), cost=5)}, problem.relations)
    assert ("b", "g1") in leaking(known)
    assert ("a", "g2") in leaking(known)
    assert set(protect(known).secondary) == {"nl"}


def test_an_insider_of_corrections_that_cancel() -> None:
    """1 and -1 make a national 0: who has the one knows the other, unless the 0 is hidden."""
    cells = {
        name: knowledge.net_count(n, RULES, owner=owner, cost=knowledge.cost(n))
        for name, n, owner in [("nl", 0, None), ("a", 1, "g1"), ("b", -1, "g2")]
    }
    problem = Problem(cells, (total("nl", "ab"),))

    assert leaking(problem) == {("b", "g1"), ("a", "g2")}
    protected = protect(problem)
    assert protected.passes
    assert set(protected.secondary) == {"nl"}


@pytest.mark.parametrize("shares", [(4, 0), (2, 0)])
def test_an_insider_who_is_told_the_rest_by_the_status_alone(shares: tuple[int, int]) -> None:
    cells = counts("g1", a=shares[0]) | counts("g2", b=shares[1]) | counts(nl=sum(shares))

    assert not any(who == "g1" for _, who in leaking(Problem(cells, (total("nl", "ab"),))))


def test_suppressed_fte_needs_an_interval_of_one() -> None:
    few, many = Decimal(0), Decimal(10)
    cells = {
        "nl": knowledge.fte(Decimal("20.60"), many, RULES, cost=2060),
        "a": knowledge.fte(Decimal("2.40"), few, RULES),
        "b": knowledge.fte(Decimal("18.20"), many, RULES, cost=1820),
    }
    problem = Problem(cells, (total("nl", "ab"),))

    assert intervals(problem) == {"a": (231, 249)}
    assert leaking(problem) == {("a", None)}
    protected = protect(problem)
    assert set(protected.secondary) == {"b"}
    assert protected.passes


def hidden_fte(exact: str) -> Cell:
    return knowledge.fte(Decimal(exact), None, RULES)


def test_hidden_fte_is_less_than_what_would_be_shown() -> None:
    """Four persons each: of 9.39 fte neither can have more than 4.80, so both have at least 4.55."""
    whole = knowledge.fte(Decimal("9.39"), Decimal(10), RULES, cost=9)
    problem = Problem({"whole": whole, "a": hidden_fte("4.70"), "b": hidden_fte("4.69")}, (total("whole", "ab"),))

    assert intervals(problem) == {"a": (455, 480), "b": (455, 480)}
    assert set(protect(problem).secondary) == {"whole"}


def test_hidden_fte_behind_which_nobody_is_counted_is_that_of_at_most_four_as_well() -> None:
    cell = knowledge.fte(Decimal("5.60"), Decimal(4), RULES, counted=False)

    assert cell.known == (Range(5, 564),)


def test_fte_tells_how_many_persons_have_it() -> None:
    """2.60 fte are those of three persons or four."""
    cells = {**counts(persons=3), "fte": Cell(260, (Range(255, 264),), cost=2)}
    at_most = Relation((("persons", knowledge.most_fte_of_a_row()), ("fte", -1)), 0, 10_000)

    assert leaking(Problem(cells)) == set()
    assert leaking(Problem(cells, (at_most,))) == {("persons", None)}
    assert set(protect(Problem(cells, (at_most,))).secondary) == {"fte"}


def test_fte_is_known_within_its_last_decimal() -> None:
    cell = knowledge.fte(Decimal("18.15"), Decimal(10), RULES)

    assert cell.shown == (Range(1815, 1824),)


@pytest.mark.parametrize(
    ("exact", "shown"),
    [(0, (0, 0)), (3, (1, 4)), (5, (5, 7)), (7, (5, 7)), (8, (8, 12)), (33, (33, 37))],
)
def test_what_a_published_count_tells(exact: int, shown: tuple[int, int]) -> None:
    assert knowledge.count(exact, RULES).known == (shown,)


def test_what_published_corrections_tell() -> None:
    assert knowledge.net_count(-3, RULES).known == ((-4, -1), (1, 4))
    assert knowledge.net_count(-8, RULES).known == ((-12, -8),)


def test_a_problem_that_contradicts_itself_is_refused_without_its_values() -> None:
    with pytest.raises(ProblemError, match=r"cell a.*\n.*does not hold: \+1 whole -1 a") as refused:
        Problem({"whole": Cell(777, (Range(777, 777),)), "a": Cell(666, (Range(1, 4),))}, (total("whole", "a"),))

    assert "777" not in str(refused.value)
    assert "666" not in str(refused.value)


def test_a_problem_names_cells_that_are_not_there() -> None:
    with pytest.raises(ProblemError, match="cell b stands in a relation but is not there"):
        Problem(counts(a=5), (total("a", "b"),))
