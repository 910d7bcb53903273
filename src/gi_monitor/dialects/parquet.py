"""Parquet with typed columns."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from gi_monitor.dialects.packaging import decoded, over_a_limit, room
from gi_monitor.dialects.sheet import MAX_CELLS, Beside, Grid, UnreadableError
from gi_monitor.dialects.table import Part
from gi_monitor.dialects.values import BOOLEANS, Cell, to_text
from gi_monitor.institutions.dialect import ParquetDialect

_ROWS_AT_ONCE = 100
"""Few, because a value that takes no room in the file, being repeated, takes it here for every row of a batch."""

_SCHEMA = b"ARROW:schema"
"""The column names once more, encoded."""
_WRITERS = (b"pandas", b"org.apache.spark.sql.parquet.row.metadata")

_TYPES = {"date": pa.date32(), "integer": pa.int64(), "decimal": pa.decimal128(9, 2)}


def parse(content: bytes, dialect: ParquetDialect) -> Grid:
    """Rows numbered from 1. Raises UnreadableError when the columns unfold to more than the limits allow."""
    file, limit = pq.ParquetFile(pa.BufferReader(content)), room(content)
    names = file.schema_arrow.names
    if not names:
        raise UnreadableError("het bestand heeft geen kolommen")
    if file.metadata.num_rows * len(names) > MAX_CELLS:
        raise over_a_limit("te veel cellen")
    if sum(file.metadata.row_group(n).total_byte_size for n in range(file.num_row_groups)) > limit:
        raise over_a_limit("uitgepakt te groot")
    columns: list[list[str]] = [[] for _ in names]
    for batch in file.iter_batches(_ROWS_AT_ONCE):
        for column, array in zip(columns, batch.columns, strict=True):
            texts = [to_text(cell, dialect) for cell in array.to_pylist()]
            limit -= len(texts) + sum(map(len, texts))
            column.extend(texts)
        if limit < 0:
            raise over_a_limit("uitgepakt te groot")
    return Grid(tuple(names), columns, range(1, len(columns[0]) + 1))


def beside(content: bytes, _dialect: ParquetDialect) -> Iterator[Beside]:
    """What the file says of itself and of its columns: the writer, and keys with values."""
    file = pq.ParquetFile(pa.BufferReader(content))
    yield Beside("eigenschappen van het bestand", str(file.metadata.created_by or ""), technical=True)
    of_file = {key: value for key, value in (file.metadata.metadata or {}).items() if key != _SCHEMA}
    of_columns = [field.metadata or {} for field in file.schema_arrow]
    for said in (of_file, *of_columns):
        for key, value in said.items():
            for text in (key, value):
                yield Beside("eigenschappen van het bestand", decoded(text), technical=key in _WRITERS)


def write(part: Part, dialect: ParquetDialect) -> bytes:
    """Dates, numbers and (with labels true and false) flags as such; a column with anything else in it is text."""
    table, sink = part.table(), pa.BufferOutputStream()
    types = _TYPES | ({"flag": pa.bool_()} if dialect.flags.keys() == BOOLEANS.keys() else {})
    arrays = [
        _array(column, types.get(of, pa.string()), dialect)
        for of, column in zip(table.types, table.columns, strict=True)
    ]
    pq.write_table(pa.Table.from_arrays(arrays, names=list(table.header)), sink)
    return bytes(sink.getvalue())


def _array(column: list[Cell], of: pa.DataType, dialect: ParquetDialect) -> pa.Array:
    try:
        return pa.array(column, of)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if cell is None else to_text(cell, dialect) for cell in column], pa.string())
