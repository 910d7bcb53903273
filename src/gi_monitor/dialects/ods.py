"""A workbook of LibreOffice (OpenDocument), with real dates, numbers and (with labels true and false) booleans."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from gi_monitor.dialects import workbook
from gi_monitor.dialects.around import of_document
from gi_monitor.dialects.markup import root_of
from gi_monitor.dialects.packaging import member, over_a_limit, unzip, zipped
from gi_monitor.dialects.sheet import MAX_CELLS, Beside, Grid
from gi_monitor.dialects.table import MARK, Part, Table
from gi_monitor.dialects.values import Cell, to_text
from gi_monitor.institutions.dialect import OdsDialect

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_URN = "urn:oasis:names:tc:opendocument:xmlns"
_OFFICE, _TABLE, _TEXT = (f"{{{_URN}:{name}:1.0}}" for name in ("office", "table", "text"))
_SIGNS = {f"{_TEXT}s": " ", f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_PARAGRAPH, _VALUE_TYPE = f"{_TEXT}p", f"{_OFFICE}value-type"
_ROWS_REPEATED, _COLUMNS_REPEATED = f"{_TABLE}number-rows-repeated", f"{_TABLE}number-columns-repeated"
_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_XMLNS = " ".join(f'xmlns:{name}="{_URN}:{name}:1.0"' for name in ("office", "table", "text", "style", "meta"))
_MANIFEST = (
    f'<manifest:manifest xmlns:manifest="{_URN}:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_DATE_STYLE = (
    f'<office:automatic-styles xmlns:number="{_URN}:datastyle:1.0"><number:date-style style:name="day">'
    '<number:day number:style="long"/><number:text>-</number:text><number:month number:style="long"/>'
    '<number:text>-</number:text><number:year number:style="long"/></number:date-style>'
    '<style:style style:name="date" style:family="table-cell" style:data-style-name="day"/></office:automatic-styles>'
)


def parse(content: bytes, dialect: OdsDialect) -> Callable[[str], Grid]:
    """Rows numbered as in the sheet."""
    with unzip(content) as archive:
        document = root_of(member(archive, "content.xml"))
    tables = {table.get(f"{_TABLE}name", ""): table for table in document.iter(f"{_TABLE}table")}

    def grid(dataset: str) -> Grid:
        table = tables[workbook.sheet_of(dataset, list(tables), dialect)]
        return workbook.grid(_rows(table, dialect), dialect.title_rows)

    return grid


def _rows(table: Element, dialect: OdsDialect) -> Iterator[tuple[int, list[str]]]:
    """The rows that have content; a repeated one is there as often as it says, within the limit."""
    number, room = 1, MAX_CELLS
    for row in table.iter(f"{_TABLE}table-row"):
        repeated = _times(row.get(_ROWS_REPEATED))
        cells = [(_cell(cell, dialect), _times(cell.get(_COLUMNS_REPEATED))) for cell in row]
        while cells and not cells[-1][0]:
            cells.pop()
        room -= repeated * sum(times for _, times in cells)
        if room < 0:
            raise over_a_limit("te veel cellen")
        if cells:
            texts = [text for text, times in cells for _ in range(times)]
            yield from ((number + n, texts) for n in range(repeated))
        number += repeated


def _times(repeated: str | None) -> int:
    return 1 if repeated is None else max(1, int(repeated))


def _cell(cell: Element, dialect: OdsDialect) -> str:
    """The value of a cell, else the text of its paragraphs."""
    match cell.get(_VALUE_TYPE):
        case "float" | "percentage" | "currency":
            return to_text(float(cell.get(f"{_OFFICE}value", "")), dialect)
        case "date":
            return to_text(datetime.fromisoformat(cell.get(f"{_OFFICE}date-value", "")), dialect)
        case "boolean":
            return to_text(cell.get(f"{_OFFICE}boolean-value") == "true", dialect)
    return "\n".join("".join(_text(inside)) for inside in cell if inside.tag == _PARAGRAPH)


def _text(element: Element) -> Iterator[str]:
    """The text of a paragraph, in which a second space, a tab and a line break are elements."""
    yield _SIGNS.get(element.tag, "") + (element.text or "")
    for child in element:
        yield from _text(child)
        yield child.tail or ""


def beside(content: bytes, _dialect: OdsDialect) -> Iterator[Beside]:
    """Every text in the workbook, on whatever sheet, shown or hidden."""
    return of_document(content)


def write(part: Part, dialect: OdsDialect) -> bytes:
    """A sheet per table under the titles."""
    titles = part.titles(dialect.title_rows)
    sheets = "".join(_sheet(name, table, titles) for name, table in workbook.sheets(part, dialect).items())
    body = f"<office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body>"
    title = f'<dc:title xmlns:dc="http://purl.org/dc/elements/1.1/">{MARK}</dc:title>'
    created = f"<meta:creation-date>{part.month.reference_date}T00:00:00</meta:creation-date>"
    members = {
        "mimetype": _MIMETYPE,
        "META-INF/manifest.xml": _MANIFEST,
        "content.xml": document("content", _DATE_STYLE + body),
        "meta.xml": document("meta", f"<office:meta>{title}{created}</office:meta>"),
    }
    return zipped({name: text.encode() for name, text in members.items()}, stored=["mimetype"])


def document(name: str, inside: str) -> str:
    """A document of an OpenDocument package: its content, or what it says of itself."""
    start = f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-{name} {_XMLNS} office:version="1.3">'
    return f"{start}{inside}</office:document-{name}>"


def _sheet(name: str, table: Table, titles: tuple[str, ...]) -> str:
    rows = [*((title,) for title in titles), table.header, *table.rows()]
    lines = ("".join(map(_element, row)) for row in rows)
    filled = "".join(f"<table:table-row>{line}</table:table-row>\n" for line in lines)
    column = f'<table:table-column table:number-columns-repeated="{len(table.header)}"/>'
    return f"<table:table table:name={quoteattr(name)}>{column}{filled}</table:table>"


def _element(cell: Cell) -> str:
    match cell:
        case None:
            return "<table:table-cell/>"
        case str():
            paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in cell.split("\n"))
            return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'
        case bool():
            return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(cell).lower()}"/>'
        case date():
            return f'<table:table-cell table:style-name="date" office:value-type="date" office:date-value="{cell}"/>'
    return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
