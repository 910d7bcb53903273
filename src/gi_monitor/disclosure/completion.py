"""Whether the rows of the warehouse are those that the indicator files declare, and what publication adds to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from gi_monitor.disclosure.observation import DisclosureError, Key, Observation
from gi_monitor.indicators import Component, Indicators, Scope


def complete(exact: Iterable[Observation], indicators: Indicators) -> dict[Key, Observation]:
    """Exact observations by key, with the sums that are published and a row for each class that is not available.

    What is only for the nation, or only for institutions, is left out for the others. Raises DisclosureError
    that lists everything which no indicator file declares, which stands there twice, which is missing, or which is
    no number of its component.
    """
    rows = [row for given in exact for row in _declared(given, indicators)]
    found = {row.key: row for row in rows}
    expected = _expected(rows, indicators)
    problems = [f"{_name(key)}: no indicator file declares it" for key in sorted(found.keys() - expected)]
    problems += [f"{_name(row.key)}: status {row.status} does not go with its value" for row in rows if not _sound(row)]
    problems += [
        f"{_name(row.key)}: is not a finite number of at least {lowest}: see what the marts made it of"
        for row in rows
        if row.key in expected and not _is_number(row, lowest := indicators.range_of(row.indicator, row.component)[0])
    ]
    problems += [f"{_name(key)}: is missing" for key in sorted(expected - found.keys())]
    if len(found) < len(rows):
        problems.append(f"{len(rows) - len(found)} observations stand there twice")
    if problems:
        raise DisclosureError("\n".join(problems))
    found.update({row.key: row for row in _sums(found, indicators)})
    return found


def _declared(row: Observation, indicators: Indicators) -> Iterator[Observation]:
    indicator = indicators.indicators.get(row.indicator)
    component = indicator.components.get(row.component) if indicator else None
    if component is None:
        yield row
    elif component.only in (None, row.scope):
        of_all_classes = component.classes if row.category == "total" else None
        for category in indicators.categories(of_all_classes) if of_all_classes else (row.category,):
            yield replace(row, category=category)


def _expected(rows: Iterable[Observation], indicators: Indicators) -> set[Key]:
    """What the warehouse must say, be it without a value, of every institution and period that it says anything of."""
    scopes: tuple[Scope, ...] = ("national", "institution")
    cells = {scope: list(indicators.cells(scope)) for scope in scopes}
    return {
        Key(period, institution, *cell)
        for period, institution, scope in {(row.period, row.institution, row.scope) for row in rows}
        for cell in cells[scope]
        if not indicators.component(*cell[:2]).sum_of
    }


def _sound(row: Observation) -> bool:
    expected_empty = {"observed": False, "not_available": True, "not_applicable": True}
    return expected_empty.get(row.status, row.value is None) == (row.value is None)


def _is_number(row: Observation, lowest: Decimal) -> bool:
    numbers = [number for number in (row.value, row.numerator, row.denominator) if number is not None]
    return all(number.is_finite() for number in numbers) and (row.value is None or row.value >= lowest)


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
