"""Text with every cell at its own place, filled up with spaces: the style of the statutory record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate

from gi_monitor.dialects.sheet import Beside, Grid, UnreadableError
from gi_monitor.dialects.table import Part, Table
from gi_monitor.dialects.text import decode, lines
from gi_monitor.institutions.dialect import FixedWidthDialect


def places(layout: Mapping[str, int]) -> dict[str, slice]:
    """Where each column of a layout stands in a line."""
    ends = accumulate(layout.values())
    return {name: slice(end - layout[name], end) for name, end in zip(layout, ends, strict=True)}


def parse(content: bytes, dialect: FixedWidthDialect) -> Callable[[str], Grid]:
    """Rows numbered by line. Raises UnreadableError for a line that is not as long as the layout of its dataset."""
    found = [(n, line) for n, line in enumerate(lines(decode(content, dialect.encoding)), start=1) if line.strip()]
    return lambda dataset: _laid_out(found, dialect, dataset)


def _laid_out(found: list[tuple[int, str]], dialect: FixedWidthDialect, dataset: str) -> Grid:
    where = places(dialect.layout[dataset])
    length = max(place.stop for place in where.values())
    if dialect.record_type is not None:
        # Lines of another dataset may have another length.
        others = set(dialect.record_type.values.values()) - {dialect.record_type.values[dataset]}
        place = where[dialect.record_type.column]
        found = [(number, line) for number, line in found if line[place].strip() not in others]
    wrong = next((number for number, line in found if len(line) != length), None)
    if wrong is not None:
        raise UnreadableError(f"regel {wrong} telt niet {length} tekens: het bestand lijkt afgebroken")
    columns = [[line[place].strip() for _, line in found] for place in where.values()]
    return Grid(tuple(_widths(dialect, dataset)), columns, [number for number, _ in found])


def _widths(dialect: FixedWidthDialect, dataset: str) -> dict[str, int]:
    """The width by the institution's own name of the column."""
    return {dialect.columns.get(name, name): width for name, width in dialect.layout[dataset].items()}


def beside(_content: bytes, _dialect: FixedWidthDialect) -> Iterator[Beside]:
    """Nothing: every line is a row."""
    return iter(())


def write(part: Part, dialect: FixedWidthDialect) -> bytes:
    """A line per row. Raises ValueError for what the layout has no place for."""
    text = "".join(f"{line}\r\n" for dataset, table in part.tables.items() for line in _lines(table, dialect, dataset))
    return text.encode(dialect.encoding)


def _lines(table: Table, dialect: FixedWidthDialect, dataset: str) -> Iterator[str]:
    widths = _widths(dialect, dataset)
    if differ := set(table.header) ^ set(widths):
        raise ValueError(
            f"{dataset}: a fixed width has all columns of its layout and no other, not {', '.join(differ)}"
        )
    for row in table.text(dialect):
        cells = dict(zip(table.header, row, strict=True))
        if unfit := [name for name, width in widths.items() if not _fits(cells[name], width)]:
            raise ValueError(f"{dataset}: a value does not fit in the place of {', '.join(unfit)}")
        yield "".join(cells[name].ljust(width) for name, width in widths.items())


def _fits(cell: str, width: int) -> bool:
    return len(cell) <= width and "\n" not in cell and "\r" not in cell
