"""Exact observations in, publishable observations out (spec 3.2, rules 1-4, 6 and 7).

Every published value is a function of published components alone: counts and fte are rounded first, and
ratios, changes, gaps and paths are computed from what was published. So the exact value cannot be had back
from them, and two exact tables that round alike are published alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from gi_monitor.disclosure import rounding
from gi_monitor.disclosure.completion import complete
from gi_monitor.disclosure.observation import NATIONAL, DisclosureError, Key, Observation, Status
from gi_monitor.disclosure.workload_path import WorkloadPath
from gi_monitor.indicators import Indicators
from gi_monitor.month import Month
from gi_monitor.publication_rules import (
    Change,
    Count,
    Flag,
    Fte,
    Gap,
    PathToNorm,
    Percentile,
    Ratio,
    Shortfall,
    Withheld,
)


def apply(exact: Iterable[Observation], indicators: Indicators, path: WorkloadPath) -> list[Observation]:
    """The observations as they may be published, in the order of period, institution (NL first) and indicator file.

    Raises DisclosureError that lists what cannot be published, such as a figure no indicator file declares.
    """
    completed = complete(exact, indicators)
    control = _Control(completed, indicators, path)
    published = [
        control.observation(key)
        for key in completed
        if not isinstance(indicators.component(key.indicator, key.component).published, Withheld)
    ]
    return sorted(published, key=_order(indicators))


@dataclass(frozen=True)
class _Figure:
    """A published value with the published terms it was computed from; ``hidden`` says why there is none."""

    value: Decimal | None
    hidden: Status | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


_NOT_AVAILABLE = _Figure(None, "not_available")
_NOT_APPLICABLE = _Figure(None, "not_applicable")
_PRIMARY = _Figure(None, "suppressed_primary")
_SMALL_N = _Figure(None, "suppressed_small_n")
_STRONGEST_FIRST = (_NOT_AVAILABLE, _PRIMARY, _SMALL_N, _NOT_APPLICABLE)


def _inherited(*terms: _Figure) -> _Figure:
    """What becomes of a figure some of whose terms are empty: it is empty for the strongest of their reasons."""
    reasons = {term.hidden for term in terms}
    return next(figure for figure in _STRONGEST_FIRST if figure.hidden in reasons)


class _Control:
    def __init__(self, exact: Mapping[Key, Observation], indicators: Indicators, path: WorkloadPath) -> None:
        self._exact = exact
        self._indicators = indicators
        self._rules = indicators.disclosure
        self._path = path
        self._periods = {row.reference_date: row.period for row in exact.values()}
        self._figures: dict[Key, _Figure] = {}

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

    def _figure(self, key: Key) -> _Figure:
        if key not in self._figures:
            unavailable = self._exact[key].status == "not_available"
            self._figures[key] = _NOT_AVAILABLE if unavailable else self._computed(key, self._exact[key])
        return self._figures[key]

    def _computed(self, key: Key, exact: Observation) -> _Figure:
        match self._indicators.component(key.indicator, key.component).published:
            case Count() | Fte() as rule:
                return self._term(rule, exact.value, exact)
            case Percentile() as rule:
                return self._percentile(rule, exact)
            case Ratio() as rule:
                return self._ratio(rule, exact)
            case Change() as rule:
                return self._change(rule, exact)
            case Gap() | PathToNorm() | Shortfall() as rule:
                return self._against_the_norm(rule, exact)
            case Flag():
                return _Figure(exact.value)
            case Withheld():
                raise DisclosureError(f"{' '.join(key)}: is withheld, so nothing published may rest on it")

    def _term(self, rule: str | Count | Fte, value: Decimal | None, exact: Observation) -> _Figure:
        """A count or fte: another component's, or ``value`` published by a rule of its own."""
        if isinstance(rule, str):
            return self._figure(exact.key.other(rule))
        behind = self._figure(exact.key.other(rule.behind)) if rule.behind else None
        if value is None:
            return _NOT_APPLICABLE
        if isinstance(rule, Fte):
            shown = rounding.fte(value, behind.value if behind else None, self._rules)
        else:
            shown = None if behind and behind.value is None else rounding.count(value, self._rules)
        return _PRIMARY if shown is None else _Figure(shown)

    def _percentile(self, rule: Percentile, exact: Observation) -> _Figure:
        observations = self._figure(exact.key.other(rule.of))
        if observations.value == 0:
            return _NOT_APPLICABLE
        if not rounding.enough(observations.value, getattr(self._rules.minimum_numbers, rule.kind), self._rules):
            return _SMALL_N
        if exact.value is None:
            return _NOT_APPLICABLE
        return _Figure(rounding.to_decimals(exact.value, self._rules.decimals.days))

    def _ratio(self, rule: Ratio, exact: Observation) -> _Figure:
        numerator = self._term(rule.numerator, exact.numerator, exact)
        denominator = self._term(rule.denominator, exact.denominator, exact)
        observations = self._figure(exact.key.other(rule.observations))
        if denominator.value == 0:
            return _NOT_APPLICABLE
        if not rounding.enough(observations.value, self._rules.minimum_numbers.ratio, self._rules):
            return _SMALL_N
        if numerator.value is None or denominator.value is None:
            return _inherited(numerator, denominator)
        decimals = getattr(self._rules.decimals, rule.kind)
        value = rounding.to_decimals(numerator.value / denominator.value, decimals)
        return _Figure(value, numerator=numerator.value, denominator=denominator.value)

    def _change(self, rule: Change, exact: Observation) -> _Figure:
        now = exact.key.other(rule.of)
        then = self._earlier(now, self._path.baseline if rule.since == "baseline" else _four_months_before(exact))
        if then is None or len({row.gi_reported for row in (exact, self._exact[now], self._exact[then])}) > 1:
            # The published figures of the two dates are then not about the same institutions.
            return _NOT_AVAILABLE
        return self._difference(self._figure(now), self._figure(then))

    def _against_the_norm(self, rule: Gap | PathToNorm | Shortfall, exact: Observation) -> _Figure:
        match rule:
            case Gap():
                to = _Figure(self._path.norm) if rule.to == "norm" else self._figure(exact.key.other(rule.to))
                return self._difference(self._figure(exact.key.other(rule.of)), to)
            case PathToNorm():
                return self._path_value(rule, exact)
            case Shortfall():
                return self._shortfall(rule, exact.key)

    def _path_value(self, rule: PathToNorm, exact: Observation) -> _Figure:
        baseline = self._earlier(exact.key.other(rule.of), self._path.baseline)
        start = self._figure(baseline) if baseline else _NOT_AVAILABLE
        if start.value is None:
            return start
        value = self._path.at(start.value, exact.reference_date)
        return _NOT_AVAILABLE if value is None else _Figure(rounding.to_decimals(value, self._rules.decimals.ratio))

    def _shortfall(self, rule: Shortfall, key: Key) -> _Figure:
        measures, fte = self._figure(key.other(rule.measures)), self._figure(key.other(rule.fte))
        if measures.value is None or fte.value is None:
            return _inherited(measures, fte)
        short = max(Decimal(0), measures.value / self._path.norm - fte.value)
        return _Figure(rounding.to_decimals(short, self._rules.decimals.fte))

    def _difference(self, figure: _Figure, other: _Figure) -> _Figure:
        if figure.value is None or other.value is None:
            return _inherited(figure, other)
        return _Figure(figure.value - other.value)

    def _earlier(self, key: Key, reference_date: date) -> Key | None:
        period = self._periods.get(reference_date)
        earlier = key._replace(period=period) if period else None
        return earlier if earlier in self._exact else None


def _four_months_before(exact: Observation) -> date:
    return (Month.of(exact.reference_date) - 4).reference_date


def _order(indicators: Indicators) -> Callable[[Observation], tuple[Any, ...]]:
    components = [(i.id, name) for i in indicators.indicators.values() for name in i.components]
    rank = {place: number for number, place in enumerate(components)}
    breakdowns = {name: number for number, name in enumerate(["total", *indicators.breakdowns])}

    def order(row: Observation) -> tuple[Any, ...]:
        codes = ("total",) if row.breakdown == "total" else indicators.categories(row.breakdown)
        place = rank[row.indicator, row.component], breakdowns[row.breakdown], codes.index(row.category)
        return row.reference_date, row.institution != NATIONAL, row.institution, *place

    return order
