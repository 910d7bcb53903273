"""Whatever the bytes, reading ends soon, with rows or with UnreadableError; and the limits of spec 1.2."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from gi_monitor import contracts, institutions
from gi_monitor.dialects import File, UnreadableError, encode, packaging
from gi_monitor.dialects.packaging import zipped
from gi_monitor.institutions import Institution
from gi_monitor.institutions.dialect import DELIVERED, Dialect
from gi_monitor.intake.translate import translate
from gi_monitor.synthetic.sample import sample_frames
from tests.unit.dialects.content import APRIL
from tests.unit.dialects.test_readers import IN_A_ZIP, LINES, ODS, PARQUET, dialect, ods, row, text_cell

KNOWN = institutions.load()
THIRTEEN = [each for each in KNOWN.values() if each.expected_on(APRIL.reference_date)]
GZIP = dialect(format="delimited", packaging={"type": "gzip"})
XLSX = dialect(format="xlsx")


def read_and_translate(content: bytes, of: Dialect, dataset: str) -> None:
    known = contracts.load()
    try:
        sheet = File(content, of).sheet(dataset)
    except UnreadableError:
        return
    assert len(sheet.cells.columns) == len(sheet.header) == len(set(sheet.header))
    assert len(sheet.cells) == len(sheet.numbers)
    translate(sheet, known.datasets[known.dataset_delivered_as(dataset)], of)


@given(content=st.binary(max_size=300), institution=st.sampled_from(THIRTEEN), dataset=st.sampled_from(DELIVERED))
def test_random_bytes(content: bytes, institution: Institution, dataset: str) -> None:
    read_and_translate(content, institution.dialect, dataset)


def spoil(content: bytes, random: Random) -> bytes:
    """A few bytes changed, left out, put in or doubled."""
    spoilt = bytearray(content)
    for _ in range(random.choice([1, 1, 3, 20])):
        start = random.randrange(len(spoilt) + 1)
        end = start + random.choice([0, 1, 1, 4, 200])
        spoilt[start:end] = random.choice([b"", random.randbytes(end - start), b"9999", spoilt[:end], b"\xff" * 4])
    return bytes(spoilt)


def spoil_inside(content: bytes, random: Random) -> bytes:
    """The same behind the packaging, where no checksum gives it away."""
    if content.startswith(b"\x1f\x8b"):
        return gzip.compress(spoil(gzip.decompress(content), random))
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return spoil(content, random)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = random.choice(sorted(members))
    return zipped(members | {name: spoil(members[name], random)})


@settings(max_examples=15)
@given(random=st.randoms(use_true_random=False), way=st.sampled_from([spoil, spoil_inside]))
@pytest.mark.parametrize("institution", THIRTEEN, ids=lambda each: each.gi_code)
def test_spoilt_bytes(institution: Institution, random: Random, way: Callable[[bytes, Random], bytes]) -> None:
    for dataset, (_, content) in FILES[institution.gi_code].items():
        read_and_translate(way(content, random), institution.dialect, dataset)


FILES = {each.gi_code: encode(each, APRIL, sample_frames(APRIL)) for each in THIRTEEN}


def far_corner(places: str) -> bytes:
    """A workbook of a few kilobytes with a cell in the last corner of the grid."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.add_worksheet("A").write(0, 0, "x")
    with zipfile.ZipFile(content) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    members[sheet] = members[sheet].replace(b"</sheetData>", places.encode() + b"</sheetData>")
    return zipped(members)


def repeated_parquet(rows: int) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"a": pa.array(["x" * 1000] * rows).dictionary_encode()}), sink, compression="zstd")
    return sink.getvalue()


def lying_zip() -> bytes:
    """An archive that says its member is small."""
    honest = zipped({"a": b"a" * 100_000})
    return honest.replace((100_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))


HOSTILE: list[tuple[str, bytes, Dialect, str]] = [
    ("a gzip bomb", gzip.compress(b"a" * 10**7), GZIP, "uitgepakt te groot"),
    ("a zip bomb", zipped({"a": b"a" * 10**7}), IN_A_ZIP, "uitgepakt te groot"),
    ("a workbook bomb", zipped({"xl/workbook.xml": b"a" * 10**7}), XLSX, "uitgepakt te groot"),
    ("an ODS bomb", zipped({"content.xml": b"a" * 10**7}), ODS, "uitgepakt te groot"),
    ("a Parquet bomb", repeated_parquet(100_000), PARQUET, "uitgepakt te groot"),
    ("an archive that lies", lying_zip(), IN_A_ZIP, "BadZipFile"),
    ("65 members", zipped({str(n): b"x" for n in range(65)}), IN_A_ZIP, "64 onderdelen"),
    ("a path outside", zipped({"a": b"x", "../b": b"x"}), IN_A_ZIP, "buiten het archief"),
    ("an absolute path", zipped({"a": b"x", "/etc/b": b"x"}), IN_A_ZIP, "buiten het archief"),
    ("a path of Windows", zipped({"a": b"x", "c:\\b": b"x"}), IN_A_ZIP, "buiten het archief"),
    ("a far corner", far_corner('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), XLSX, "te veel cellen"),
    ("a far row", far_corner("<row r='1048576'><c r='K1048576'><v>1</v></c></row>"), XLSX, "te veel cellen"),
    ("an endless name", far_corner(f'<row r="9"><c r="{"A" * 10**5}9"><v>1</v></c></row>'), XLSX, "te veel cellen"),
    ("a row after the last", far_corner('<row r="4294967297"><c r="A4294967297"/></row>'), XLSX, "te veel cellen"),
    ("places left out", far_corner("<row/>" * 9_999 + f"<row>{'<c><v>1</v></c>' * 2_000}</row>"), XLSX, "cellen"),
    ("repeated cells", ods(row(text_cell("x", 10**9))), ODS, "te veel cellen"),
    ("repeated rows", ods(row(text_cell("x"), 10**9)), ODS, "te veel cellen"),
    ("one long row", ods(row(text_cell("x", 10**6)) + row(text_cell("x")) * 10), ODS, "te veel cellen"),
    ("cells repeated less than never", ods(row(text_cell("x", -(10**9))) + row(text_cell("x", 10**9))), ODS, "te veel"),
    ("a column per row", "\n".join(f'{{"{n}": 1}}' for n in range(5_000)).encode(), LINES, "te veel verschillende"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "of", "reason"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_limits(content: bytes, of: Dialect, reason: str) -> None:
    assert len(content) < 300_000
    with pytest.raises(UnreadableError, match=reason):
        File(content, of).sheet("caseload")


def test_an_element_with_an_endless_name_is_screened_in_no_time() -> None:
    name = "".join(Random(1).choices("abcdefgh", k=200_000))
    content = ods(row(text_cell("a")) + f"<{name}/>")

    assert "a" in {beside.text for beside in File(content, ODS).beside()}


def test_a_member_that_stands_twice_is_refused() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("a", "x")
        archive.writestr("a", "y")

    with pytest.raises(UnreadableError, match="twee keer"):
        File(content.getvalue(), IN_A_ZIP).sheet("caseload")


@pytest.mark.parametrize("of", [GZIP, IN_A_ZIP, XLSX, ODS, PARQUET], ids=["gzip", "zip", "xlsx", "ods", "parquet"])
def test_what_is_packed_may_not_be_large_itself(of: Dialect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaging, "MAX_PACKED", 100)
    packed = {"gzip": gzip.compress(b"a,b"), "parquet": repeated_parquet(1)}
    content = packed.get(of.packaging.type) or packed.get(of.format) or zipped({"a": b"x", "content.xml": b"x"})

    with pytest.raises(UnreadableError, match="MiB"):
        File(content + b"\0" * 100 if of is GZIP else content, of).sheet("caseload")


def test_a_plain_file_may_not_be_larger_than_an_unpacked_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaging, "MAX_UNPACKED", 10)

    with pytest.raises(UnreadableError, match="MiB"):
        File(b"a,b\n1,2\n3,4\n", dialect(format="delimited")).sheet("caseload")
