"""Exact observations in, publishable observations out (spec 3.2, rules 1-4, 6 and 7).

Every published value is a function of published components alone: counts and fte are rounded first, and
ratios, changes, gaps and paths are computed from what was published. So the exact value cannot be had back
from them, and two exact tables that round alike are published alike.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from gi_monitor.disclosure import rounding
from gi_monitor.disclosure.completion import complete
from gi_monitor.disclosure.figure import (
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    PRIMARY,
    SECONDARY,
    SMALL_N,
    Figure,
    difference,
    inherited,
)
from gi_monitor.disclosure.observation import NATIONAL, DisclosureError, Key, Number, Observation, Status
from gi_monitor.disclosure.workload_path import WorkloadPath
from gi_monitor.identities import Column
from gi_monitor.indicators import Component, Indicators
from gi_monitor.month import Month
from gi_monitor.publication_rules import (
    AsItIs,
    Change,
    Count,
    Difference,
    Fte,
    FteDays,
    Mean,
    PathToNorm,
    Percentile,
    Ratio,
    Shortfall,
    Survival,
    Term,
    Withheld,
)


def apply(
    exact: Iterable[Observation], indicators: Indicators, path: WorkloadPath, secondary: Collection[Number] = ()
) -> list[Observation]:
    """The observations as they may be published, in the order of period, institution (NL first) and indicator file.

    ``secondary``: the counts and fte that the audit has suppressed to protect others; so is all that rests on them.
    Raises DisclosureError that lists what cannot be published, such as a figure that no indicator file declares or
    that is no finite number.
    """
    completed = complete(exact, indicators)
    control = _Control(completed, indicators, path, secondary)
    published = [
        control.observation(key)
        for key in completed
        if not isinstance(indicators.component(key.indicator, key.component).published, Withheld)
    ]
    return sorted(published, key=_order(indicators))


_COUNT = Count.model_validate({"as": "count"})


class _Control:
    def __init__(
        self,
        exact: Mapping[Key, Observation],
        indicators: Indicators,
        path: WorkloadPath,
        secondary: Collection[Number],
    ) -> None:
        self._exact = exact
        self._indicators = indicators
        self._rules = indicators.disclosure
        self._path = path
        self._secondary = secondary
        self._periods = {row.reference_date: row.period for row in exact.values()}
        self._figures: dict[Key, Figure] = {}

    def observation(self, key: Key) -> Observation:
        exact, figure = self._exact[key], self._figure(key)
        shown: Status = "incomplete" if exact.status == "incomplete" else "observed"
        return replace(
            exact,
            value=figure.value,
            numerator=figure.numerator,
            denominator=figure.denominator,
            status=figure.hidden or shown,
        )

    def _figure(self, key: Key) -> Figure:
        if key not in self._figures:
            self._figures[key] = self._computed(key, self._exact[key])
        return self._figures[key]

    def _computed(self, key: Key, exact: Observation) -> Figure:
        if exact.status == "not_available":
            return NOT_AVAILABLE
        if exact.rests_on_one and self._indicators.indicators[key.indicator].audience.institution != "public":
            return SMALL_N
        rule = self._component(key).published
        by_rule: Mapping[type, Callable[[Any, Observation], Figure]] = {
            Count: self._own,
            Fte: self._own,
            Percentile: self._percentile,
            Ratio: self._ratio,
            Mean: self._mean,
            Survival: self._survival,
            Change: self._change,
            Difference: self._less,
            PathToNorm: self._path_value,
            Shortfall: self._shortfall,
            AsItIs: lambda _, exact: Figure(exact.value),
        }
        if isinstance(rule, Withheld):
            raise DisclosureError(f"{' '.join(key)}: is withheld, so nothing published may rest on it")
        return by_rule[type(rule)](rule, exact)

    def _own(self, rule: Count | Fte, exact: Observation) -> Figure:
        return self._term(rule, "value", exact)

    def _component(self, key: Key) -> Component:
        return self._indicators.component(key.indicator, key.component)

    def _term(self, term: Term, column: Column, exact: Observation) -> Figure:
        """A count or fte: another component's, or the number in ``column`` published by a rule of its own."""
        if isinstance(term, str):
            return self._figure(exact.key.other(term))
        value: Decimal | None = getattr(exact, column)
        if value is None:
            return NOT_APPLICABLE
        behind = None if isinstance(term, FteDays) or term.behind == "nobody" else term.behind
        if Number(exact.key, column) in self._secondary or (behind and self._is_secondary(exact.key.other(behind))):
            return SECONDARY
        return self._rounded_term(term, value, exact)

    def _rounded_term(self, term: Count | Fte | FteDays, value: Decimal, exact: Observation) -> Figure:
        match term:
            case Count(behind=behind):
                hidden = behind is not None and self._figure(exact.key.other(behind)).value is None
                shown = None if hidden else rounding.count(value, self._rules)
            case Fte(behind="nobody"):
                shown = rounding.to_decimals(value, self._rules.decimals.fte)
            case Fte(behind=behind):
                shown = rounding.fte(value, self._persons(behind, value, exact), self._rules)
            case FteDays():
                fte = value / exact.reference_date.day
                shown = rounding.fte(fte, self._persons(None, fte, exact), self._rules)
        return PRIMARY if shown is None else Figure(shown)

    def _is_secondary(self, key: Key) -> bool:
        return self._figure(key).hidden == SECONDARY.hidden

    def _persons(self, behind: str | None, fte: Decimal, exact: Observation) -> Decimal | None:
        if behind:
            return self._figure(exact.key.other(behind)).value
        return rounding.persons_at_least(rounding.to_decimals(fte, self._rules.decimals.fte), self._rules)

    def _percentile(self, rule: Percentile, exact: Observation) -> Figure:
        observations = self._figure(exact.key.other(rule.of))
        if observations.value == 0:
            return NOT_APPLICABLE
        if observations.hidden == SECONDARY.hidden:
            return SECONDARY
        if exact.value is None:
            return NOT_APPLICABLE
        if not self._enough(rule.of, observations, getattr(self._rules.minimum_numbers, rule.kind)):
            return SMALL_N
        return Figure(self._rounded(exact.value, exact))

    def _ratio(self, rule: Ratio, exact: Observation) -> Figure:
        numerator = self._term(rule.numerator, "numerator", exact)
        denominator = self._term(rule.denominator, "denominator", exact)
        return self._quotient(numerator, denominator, exact, observations=rule.observations or rule.denominator)

    def _mean(self, rule: Mean, exact: Observation) -> Figure:
        of = exact.key.other(rule.of)
        total = self._multiple(exact, self._exact[of].value)
        return self._quotient(total, self._figure(of), exact, observations=rule.of)

    def _survival(self, rule: Survival, exact: Observation) -> Figure:
        of = self._term(rule.of, "denominator", exact)
        return self._quotient(self._multiple(exact, of.value), of, exact, observations=rule.of)

    def _multiple(self, exact: Observation, number: Decimal | None) -> Figure:
        """A mean or share times the number that it is of: a sum or a number itself, published as a count."""
        product = None if exact.value is None or number is None else rounding.to_decimals(exact.value * number, 0)
        return NOT_APPLICABLE if product is None else self._rounded_term(_COUNT, product, exact)

    def _quotient(self, numerator: Figure, denominator: Figure, exact: Observation, *, observations: Term) -> Figure:
        if denominator.value == 0:
            return NOT_APPLICABLE
        behind = self._figure(exact.key.other(observations)) if isinstance(observations, str) else denominator
        if behind.hidden == SECONDARY.hidden:
            return SECONDARY
        if exact.value is None:
            return NOT_APPLICABLE
        if not self._enough(observations, behind, self._rules.minimum_numbers.ratio):
            return SMALL_N
        if numerator.value is None or denominator.value is None:
            return inherited(numerator, denominator)
        value = self._rounded(numerator.value / denominator.value, exact)
        return Figure(value, numerator=numerator.value, denominator=denominator.value)

    def _enough(self, term: Term, figure: Figure, minimum: int) -> bool:
        """Whether a published count, or fte, stands for at least ``minimum`` observations for certain (rule 4)."""
        if figure.value is None:
            return False
        is_fte = isinstance(self._indicators.rule(term), Fte | FteDays)
        certain = rounding.persons_at_least if is_fte else rounding.certainly
        return certain(figure.value, self._rules) >= minimum

    def _rounded(self, value: Decimal, exact: Observation) -> Decimal:
        return rounding.to_decimals(value, self._indicators.decimals(self._component(exact.key).unit))

    def _change(self, rule: Change, exact: Observation) -> Figure:
        now = exact.key.other(rule.of)
        then = self._earlier(now, self._path.baseline if rule.since == "baseline" else _four_months_before(exact))
        if then is None or not self._one_set(exact.key, now, then):
            return NOT_AVAILABLE
        return difference(self._figure(now), self._figure(then))

    def _less(self, rule: Difference, exact: Observation) -> Figure:
        of = exact.key.other(rule.of)
        if not self._one_set(exact.key, of):
            return NOT_AVAILABLE
        less = Figure(self._path.norm) if rule.less == "norm" else self._figure(exact.key.other(rule.less))
        return difference(self._figure(of), less)

    def _one_set(self, *keys: Key) -> bool:
        """Whether figures are about the same institutions: the same number of them, as each set is in the next."""
        return len({self._exact[key].gi_reported for key in keys}) == 1

    def _path_value(self, rule: PathToNorm, exact: Observation) -> Figure:
        baseline = self._earlier(exact.key.other(rule.of), self._path.baseline)
        start = self._figure(baseline) if baseline and self._one_set(exact.key, baseline) else NOT_AVAILABLE
        if start.value is None:
            return start
        value = self._path.at(start.value, exact.reference_date)
        return NOT_AVAILABLE if value is None else Figure(rounding.to_decimals(value, self._rules.decimals.ratio))

    def _shortfall(self, rule: Shortfall, exact: Observation) -> Figure:
        measures, fte = (self._figure(exact.key.other(name)) for name in (rule.measures, rule.fte))
        if measures.value is None or fte.value is None:
            return inherited(measures, fte)
        short = max(Decimal(0), measures.value / self._path.norm - fte.value)
        return Figure(rounding.to_decimals(short, self._rules.decimals.fte))

    def _earlier(self, key: Key, reference_date: date) -> Key | None:
        period = self._periods.get(reference_date)
        earlier = key._replace(period=period) if period else None
        return earlier if earlier in self._exact else None


def _four_months_before(exact: Observation) -> date:
    return (Month.of(exact.reference_date) - 4).reference_date


def _order(indicators: Indicators) -> Callable[[Observation], tuple[Any, ...]]:
    rank = {cell: number for number, cell in enumerate(indicators.cells())}

    def order(row: Observation) -> tuple[Any, ...]:
        return row.reference_date, row.institution != NATIONAL, row.institution, rank[row.key.cell]

    return order
