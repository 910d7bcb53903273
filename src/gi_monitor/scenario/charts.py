"""Fan charts: what was observed, set apart from what a scenario says, with the back-test's coverage on each."""

from __future__ import annotations

import altair as alt
import pandas as pd
import vl_convert
from altair.utils.schemapi import debug_mode

from gi_monitor.month import Month
from gi_monitor.scenario.backtest import coverage
from gi_monitor.scenario.quantities import NATIONAL
from gi_monitor.scenario.results import Result

TITLES = {
    "workload": "Werkdruk, maatregelen per fte / workload, measures per fte",
    "waiting": "Maatregelen zonder jeugdbeschermer / measures without a worker",
    "measures": "Lopende maatregelen / running measures",
    "fte": "Fte voor maatregelen / fte that carries measures",
    "assigned_workload": "Toegewezen werkdruk / assigned workload",
}
_BLUE, _PURPLE, _INK, _GREY = "#12436D", "#801650", "#1d1d1d", "#6b7178"


def fan(result: Result, institution: str, quantity: str) -> alt.LayerChart:
    """One quantity of one institution, or of the country."""
    origin = str(result.scenario.origin)
    seen = _about(result.observed, institution, quantity)
    said = _about(result.forecast, institution, quantity)
    day = alt.X("day:T", title=None)
    median, without, value, top = (
        alt.Y(f"{name}:Q", title=None, scale=alt.Scale(zero=False))
        for name in ("p50", "without_levers", "value", "p10")
    )
    boundary = alt.Chart(alt.InlineData(values=[{"day": _day(origin)}]))
    told = [_legend(origin), *_judged(result, institution, quantity)]
    title = alt.TitleParams(TITLES[quantity], subtitle=told, anchor="start")
    chart = alt.LayerChart(
        layer=[
            _chart(said).mark_area(color=_BLUE, opacity=0.2).encode(x=day, y=top, y2="p90:Q"),
            _chart(said).mark_line(color=_PURPLE, strokeDash=[2, 3]).encode(x=day, y=without),
            _chart(said).mark_line(color=_BLUE, strokeDash=[7, 4], strokeWidth=2).encode(x=day, y=median),
            _chart(seen[seen["month"] <= origin]).mark_line(color=_INK, strokeWidth=2).encode(x=day, y=value),
            _chart(seen[seen["month"] > origin]).mark_point(color=_INK, size=20).encode(x=day, y=value),
            boundary.mark_rule(color=_GREY).encode(x=day),
        ]
    )
    return chart.properties(width=560, height=220, title=title, description=f"{institution}: {TITLES[quantity]}")


def svg(chart: alt.LayerChart) -> str:
    """The chart as SVG, for a page without scripts."""
    with debug_mode(False):  # Altair's validation of every part takes five times as long as the drawing.
        specification = chart.to_dict(validate=False)
    drawn: str = vl_convert.vegalite_to_svg(specification, format_locale="nl-NL", time_format_locale="nl-NL")
    return drawn


def _legend(origin: str) -> str:
    return f"doorgetrokken: waargenomen t/m {origin}; streep: mediaan, vlak: 80 %; stippel: zonder knoppen"


def _judged(result: Result, institution: str, quantity: str) -> list[str]:
    """How good forecasts were: of the country for the country, of all institutions together for each of them."""
    country = institution == NATIONAL
    alike = result.backtest[(result.backtest["institution"] == NATIONAL) == country]
    judged = coverage(alike[alike["quantity"] == quantity]).to_dict("records")
    if not judged:
        return ["terugtoets: er was geen lijst om te toetsen / back-test: there was no list to test"]
    share, months = round(100 * judged[0]["share"]), judged[0]["months"]
    where, place = ("landelijk", "national") if country else ("van instellingen", "institutions'")
    return [
        f"terugtoets: {share} % van {months} waargenomen maanden ({where}) lag in het interval van 80 %",
        f"back-test: {share} % of {months} observed {place} months lay in the 80 % interval",
    ]


def _about(rows: pd.DataFrame, institution: str, quantity: str) -> pd.DataFrame:
    return rows[(rows["institution"] == institution) & (rows["quantity"] == quantity)]


def _day(month: str) -> str:
    return Month.parse(month).reference_date.isoformat()


def _chart(rows: pd.DataFrame) -> alt.Chart:
    records = [{str(name): cell for name, cell in row.items()} for row in rows.to_dict("records")]
    return alt.Chart(alt.InlineData(values=[row | {"day": _day(row["month"])} for row in records]))
