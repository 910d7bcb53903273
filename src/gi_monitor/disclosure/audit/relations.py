"""The relations of the audit: the identities of ``indicators/_identities.yml`` between the numbers of one edition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from gi_monitor import contracts
from gi_monitor.disclosure.audit.editions import Edition
from gi_monitor.disclosure.audit.problem import CEILING, Relation, equal, total, union
from gi_monitor.disclosure.observation import NATIONAL, Key, Number
from gi_monitor.identities import Named
from gi_monitor.indicators import Indicators
from gi_monitor.publication_rules import Count, Ratio

_TOTAL = ("total", "total")


class _Place(NamedTuple):
    period: str
    institution: str

    def number(self, named: Named, at: tuple[str, str]) -> Number:
        """The number here that an identity names, in the category it names itself or in the one given."""
        return Number(Key(*self, named.indicator, named.component, *(named.at or at)), named.column)


class Relations:
    """What holds between the numbers of an edition, which have these names.

    Only between figures about the same institutions: a category or period that some do not report is no part.
    """

    def __init__(self, edition: Edition, names: Mapping[Number, str], indicators: Indicators) -> None:
        self._edition, self._names, self._indicators = edition, names, indicators
        self._known, self._codes = indicators.identities, contracts.load().codes
        self._places = list(dict.fromkeys(_Place(key.period, key.institution) for key, _ in names))
        dates = {row.reference_date: row.period for row in edition.exact.values()}
        self._next = dict(pairwise(dates[day] for day in sorted(dates)))

    def all(self) -> Iterator[Relation]:
        """Every relation that holds."""
        yield from self._over_institutions()
        for place in self._places:
            for named, breakdowns in self._known.adds_up.items():
                yield from self._over_categories(place, named, breakdowns)
            for named, parts in self._known.overlaps.items():
                yield from self._overlapping(place, named, parts)
            yield from self._sums(place)
        yield from self._carried_over()
        yield from self._parts_of_a_share()

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

    def _overlapping(self, place: _Place, named: Named, breakdowns: Mapping[str, Iterable[str]]) -> Iterator[Relation]:
        for breakdown, codes in breakdowns.items():
            whole, parts = place.number(named, _TOTAL), [place.number(named, (breakdown, code)) for code in codes]
            if self._about_the_same([whole, *parts]):
                yield from union(self._names[whole], [self._names[part] for part in parts])

    def _sums(self, place: _Place) -> Iterator[Relation]:
        for terms in self._known.sums:
            first = next(iter(terms))
            for at in self._categories(place, first):
                numbers = {place.number(named, at): factor for named, factor in terms.items()}
                if self._about_the_same(numbers):
                    yield Relation(tuple((self._names[number], factor) for number, factor in numbers.items()))

    def _categories(self, place: _Place, named: Named) -> list[tuple[str, str]]:
        breakdowns = self._indicators.indicators[named.indicator].breakdowns
        categories = [(breakdown, code) for breakdown in breakdowns for code in self._indicators.categories(breakdown)]
        return [at for at in (_TOTAL, *categories) if place.number(named, at) in self._names]

    def _carried_over(self) -> Iterator[Relation]:
        for end, begin in self._known.carried_over.items():
            for place in self._places:
                for at in self._categories(place, end) if place.period in self._next else ():
                    after = place._replace(period=self._next[place.period])
                    numbers = place.number(end, at), after.number(begin, at)
                    # Nationally it follows from the institutions that stand in both periods.
                    if place.institution != NATIONAL and self._about_the_same(numbers):
                        yield equal(*(self._names[number] for number in numbers))

    def _parts_of_a_share(self) -> Iterator[Relation]:
        for indicator in self._indicators.indicators.values():
            for component, about in indicator.components.items():
                rule = about.published
                if about.unit == "share" and isinstance(rule, Ratio):
                    part, whole = self._indicators.rule(rule.numerator), self._indicators.rule(rule.denominator)
                    if isinstance(part, Count) and isinstance(whole, Count):
                        ends = (_term(rule.numerator, f"{indicator.id}.{component}:numerator"),
                                _term(rule.denominator, f"{indicator.id}.{component}:denominator"))  # fmt: skip
                        yield from self._bounded(*ends)

    def _bounded(self, part: Named, whole: Named) -> Iterator[Relation]:
        for place in self._places:
            numbers = place.number(whole, _TOTAL), place.number(part, _TOTAL)
            if self._about_the_same(numbers):
                yield Relation(((self._names[numbers[0]], 1), (self._names[numbers[1]], -1)), 0, CEILING)

    def _about_the_same(self, numbers: Iterable[Number]) -> bool:
        numbers = list(numbers)
        return all(number in self._names for number in numbers) and (
            len({self._edition.exact[number.key].gi_reported for number in numbers}) == 1
        )


def _term(term: object, own: str) -> Named:
    return Named.parse(term if isinstance(term, str) else own)
