"""The packaging around a delivered file, and the limits against hostile ones (spec 1.2)."""

from __future__ import annotations

import codecs
import gzip
import io
import zipfile
import zlib
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath

from gi_monitor.dialects.sheet import Beside, UnreadableError
from gi_monitor.institutions.dialect import GzipPackaging, Packaging, ZipPackaging

MAX_PACKED = 256 * 2**20
MAX_UNPACKED = 2 * 2**30
MAX_RATIO = 200
MAX_MEMBERS = 64
MAX_MEMORY = 3 * 2**30
"""What judging one delivery may take beside the delivery itself (docs/operators.md, "Hostile files")."""

_LEVEL = 6
_GZIP_MAGIC, _ZIP_MAGIC = b"\x1f\x8b", b"PK"
_GZIP_EXTRA, _GZIP_NAME, _GZIP_COMMENT = 4, 8, 16
_ZLIB_READS_GZIP = 31
_LOCAL_HEADER, _END_RECORD = 30, b"PK\x05\x06"
_END_RECORD_SIZE = 22
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def pack(parts: Mapping[str, bytes], packaging: Packaging) -> dict[str, bytes]:
    """Per dataset the bytes that are delivered for it; the same bytes in give the same out."""
    match packaging:
        case GzipPackaging():
            return {dataset: gzip.compress(part, _LEVEL, mtime=0) for dataset, part in parts.items()}
        case ZipPackaging():
            archive = zipped({packaging.members[dataset]: part for dataset, part in parts.items()})
            return dict.fromkeys(parts, archive)
    return dict(parts)


def part_of(packaging: Packaging, dataset: str) -> str:
    """Which file in the packaging holds a dataset; empty where there is only one."""
    return packaging.members[dataset] if isinstance(packaging, ZipPackaging) else ""


def unpack(content: bytes, packaging: Packaging, part: str) -> bytes:
    """One file out of the packaging. Raises UnreadableError; other errors of gzip and zipfile pass through."""
    match packaging:
        case GzipPackaging():
            return _gunzip(content)[1]
        case ZipPackaging():
            with unzip(content) as archive:
                return member(archive, part)
    return _within(content, MAX_UNPACKED)


def opened(content: bytes, packaging: Packaging) -> tuple[list[Beside], list[bytes]]:
    """What the packaging says itself, members that the dialect does not know among it, and the files in it."""
    match packaging:
        case GzipPackaging():
            headers, unpacked = _gunzip(content)
            return headers, [unpacked]
        case ZipPackaging():
            with unzip(content) as archive:
                known = list(dict.fromkeys(packaging.members.values()))
                around = [Beside("opmerking bij het archief", decoded(archive.comment))]
                around.append(outside_members(content, archive))
                for info in archive.infolist():
                    around.append(Beside("naam in het archief", info.filename, technical=info.filename in known))
                    around.append(Beside("opmerking bij een onderdeel van het archief", decoded(info.comment)))
                    if info.filename not in known:
                        text = decoded(member(archive, info.filename))
                        around.append(Beside("ander bestand in het archief", text))
                return around, [member(archive, name) for name in known]
    return [], [_within(content, MAX_UNPACKED)]


def decoded(content: bytes) -> str:
    """Decode text of which nobody said the encoding: UTF-16 or UTF-32 where zero bytes tell so, else UTF-8."""
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return content.decode("utf-32", "replace")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    # Latin text in UTF-16 has a zero in every second byte.
    if content[1::2].count(0) > len(content) / 4:
        return content.decode("utf-16-le", "replace")
    if content[::2].count(0) > len(content) / 4:
        return content.decode("utf-16-be", "replace")
    return content.decode("utf-8-sig", "replace")


def texts_of(content: bytes) -> list[str]:
    """Give the text of a file of any kind, and of the files packed in it, as far as they can be unpacked."""
    try:
        if content.startswith(_GZIP_MAGIC):
            headers, unpacked = _gunzip(content)
            return [*(header.text for header in headers), decoded(unpacked)]
        if content.startswith(_ZIP_MAGIC):
            with unzip(content) as archive:
                members = [decoded(member(archive, name)) for name in archive.namelist()]
                return [*archive.namelist(), outside_members(content, archive).text, *members]
    except (UnreadableError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        pass  # What cannot be unpacked is screened as it is.
    return [decoded(content)]


def outside_members(content: bytes, archive: zipfile.ZipFile) -> Beside:
    """Give what an archive holds outside the contents of its members: headers, comments and whatever lies between."""
    pieces, end = [], 0
    for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
        begin = info.header_offset + _LOCAL_HEADER
        header = content[begin - 4 : begin]
        begin += int.from_bytes(header[:2], "little") + int.from_bytes(header[2:], "little")
        pieces.append(content[end:begin])
        end = begin + info.compress_size
    rest = b"".join([*pieces, content[end:]])
    return Beside("kop of staart van het archief", rest.replace(b"\0", b" ").decode("latin-1"), technical=True)


def _gzip_header(content: bytes) -> list[Beside]:
    """Give the extra field, original name and comment that gzip may keep (RFC 1952); a zero byte ends the last two."""
    flags, rest = content[3], content[10:]
    texts = []
    if flags & _GZIP_EXTRA:
        size = 2 + int.from_bytes(rest[:2], "little")
        texts.append(Beside("naam of opmerking in gzip", rest[2:size].decode("latin-1"), technical=True))
        rest = rest[size:]
    for flag in (_GZIP_NAME, _GZIP_COMMENT):
        if flags & flag:
            text, _, rest = rest.partition(b"\0")
            texts.append(Beside("naam of opmerking in gzip", text.decode("latin-1")))
    return texts


def room(content: bytes) -> int:
    """How many bytes may come out of compressed content. Raises UnreadableError when it is too large itself."""
    return min(MAX_UNPACKED, MAX_RATIO * len(_within(content, MAX_PACKED)))


def over_a_limit(what: str) -> UnreadableError:
    """The file is larger than any delivery."""
    return UnreadableError(f"het bestand gaat over een grens: {what}")


def zipped(members: Mapping[str, bytes], *, stored: Collection[str] = ()) -> bytes:
    """An archive of these members, always the same for the same ones; all compressed but those that are ``stored``."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in members.items():
            method = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, _EARLIEST), part, method)
    return content.getvalue()


def unzip(content: bytes) -> zipfile.ZipFile:
    """An archive within all limits, as far as it says itself; ``member`` holds it to what it says."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    names = archive.namelist()
    first = min((info.header_offset for info in archive.infolist()), default=0)
    after = content.rfind(_END_RECORD) + _END_RECORD_SIZE + len(archive.comment)
    if content[:first].strip(b"\0") or content[after:].strip(b"\0"):
        raise UnreadableError("voor of na het archief staan bytes die er niet bij horen")
    if len(names) > MAX_MEMBERS:
        raise over_a_limit(f"meer dan {MAX_MEMBERS} onderdelen")
    if len(set(names)) < len(names) or any(leads_outside(name) for name in names):
        raise UnreadableError("een onderdeel van het archief komt twee keer voor of wijst naar buiten het archief")
    if sum(info.file_size for info in archive.infolist()) > room(content):
        raise over_a_limit("uitgepakt te groot")
    return archive


def member(archive: zipfile.ZipFile, name: str) -> bytes:
    """One member, never more bytes than the archive declared: a lie about that fails its checksum."""
    if name not in archive.namelist():
        raise UnreadableError(f"het onderdeel {name} ontbreekt in het archief")
    info = archive.getinfo(name)
    with archive.open(info) as file:
        return file.read(info.file_size + 1)


def leads_outside(name: str) -> bool:
    """Whether a member with this name would land outside the folder in which its archive is unpacked."""
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name


def _gunzip(content: bytes) -> tuple[list[Beside], bytes]:
    """Unpack all parts of a gzip file, each of which has a header. Raises UnreadableError for bytes after the last."""
    limit, rest = room(content), content
    headers: list[Beside] = []
    parts: list[bytes] = []
    while rest:
        if not rest.startswith(_GZIP_MAGIC) or len(parts) == MAX_MEMBERS:
            raise UnreadableError("het bestand is geen gzip, of er staan bytes achter die er niet bij horen")
        headers += _gzip_header(rest)
        unpacking = zlib.decompressobj(_ZLIB_READS_GZIP)
        parts.append(unpacking.decompress(rest, limit + 1))
        limit -= len(parts[-1])
        if limit < 0:
            raise over_a_limit("uitgepakt te groot")
        if not unpacking.eof:
            raise UnreadableError("het bestand is afgebroken")
        rest = unpacking.unused_data.lstrip(b"\0")
    return headers, b"".join(parts)


def _within(content: bytes, limit: int) -> bytes:
    if len(content) > limit:
        raise over_a_limit(f"meer dan {limit // 2**20} MiB")
    return content
