"""What the page shows below the headlines: three findings, each with charts and the table of their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gi_monitor.disclosure.observation import Observation
from gi_monitor.release.page.axis import around, from_zero
from gi_monitor.release.page.charts import (
    BLUE,
    DASHED,
    DOTTED,
    GREY,
    LABEL_LENGTH,
    LEAD,
    ORANGE,
    PURPLE,
    TEAL,
    Chart,
    Line,
    Point,
)
from gi_monitor.release.page.figures import Figures
from gi_monitor.release.page.findings import Findings
from gi_monitor.release.page.wording import cell, coverage, day, difference, number

_PROVISIONAL = "Open punten en dagen met een * zijn voorlopig: die maanden kunnen nog opnieuw geleverd worden."
_NOT_FROM_ZERO = "De verticale as begint niet bij nul."


@dataclass(frozen=True)
class Table:
    """The numbers of a finding: one row per day."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Exhibit:
    """A finding, with its charts, the table of their numbers, the moments they mark and notes to both."""

    key: str
    finding: str
    charts: Sequence[Chart]
    table: Table
    moments: Sequence[str]
    notes: Sequence[str]


class Story:
    """The three exhibits of one release."""

    def __init__(self, figures: Figures, findings: Findings) -> None:
        self._figures, self._findings = figures, findings

    def exhibits(self, policy_moments: Sequence[tuple[date, str]]) -> list[Exhibit]:
        """Workload against the path, workload with the waiting list, and workers, in that order."""
        return [self._workload(policy_moments), self._together(), self._workers()]

    def _workload(self, policy_moments: Sequence[tuple[date, str]]) -> Exhibit:
        norm = self._figures.norm()
        begin = self._figures.day(self._figures.periods[0]) - LEAD
        moments = [(moment, label) for moment, label in policy_moments if moment >= begin]
        chart = Chart(
            key="werklast",
            title=self._findings.workload(),
            description=self._described("organisatiewerklast in maatregelen per fte", "C3.value")
            + " Gestreept: het afbouwpad en de norm.",
            axis="maatregelen per fte",
            lines=[self._measured("C3.value", "werklast", BLUE), *self._path(), *self._flat(norm)],
            domain=around([*self._values("C3.value", "C6.path"), *([] if norm is None else [norm])]),
            moments=[moment for moment, _ in moments],
        )
        table = self._table(
            "Werklast, afbouwpad en afstand tot pad en norm, in maatregelen per fte",
            {"Werklast": "C3.value", "Afbouwpad": "C6.path"},
            differences={"Verschil met pad": "C6.gap_to_path", "Verschil met norm": "C6.gap_to_norm"},
        )
        assumed = "Het gestippelde deel van het afbouwpad is een aanname: daarover is niets afgesproken."
        notes = [assumed] if self._figures.value("C6.path_assumed") else []
        written = [f"{day(moment)}: {label}" for moment, label in moments]
        return Exhibit("werklast", chart.title, [chart], table, written, [*notes, _NOT_FROM_ZERO, _PROVISIONAL])

    def _together(self) -> Exhibit:
        workload = Chart(
            key="samen-werklast",
            title=f"{self._findings.together()}: werklast",
            description=self._described("organisatiewerklast in maatregelen per fte", "C3.value"),
            axis="werklast: maatregelen per fte",
            lines=[self._measured("C3.value", "werklast", BLUE)],
            domain=around(self._values("C3.value")),
        )
        waiting = Chart(
            key="samen-wachtlijst",
            title=f"{self._findings.together()}: wachtlijst",
            description=self._described("aantal wachtende kinderen", "W1.children"),
            axis="wachtlijst: kinderen",
            lines=[self._measured("W1.children", "kinderen", ORANGE)],
            domain=from_zero(self._values("W1.children")),
        )
        table = self._table(
            "Werklast en wachtlijst",
            {
                "Werklast (maatregelen per fte)": "C3.value",
                "Wachtende kinderen": "W1.children",
                "Mediane wachttijd tot nu toe (dagen)": "W4.median",
            },
        )
        together = (
            "Lees beide samen: een lagere werklast die met een langere wachtlijst is gekocht, is geen verbetering."
        )
        notes = [together, "De as van de werklast begint niet bij nul, die van de wachtlijst wel.", _PROVISIONAL]
        return Exhibit("samen", self._findings.together(), [workload, waiting], table, [], notes)

    def _workers(self) -> Exhibit:
        components = {"personen": "S1.persons_skj", "fte": "S1.fte_skj", "caseload-fte": "S2.fte"}
        colours = dict(zip(components, (BLUE, TEAL, PURPLE), strict=True))
        chart = Chart(
            key="jeugdbeschermers",
            title=self._findings.workers(),
            description=self._described("aantal jeugdbeschermers met SKJ-registratie", "S1.persons_skj")
            + " Daarnaast hun fte, en de fte die voor maatregelen beschikbaar is.",
            axis="personen, fte",
            lines=[self._measured(component, name, colours[name]) for name, component in components.items()],
            domain=around(self._values(*components.values())),
        )
        table = self._table(
            "Jeugdbeschermers met SKJ-registratie, en fte die voor maatregelen beschikbaar is",
            {"Jeugdbeschermers (personen)": "S1.persons_skj", "Jeugdbeschermers (fte)": "S1.fte_skj"}
            | {"Caseload-fte": "S2.fte"},
            differences={"Groei in vier maanden (personen)": "S1.persons_skj_growth_4m"},
        )
        meaning = (
            "Caseload-fte is de fte, in alle functies, die voor het dragen van maatregelen beschikbaar is: "
            "zonder inwerken, opleiding en lang verzuim."
        )
        return Exhibit("jeugdbeschermers", chart.title, [chart], table, [], [meaning, _NOT_FROM_ZERO, _PROVISIONAL])

    def _measured(self, component: str, name: str, colour: str) -> Line:
        rows = self._figures.series(component)
        points = [Point(self._figures.day(r.period), r.value, r.revision_status == "provisional") for r in rows]
        return Line(self._labelled(name, component), points, colour)

    def _path(self) -> list[Line]:
        """The path in two parts; the assumed one starts where the agreed one ends."""
        agreed, assumed = [], []
        for period in self._figures.periods:
            value = self._figures.value("C6.path", period)
            point = Point(self._figures.day(period), value)
            if value is not None and self._figures.value("C6.path_assumed", period):
                assumed.append(point)
            elif value is not None:
                agreed.append(point)
        name = self._labelled("pad", "C6.path")
        if not assumed:
            return [Line(name, agreed, PURPLE, DASHED, measured=False)]
        return [
            Line("", agreed, PURPLE, DASHED, measured=False),
            Line(f"{name}\n(aangenomen)", [*agreed[-1:], *assumed], PURPLE, DOTTED, measured=False),
        ]

    def _flat(self, norm: Decimal | None) -> list[Line]:
        if norm is None:
            return []
        points = [Point(self._figures.day(period), norm) for period in self._figures.periods]
        return [Line(f"norm {number(norm)}", points, GREY, DASHED, measured=False)]

    def _labelled(self, name: str, component: str) -> str:
        value = self._figures.value(component)
        if value is None:
            return name
        text = f"{name} {number(value)}"
        return text if len(text) <= LABEL_LENGTH else f"{name}\n{number(value)}"

    def _values(self, *components: str) -> list[Decimal]:
        rows = [row for component in components for row in self._figures.series(component)]
        return [row.value for row in rows if row.value is not None]

    def _described(self, what: str, component: str) -> str:
        said = [
            f"{day(self._figures.day(row.period))}: {cell(row)}"
            for row in self._figures.series(component)
            if row.value is not None
        ]
        return f"Lijndiagram van de landelijke {what}. {'; '.join(said)}."

    def _table(self, caption: str, columns: dict[str, str], differences: dict[str, str] | None = None) -> Table:
        compared = differences or {}
        first = next(iter(columns.values()))
        rows = [
            [
                self._dated(self._figures.row(first, period)),
                *(cell(self._figures.row(component, period)) for component in columns.values()),
                *(difference(self._figures.row(component, period)) for component in compared.values()),
                coverage(self._figures.row(first, period)),
            ]
            for period in self._figures.periods
        ]
        return Table(caption, ["Stand op", *columns, *compared, "Instellingen"], rows)

    def _dated(self, row: Observation) -> str:
        mark = "*" if row.revision_status == "provisional" else ""
        return f"{day(self._figures.day(row.period))}{mark}"
