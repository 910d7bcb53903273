"""XML: an element per row, in it an element per column. No document type, so no entities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from gi_monitor.dialects.around import of_markup
from gi_monitor.dialects.markup import root_of
from gi_monitor.dialects.sheet import Beside, Grid, UnreadableError, from_records
from gi_monitor.dialects.table import Part
from gi_monitor.dialects.text import decode
from gi_monitor.institutions.dialect import XmlDialect

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_REGISTERED = {"utf-8-sig": "utf-8", "cp1252": "windows-1252", "ascii": "us-ascii"}
_LINE_ENDS = {"\r": "&#13;"}


def parse(content: bytes, dialect: XmlDialect) -> Grid:
    """Rows numbered from 1; an attribute of a row counts as a column."""
    root = root_of(decode(content, dialect.encoding))
    if root.tag != dialect.root or root.attrib or _has_text(root):
        raise UnreadableError(f"het bestand is geen element {dialect.root} met alleen rijen erin")
    records = [_record(row, number, dialect) for number, row in enumerate(root, start=1)]
    return from_records(records, range(1, len(records) + 1))


def _record(row: Element, number: int, dialect: XmlDialect) -> dict[str, str]:
    if row.tag != dialect.row or _has_text(row):
        raise UnreadableError(f"rij {number} is geen element {dialect.row} met alleen kolommen erin")
    if any(len(column) or column.attrib for column in row):
        raise UnreadableError(f"rij {number} heeft een kolom met een element of een kenmerk erin")
    cells = row.attrib | {column.tag: column.text or "" for column in row}
    if len(cells) < len(row) + len(row.attrib):
        raise UnreadableError(f"rij {number} heeft twee keer dezelfde kolom")
    return cells


def _has_text(element: Element) -> bool:
    """Whether text stands beside the child elements."""
    return any(text and text.strip() for text in [element.text, *(child.tail for child in element)])


def beside(content: bytes, dialect: XmlDialect) -> Iterator[Beside]:
    """Comments and instructions; all else is a row, or unreadable."""
    return of_markup(decode(content, dialect.encoding))


def write(part: Part, dialect: XmlDialect) -> bytes:
    """A line per row; with a record type each has the columns of its own dataset alone."""
    encoding = _REGISTERED.get(dialect.encoding, dialect.encoding)
    out = [f'<?xml version="1.0" encoding="{encoding}"?>\n<{dialect.root}>\n']
    for table in part.tables.values():
        for row in table.text(dialect):
            cells = "".join(
                f"<{name}>{escape(cell, _LINE_ENDS)}</{name}>" for name, cell in zip(table.header, row, strict=True)
            )
            out.append(f"<{dialect.row}>{cells}</{dialect.row}>\n")
    out.append(f"</{dialect.root}>\n")
    return "".join(out).encode(dialect.encoding)
