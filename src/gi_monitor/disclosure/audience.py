"""Who may see which published observation (spec 3.2, rule 5)."""

from __future__ import annotations

from collections.abc import Iterable

from gi_monitor.disclosure.observation import Observation
from gi_monitor.indicators import Indicators


def public(published: Iterable[Observation], indicators: Indicators) -> list[Observation]:
    """What everybody may see: by default the national figures. The restricted audience sees all."""
    return [row for row in published if _audience(row, indicators) == "public"]


def _audience(row: Observation, indicators: Indicators) -> str:
    audience = indicators.indicators[row.indicator].audience
    return audience.national if row.scope == "national" else audience.institution
