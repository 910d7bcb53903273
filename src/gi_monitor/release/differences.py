"""What a candidate says differently from what is out, and why (spec 3.1, 3.3)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from gi_monitor.disclosure.observation import NATIONAL, Key, Observation
from gi_monitor.indicators import Cell, Indicators

Place = tuple[str, date]
"""An institution and a reporting month: where a delivery belongs."""
RestsOn = Mapping[tuple[str, str, str, str], Collection[Place]]
"""The places with another delivery than before that a figure rests on, by period, institution, indicator, component."""
Cause = Literal["delivery", "disclosure", "code"]
_SUPPRESSED = frozenset({"suppressed_primary", "suppressed_secondary", "suppressed_small_n"})


@dataclass(frozen=True)
class Difference:
    """A published figure that is not what it was: ``old`` or ``new`` is None where a version does not have it.

    ``cause`` is None where nothing explains it. ``deliveries``: those that changed and that the figure rests on.
    """

    key: Key
    old: Observation | None
    new: Observation | None
    cause: Cause | None
    deliveries: Sequence[Place] = ()

    @property
    def row(self) -> Observation:
        """It as it is, or as it was."""
        row = self.new or self.old
        assert row is not None
        return row


@dataclass(frozen=True)
class Comparison:
    """A candidate beside the version that is out: figures that differ, and cells that only one of the two has."""

    differences: tuple[Difference, ...]
    lost: tuple[Cell, ...]
    gained: tuple[Cell, ...]


def compare(
    old: Iterable[Observation],
    new: Iterable[Observation],
    *,
    rests_on: RestsOn,
    gone: Collection[Place],
    same_code: bool,
) -> Comparison:
    """Compare the figures of the periods that both have.

    ``gone``: where a delivery counted and none does any more, which is in nobody's lineage.
    """
    before, after = ({row.key: row for row in rows} for rows in (old, new))
    common = {key.period for key in before} & {key.period for key in after}
    keys = [key for key in dict.fromkeys([*before, *after]) if key.period in common]
    explain = _explainer(rests_on, gone, same_code=same_code)
    return Comparison(
        differences=tuple(
            Difference(key, before.get(key), after.get(key), *explain(before.get(key), after.get(key)))
            for key in keys
            if _shown(before.get(key)) != _shown(after.get(key))
        ),
        lost=_cells_missing_from(after, before, common),
        gained=_cells_missing_from(before, after, common),
    )


def with_sums(rests_on: RestsOn, indicators: Indicators) -> RestsOn:
    """Add the components that publication makes of others: a sum rests on all that its parts rest on."""
    found = {figure: set(places) for figure, places in rests_on.items()}
    for indicator in indicators.indicators.values():
        for name, component in indicator.components.items():
            for (period, institution, of, part), places in rests_on.items():
                if of == indicator.id and part in component.sum_of:
                    found.setdefault((period, institution, of, name), set()).update(places)
    return found


def _shown(row: Observation | None) -> tuple[object, ...] | None:
    return None if row is None else (row.value, row.numerator, row.denominator, row.status)


def _cells_missing_from(
    there: Mapping[Key, Observation], here: Mapping[Key, Observation], periods: Collection[str]
) -> tuple[Cell, ...]:
    known = {key.cell for key in there if key.period in periods}
    return tuple(dict.fromkeys(key.cell for key in here if key.period in periods and key.cell not in known))


def _explainer(
    rests_on: RestsOn, gone: Collection[Place], *, same_code: bool
) -> Callable[[Observation | None, Observation | None], tuple[Cause | None, Sequence[Place]]]:
    def explain(old: Observation | None, new: Observation | None) -> tuple[Cause | None, Sequence[Place]]:
        row = new or old
        assert row is not None
        key = row.key
        beneath = sorted(rests_on.get((key.period, key.institution, key.indicator, key.component), ()))
        beneath += [
            (gi_code, month)
            for gi_code, month in sorted(gone)
            if key.institution in (NATIONAL, gi_code) and month <= row.reference_date
        ]
        if beneath:
            return "delivery", beneath
        if not same_code:
            return "code", ()
        if {version.status for version in (old, new) if version} & _SUPPRESSED:
            return "disclosure", ()
        return None, ()

    return explain
