"""The S3 transport: a bucket, in which an object is there whole or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, SSLError

from gi_monitor import settings
from gi_monitor.institutions.transport import S3Transport
from gi_monitor.intake.transport import credentials
from gi_monitor.intake.transport.folder_like import Entry, FolderLike, Listing
from gi_monitor.intake.transport.interface import RefusedError, Room, TransportError
from gi_monitor.intake.transport.listed import is_delivered
from gi_monitor.intake.transport.place import MANIFEST, Place

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CONFIG = Config(
    connect_timeout=10,
    read_timeout=30,
    retries={"mode": "standard", "total_max_attempts": 4},
    # What every compatible store understands: no buckets as host names, no checksums of the newest kind.
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


@contextmanager
def connect(gi_code: str, where: S3Transport) -> Iterator[S3]:
    """A client with the access key (USER) and its secret (PASSWORD) of the environment; RefusedError without them."""
    client = Session().client(
        "s3",
        endpoint_url=where.endpoint,
        region_name=where.region,
        aws_access_key_id=credentials.need(gi_code, "USER"),
        aws_secret_access_key=credentials.need(gi_code, "PASSWORD"),
        verify=str(settings.load().institutions / where.ca_file) if where.ca_file else True,
        config=_CONFIG,
    )
    try:
        yield S3(gi_code, where, client)
    finally:
        client.close()


class S3(FolderLike):
    """Keys of a bucket: ``<inbox>/<gi_code>/…`` and ``<outbox>/<gi_code>/…``."""

    def __init__(self, gi_code: str, where: S3Transport, client: S3Client) -> None:
        self._gi_code, self._bucket, self._client = gi_code, where.bucket, client
        self._inbox, self._outbox = f"{where.inbox}/{gi_code}", f"{where.outbox}/{gi_code}"

    def send(self, name: str, content: bytes) -> None:
        """Put an object in the outbox."""
        with self._plainly():
            self._client.put_object(Bucket=self._bucket, Key=f"{self._outbox}/{name}", Body=content)

    def remove(self, place: Place) -> None:
        """Remove a delivery, the manifest last. A bucket that keeps versions keeps its bytes."""
        folder = f"{self._inbox}/{place.name}/"
        keys = [folder + entry.name for entry in self._entries(folder)]
        with self._plainly():
            for key in sorted(keys, key=lambda key: key == folder + MANIFEST):
                self._client.delete_object(Bucket=self._bucket, Key=key)

    def _listings(self) -> dict[Place, Listing]:
        found: dict[Place, set[Entry]] = defaultdict(set)
        for entry in self._entries(f"{self._inbox}/"):
            month, number, name = (*entry.name.split("/", 2), "", "")[:3]
            if (place := Place.parse(self._gi_code, month, number)) and is_delivered(name):
                found[place].add(entry._replace(name=name))
        return {place: frozenset(entries) for place, entries in found.items()}

    def _listing(self, place: Place) -> Listing:
        entries = self._entries(f"{self._inbox}/{place.name}/")
        return frozenset(entry for entry in entries if is_delivered(entry.name))

    def _content(self, place: Place, entry: Entry) -> bytes:
        with self._plainly():
            key = f"{self._inbox}/{place.name}/{entry.name}"
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read(entry.size + 1)

    def _entries(self, prefix: str) -> list[Entry]:
        """All objects under a prefix, named from there on."""
        with self._plainly():
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
            room, entries = Room(self._gi_code), []
            for page in pages:
                for found in page.get("Contents", []):
                    room.take()
                    entries.append(Entry(found["Key"].removeprefix(prefix), found["Size"], found["ETag"]))
            return entries

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """What goes wrong is said without the key, which the institution chose."""
        try:
            yield
        except SSLError:
            raise RefusedError(f"{self._gi_code}: the S3 store shows no certificate that is trusted") from None
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (401, 403):
                names = credentials.names(self._gi_code, "USER", "PASSWORD")
                raise RefusedError(f"{self._gi_code}: the S3 store refuses: check {names} and their rights") from None
            raise TransportError(f"{self._gi_code}: the S3 store answers {error.response['Error']['Code']}") from None
        except BotoCoreError as error:
            raise TransportError(f"{self._gi_code}: the S3 store fails: {type(error).__name__}") from None
