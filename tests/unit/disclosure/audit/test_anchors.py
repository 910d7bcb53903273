"""Tables from the literature and from issue trackers of other tools, whose outcome is known (A1-A8).

Figures typed over from: Handbook on SDC (Geurts 1992; controlled rounding), sdcTable's tests, GaussSuppression's
vignettes, and sdcTools/UserSupport issues 135, 194 and 307.
"""

from __future__ import annotations

import pytest

from gi_monitor.disclosure.audit.attack import Attacker, intervals
from gi_monitor.disclosure.audit.evidence import Evidence
from gi_monitor.disclosure.audit.problem import ANY, Cell, Problem, total
from gi_monitor.disclosure.audit.protect import protect
from gi_monitor.disclosure.audit.solver import INFINITE, Program
from gi_monitor.disclosure.audit.verdict import find_leaks
from tests.unit.disclosure.audit.tables import Values, crossed, every_table, primary, problem_of, shown


def leaking(problem: Problem) -> set[tuple[str, str | None]]:
    return {(leak.cell, leak.attacker.institution) for leak in find_leaks(problem, Evidence(problem))}


def test_a1_the_interval_attack_of_the_handbook() -> None:
    values, relations = crossed({"1": [6, 1], "2": [0, 3], "3": [3, 3]}, "ab")
    found = intervals(problem_of(values, relations, lambda name, n: primary(n) if name[0] in "12" and name[2:] in "ab"
                                 else None))  # fmt: skip

    assert found == {"1|a": (3, 6), "1|b": (1, 4), "2|a": (0, 3), "2|b": (0, 3)}


SDCTABLE = {"w": [30, 47, 64, 89], "x": [90, 124, 5, 31], "y": [92, 100, 59, 85], "z": [800, 991, 651, 685]}
BLANK = {"w|a", "w|b", "w|c", "x|a", "x|c", "y|b", "y|d", "z|b", "z|d"}


def test_a2_two_blanks_in_every_row_and_column_are_not_enough() -> None:
    values, relations = crossed(SDCTABLE, "abcd")
    assert (values["w|total"], values["total|total"]) == (230, 3943)
    problem = problem_of(values, relations, lambda name, n: primary(n) if name in BLANK else None)

    assert intervals(problem)["w|b"] == (47, 47)
    assert intervals(problem.with_status("secondary", ["x|d"]))["w|b"] == (0, 78)
    assert protect(problem).passes


def test_a3_the_optimal_pattern() -> None:
    values, relations = crossed({"A": [18, 2], "B": [14, 19], "C": [12, 10], "D": [11, 14]}, ["male", "female"])
    protected = protect(problem_of(values, relations, lambda name, n: primary(n) if name == "A|female" else None))

    assert set(protected.secondary) == {"A|male", "C|male", "C|female"}
    assert protected.information_lost + values["A|female"] == 42


CONTRIBUTIONS = {  # in tenths
    "Agriculture|Portugal": {"A": 759, "B": 245}, "Agriculture|Spain": {"A": 966, "B": 432},
    "Entertainment|Iceland": {"B": 168}, "Entertainment|Portugal": {"B": 71, "D": 23},
    "Entertainment|Spain": {"A": 774, "B": 115, "C": 164},
    "Governmental|Portugal": {"B": 216, "D": 20}, "Governmental|Spain": {"C": 65, "D": 27},
    "Industry|Iceland": {"B": 96, "C": 88, "D": 19}, "Industry|Portugal": {"B": 257, "D": 34},
    "Industry|Spain": {"C": 84},
}  # fmt: skip
SINGLETONS = {"Entertainment|Iceland", "Industry|Spain"}


def companies(suppressed: set[str]) -> Problem:
    """The table, with each company's unpublished share as a cell of its own."""
    sectors = sorted({name.split("|")[0] for name in CONTRIBUTIONS})
    places = ["Iceland", "Portugal", "Spain"]
    lines = {s: [sum(CONTRIBUTIONS.get(f"{s}|{place}", {}).values()) for place in places] for s in sectors}
    values, relations = crossed(lines, places)
    cells = {name: primary(n) if name in SINGLETONS else shown(n) for name, n in values.items()}
    for name, shares in CONTRIBUTIONS.items():
        cells |= {f"{name} {who}": Cell(n, ANY, "unpublished", owner=who) for who, n in shares.items()}
        relations += (total(name, [f"{name} {who}" for who in shares]),)
    return Problem(cells, relations).with_status("secondary", suppressed - SINGLETONS)


def test_a4_a_singleton_computes_what_is_protected_from_everybody_else() -> None:
    problem = companies(SINGLETONS | {"Entertainment|Spain", "Industry|Iceland"})
    assert problem.cells["total|total"].exact == 4623

    found = intervals(problem, Attacker("C"))
    assert found["Industry|Iceland"] == (203, 203)
    assert found["Entertainment|Iceland"] == (168, 168)
    assert not [cell for cell, who in leaking(problem) if who is None]


@pytest.mark.parametrize("suppressed", [set(), {"Entertainment|Spain", "Industry|Iceland"}])
def test_a4_suppression_leaves_nothing_to_compute(suppressed: set[str]) -> None:
    protected = protect(companies(SINGLETONS | suppressed))

    assert protected.passes
    for attacker, seen in protected.intervals.items():
        not_his_alone = [name for name in seen if set(CONTRIBUTIONS.get(name, "?")) != {attacker.institution}]
        assert all(seen[name].low < seen[name].high for name in not_his_alone)


def test_a5_frequencies_with_zeros() -> None:
    values, relations = crossed({"young": [2, 0, 5], "old": [3, 4, 6]}, ["Iceland", "Portugal", "Spain"])
    small = {"young|Iceland", "young|Portugal"}
    protected = protect(problem_of(values, relations, lambda name, n: primary(n) if name in small else None))

    assert set(protected.secondary) == {"old|Iceland", "old|Portugal"}
    assert intervals(protected.problem) == {
        "young|Iceland": (0, 2), "young|Portugal": (0, 2), "old|Iceland": (3, 5), "old|Portugal": (2, 4)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("width", "secondary", "found"),
    [
        (2, {"old|Iceland", "old|Portugal"}, [(0, 4), (0, 4)]),
        (5, {"old|Iceland", "old|Portugal", "old|Spain", "young|Spain"}, [(0, 13), (0, 12)]),
    ],
)
def test_a6_a_minimum_width(width: int, secondary: set[str], found: list[tuple[int, int]]) -> None:
    values, relations = crossed({"young": [3, 1, 17], "old": [10, 11, 17]}, ["Iceland", "Portugal", "Spain"])
    small = {"young|Iceland", "young|Portugal"}
    protected = protect(
        problem_of(values, relations, lambda name, n: primary(n, width=width) if name in small else None)
    )

    assert set(protected.secondary) == secondary
    seen = intervals(protected.problem)
    assert [seen["young|Iceland"], seen["young|Portugal"]] == found


def test_a7_controlled_rounding_to_base_5() -> None:
    values, relations = crossed({"1": [1, 0], "2": [3, 3], "3": [12, 20]}, "ab")
    program = Program()
    fives = dict(zip(values, program.add_columns([(n // 5, -(-n // 5)) for n in values.values()]), strict=True))
    for relation in relations:
        program.add_row(0, 0, {fives[name]: factor for name, factor in relation.terms})
    off = dict(zip(values, program.add_columns([(0, 5)] * len(values)), strict=True))
    for name, n in values.items():
        program.add_row(-n, INFINITE, {off[name]: 1, fives[name]: -5})
        program.add_row(n, INFINITE, {off[name]: 1, fives[name]: 5})
    point = program.maximise({column: -1 for column in off.values()})

    assert point is not None
    rounded: Values = {name: 5 * point[column] for name, column in fives.items()}
    assert all(relation.total(rounded) == 0 for relation in relations)
    assert all(abs(rounded[name] - n) < 5 for name, n in values.items())
    assert sum(abs(rounded[name] - n) for name, n in values.items()) == 18


def one_row(parts: list[int], **cells: Cell) -> Problem:
    """A total that is shown and its parts, named a, b, c …"""
    values = dict(zip("abcdefgh", parts, strict=False))
    made = {name: cells.get(name, shown(n)) for name, n in values.items()}
    return Problem({"total": shown(sum(parts), cost=None), **made}, (total("total", values),))


def test_a8_two_ones_are_no_protection_for_each_other_where_zeros_are_shown() -> None:
    problem = one_row([10, 3, 1, 1], c=primary(1, low=1), d=primary(1, low=1))

    assert intervals(problem) == {"c": (1, 1), "d": (1, 1)}
    assert set(protect(problem).secondary) == {"b"}


def test_a8_zeros_cannot_protect_zeros() -> None:
    problem = one_row([10, 5, 0, 0], c=primary(0), d=primary(0))

    assert intervals(problem) == {"c": (0, 0), "d": (0, 0)}
    assert protect(problem).passes


def test_a8_two_small_cells_whose_sum_is_too_telling() -> None:
    problem = one_row([15, 5, 3], b=primary(5, 1, 10, width=7), c=primary(3, 1, 10, width=7))

    assert intervals(problem) == {"b": (1, 7), "c": (1, 7)}
    assert set(protect(problem).secondary) == {"a"}


def test_a8_three_singletons_in_two_rows() -> None:
    values, relations = crossed({"1": [1, 1, 7, 1, 0], "2": [1, 0, 0, 2, 8]}, "abcde")
    inner = {name for name in values if "total" not in name}
    problem = problem_of(values, relations, lambda name, n: primary(n, 1, 4) if name in inner and 0 < n < 5 else None)
    assert leaking(problem)

    protected = protect(problem)

    assert protected.passes
    seen = every_table(protected.problem)
    assert all(
        seen[name].high - seen[name].low >= 2 for name, cell in protected.problem.cells.items() if cell.suppressed
    )
