"""How many measures run, of which kind, what came in and what ended; beside it what Statistics Netherlands counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from gi_monitor.release.inputs import CbsStock
from gi_monitor.release.pages.blocks import Section, Table
from gi_monitor.release.pages.drawing.axis import around
from gi_monitor.release.pages.drawing.canvas import BLUE, ORANGE, PURPLE
from gi_monitor.release.pages.drawing.lines import Line, LineChart, Point
from gi_monitor.release.pages.exhibits import Exhibits

_FAMILIES = {"jeugdbescherming": BLUE, "jeugdreclassering": ORANGE}
_A_YEAR = timedelta(days=366)


def sections(exhibits: Exhibits, cbs_stocks: Sequence[CbsStock]) -> list[Section]:
    """What the page shows."""
    codes = exhibits.telling.indicators.categories
    return [
        _stock(exhibits, cbs_stocks),
        exhibits.by_category("types", "C1.count/type", codes("type")),
        exhibits.over_time(
            "balance",
            ["F1.inflow", "F1.outflow"],
            ["F1.stock_begin", "F1.inflow", "F1.outflow", "F1.corrections", "F1.stock_end"],
            zero=True,
        ),
        exhibits.over_time("durations", ["F2.median", "F2.p90"], ["F2.n", "F2.median", "F2.p90"], zero=True),
        exhibits.by_category("type_durations", "F2.median/type", codes("type"), charted=False),
        exhibits.by_category("ages", "C1.count/age_group", codes("age_group")),
        exhibits.by_category("provinces", "C1.count/province", codes("province")),
    ]


def _stock(exhibits: Exhibits, cbs_stocks: Sequence[CbsStock]) -> Section:
    """The stock by family, each on its own axis, with the points of Statistics Netherlands of the same time."""
    figures = exhibits.telling.figures
    points = [stock for stock in cbs_stocks if stock.reference_date + _A_YEAR > figures.day(figures.periods[0])]
    charts = [
        _family_chart(exhibits, family, colour, points)
        for family, colour in _FAMILIES.items()
        if exhibits.values(f"C1.count/family/{family}")
    ]
    names = ["C1.count", *(f"C1.count/family/{family}" for family in _FAMILIES), "C2.children", "C2.families"]
    tables = [exhibits.table_of_periods("stock", names), *([_cbs_table(exhibits, points)] if points else [])]
    return exhibits.section("stock", exhibits.findings.said("C1.count"), charts, tables, names, cut=True)


def _family_chart(exhibits: Exhibits, family: str, colour: str, points: list[CbsStock]) -> LineChart:
    name = f"C1.count/family/{family}"
    counted = [Point(stock.day, Decimal(stock.of(family))) for stock in points]
    chart = exhibits.line_chart("stock", [name])
    assert chart is not None, "the caller has looked whether there are values"
    lines = [exhibits.line(name, colour)]
    if counted:
        lines.append(Line(exhibits.say("short.cbs"), counted, PURPLE, apart=True))
    domain = around([*exhibits.values(name), *(Decimal(stock.of(family)) for stock in points)])
    called = exhibits.telling.category("family", family)
    return replace(
        chart, key=f"stock-{family}", title=called, axis=f"{called}: {chart.axis}", lines=lines, domain=domain
    )


def _cbs_table(exhibits: Exhibits, points: list[CbsStock]) -> Table:
    say, telling = exhibits.say, exhibits.telling
    rows = [
        [
            f"{say.day(stock.day)}{'*' if stock.is_provisional else ''}",
            *(say.number(stock.of(family)) for family in _FAMILIES),
        ]
        for stock in points
    ]
    header = [say("table.stand"), *(say.capital(telling.category("family", family)) for family in _FAMILIES)]
    return Table(say("exhibits.stock.cbs_caption"), header, rows)
