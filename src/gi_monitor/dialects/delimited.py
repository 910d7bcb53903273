"""Text with a delimiter between the cells; a cell with a delimiter, quote or line break in it stands in quotes."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator

from gi_monitor.dialects.packaging import over_a_limit
from gi_monitor.dialects.sheet import MAX_CELLS, Beside, Grid, from_rows
from gi_monitor.dialects.table import Part
from gi_monitor.dialects.text import decode
from gi_monitor.institutions.dialect import DelimitedDialect


def parse(content: bytes, dialect: DelimitedDialect) -> Grid:
    """Rows numbered by the line on which they begin."""
    text = io.StringIO(decode(content, dialect.encoding), newline="")
    rows, numbers, line, cells = [], [], dialect.title_rows + 1, 0
    reader = csv.reader(itertools.islice(text, dialect.title_rows, None), delimiter=dialect.delimiter, strict=True)
    for row in reader:
        rows.append(row)
        numbers.append(line)
        if (cells := cells + len(row)) > MAX_CELLS:
            raise over_a_limit("te veel cellen")
        line = dialect.title_rows + reader.line_num + 1
    return from_rows(rows, numbers)


def beside(content: bytes, dialect: DelimitedDialect) -> Iterator[Beside]:
    """The title rows, cell by cell."""
    lines = decode(content, dialect.encoding).splitlines()[: dialect.title_rows]
    for row in csv.reader(lines, delimiter=dialect.delimiter):
        yield from (Beside("titelregel", cell) for cell in row)


def write(part: Part, dialect: DelimitedDialect) -> bytes:
    """The titles, each on a line, then header and rows."""
    table, text = part.table(), io.StringIO(newline="")
    writer = csv.writer(text, delimiter=dialect.delimiter)
    writer.writerows([title] for title in part.titles(dialect.title_rows))
    writer.writerow(table.header)
    writer.writerows(table.text(dialect))
    return text.getvalue().encode(dialect.encoding)
