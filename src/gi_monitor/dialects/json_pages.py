"""The recorded pages of a JSON API: the bodies of its responses, one after the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from gi_monitor.dialects import json_text
from gi_monitor.dialects.sheet import Beside, Grid, UnreadableError
from gi_monitor.dialects.table import Part
from gi_monitor.dialects.text import decode
from gi_monitor.institutions.dialect import JsonPagesDialect

_ROWS_PER_PAGE = 500


def parse(content: bytes, dialect: JsonPagesDialect) -> Grid:
    """Rows numbered over all pages, from 1. What a page says beside its rows (a next address) is its envelope."""
    rows = [row for page in _pages(content, dialect) for row in page[dialect.rows]]
    return json_text.grid(rows, range(1, len(rows) + 1), dialect)


def _pages(content: bytes, dialect: JsonPagesDialect) -> Iterator[dict[str, Any]]:
    text, decoder = decode(content, dialect.encoding).strip(), json_text.decoder(dialect)
    position = 0
    while position < len(text):
        page, position = decoder.raw_decode(text, position)
        if not isinstance(page, dict) or not isinstance(page.get(dialect.rows), list):
            raise UnreadableError(f"een pagina heeft geen lijst {dialect.rows}")
        yield page
        while position < len(text) and text[position].isspace():
            position += 1


def beside(content: bytes, dialect: JsonPagesDialect) -> Iterator[Beside]:
    """The envelopes: whatever a page says beside its rows."""
    for page in _pages(content, dialect):
        rest = {name: value for name, value in page.items() if name != dialect.rows}
        yield from (Beside("omslag van een pagina", text) for text in json_text.texts(rest))


def write(part: Part, dialect: JsonPagesDialect) -> bytes:
    """Pages of up to 500 rows, at least one."""
    rows, pages = iter(json_text.objects(part, dialect)), []
    while page := list(islice(rows, _ROWS_PER_PAGE)):
        pages.append(page)
    bodies = (f"{{{json.dumps(dialect.rows)}: [{', '.join(page)}]}}\n" for page in pages or [[]])
    return "".join(bodies).encode(dialect.encoding)
