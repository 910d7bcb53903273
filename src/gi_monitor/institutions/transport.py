"""How deliveries reach us and receipts go back (spec 1.2): one model per transport, and no secret in any of them.

Each field is explained for who writes an institution file in ``institutions/_template.yml``.
"""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from gi_monitor.institutions.dialect import StrictModel


def _address(text: str) -> str:
    if not re.fullmatch(r"https://[^\s?#]*[^\s?#/]", text):
        raise ValueError("begin it with https:// and end it without a slash, a question or a fragment")
    return text


def _host_key(text: str) -> str:
    """A key in its base64 says itself of what type it is."""
    kind, _, key = text.partition(" ")
    try:
        said = base64.b64decode(key, validate=True)[4 : 4 + len(kind)].decode("ascii")
    except ValueError:
        said = ""
    if not kind or said != kind:
        raise ValueError("give the type and the key of the server as they stand in known_hosts, without its name")
    return text


HttpsAddress = Annotated[str, AfterValidator(_address)]
HostKey = Annotated[str, AfterValidator(_host_key)]


class _Transport(StrictModel):
    poll_seconds: ClassVar[float] = 30
    """How long between two looks for new deliveries; a receipt is due within a minute (spec 1.4)."""


class FolderTransport(_Transport):
    """Folders of this machine: deliveries are dropped in the inbox, receipts are written to the outbox."""

    poll_seconds = 1

    type: Literal["folder"] = "folder"


class SftpTransport(_Transport):
    """Folders of an SFTP server, that shows the pinned ``host_key`` or is not trusted."""

    type: Literal["sftp"]
    host: str
    port: int = Field(default=22, ge=1, le=65535)
    host_key: HostKey
    inbox: str = "inbox"
    outbox: str = "outbox"


class HttpsTransport(_Transport):
    """The institution's own JSON API, described in ``docs/operators.md``."""

    type: Literal["https"]
    base: HttpsAddress
    page_size: int = Field(default=500, ge=1, le=10_000)
    ca_file: Path | None = None


class S3Transport(_Transport):
    """A bucket of an S3-compatible store; ``inbox`` and ``outbox`` are prefixes in it."""

    type: Literal["s3"]
    endpoint: HttpsAddress
    region: str = "us-east-1"
    bucket: str
    inbox: str = "inbox"
    outbox: str = "outbox"
    ca_file: Path | None = None


Transport = Annotated[
    FolderTransport | SftpTransport | HttpsTransport | S3Transport,
    Field(discriminator="type"),
]
