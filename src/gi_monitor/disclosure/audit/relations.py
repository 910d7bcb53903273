"""The relations of the audit: the identities of ``indicators/_identities.yml`` between the numbers of one edition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, pairwise
from typing import NamedTuple

from gi_monitor import contracts
from gi_monitor.disclosure.audit.editions import Cells, Edition, own_rules
from gi_monitor.disclosure.audit.knowledge import most_fte_of_a_row
from gi_monitor.disclosure.audit.problem import CEILING, Relation, total, union
from gi_monitor.disclosure.observation import NATIONAL, Key, Number
from gi_monitor.identities import Named
from gi_monitor.publication_rules import Fte, Ratio

_TOTAL = ("total", "total")


class _Place(NamedTuple):
    period: str
    institution: str

    def number(self, named: Named, at: tuple[str, str]) -> Number:
        """The number here that an identity names, in the category it names itself or in the one given."""
        return Number(Key(*self, named.indicator, named.component, *(named.at or at)), named.column)


class Relations:
    """What holds between the numbers of an edition, which have these names among the cells.

    Only between figures about the same institutions: a category or period that some do not report is no part.
    """

    def __init__(self, edition: Edition, names: Mapping[Number, str], cells: Cells) -> None:
        self._edition, self._names, self._cells, self._indicators = edition, names, cells.by_name, cells.indicators
        self._known, self._codes = self._indicators.identities, contracts.load().codes
        self._places = list(dict.fromkeys(_Place(key.period, key.institution) for key, _ in names))
        dates = {row.reference_date: row.period for row in edition.exact.values()}
        self._next = dict(pairwise(dates[day] for day in sorted(dates)))

    def all(self) -> Iterator[Relation]:
        """Every relation that holds; a bound that the exact figures break is nothing to reckon with."""
        yield from self._equalities()
        exact = {name: cell.exact for name, cell in self._cells.items()}
        for relation in self._bounds():
            if relation.low <= relation.total(exact) <= relation.high:
                yield relation

    def _equalities(self) -> Iterator[Relation]:
        yield from self._over_institutions()
        for place in self._places:
            for named, breakdowns in self._known.adds_up.items():
                yield from self._over_categories(place, named, breakdowns)
            for terms in self._known.sums:
                yield from self._signed(place, terms)

    def by_chance(self) -> Iterator[Relation]:
        """The coincidences, wherever they hold."""
        exact = {name: cell.exact for name, cell in self._cells.items()}
        for place in self._places:
            for terms in chain.from_iterable(found.sums for found in self._known.coincidences):
                for relation in self._signed(place, terms):
                    if relation.total(exact) == 0:
                        yield relation

    def _bounds(self) -> Iterator[Relation]:
        for place in self._places:
            for named, breakdowns in self._known.overlaps.items():
                for parts in breakdowns:
                    yield from self._overlapping(place, named, parts)
            for terms in self._known.never_negative:
                yield from self._signed(place, terms, high=CEILING)
        yield from self._parts_of_a_share()
        yield from self._fte_of_persons()

    def _over_institutions(self) -> Iterator[Relation]:
        parts = defaultdict(list)
        for number, name in self._names.items():
            if number.key.institution != NATIONAL:
                parts[number._replace(key=number.key._replace(institution=NATIONAL))].append(name)
        for whole, found in parts.items():
            if whole in self._names:
                yield total(self._names[whole], found)

    def _over_categories(self, place: _Place, named: Named, breakdowns: Iterable[str]) -> Iterator[Relation]:
        for breakdown in breakdowns:
            codes = self._indicators.categories(breakdown)
            yield from self._total(place.number(named, _TOTAL), [place.number(named, (breakdown, c)) for c in codes])
            coarser = self._indicators.breakdowns[breakdown].within
            if coarser is not None and coarser in breakdowns:
                for whole in self._indicators.categories(coarser):
                    within = [(breakdown, code) for code in codes if self._part_of(breakdown, code) == whole]
                    yield from self._total(
                        place.number(named, (coarser, whole)), [place.number(named, part) for part in within]
                    )

    def _part_of(self, breakdown: str, code: str) -> str:
        code_list = self._indicators.breakdowns[breakdown].code_list
        return self._codes[code_list][code].family if code_list else ""

    def _total(self, whole: Number, parts: list[Number]) -> Iterator[Relation]:
        if self._about_the_same([whole, *parts]):
            yield total(self._names[whole], [self._names[part] for part in parts])

    def _overlapping(self, place: _Place, named: Named, named_parts: Iterable[Named]) -> Iterator[Relation]:
        whole, *parts = (self._number(place, one, _TOTAL) for one in (named, *named_parts))
        if whole and self._about_the_same([whole, *parts]):
            yield from union(self._names[whole], [self._names[part] for part in parts if part])

    def _signed(self, place: _Place, terms: Mapping[Named, int], high: int = 0) -> Iterator[Relation]:
        """A signed sum between 0 and ``high``, of the totals and of each category that the first figure has."""
        across = any(named.is_next for named in terms)
        if across and place.institution == NATIONAL:
            return  # it follows from the institutions that stand in both periods
        for at in self._categories(place, next(iter(terms))):
            numbers = {self._number(place, named, at): factor for named, factor in terms.items()}
            if self._about_the_same(numbers):
                yield Relation(tuple((self._names[n], factor) for n, factor in numbers.items() if n), 0, high)

    def _categories(self, place: _Place, named: Named) -> list[tuple[str, str]]:
        if named.at:
            return [_TOTAL]
        breakdowns = self._indicators.indicators[named.indicator].breakdowns
        categories = [(breakdown, code) for breakdown in breakdowns for code in self._indicators.categories(breakdown)]
        return [at for at in (_TOTAL, *categories) if place.number(named, at) in self._names]

    def _number(self, place: _Place, named: Named, at: tuple[str, str]) -> Number | None:
        """The number that an identity of a place names; None where that would be after the last period."""
        period = self._next.get(place.period) if named.is_next else place.period
        return place._replace(period=period).number(named, at) if period else None

    def _parts_of_a_share(self) -> Iterator[Relation]:
        for indicator in self._indicators.indicators.values():
            for component, about in indicator.components.items():
                rule, own = about.published, f"{indicator.id}.{component}"
                if about.unit == "share" and about.part_of_whole and isinstance(rule, Ratio):
                    terms = {_term(rule.denominator, f"{own}:denominator"): 1,
                             _term(rule.numerator, f"{own}:numerator"): -1}  # fmt: skip
                    for place in self._places:
                        yield from self._signed(place, terms, high=CEILING)

    def _fte_of_persons(self) -> Iterator[Relation]:
        """A person has at most the fte of a row, and at least a hundredth: so the two bound each other."""
        most = most_fte_of_a_row()
        for number, name in self._names.items():
            rule = own_rules(self._indicators, number.key.indicator, number.key.component)[number.column]
            if isinstance(rule, Fte) and rule.behind not in (None, "nobody"):
                persons = self._names.get(Number(number.key.other(str(rule.behind)), "value"))
                if persons:
                    yield Relation(((persons, most), (name, -1)), 0, CEILING)
                    yield Relation(((name, 1), (persons, -1)), 0, CEILING)

    def _about_the_same(self, numbers: Iterable[Number | None]) -> bool:
        found = [number for number in numbers if number in self._names]
        known = {self._edition.exact[number.key].gi_reported for number in found if number}
        return len(found) == len(list(numbers)) and len(known) == 1


def _term(term: object, own: str) -> Named:
    return Named.parse(term if isinstance(term, str) else own)
