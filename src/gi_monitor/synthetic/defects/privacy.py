"""Defects of what must never be delivered: the rules P, each in the form that the dialect gives it."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from gi_monitor.dialects.packaging import zipped
from gi_monitor.institutions.dialect import (
    Dialect,
    GzipPackaging,
    JsonPagesDialect,
    OdsDialect,
    ParquetDialect,
    XlsxDialect,
    XmlDialect,
    ZipPackaging,
)
from gi_monitor.synthetic.defects.draft import DELIVERY, Draft, Spoil, Spot, refuse_a_fixed_layout

SERVICE_NUMBER = "123456782"
"""Passes the elfproef; known from examples, nobody's."""
E_MAIL = "k.vis@gi.nl"
FIRST_NAME = "Wiebrigje"
REMARK = "oma past nu even op haar"
"""Free text, short enough for the place of a key where every cell has its width."""


def in_a_post(value: str) -> Spoil:
    """Where somebody came from says more than a code: ``value``."""

    def spoil(draft: Draft) -> Spot:
        index = draft.steady_post()
        draft.change("formatie", index, {"herkomst": value})
        return Spot("formatie", "herkomst", index)

    return spoil


def _first_names(draft: Draft) -> Spot:
    refuse_a_fixed_layout(draft)
    draft.frames["caseload"] = draft.frames["caseload"].assign(voornaam=FIRST_NAME)
    return Spot("caseload", "voornaam")


def _remark_for_a_key(draft: Draft) -> Spot:
    (index,) = draft.steady_measures()
    draft.change("caseload", index, {"gezin_sleutel": REMARK})
    return Spot("caseload", "gezin_sleutel", index)


def _remark_beside_the_rows(draft: Draft) -> Spot:
    """Where the file has a place for it, else in a file that the manifest does not list."""
    name, content = draft.files["caseload"]
    place, remarked = _remarked(content, draft.institution.dialect)
    if remarked == content:
        draft.manifest["bestanden"]  # made before the extra file is there
        draft.files["notities"] = ("notities.txt", REMARK.encode())
    draft.files.update({dataset: (name, remarked) for dataset, file in draft.files.items() if file[0] == name})
    return Spot(DELIVERY, place)


def _remarked(content: bytes, dialect: Dialect) -> tuple[str, bytes]:
    """What a finding calls the place, and the file with a remark there."""
    place, remarked = "bestand dat niet in levering.json staat", content
    match dialect.packaging, dialect:
        case ZipPackaging(), _:
            place, remarked = "ander bestand in het archief", _with_member(content, "notities.txt", REMARK)
        case GzipPackaging(), _:
            place, remarked = "naam of opmerking in gzip", _with_comment(content)
        case _, XlsxDialect() | OdsDialect():
            xml = f"<Properties><property>{REMARK}</property></Properties>"
            place = "werkbladen, opmerkingen of eigenschappen van de werkmap"
            remarked = _with_member(content, "docProps/custom.xml", xml)
        case _, XmlDialect():
            text = content.decode(dialect.encoding)
            place, remarked = "commentaar", f"{text}<!-- {REMARK} -->".encode(dialect.encoding)
        case _, ParquetDialect():
            place, remarked = "eigenschappen van het bestand", _with_metadata(content)
        case _, JsonPagesDialect():
            page = json.dumps({dialect.rows: [], "opmerking": REMARK})
            place, remarked = "omslag van een pagina", content + page.encode(dialect.encoding)
    return place, remarked


def _with_member(content: bytes, name: str, text: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    return zipped(members | {name: text.encode()}, stored=["mimetype"])


def _with_comment(content: bytes) -> bytes:
    """A gzip file with a comment in its header (RFC 1952): flag 16, and text that a zero byte ends."""
    plain = gzip.compress(gzip.decompress(content), mtime=0)
    return plain[:3] + b"\x10" + plain[4:10] + REMARK.encode("ascii") + b"\0" + plain[10:]


def _with_metadata(content: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pq.read_table(pa.BufferReader(content)).replace_schema_metadata({"opmerking": REMARK}), sink)
    return bytes(sink.getvalue())


DEFECTS: dict[str, Spoil] = {
    "P01": in_a_post(SERVICE_NUMBER),
    "P02": in_a_post(E_MAIL),
    "P03": _first_names,
    "P04": _remark_for_a_key,
    "P05": _remark_beside_the_rows,
}
