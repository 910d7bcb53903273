"""What publication shows beside the rows of the warehouse: every code of a breakdown, and the net terms of F1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from gi_monitor.disclosure.observation import DisclosureError, Key, Observation
from gi_monitor.indicators import Component, Indicators


def complete(exact: Iterable[Observation], indicators: Indicators) -> dict[Key, Observation]:
    """Exact observations by key, with absent categories as 0 (spec 2.1) and the sums that are published.

    Raises DisclosureError that lists everything which no indicator file declares, which stands there
    twice, or which is missing although it is not zero when absent.
    """
    rows = list(exact)
    found = {row.key: row for row in rows}
    problems = [
        f"{_name(row.key)}: no indicator file declares it" for row in rows if not _declared(row.key, indicators)
    ]
    problems += [f"{_name(row.key)}: status {row.status} does not go with its value" for row in rows if not _sound(row)]
    problems += [f"{_name(key)}: is missing" for key in sorted(_declared_totals(rows, indicators) - found.keys())]
    if len(found) < len(rows):
        problems.append(f"{len(rows) - len(found)} observations stand there twice")
    if problems:
        raise DisclosureError("\n".join(problems))
    missing = [row for row in _absent(found, indicators) if row.key not in found]
    if unknown := [row.key for row in missing if not indicators.breakdowns[row.breakdown].absent_is_zero]:
        raise DisclosureError("\n".join(f"{_name(key)}: is missing, and absent is not zero here" for key in unknown))
    found.update({row.key: row for row in missing})
    found.update({row.key: row for row in _sums(found, indicators)})
    return found


def _declared(key: Key, indicators: Indicators) -> bool:
    indicator = indicators.indicators.get(key.indicator)
    if indicator is None or key.component not in indicator.components:
        return False
    if key.breakdown == "total":
        return key.category == "total"
    return key.breakdown in indicator.breakdowns and key.category in indicators.categories(key.breakdown)


def _declared_totals(rows: Iterable[Observation], indicators: Indicators) -> set[Key]:
    """The figures that every institution must have in every period, be it without a value."""
    return {
        Key(period, institution, indicator.id, name, "total", "total")
        for period, institution in {(row.period, row.institution) for row in rows}
        for indicator in indicators.indicators.values()
        for name, component in indicator.components.items()
        if not component.sum_of
    }


def _sound(row: Observation) -> bool:
    expected_empty = {"observed": False, "not_available": True, "not_applicable": True}
    return expected_empty.get(row.status, row.value is None) == (row.value is None)


def _absent(found: Mapping[Key, Observation], indicators: Indicators) -> Iterator[Observation]:
    for total in (row for row in found.values() if row.breakdown == "total"):
        for breakdown in indicators.indicators[total.indicator].breakdowns:
            for category in indicators.categories(breakdown):
                value = None if total.value is None else Decimal(0)
                yield replace(total, breakdown=breakdown, category=category, value=value)


def _sums(found: Mapping[Key, Observation], indicators: Indicators) -> Iterator[Observation]:
    for indicator in indicators.indicators.values():
        for name, component in indicator.components.items():
            if component.sum_of:
                first = next(iter(component.sum_of))
                places = [row for row in found.values() if (row.indicator, row.component) == (indicator.id, first)]
                yield from (_sum(row, name, component, found) for row in places)


def _sum(first: Observation, name: str, component: Component, found: Mapping[Key, Observation]) -> Observation:
    parts = {part: found[first.key._replace(component=part)] for part in component.sum_of}
    empty = next((row for row in parts.values() if row.value is None), None)
    if empty is not None:
        return replace(empty, component=name)
    total = sum((sign * (parts[part].value or Decimal(0)) for part, sign in component.sum_of.items()), Decimal(0))
    return replace(first, component=name, value=Decimal(total))


def _name(key: Key) -> str:
    return " ".join(key)
