"""Who may see which published observation (spec 3.2, rule 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gi_monitor.disclosure.observation import Observation
from gi_monitor.indicators import Cell, Indicators


def public(published: Iterable[Observation], indicators: Indicators) -> list[Observation]:
    """What everybody may see: by default the national figures. The restricted audience sees all."""
    return [row for row in published if _audience(row, indicators) == "public"]


def public_cells(indicators: Indicators) -> Iterator[Cell]:
    """The cells that everybody may see, be it of the nation or of an institution."""
    for cell in indicators.published():
        only, audience = indicators.component(*cell[:2]).only, indicators.indicators[cell[0]].audience
        if "public" in (only != "institution" and audience.national, only != "national" and audience.institution):
            yield cell


def _audience(row: Observation, indicators: Indicators) -> str:
    audience = indicators.indicators[row.indicator].audience
    return audience.national if row.scope == "national" else audience.institution
