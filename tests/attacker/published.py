"""Read published editions and derive what each cell says about its figure."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import NamedTuple

NATIONAL = "NL"
SUPPRESSED = ("suppressed_primary", "suppressed_secondary")
UNBOUNDED = 10**8  # stands for infinity and still permits exact arithmetic in floats
MAX_FTE = 120  # hundredths of fte of one person


class Kind(Enum):
    """Unit and range of a figure."""

    COUNT = "count"
    NET_COUNT = "net count"
    FTE = "fte"
    # Published as a difference of two published values (3.2, rule 3): the cell says nothing of its own.
    COUNT_CHANGE = "change of a count"
    FTE_CHANGE = "change of fte"

    @property
    def is_fte(self) -> bool:
        """Return whether the figure is measured in hundredths of fte."""
        return self in (Kind.FTE, Kind.FTE_CHANGE)

    @property
    def is_change(self) -> bool:
        """Return whether the published value is a difference of published values."""
        return self in (Kind.COUNT_CHANGE, Kind.FTE_CHANGE)


class Term(NamedTuple):
    """A figure without its period and institution."""

    indicator: str
    component: str
    breakdown: str = "total"
    category: str = "total"
    part: str = "value"


class Figure(NamedTuple):
    """A term of one institution, or of the nation, in one period."""

    period: str
    institution: str
    term: Term

    def __str__(self) -> str:
        term = self.term
        names = [self.period, self.institution, term.indicator, term.component]
        if term.breakdown != "total":
            names.append(f"{term.breakdown}/{term.category}")
        return " ".join([*names, *([term.part] if term.part != "value" else [])])


class Row(NamedTuple):
    """The status of one published row."""

    status: str
    gi_reported: int


class Interval(NamedTuple):
    """Smallest and largest value, in persons, measures or hundredths of fte."""

    low: int
    high: int


@dataclass(frozen=True)
class Cell:
    """A figure as one edition shows it, with its exact value."""

    kind: Kind
    status: str
    shown: Decimal | None
    exact: int
    gi_reported: int

    @property
    def is_suppressed(self) -> bool:
        """Return whether the edition withholds the value."""
        return self.status in SUPPRESSED


@dataclass(frozen=True)
class Edition:
    """All cells of an edition that take part in a relation, and all its rows."""

    name: str
    cells: Mapping[Figure, Cell]
    rows: Mapping[Figure, Row]
    dates: Mapping[str, str]  # the reference date of each period, in order of time
    vintage: Sequence[tuple[str, str, str]]  # institution, month, sha256

    def deliveries(self, figure: Figure) -> frozenset[tuple[str, str, str]]:
        """Return the deliveries behind a figure: those with a month up to the reference date."""
        month = self.dates[figure.period][:7]
        everybody = figure.institution == NATIONAL
        return frozenset(d for d in self.vintage if d[1] <= month and (everybody or d[0] == figure.institution))


def _kinds(kind: Kind, part: str, names: str) -> Iterator[tuple[tuple[str, str, str], Kind]]:
    for name in names.split():
        indicator, components = name.split(".")
        for component in components.split(","):
            yield (indicator, component, part), kind


SHARES_OF_COUNTS = "C10.share W6.share W7.share W8.share S6.share_of_starts"
SHARES_OF_OPEN_STAYS = "W4.share_over_5_working_days,share_over_91_days"
KINDS: dict[tuple[str, str, str], Kind] = {
    **dict(
        _kinds(
            Kind.COUNT,
            "value",
            "C1.count C2.children,families C10.count F1.stock_begin,inflow,outflow,stock_end F2.n W1.children "
            "W2.begin,on,off,end W3.n W4.n W5.n W6.met,late,overdue,unknown W7.met,late,overdue,unknown "
            "W8.met,late,overdue,unknown S1.persons_skj,persons_caseload_roles S3.persons S4.persons_in,persons_out "
            "S6.starts,in_training",
        )
    ),
    **dict(_kinds(Kind.NET_COUNT, "value", "F1.corrections W2.corrections")),
    **dict(_kinds(Kind.COUNT_CHANGE, "value", "S4.persons_net")),
    **dict(_kinds(Kind.FTE, "value", "S1.fte_skj,fte_caseload_roles S2.fte S3.fte S4.fte_in,fte_out")),
    **dict(_kinds(Kind.FTE_CHANGE, "value", "S4.fte_net")),
    **dict(_kinds(Kind.COUNT, "numerator", f"C4.value C5.value {SHARES_OF_COUNTS} {SHARES_OF_OPEN_STAYS}")),
    **dict(_kinds(Kind.COUNT, "denominator", "C9.mean,share_two_or_more W3.mean W5.share_7,share_42,share_91")),
    **dict(_kinds(Kind.COUNT, "denominator", f"{SHARES_OF_COUNTS} {SHARES_OF_OPEN_STAYS}")),
    **dict(_kinds(Kind.FTE, "numerator", "S2.share S5.value S7.value S8.value")),
    **dict(_kinds(Kind.FTE, "denominator", "C3.value C4.value C5.value S2.share S5.value S7.value S8.value")),
}


def _shown(kind: Kind, value: Decimal) -> Interval:
    if kind.is_fte:
        middle = round(value * 100)
        return Interval(max(0, middle - 5), middle + 5)
    count = int(value)
    if count == 0:
        return Interval(0, 0)
    if count < 0:
        return Interval(count - 2, min(count + 2, -5))
    return Interval(max(count - 2, 5), count + 2)


def _anything(kind: Kind) -> Interval:
    return Interval(0 if kind in (Kind.COUNT, Kind.FTE) else -UNBOUNDED, UNBOUNDED)


def known_from_status(cell: Cell, counted: bool = True) -> Interval:
    """Return the interval that the status gives; a shown zero is part of it, another shown value is not.

    `counted` says whether a count of the persons behind a suppressed fte is part of the publication.
    """
    if cell.kind.is_change:
        return _anything(cell.kind)
    if cell.shown is not None:
        return Interval(0, 0) if cell.shown == 0 and not cell.kind.is_fte else _anything(cell.kind)
    if cell.status == "suppressed_primary":
        if cell.kind is Kind.COUNT:
            return Interval(1, 4)
        if cell.kind is Kind.NET_COUNT:
            return Interval(-4, 4)
        if cell.kind is Kind.FTE:
            return Interval(1 if counted else 0, 4 * MAX_FTE)
    return _anything(cell.kind)


def known_from_cell(cell: Cell) -> Interval:
    """Return the interval that the published cell gives on its own."""
    if cell.shown is None or cell.kind.is_change:
        return known_from_status(cell)
    return _shown(cell.kind, cell.shown)


def _table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _figure(row: Mapping[str, str], part: str = "value") -> Figure:
    term = Term(row["indicator"], row["component"], row["breakdown"], row["category"], part)
    return Figure(row["period"], row["institution"], term)


def _cell(row: Mapping[str, str], review: Mapping[str, str], part: str) -> Cell | None:
    kind = KINDS.get((row["indicator"], row["component"], part))
    if kind is None or review[part] == "":
        return None
    withheld = row[part] == ""
    if withheld and (part != "value" or row["status"] not in SUPPRESSED):
        return None
    exact = round(Decimal(review[part]) * (100 if kind.is_fte else 1))
    shown = None if withheld else Decimal(row[part])
    return Cell(kind, row["status"], shown, exact, int(row["gi_reported"] or 0))


def read_edition(folder: Path) -> Edition:
    """Read the published and the exact observations of an edition and its manifest."""
    exact = {_figure(row): row for row in _table(folder / "review" / "observations.csv")}
    cells: dict[Figure, Cell] = {}
    rows: dict[Figure, Row] = {}
    dates: dict[str, str] = {}
    for row in _table(folder / "restricted" / "data" / "observations.csv"):
        rows[_figure(row)] = Row(row["status"], int(row["gi_reported"] or 0))
        dates[row["period"]] = row["reference_date"]
        for part in ("value", "numerator", "denominator"):
            cell = _cell(row, exact[_figure(row)], part)
            if cell is not None:
                cells[_figure(row, part)] = cell
    manifest = json.loads((folder / "public" / "manifest.json").read_text(encoding="utf-8"))
    vintage = [(d["institution"], d["month"], d["sha256"]) for d in manifest["vintage"]]
    in_order = dict(sorted(dates.items(), key=lambda item: item[1]))
    return Edition(folder.name, cells, rows, in_order, vintage)
