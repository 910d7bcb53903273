"""How deliveries reach us and receipts go back (spec 1.2): one model per transport, and no secret in any of them.

Each field is explained for who writes an institution file in ``institutions/_template.yml``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from gi_monitor.institutions.dialect import StrictModel

HttpsAddress = Annotated[str, Field(pattern=r"^https://[^\s?#]*[^\s?#/]$")]
HostKey = Annotated[str, Field(pattern=r"^(ssh-(ed25519|rsa)|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]+=*$")]


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
