"""What reading gives: cells of text as delivered, nothing interpreted, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]

MAX_CELLS = 5_000_000
"""No file has more, nor is one ever made that has (by repeats, far corners, sparse rows); a real one has 150,000."""
MAX_COLUMNS = 500


class UnreadableError(ValueError):
    """The bytes are not what the dialect says; the message says how, in Dutch, without repeating content."""


@dataclass(frozen=True)
class Sheet:
    """Cells of text as delivered. ``cells`` has one column per name in ``header``; ``numbers`` are row numbers
    in the file as the institution sees it."""

    header: tuple[str, ...]
    cells: pd.DataFrame
    numbers: pd.Series[int]


@dataclass(frozen=True)
class Beside:
    """A text beside the rows and where it stands, in Dutch; technical ones are long without being prose."""

    place: str
    text: str
    technical: bool = False


@dataclass(frozen=True)
class Grid:
    """A table as a format's reader found it: a header and as many columns, each with a cell per number."""

    header: tuple[str, ...]
    columns: Sequence[Sequence[str]]
    numbers: Sequence[int]

    def sheet(self) -> Sheet:
        """The same as a Sheet. Raises UnreadableError for characters that no database keeps."""
        _checked(self.header)
        cells = {number: pd.array(_checked(column), dtype="str") for number, column in enumerate(self.columns)}
        index = pd.RangeIndex(len(self.numbers))
        return Sheet(self.header, pd.DataFrame(cells, index), pd.Series(self.numbers, index, dtype="int64"))

    def with_rows(self, chosen: Sequence[bool]) -> Grid:
        """Only the rows that are chosen."""
        columns = [[cell for cell, stays in zip(column, chosen, strict=True) if stays] for column in self.columns]
        numbers = [number for number, stays in zip(self.numbers, chosen, strict=True) if stays]
        return replace(self, columns=columns, numbers=numbers)

    def with_columns(self, chosen: Sequence[bool]) -> Grid:
        """Only the columns that are chosen."""
        header = tuple(name for name, stays in zip(self.header, chosen, strict=True) if stays)
        columns = [column for column, stays in zip(self.columns, chosen, strict=True) if stays]
        return replace(self, header=header, columns=columns)

    def tidy(self) -> Grid:
        """Without blank rows and nameless empty columns. Raises UnreadableError for a name that stands twice."""
        if len(self.header) > MAX_COLUMNS:
            raise UnreadableError("het bestand heeft te veel kolommen")
        stripped = replace(self, header=tuple(name.strip() for name in self.header))
        named = stripped.with_columns(
            [bool(name) or any(column) for name, column in zip(stripped.header, self.columns, strict=True)]
        )
        for number, name in enumerate(named.header):
            if not name:
                raise UnreadableError(f"kolom {number + 1} heeft geen naam in de kopregel")
            if (first := named.header.index(name)) < number:
                raise UnreadableError(f"kolom {first + 1} en kolom {number + 1} hebben dezelfde naam")
        if not named.columns:
            return replace(named, numbers=())
        filled = [any(map(str.strip, row)) for row in zip(*named.columns, strict=True)]
        return named if all(filled) else named.with_rows(filled)


def from_rows(rows: Iterable[Sequence[str]], numbers: Iterable[int]) -> Grid:
    """A header and rows of the same width, blank ones between them left out. Raises UnreadableError."""
    found = [(number, row) for number, row in zip(numbers, rows, strict=True) if any(row)]
    if not found:
        raise UnreadableError("het bestand is leeg: zelfs de kopregel ontbreekt")
    (_, header), *body = found
    uneven = next((number for number, row in body if len(row) != len(header)), None)
    if uneven is not None:
        raise UnreadableError(f"rij {uneven} heeft meer of minder velden dan de kopregel: het bestand lijkt afgebroken")
    columns = list(zip(*(row for _, row in body), strict=True)) or [()] * len(header)
    return Grid(tuple(header), columns, [number for number, _ in body])


def from_records(records: Sequence[Mapping[str, str]], numbers: Sequence[int]) -> Grid:
    """Rows that each name their own columns. Raises UnreadableError when they hardly share any."""
    header = tuple(dict.fromkeys(name for record in records for name in record))
    if len(header) * len(records) > MAX_CELLS:
        raise UnreadableError("de rijen hebben te veel verschillende kolommen")
    return Grid(header, [[record.get(name, "") for record in records] for name in header], numbers)


def _checked(texts: Sequence[str]) -> pa.Array:
    try:
        kept = pa.array(texts, pa.large_string())
    except UnicodeEncodeError:
        raise UnreadableError("het bestand bevat tekens die geen tekst zijn") from None
    if pc.any(pc.match_substring(kept, "\0")).as_py():
        raise UnreadableError("het bestand bevat tekens die geen tekst zijn (NUL)")
    return kept
