"""JSON Lines: one object per line."""

from __future__ import annotations

from collections.abc import Iterator

from gi_monitor.dialects import json_text
from gi_monitor.dialects.sheet import Beside, Grid
from gi_monitor.dialects.table import Part
from gi_monitor.dialects.text import decode, lines
from gi_monitor.institutions.dialect import JsonLinesDialect


def parse(content: bytes, dialect: JsonLinesDialect) -> Grid:
    """Rows numbered by line."""
    decoder = json_text.decoder(dialect)
    found = [
        (number, decoder.decode(line))
        for number, line in enumerate(lines(decode(content, dialect.encoding)), start=1)
        if line.strip()
    ]
    return json_text.grid([row for _, row in found], [number for number, _ in found], dialect)


def beside(_content: bytes, _dialect: JsonLinesDialect) -> Iterator[Beside]:
    """Nothing: every line is a row."""
    return iter(())


def write(part: Part, dialect: JsonLinesDialect) -> bytes:
    """A line per row."""
    return "".join(f"{line}\n" for line in json_text.objects(part, dialect)).encode(dialect.encoding)
