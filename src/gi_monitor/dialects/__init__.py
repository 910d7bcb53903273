"""The dialects: reading an institution's file, and writing canonical frames as such a file (spec 1.2).

Each format is one module of that name, with its reader beside its writer. The axes that go with every format are
modules too: the packaging, the record type, the forms of the values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Protocol, cast

import pandas as pd

from gi_monitor.dialects import packaging, record_type
from gi_monitor.dialects.columns import in_version
from gi_monitor.dialects.sheet import Beside, Grid, Sheet, UnreadableError
from gi_monitor.dialects.table import MARK, Part, table_of
from gi_monitor.institutions import Institution
from gi_monitor.institutions.dialect import Dialect, GzipPackaging, ZipPackaging
from gi_monitor.month import Month

__all__ = ["FILE_MARK", "MARK", "Beside", "File", "Sheet", "UnreadableError", "encode", "in_version"]

FILE_MARK = "verzonnen-gegevens"


class _Format(Protocol):
    """What the module of a format has. ``parse`` gives the table in a file, or what gives the table of a dataset."""

    def parse(self, content: bytes, dialect: Any) -> Grid | Callable[[str], Grid]: ...

    def write(self, part: Part, dialect: Any) -> bytes: ...

    def beside(self, content: bytes, dialect: Any) -> Iterator[Beside]: ...


def _format(dialect: Dialect) -> _Format:
    """The module of the format, imported only now: some need libraries that others do without."""
    return cast(_Format, import_module(f"{__name__}.{dialect.format}"))


class File:
    """A delivered file, parsed once however many datasets it holds."""

    def __init__(self, content: bytes, dialect: Dialect) -> None:
        self._content = content
        self._dialect = dialect
        self._parsed: dict[str, Grid | Callable[[str], Grid]] = {}

    def sheet(self, delivered_as: str) -> Sheet:
        """One dataset (``wachtlijst``) out of it. Raises UnreadableError only."""
        dialect = self._dialect
        with self._only_unreadable():
            grid = self._grid(delivered_as).tidy()
            if dialect.record_type is not None:
                grid = record_type.select(grid, dialect.record_type, dialect, delivered_as)
            return grid.sheet()

    def _grid(self, delivered_as: str) -> Grid:
        part = packaging.part_of(self._dialect.packaging, delivered_as)
        if part not in self._parsed:
            content = packaging.unpack(self._content, self._dialect.packaging, part)
            self._parsed[part] = _format(self._dialect).parse(content, self._dialect)
        parsed = self._parsed[part]
        return parsed if isinstance(parsed, Grid) else parsed(delivered_as)

    def beside(self) -> list[Beside]:
        """All that stands in it beside the rows; in a workbook the cells too. Raises UnreadableError only."""
        dialect = self._dialect
        with self._only_unreadable():
            around, parts = packaging.opened(self._content, dialect.packaging)
            return [*around, *(found for part in parts for found in _format(dialect).beside(part, dialect))]

    @contextmanager
    def _only_unreadable(self) -> Iterator[None]:
        try:
            yield
        except UnreadableError:
            raise
        except MemoryError:
            raise packaging.over_a_limit("het vraagt te veel geheugen") from None
        except Exception as error:  # a parser may raise anything on foreign bytes; none of it is our failure
            damaged = f"het bestand is beschadigd of geen {self._dialect.format} ({type(error).__name__})"
            raise UnreadableError(damaged) from None


def encode(institution: Institution, month: Month, frames: Mapping[str, pd.DataFrame]) -> dict[str, tuple[str, bytes]]:
    """File name and bytes of each dataset, out of canonical frames of text by delivered name.

    A file that holds several datasets is the same one for each. The same frames give the same bytes. A cell that is not
    what its column holds (a planted defect) is written as it stands. Raises ValueError where the format has no place
    for something, as a fixed width for a longer value or an extra column.
    """
    dialect = institution.dialect
    tables = {dataset: table_of(frame, dataset, dialect) for dataset, frame in frames.items()}
    parts: dict[str, bytes] = {}
    for together in [tables] if dialect.one_holds_all else [{name: table} for name, table in tables.items()]:
        part = Part(together, institution.name, month)
        parts |= dict.fromkeys(together, _format(dialect).write(part, dialect))
    packed = packaging.pack(parts, dialect.packaging)
    return {dataset: (_file_name(dataset, dialect), packed[dataset]) for dataset in tables}


def _file_name(dataset: str, dialect: Dialect) -> str:
    stem, extension = "levering" if dialect.one_holds_all else dataset, dialect.extension
    match dialect.packaging:
        case ZipPackaging():
            stem, extension = "levering", "zip"
        case GzipPackaging():
            extension += ".gz"
    return f"{stem}_{FILE_MARK}.{extension}"
