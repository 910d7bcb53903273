"""What the spreadsheets hold: a cover, contents, notes, and one table per indicator with all its observations.

Laid out by the checklist for accessible spreadsheets (research/publication.md 2.3): one table per sheet, one row of
unique headers, no merged cells, no empty rows or columns, numbers as numbers. An observation without a value has an
empty cell, and beside it in words the status that says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gi_monitor.dictionary import Entry
from gi_monitor.disclosure.observation import Observation
from gi_monitor.documents import day
from gi_monitor.indicators import Indicators
from gi_monitor.release.formats.about import About

Cell = str | int | Decimal | date | None
_DATA_COLUMNS = (
    "period", "reference_date", "institution", "component", "breakdown", "category", "value", "status",
    "revision_status", "numerator", "denominator", "gi_reported", "gi_expected",
)  # fmt: skip
_WIDTHS = {"component": 40, "breakdown": 18, "category": 32, "status": 30}


@dataclass(frozen=True)
class Table:
    """A header with unique names, rows below it, and the widths of its columns in characters."""

    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int]


@dataclass(frozen=True)
class Sheet:
    """A sheet: lines of text above its table, the first of which is its title."""

    name: str
    lines: Sequence[str]
    table: Table


def sheets(published: Iterable[Observation], entries: Sequence[Entry], known: Indicators, about: About) -> list[Sheet]:
    """All sheets in their order; everything in the observations is in one of them."""
    rows: dict[str, list[Observation]] = {}
    for row in published:
        rows.setdefault(row.indicator, []).append(row)
    words = _Words(entries)
    indicators = [name for name in known.indicators if name in rows]
    return [
        _cover(about),
        _contents(indicators, known),
        _notes(entries, known),
        *(_indicator(name, rows[name], words, known) for name in indicators),
    ]


class _Words:
    """The Dutch name of each code, and the unit of each component."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        listed = list(entries)
        self._names = {(entry.column, entry.within, entry.code): entry.label_nl for entry in listed}
        self._units = {
            (entry.within, entry.code): entry.unit_nl for entry in listed if entry.column == "component" and entry.code
        }

    def header(self, column: str) -> str:
        """The name of a column as a header."""
        return self._names[column, "", ""].capitalize()

    def unit(self, row: Observation) -> str:
        """What the value of an observation is counted in."""
        return self._units[row.indicator, row.component]

    def cell(self, row: Observation, column: str) -> Cell:
        """What an observation has in a column: numbers and days as they are, codes by their names."""
        value: Cell = getattr(row, column)
        if not isinstance(value, str) or column == "period":
            return value
        within = {"component": row.indicator, "category": row.breakdown}.get(column, "")
        return self._names[column, within, value]


def _cover(about: About) -> Sheet:
    said = about.catalogue
    facts = [
        ("Uitgave", f"{about.release_id}, versie {about.version}"),
        ("Peildatum", day(about.reference_date)),
        ("Gepubliceerd", day(about.published.date())),
        ("Uitgever", said.publisher.name),
        ("Vragen", f"{said.contact.name}, {said.contact.email}"),
        ("Licentie", f"{said.licence.title}, {said.licence.url}"),
        ("Inhoud", "Blad Inhoud noemt alle tabellen, blad Toelichting zegt wat statussen en afronding betekenen."),
        (
            "In English",
            f"{about.title_en}. Sheet Inhoud lists all tables and sheet Toelichting explains them, both also in"
            " English; dictionary.csv, one folder up, has every name in English.",
        ),
    ]
    if about.synthetic:
        facts.insert(0, ("Let op", f"{about.mark}: de instellingen en alle cijfers zijn verzonnen."))
    return Sheet("Voorblad", [about.title_nl], Table(["Onderwerp", "Tekst"], facts, [18, 90]))


def _contents(indicators: Sequence[str], known: Indicators) -> Sheet:
    rows = [(name, i.name_nl, i.sentence_nl, i.name_en, i.sentence_en) for name, i in known.indicators.items()]
    header = ["Blad", "Indicator", "Betekenis", "Indicator (English)", "Meaning"]
    shown = [row for row in rows if row[0] in indicators]
    return Sheet("Inhoud", ["Inhoud / contents"], Table(header, shown, [8, 34, 70, 34, 70]))


def _notes(entries: Sequence[Entry], known: Indicators) -> Sheet:
    rows = [
        (_SUBJECTS[entry.column], entry.label_nl, entry.meaning_nl, entry.label_en, entry.meaning_en)
        for entry in entries
        if entry.column in _SUBJECTS and entry.code
    ]
    header = ["Onderwerp", "Naam", "Betekenis", "Name", "Meaning"]
    return Sheet(
        "Toelichting", ["Toelichting / notes"], Table(header, [*_rounding(known), *rows], [14, 34, 70, 34, 70])
    )


_SUBJECTS = {"status": "Status", "revision_status": "Stand"}


def _rounding(known: Indicators) -> Iterator[Sequence[str]]:
    rules = known.disclosure
    yield (
        "Afronding",
        "aantallen",
        f"Elk aantal is apart afgerond op een veelvoud van {rules.rounding_base}, zodat een totaal kan afwijken van de"
        f" som van zijn delen. 0 is 0; 1 tot en met {rules.suppress_below - 1} wordt niet getoond.",
        "counts",
        f"Every count is rounded to a multiple of {rules.rounding_base} by itself, so that a total may differ from the"
        f" sum of its parts. 0 is 0; 1 to {rules.suppress_below - 1} are not shown.",
    )
    yield (
        "Afronding",
        "verhoudingen en aandelen",
        "Verhoudingen, gemiddelden en aandelen zijn berekend uit de afgeronde aantallen en fte. Een aandeel van 0,55 is"
        " 55%.",
        "ratios and shares",
        "Ratios, means and shares are computed from the rounded counts and fte. A share of 0.55 is 55 %.",
    )


def _indicator(name: str, rows: Sequence[Observation], words: _Words, known: Indicators) -> Sheet:
    header = [words.header(column) for column in _DATA_COLUMNS]
    after_value = _DATA_COLUMNS.index("value") + 1
    header.insert(after_value, "Eenheid")
    filled = []
    for row in rows:
        cells = [words.cell(row, column) for column in _DATA_COLUMNS]
        cells.insert(after_value, words.unit(row))
        filled.append(cells)
    widths = [_WIDTHS.get(column, 14) for column in _DATA_COLUMNS]
    widths.insert(after_value, 22)
    return Sheet(name, [f"{name} {known.indicators[name].name_nl}"], Table(header, filled, widths))
