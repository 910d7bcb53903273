"""The recorded pages of a JSON API: the bodies of its responses, one after the other."""

from __future__ import annotations

import json
from itertools import islice

from gi_monitor.dialects import json_text
from gi_monitor.dialects.sheet import Grid, UnreadableError
from gi_monitor.dialects.table import Part
from gi_monitor.dialects.text import decode
from gi_monitor.institutions.dialect import JsonPagesDialect

_ROWS_PER_PAGE = 500


def read(content: bytes, dialect: JsonPagesDialect, _dataset: str) -> Grid:
    """Rows numbered over all pages, from 1. What a page says beside its rows (a next address) is its envelope."""
    text, decoder = decode(content, dialect.encoding).strip(), json_text.decoder(dialect)
    rows: list[object] = []
    position = 0
    while position < len(text):
        page, position = decoder.raw_decode(text, position)
        if not isinstance(page, dict) or not isinstance(page.get(dialect.rows), list):
            raise UnreadableError(f"een pagina heeft geen lijst {dialect.rows}")
        rows += page[dialect.rows]
        while position < len(text) and text[position].isspace():
            position += 1
    return json_text.grid(rows, range(1, len(rows) + 1), dialect)


def write(part: Part, dialect: JsonPagesDialect) -> bytes:
    """Pages of up to 500 rows, at least one."""
    rows, pages = iter(json_text.objects(part, dialect)), []
    while page := list(islice(rows, _ROWS_PER_PAGE)):
        pages.append(page)
    bodies = (f"{{{json.dumps(dialect.rows)}: [{', '.join(page)}]}}\n" for page in pages or [[]])
    return "".join(bodies).encode(dialect.encoding)
