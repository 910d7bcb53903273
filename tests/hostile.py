"""Deliveries that somebody made to break the one who reads them: small for tests, as large as allowed for the bench."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import secrets
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq

from gi_monitor import institutions
from gi_monitor.dialects import encode
from gi_monitor.dialects.ods import document
from gi_monitor.dialects.packaging import MAX_PACKED, zipped
from gi_monitor.intake.transport import MANIFEST, Place
from gi_monitor.month import Month
from gi_monitor.synthetic.delivery import Content, describe
from gi_monitor.synthetic.sample import sample_frames

MONTH = Month(2024, 4)
MIB = 2**20
LARGEST = MAX_PACKED - MIB
"""As large as a file can be that leaves room for the others of its delivery."""

Make = Callable[[int, bytes], bytes]
"""From a size in bytes, which is what is unfolded or else that of the file, and a good file: a hostile one."""


def _noise(size: int) -> bytes:
    """Text that packs so badly that ``size`` bytes beside it stay within the ratio."""
    return secrets.token_hex(size // 150).encode()


def _line(size: int, _good: bytes) -> bytes:
    return gzip.compress(b'{"kind_sleutel": "' + _noise(size) + b"x" * size + b'"}\n', 1)


def _short_cells(size: int, _good: bytes) -> bytes:
    row = b"a," * 22 + b"a\n"
    return _members(row * (size // len(row)), _noise(size))


def _members(caseload: bytes, stays: bytes = b"a\n", **more: bytes) -> bytes:
    members = {"maatregelen.csv": caseload, "wachtlijst.csv": stays, "formatie.csv": b"a\n", **more}
    return zipped({f"export/{name}": content for name, content in members.items()})


def _lying_zip(size: int, _good: bytes) -> bytes:
    size += 77_777  # a number that stands nowhere else in the archive
    honest = _members(b"a" * size)
    return honest.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))


def _entities(_size: int, _good: bytes) -> bytes:
    nested = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE r [<!ENTITY e0 "x">{nested}]><r>&e11;</r>'.encode()


def _external_entity(_size: int, good: bytes) -> bytes:
    return b'<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + good.partition(b"?>")[2] + b"&e;"


def _elements(size: int, good: bytes) -> bytes:
    """As many rows without anything in them as fit."""
    root, row = re.findall(rb"<(\w+)>", good)[:2]
    return b"<%b>%b</%b>" % (root, b"<%b/>" % row * (size // (len(row) + 3)), root)


def _columns(size: int, _good: bytes) -> bytes:
    row = ";".join("x" * 10_000).encode() + b"\n"
    return ";".join(f"c{n}" for n in range(10_000)).encode() + b"\n" + row * (size // len(row) or 1)


def _repeated_value(size: int, _good: bytes) -> bytes:
    """One value, kept once and shown in a hundred thousand rows."""
    value = pa.array([secrets.token_hex(size // 200)])
    return _parquet(pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), value))


def _prefixes(size: int, _good: bytes) -> bytes:
    """Values that each keep only in what they differ from the one before."""
    column = pa.array([f"{'x' * (size // 500)}{number}" for number in range(500)], pa.large_string())
    return _parquet(column, use_dictionary=False, column_encoding={"a": "DELTA_BYTE_ARRAY"})


def _parquet(column: pa.Array, **options: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"a": column}), sink, compression="zstd", **options)
    return sink.getvalue()


def _shared_text(size: int, _good: bytes) -> bytes:
    """A workbook with one text that each of many cells shows."""
    return _workbook("<row>" + '<c t="s"><v>0</v></c>' * 1_000 + "</row>", 1_000, secrets.token_hex(size // 80))


def _far_corner(_size: int, _good: bytes) -> bytes:
    return _workbook('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', 1, "x")


def _workbook(row: str, rows: int, text: str) -> bytes:
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    sheets = "".join(
        f'<sheet name="{name}" sheetId="1" r:id="rId1"/>' for name in ("Caseload", "Wachtlijst", "Formatie")
    )
    parts = {
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{office}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships {package}><Relationship Id="rId1" Type="{office}/worksheet"'
        ' Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/sharedStrings.xml": f"<sst {main}><si><t>{text}</t></si></sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData>{row * rows}</sheetData></worksheet>",
    }
    return zipped({name: part.encode() for name, part in parts.items()})


def _repeated_cells(_size: int, _good: bytes) -> bytes:
    cell = '<table:table-cell table:number-columns-repeated="1000000000"><text:p>x</text:p></table:table-cell>'
    table = f'<table:table table:name="Caseload"><table:table-row>{cell}</table:table-row></table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    return zipped({"content.xml": document("content", body).encode()})


def _first_key(good: bytes, by: bytes) -> bytes:
    """The first cell of the first row, replaced."""
    header, _, rest = good.partition(b"\n")
    return header + b"\n" + by + rest[rest.index(b",") :]


HOSTILE: dict[str, tuple[str, int, Make]] = {
    "gzip bomb": ("veluwerand", 2048 * MIB, lambda size, _: gzip.compress(b"a" * size)),
    "line of 1 GiB": ("veluwerand", 1024 * MIB, _line),
    "ZIP bomb": ("maasmond", 2048 * MIB, lambda size, _: _members(b"a" * size)),
    "ZIP of 1,9 GiB within the ratio": ("maasmond", 1900 * MIB, _short_cells),
    "ZIP that lies about sizes": ("maasmond", 100 * MIB, _lying_zip),
    "path outside the ZIP": ("maasmond", 0, lambda _, __: _members(b"a", **{"../../x": b"a"})),
    "nested XML entities": ("middenlinge", 0, _entities),
    "external XML entity": ("middenlinge", 0, _external_entity),
    "short XML elements": ("middenlinge", LARGEST, _elements),
    "10,000 columns": ("haagrijn", LARGEST, _columns),
    "short CSV cells": ("ijsselzoom", LARGEST, lambda size, _: (b"a|" * 22 + b"a\n") * (size // 46)),
    "short UTF-16 cells": ("geuldal", LARGEST, lambda size, _: b"\xff\xfe" + "a\t\n".encode("utf-16-le") * (size // 6)),
    "one fixed line": ("ankerhuis", LARGEST, lambda size, _: b"a" * size),
    "NUL bytes": ("haagrijn", LARGEST, lambda size, good: good + b"\0" * (size - len(good))),
    "mixed encodings": ("eemsland", 0, lambda _, good: good + "coördinator".encode("cp1252") + b"\n"),
    "nested JSON": ("dommelpeel", LARGEST, lambda size, _: b"[" * size),
    "short JSON values": ("dommelpeel", LARGEST, lambda size, _: b'{"gegevens": [' + b"{}," * (size // 3) + b"{}]}"),
    "Parquet, one value repeated": ("amstelmeer", 2048 * MIB, _repeated_value),
    "Parquet, shared prefixes": ("amstelmeer", 1024 * MIB, _prefixes),
    "Parquet that is none": ("amstelmeer", LARGEST, lambda size, _: b"PAR1" + b"\xff" * (size - 8) + b"PAR1"),
    "XLSX, far corner": ("waddenkust", 0, _far_corner),
    "XLSX, one text in many cells": ("waddenkust", 1024 * MIB, _shared_text),
    "ODS, repeated cells": ("kennemerduin", 0, _repeated_cells),
    "header twice": ("eemsland", 0, lambda _, good: good.replace(b"gezinsnr", b"kindnr", 1)),
    "right-to-left mark": ("eemsland", 0, lambda _, good: _first_key(good, "maatregel-\u202e0001".encode())),
}
"""By name: whose dialect, the size in the bench, and what is put in the place of its file with caseload."""


def delivery(name: str, size: int | None = None) -> tuple[Place, dict[str, bytes]]:
    """A delivery that is good but for its hostile file; as in the bench, or of another size."""
    gi_code, full, make = HOSTILE[name]
    institution, frames = institutions.load()[gi_code], sample_frames(MONTH)
    files = encode(institution, MONTH, frames)
    hostile = make(full if size is None else min(size, full), files["caseload"][1])
    replaced = files["caseload"][0]
    files = {of: (file, hostile if file == replaced else content) for of, (file, content) in files.items()}
    manifest = describe(institution, MONTH, 1, Content(frames, 1.0, ()), files)
    assert hashlib.sha256(hostile).hexdigest() in json.dumps(manifest)
    return Place(gi_code, MONTH, 1), {**dict(files.values()), MANIFEST: json.dumps(manifest).encode()}
