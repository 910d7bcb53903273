"""The packaging around a delivered file, and the limits against hostile ones (spec 1.2)."""

from __future__ import annotations

import gzip
import io
import zipfile
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
_GZIP_EXTRA, _GZIP_NAME, _GZIP_COMMENT = 4, 8, 16
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
            return _gunzip(content)
        case ZipPackaging():
            with unzip(content) as archive:
                return member(archive, part)
    return _within(content, MAX_UNPACKED)


def opened(content: bytes, packaging: Packaging) -> tuple[list[Beside], list[bytes]]:
    """What the packaging says itself, members that the dialect does not know among it, and the files in it."""
    match packaging:
        case GzipPackaging():
            return _gzip_header(content), [_gunzip(content)]
        case ZipPackaging():
            with unzip(content) as archive:
                known = list(dict.fromkeys(packaging.members.values()))
                around = [Beside("opmerking bij het archief", archive.comment.decode("utf-8", "replace"))]
                for name in archive.namelist():
                    around.append(Beside("naam in het archief", name, technical=name in known))
                    if name not in known:
                        text = member(archive, name).decode("utf-8", "replace")
                        around.append(Beside("ander bestand in het archief", text))
                return around, [member(archive, name) for name in known]
    return [], [_within(content, MAX_UNPACKED)]


def _gzip_header(content: bytes) -> list[Beside]:
    """The original name and the comment that gzip may keep (RFC 1952), each ended by a zero byte."""
    flags, rest = content[3], content[10:]
    if flags & _GZIP_EXTRA:
        rest = rest[2 + int.from_bytes(rest[:2], "little") :]
    texts = []
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


def _gunzip(content: bytes) -> bytes:
    limit = room(content)
    with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
        unpacked = file.read(limit + 1)
    if len(unpacked) > limit:
        raise over_a_limit("uitgepakt te groot")
    return unpacked


def _within(content: bytes, limit: int) -> bytes:
    if len(content) > limit:
        raise over_a_limit(f"meer dan {limit // 2**20} MiB")
    return content
