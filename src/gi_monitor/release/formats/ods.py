"""``tables.ods``: the tables for LibreOffice, and for who must have an open standard."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, date
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import odfdo

from gi_monitor.dialects.packaging import zipped
from gi_monitor.release.formats.about import About
from gi_monitor.release.formats.tables import Cell, Sheet

_CELL = (
    '<style:style style:name="{name}" style:family="table-cell"{form}>'
    '<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"/>'
    '<style:text-properties fo:font-weight="{weight}" fo:font-size="10pt"/></style:style>'
)
_NUMBER = (
    '<number:number-style style:name="n{decimals}"><number:number number:decimal-places="{decimals}"'
    ' number:min-decimal-places="{decimals}" number:min-integer-digits="1" number:grouping="true"/>'
    "</number:number-style>"
)
_DATE = (
    '<number:date-style style:name="day"><number:year number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/>'
    "</number:date-style>"
)
_WIDTH = (
    '<style:style style:name="wide{width}" style:family="table-column">'
    '<style:table-column-properties style:column-width="{millimetres}mm"/></style:style>'
)
_TITLE = (
    '<style:style style:name="title" style:family="table-cell"><style:text-properties fo:font-weight="bold"'
    ' fo:font-size="14pt"/></style:style>'
)
_PAGE = {
    "style:print-orientation": "landscape",
    "fo:page-width": "297mm",
    "fo:page-height": "210mm",
    "style:scale-to-X": "1",
    "style:scale-to-Y": "0",
}
_FOOTER = "<text:p>{mark} <text:sheet-name/>, <text:page-number/> / <text:page-count/></text:p>"
_MILLIMETRES_OF_A_CHARACTER = 2


def write(path: Path, sheets: Iterable[Sheet], about: About) -> None:
    """Write the workbook; the header of each table is marked up as one and stands above every printed page."""
    filled = list(sheets)
    document = odfdo.Document("spreadsheet")
    document.body.clear()
    for style in _styles(filled):
        document.insert_style(style, automatic=True)
    for sheet in filled:
        document.body.append(odfdo.Element.from_tag(_table(sheet)))
    _lay_out(document, about)
    _describe(document, about)
    path.write_bytes(_reproducible(document))


def _styles(sheets: Iterable[Sheet]) -> list[str]:
    widths = sorted({width for sheet in sheets for width in sheet.table.widths})
    return [
        *(_NUMBER.format(decimals=decimals) for decimals in range(3)),
        _DATE,
        _TITLE,
        _cell_style("text"),
        _cell_style("header", weight="bold"),
        _cell_style("date", form="day"),
        *(_cell_style(f"number{decimals}", form=f"n{decimals}") for decimals in range(3)),
        *(_WIDTH.format(width=width, millimetres=width * _MILLIMETRES_OF_A_CHARACTER) for width in widths),
    ]


def _cell_style(name: str, *, form: str = "", weight: str = "normal") -> str:
    return _CELL.format(name=name, form=form and f' style:data-style-name="{form}"', weight=weight)


def _table(sheet: Sheet) -> str:
    """A sheet as XML: cell by cell through odfdo would take seconds."""
    columns = "".join(f'<table:table-column table:style-name="wide{width}"/>' for width in sheet.table.widths)
    lines = "".join(_row([_text(line, "title")]) for line in sheet.lines)
    header = _row(_text(name, "header") for name in sheet.table.header)
    rows = "".join(_row(map(_cell, cells)) for cells in sheet.table.rows)
    header = f"<table:table-header-rows>{header}</table:table-header-rows>"
    return f"<table:table table:name={quoteattr(sheet.name)}>{columns}{lines}{header}{rows}</table:table>"


def _row(cells: Iterable[str]) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def _cell(cell: Cell) -> str:
    match cell:
        case None:
            return "<table:table-cell/>"
        case str():
            return _text(cell, "text")
        case date():
            return _typed("date", f'office:value-type="date" office:date-value="{cell}"', f"{cell}")
    decimals = max(0, -int(Decimal(cell).as_tuple().exponent))
    return _typed(f"number{decimals}", f'office:value-type="float" office:value="{cell:f}"', f"{cell:f}")


def _text(text: str, style: str) -> str:
    return _typed(style, 'office:value-type="string"', text)


def _typed(style: str, value: str, text: str) -> str:
    return f'<table:table-cell table:style-name="{style}" {value}><text:p>{escape(text)}</text:p></table:table-cell>'


def _lay_out(document: odfdo.Document, about: About) -> None:
    """Printed on A4 on its side, all columns beside each other, with what it is below every page."""
    page = document.get_styles("page-layout")[0].get_element("style:page-layout-properties")
    footer = document.get_styles("master-page")[0].get_element("style:footer")
    assert page is not None and footer is not None, "the template of odfdo has a page with a footer"
    for name, value in _PAGE.items():
        page.set_attribute(name, value)
    footer.clear()
    footer.append(odfdo.Element.from_tag(_FOOTER.format(mark=escape(about.mark))))


def _describe(document: odfdo.Document, about: About) -> None:
    published = about.published.astimezone(UTC).replace(tzinfo=None)
    meta = document.meta
    meta.title, meta.description, meta.language = about.title_nl, about.mark, "nl-NL"
    meta.creator = meta.initial_creator = about.catalogue.publisher.name
    meta.creation_date = meta.date = published
    meta.generator = "GI-monitor"
    document.language = "nl-NL"


def _reproducible(document: odfdo.Document) -> bytes:
    """The document packed with the same time for every part; odfdo writes the time of day."""
    packed = io.BytesIO()
    document.save(packed)
    with zipfile.ZipFile(packed) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped(parts, stored=["mimetype"])
