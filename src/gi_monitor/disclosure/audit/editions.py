"""The cells of the audit: what this release and every earlier one tell of each exact figure (spec 3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from gi_monitor.disclosure.audit import knowledge
from gi_monitor.disclosure.audit.problem import ANY, Cell, Domain, Range
from gi_monitor.disclosure.observation import NATIONAL, Key, Number, Observation
from gi_monitor.identities import Column
from gi_monitor.indicators import Indicators
from gi_monitor.publication_rules import Count, DisclosureRules, Fte, FteDays, Ratio, Survival

Deliveries = frozenset[tuple[str, date, str]]
"""Institution, reporting month and sha256 of what a release rests on."""
_Own = Count | Fte | FteDays
_ENOUGH = Decimal(10**6)


@dataclass(frozen=True)
class Edition:
    """One version of a release: its exact observations, what is published of them, the deliveries behind them.

    An edition that is out already cannot be changed (``is_out``).
    """

    name: str
    exact: Mapping[Key, Observation]
    published: Mapping[Key, Observation]
    deliveries: Deliveries
    is_out: bool = True

    def behind(self, row: Observation) -> Deliveries:
        """The deliveries that a figure can rest on: those up to its reference date, its institution's or all."""
        return frozenset(
            delivery
            for delivery in self.deliveries
            if delivery[1] <= row.reference_date and row.institution in (NATIONAL, delivery[0])
        )


@dataclass
class Cells:
    """Cells by name; a figure with the same deliveries behind it is one cell, in however many editions it stands."""

    indicators: Indicators
    by_name: dict[str, Cell] = field(default_factory=dict)
    _names: dict[tuple[Number, Deliveries, int], str] = field(default_factory=dict)

    def of(self, edition: Edition) -> dict[Number, str]:
        """Take in an edition, the one that is not out first: the names of its numbers."""
        names, behind = {}, dict[tuple[str, str], Deliveries]()
        unweighted = self._unweighted(edition)
        for key, row in edition.published.items():
            exact = edition.exact[key]
            for column, rule in own_rules(self.indicators, row.indicator, row.component).items():
                value: Decimal | None = getattr(exact, column)
                if value is not None and (key.indicator, key.component) not in unweighted:
                    place = (row.period, row.institution)
                    deliveries = behind[place] = behind.get(place) or edition.behind(row)
                    cell = _cell(rule, column, value, row, self.indicators.disclosure)
                    names[Number(key, column)] = self._add(Number(key, column), deliveries, cell, edition)
        return names

    def _unweighted(self, edition: Edition) -> set[tuple[str, str]]:
        """Components that are the counts behind them, as all weights are 1, and are published and hidden with those."""
        return {
            (named.indicator, named.component)
            for named, other in self.indicators.identities.same_unless_weighted.items()
            if all(
                row.value == edition.exact[key._replace(indicator=other.indicator, component=other.component)].value
                for key, row in edition.exact.items()
                if (key.indicator, key.component) == (named.indicator, named.component)
            )
        }

    def _add(self, number: Number, deliveries: Deliveries, cell: Cell, edition: Edition) -> str:
        label = f"{number} in {edition.name}" if edition.is_out else str(number)
        name = self._names.setdefault((number, deliveries, cell.exact), label)
        known = self.by_name.get(name)
        if known is not None:
            self.by_name[name] = _also_published(known, cell)
        else:
            self.by_name[name] = replace(cell, cost=None) if edition.is_out else cell
        return name


def own_rules(indicators: Indicators, indicator: str, component: str) -> dict[Column, _Own]:
    """The numbers of a component that are published by a rule of their own, and not as another component's."""
    known = indicators.indicators.get(indicator)
    about = known.components.get(component) if known else None
    rule = about.published if about else None
    terms: dict[Column, object] = {"value": rule}
    if isinstance(rule, Ratio):
        terms = {"numerator": rule.numerator, "denominator": rule.denominator}
    elif isinstance(rule, Survival):
        terms = {"denominator": rule.of}
    return {column: term for column, term in terms.items() if isinstance(term, _Own)}


def _cell(rule: _Own, column: Column, value: Decimal, row: Observation, rules: DisclosureRules) -> Cell:
    """What the published row tells of one of its numbers."""
    shown = getattr(row, column) is not None
    cell = _as_published(rule, value, shown=shown, row=row, rules=rules)
    if shown or (row.status == "suppressed_primary" and cell.status == "primary"):
        return cell
    if isinstance(rule, Fte) and rule.behind == "nobody":
        return replace(cell, status="unpublished", shown=ANY)  # a vacancy: nobody to protect
    if row.status == "suppressed_secondary":
        return replace(cell, status="secondary", cost=None)
    hidden = replace(cell, status="unpublished", shown=cell.if_suppressed, cost=None)
    if row.status == "suppressed_primary" and column == "value":
        return replace(hidden, status="primary")
    is_of_few = row.status == "suppressed_small_n" and not row.rests_on_one
    if is_of_few and isinstance(rule, Count) and column == "denominator":
        return replace(hidden, shown=(Range(0, _most_of_too_few(rules)),), cost=knowledge.REASON)
    return hidden


def _as_published(rule: _Own, value: Decimal, *, shown: bool, row: Observation, rules: DisclosureRules) -> Cell:
    owner = None if row.institution == NATIONAL else row.institution
    if isinstance(rule, Count):
        make = knowledge.net_count if rule.net else knowledge.count
        return make(int(value), rules, owner=owner, cost=knowledge.cost(int(value)))
    days = row.reference_date.day if isinstance(rule, FteDays) else 1
    behind = rule.behind if isinstance(rule, Fte) else None
    persons = _ENOUGH if shown else None
    cost = None if behind == "nobody" else knowledge.cost(int(value / days))
    return knowledge.fte(value, persons, rules, days=days, owner=owner, cost=cost, counted=behind is not None)


def _most_of_too_few(rules: DisclosureRules) -> int:
    """The largest count of which a published share says that it is too few."""
    base, certain = rules.rounding_base, rules.minimum_numbers.ratio - 1
    published = (certain + base // 2) // base * base  # the largest that certainly is no more than that
    return published + (base - 1) // 2


def _also_published(cell: Cell, earlier: Cell) -> Cell:
    """A cell of which an earlier edition told something as well; what was suppressed then is cheap to suppress now."""
    cost = cell.cost
    if earlier.suppressed and cost is not None:
        cost = knowledge.REASON
    return replace(
        cell,
        shown=_both(cell.shown, earlier.known),
        if_suppressed=_both(cell.if_suppressed, earlier.known),
        cost=cost,
    )


def _both(one: Domain, other: Domain) -> Domain:
    return tuple(Range(max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) <= min(b, d))
