"""The data frames that suite ``publication`` judges, made from what a candidate would publish."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from gi_monitor.gates import screener
from gi_monitor.indicators import Indicators
from gi_monitor.publication_rules import Count, Ratio

_CELL = ["indicator", "component", "breakdown", "category"]
_FIGURES = ["value", "numerator", "denominator"]
_EXACT = 1e-6


def frames_of(published: pd.DataFrame, release_id: str, known: Indicators) -> dict[str, pd.DataFrame]:
    """The frames by the names that the suite uses, with those of the screener.

    - ``published``: the rows as they are, figures as numbers, with ``of_this_release`` (the period is that of the
      release), ``is_declared`` (an indicator file publishes this component with this breakdown and code),
      ``is_in_range`` (all its numbers are finite and within the range of their unit) and ``has_more_decimals`` (a value
      than its unit has, a term than fte has), each ``yes`` or ``no``.
    - ``counts``: one row per published count in a value, numerator or denominator: ``count`` and ``remainder``
      after division by the rounding base.
    - ``declared``: one row per national cell that the indicator files publish: ``national_rows`` in this release.
    - ``periods``: one row per period after the first: ``step``, in periods of four months, since the one before.
    """
    rows = published.reset_index(drop=True)
    rows["is_in_range"] = _yes(_in_range(rows, known))
    rows[_FIGURES] = rows[_FIGURES].apply(pd.to_numeric)
    rows["of_this_release"] = _yes(rows["period"].eq(release_id))
    rows["is_declared"] = _yes(pd.Series(pd.MultiIndex.from_frame(rows[_CELL]).isin(list(known.published()))))
    rows["has_more_decimals"] = _yes(_more_decimals(rows, known))
    return {
        "published": rows,
        "counts": _counts(rows, known),
        "declared": _declared(rows, known),
        "periods": _periods(rows),
        **screener.frames_of(published, known),
    }


def _yes(condition: pd.Series[bool]) -> pd.Series[str]:
    return condition.map({True: "yes", False: "no"})


def _published_components(known: Indicators) -> Iterator[tuple[str, str]]:
    for indicator in known.indicators.values():
        for name, component in indicator.components.items():
            if component.published.kind != "withheld":
                yield indicator.id, name


def _units(rows: pd.DataFrame, known: Indicators) -> pd.Series[str]:
    units = {f"{i}/{c}": known.component(i, c).unit for i, c in _published_components(known)}
    return (rows["indicator"] + "/" + rows["component"]).map(units).fillna("")


def _in_range(rows: pd.DataFrame, known: Indicators) -> pd.Series[bool]:
    """Judged before pandas takes NaN for an empty figure; what no indicator file names has no range to be in."""
    ranges = {f"{i}/{c}": known.range_of(i, c) for i, c in _published_components(known)}
    term = Decimal(0), Decimal("Infinity")
    names = rows["indicator"] + "/" + rows["component"]
    inside = [
        all(
            _is_within(number, *bounds)
            for number, bounds in zip(row, (ranges.get(name, term), term, term), strict=True)
        )
        for name, row in zip(names, rows[_FIGURES].itertuples(index=False), strict=True)
    ]
    return pd.Series(inside, rows.index, dtype=bool)


def _is_within(number: Decimal | float | None, lowest: Decimal, highest: Decimal) -> bool:
    """Whether a figure is empty, or finite and in a range; an empty one is None, or NaN as a float of pandas."""
    if number is None or (isinstance(number, float) and math.isnan(number)):
        return True
    exact = Decimal(number)
    return exact.is_finite() and lowest <= exact <= highest


def _more_decimals(rows: pd.DataFrame, known: Indicators) -> pd.Series[bool]:
    fte = known.disclosure.decimals.fte
    value = _units(rows, known).map({unit: known.decimals(unit) for unit in known.units}).astype("float64").fillna(0)
    allowed = pd.DataFrame({"value": value, "numerator": fte, "denominator": fte})
    scaled = rows[_FIGURES] * 10**allowed
    return ((scaled - scaled.round()).abs() > _EXACT).any(axis=1)


def _counts(rows: pd.DataFrame, known: Indicators) -> pd.DataFrame:
    counting = {unit for unit, of_unit in known.units.items() if of_unit.kind == "count"}
    columns = {"value": _units(rows, known).isin(counting)}
    for term in ("numerator", "denominator"):
        counted = {f"{i}/{c}" for i, c in _published_components(known) if _term_is_count(known, i, c, term)}
        columns[term] = (rows["indicator"] + "/" + rows["component"]).isin(counted)
    counts = pd.concat([rows.loc[chosen, column] for column, chosen in columns.items()]).dropna()
    return pd.DataFrame({"count": counts, "remainder": counts % known.disclosure.rounding_base})


def _term_is_count(known: Indicators, indicator: str, component: str, term: str) -> bool:
    published = known.component(indicator, component).published
    if not isinstance(published, Ratio):
        return True  # Nothing says that it is anything else, so it is held to the strictest rule.
    return isinstance(known.rule(published.numerator if term == "numerator" else published.denominator), Count)


def _declared(rows: pd.DataFrame, known: Indicators) -> pd.DataFrame:
    national = rows[rows["institution"].eq("NL") & rows["of_this_release"].eq("yes")]
    found = national.groupby(_CELL).size()
    declared = pd.DataFrame(known.published("national"), columns=_CELL)
    return declared.join(found.rename("national_rows"), on=_CELL).fillna({"national_rows": 0})


def _periods(rows: pd.DataFrame) -> pd.DataFrame:
    parts = rows["period"].drop_duplicates().str.extract(r"^(20\d{2})-T([123])$").astype("Int64")
    steps = (parts[0] * 3 + parts[1]).sort_values(na_position="first").diff()
    # A period that cannot be read is no step of one.
    return pd.DataFrame({"step": steps.iloc[1:].fillna(0)})
