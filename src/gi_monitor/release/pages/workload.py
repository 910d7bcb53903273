"""Workload against the path, and workload and waiting list together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from gi_monitor.release.inputs import PolicyMoment
from gi_monitor.release.pages.blocks import Section
from gi_monitor.release.pages.drawing.axis import around
from gi_monitor.release.pages.drawing.canvas import BLUE, GREY, ORANGE, PURPLE
from gi_monitor.release.pages.drawing.lines import DASHED, DOTTED, LEAD, Line, LineChart, Point
from gi_monitor.release.pages.exhibits import Exhibits


def sections(exhibits: Exhibits, moments: Sequence[PolicyMoment]) -> list[Section]:
    """What the page shows."""
    classes = exhibits.telling.indicators.categories("relief")
    return [
        _against_the_path(exhibits, moments),
        together(exhibits, "together"),
        exhibits.by_category("relief", "N1.class/total", classes, finding=exhibits.findings.relief()),
        exhibits.over_time("capacity", ["S2.fte"], ["S2.fte", "S2.share", "C7.value"]),
        exhibits.over_time(
            "per_worker",
            ["C8.p50", "C8.p10", "C8.p90"],
            ["C8.p10", "C8.p50", "C8.p90", "C8.share_above_12", "C4.value", "C5.value"],
        ),
    ]


def together(exhibits: Exhibits, key: str) -> Section:
    """Workload and waiting list, each on its own axis, and in one table with how long those wait who wait."""
    parts = [("C3.value", BLUE, False), ("W1.children", ORANGE, True)]
    charts = [
        LineChart(
            key=f"{key}-{name.partition('.')[0]}",
            title=exhibits.say(f"short.{name}"),
            description=exhibits.described([name]),
            axis=exhibits.say(f"exhibits.together.axes.{name}"),
            lines=[exhibits.line(name, colour)],
            domain=chart.domain,
        )
        for name, colour, zero in parts
        if (chart := exhibits.line_chart("workload", [name], zero=zero))
    ]
    names = ["C3.value", "W1.children", "W4.median"]
    table = exhibits.table_of_periods("together", names)
    return exhibits.section(key, exhibits.findings.together(), charts, [table], names, words="together")


def _against_the_path(exhibits: Exhibits, policy_moments: Sequence[PolicyMoment]) -> Section:
    figures, names = exhibits.telling.figures, ["C3.value", "C6.path", "C6.gap_to_path", "C6.gap_to_norm"]
    norm = figures.norm()
    begin = figures.day(figures.periods[0]) - LEAD
    moments = [moment for moment in policy_moments if moment.date >= begin]
    measured = exhibits.values("C3.value")
    chart = LineChart(
        key="workload",
        title="",
        description=f"{exhibits.described(['C3.value', 'C6.path'])} {exhibits.say('exhibits.workload.dashed')}",
        axis=exhibits.say("exhibits.workload.axis"),
        lines=[exhibits.line("C3.value", BLUE), *_path(exhibits), *_flat(exhibits, norm)],
        domain=around([*measured, *exhibits.values("C6.path"), *([] if norm is None else [norm])]),
        moments=[moment.date for moment in moments],
    )
    section = exhibits.section(
        "workload",
        exhibits.findings.workload(),
        [chart] if measured else [],
        [exhibits.table_of_periods("workload", names)],
        names,
        cut=bool(measured),
    )
    assumed = [exhibits.say("notes.assumed")] if figures.value("C6.path_assumed") else []
    told = [f"{exhibits.say.day(moment.date)}: {exhibits.say.of(moment)}" for moment in moments]
    return replace(section, notes=[*assumed, *section.notes], moments=told if measured else [])


def _path(exhibits: Exhibits) -> list[Line]:
    """The path in two parts; the assumed one starts where the agreed one ends."""
    figures = exhibits.telling.figures
    agreed: list[Point] = []
    assumed: list[Point] = []
    for period in figures.periods:
        value = figures.value("C6.path", period)
        if value is not None:
            part = assumed if figures.value("C6.path_assumed", period) else agreed
            part.append(Point(figures.day(period), value))
    name = exhibits.labelled("C6.path")
    if not assumed:
        return [Line(name, agreed, PURPLE, DASHED, measured=False)]
    return [
        Line("", agreed, PURPLE, DASHED, measured=False),
        Line(f"{name} {exhibits.say('assumed')}", [*agreed[-1:], *assumed], PURPLE, DOTTED, measured=False),
    ]


def _flat(exhibits: Exhibits, norm: Decimal | None) -> list[Line]:
    if norm is None:
        return []
    figures = exhibits.telling.figures
    points = [Point(figures.day(period), norm) for period in figures.periods]
    return [Line(f"{exhibits.say('norm')} {exhibits.say.number(norm)}", points, GREY, DASHED, measured=False)]
