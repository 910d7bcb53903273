"""Each relation between figures gives something away that only it knows, and the audit closes that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gi_monitor import indicators
from gi_monitor.disclosure import control, protection
from gi_monitor.disclosure.audit.attack import OUTSIDER
from gi_monitor.disclosure.audit.editions import Cells, Edition
from gi_monitor.disclosure.audit.evidence import Evidence
from gi_monitor.disclosure.audit.problem import ANY, CEILING, Cell, Problem, Range, Relation
from gi_monitor.disclosure.audit.protect import protect
from gi_monitor.disclosure.audit.relations import Relations
from gi_monitor.disclosure.audit.verdict import find_leaks
from gi_monitor.disclosure.completion import complete
from gi_monitor.disclosure.observation import Number, Observation
from gi_monitor.indicators import Indicators
from tests.unit.disclosure.exact import BEFORE, PATH, cell, country

INDICATORS = indicators.load()
KNOWN = INDICATORS.identities
CODES = ("een", "twee")
DELIVERED = frozenset((code, date(2024, 12, 1), "sha") for code in CODES)


def edition(exact: list[Observation], secondary: frozenset[Number] = frozenset()) -> Edition:
    published = {row.key: row for row in control.apply(exact, INDICATORS, PATH, secondary)}
    return Edition("candidate", complete(exact, INDICATORS), published, DELIVERED, is_out=False)


_NO_PLANS = {"W7.share": (0, 0), "W8.share": (0, 0)}
TWO_PERIODS = edition([
    *country("2024-T2", CODES, **{**BEFORE, "terms": {**BEFORE["terms"], **_NO_PLANS}}),
    *country("2024-T3", CODES, terms=_NO_PLANS),
])  # fmt: skip


def with_identities(**changed: Any) -> Indicators:
    return replace(INDICATORS, identities=KNOWN.model_copy(update=changed))


def relations(definitions: Indicators = INDICATORS) -> set[Relation]:
    cells = Cells(definitions)
    return set(Relations(TWO_PERIODS, cells.of(TWO_PERIODS), cells).all())


def without_one() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each entry of the file, and what is left of its kind without it."""
    for kind in ("sums", "never_negative"):
        entries = getattr(KNOWN, kind)
        for number, terms in enumerate(entries):
            name = f"{kind} {' '.join(f'{named.indicator}.{named.component}' for named in list(terms)[:2])}"
            yield name, {kind: (*entries[:number], *entries[number + 1 :])}
    for kind in ("adds_up", "overlaps"):
        entries = getattr(KNOWN, kind)
        for named in sorted(entries.keys() - {*KNOWN.same_unless_weighted}, key=str):
            yield (
                f"{kind} {named.indicator}.{named.component}",
                {kind: {n: e for n, e in entries.items() if n != named}},
            )


LEFT = dict(without_one())


@pytest.mark.parametrize("entry", LEFT)
def test_every_entry_of_the_file_is_reckoned_with(entry: str) -> None:
    assert relations() > relations(with_identities(**LEFT[entry]))


def given_away(relation: Relation) -> tuple[str, dict[str, Cell]]:
    """A cell that the relation alone gives away: all others are known, and of a bound the other end of the cell."""
    target, factor = next((name, factor) for name, factor in relation.terms if abs(factor) == 1)
    others = {name: (other, 5 if other * factor > 0 else 40) for name, other in relation.terms if name != target}
    cells = {name: Cell(n, (Range(n, n),), cost=n) for name, (_, n) in others.items()}
    rest = sum(other * n for other, n in others.values())
    is_lowest = relation.low > -CEILING
    value = ((relation.low if is_lowest else relation.high) - rest) * factor
    known = ANY
    if relation.low != relation.high:
        known = (Range(0, value),) if is_lowest == (factor > 0) else (Range(value, CEILING),)
    return target, {**cells, target: Cell(value, known, "secondary", known)}


def leaking(problem: Problem) -> set[str]:
    return {leak.cell for leak in find_leaks(problem, Evidence(problem))}


def test_each_relation_gives_away_what_nothing_else_does_and_the_audit_closes_it() -> None:
    for relation in relations():
        target, cells = given_away(relation)
        problem = Problem(cells, (relation,))

        assert leaking(Problem(cells)) == set(), relation
        assert leaking(problem) == {target}, relation
        assert protect(problem).passes, relation


def leaks_of(exact: list[Observation], definitions: Indicators, secondary: frozenset[Number] = frozenset()) -> set[str]:
    """The suppressed cells that an outsider or an insider computes from what is published with these suppressed."""
    problem, _ = protection.audited(edition(exact, secondary), (), definitions)
    return leaking(problem)


def without(*indicators_: str) -> Indicators:
    """The files without the sums that begin with a figure of these indicators."""
    kept = tuple(terms for terms in KNOWN.sums if next(iter(terms)).indicator not in indicators_)
    return with_identities(sums=kept, overlaps={}, never_negative=())


def released(exact: list[Observation]) -> protection.Release:
    return protection.release(exact, INDICATORS, PATH, DELIVERED)


ROLE = "2024-T3 een S3 fte role jeugdreclasseringswerker"


def test_fte_of_a_role_is_what_the_two_roles_with_caseload_have_less_the_other() -> None:
    """28.15 less 26.04 is 2.11; the total of all roles does not tell it, for the team managers are hidden too."""
    exact = country("2024-T3", CODES)

    assert ROLE not in leaks_of(exact, without("S1", "S5", "S8"))
    assert ROLE in leaks_of(exact, INDICATORS)
    result = released(exact)
    assert result.audit is not None and result.audit.passes
    low, high = result.audit.intervals[OUTSIDER][ROLE]
    assert high - low >= 100


@pytest.mark.parametrize("shown_elsewhere", ["S5", "S8"])
def test_hidden_fte_stands_in_denominators_too(shown_elsewhere: str) -> None:
    own, national = (
        Number(cell(country("2024-T3", CODES), "S1.fte_caseload_roles", institution=place).key, "value")
        for place in ("een", "NL")
    )
    hidden, name = frozenset({own, national}), str(own)
    other = {"S5": "S8", "S8": "S5"}[shown_elsewhere]

    assert name not in leaks_of(country("2024-T3", CODES), without("S1", "S5", "S8"), hidden)
    assert name in leaks_of(country("2024-T3", CODES), without("S1", other), hidden)
