"""An S3-compatible store on this machine: moto behind TLS, that knows one access key."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from gi_monitor.institutions import Institution
from gi_monitor.intake.transport import Place
from tests.servers.certificates import Certificates
from tests.servers.side import institution, manifest_last

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

USER, PASSWORD = "verzonnen-sleutel", "verzonnen-geheim"
BUCKET = "gi-monitor"
_REFUSED = b"<Error><Code>InvalidAccessKeyId</Code><Message>unknown key</Message></Error>"


class Store:
    """The bucket of an institution."""

    def __init__(self, endpoint: str, certificates: Certificates, gi_code: str) -> None:
        ca_file = str(certificates.ca_file)
        self.institution: Institution = institution(
            {"type": "s3", "endpoint": endpoint, "bucket": BUCKET, "ca_file": ca_file}, gi_code
        )
        self.inbox, self.outbox = f"inbox/{gi_code}/", f"outbox/{gi_code}/"
        self.client: S3Client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id=USER,
            aws_secret_access_key=PASSWORD,
            verify=ca_file,
        )
        self.client.create_bucket(Bucket=BUCKET)

    def put(self, place: Place, files: Mapping[str, bytes]) -> None:
        """Upload."""
        for name in manifest_last(files):
            self.client.put_object(Bucket=BUCKET, Key=f"{self.inbox}{place.name}/{name}", Body=files[name])

    def in_inbox(self) -> set[str]:
        """The objects of the inbox."""
        return set(self._under(self.inbox))

    def in_outbox(self) -> dict[str, bytes]:
        """The objects of the outbox."""
        return self._under(self.outbox)

    def _under(self, prefix: str) -> dict[str, bytes]:
        found = self.client.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return {
            each["Key"].removeprefix(prefix): self.client.get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read()
            for each in found
        }


def _guarded(moto: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Moto lets everybody in; a store does not."""

    def application(environment: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if f"Credential={USER}/" in environment.get("HTTP_AUTHORIZATION", ""):
            return moto(environment, start)
        start("403 Forbidden", [("Content-Type", "application/xml")])
        return [_REFUSED]

    return application


@contextmanager
def serve(certificates: Certificates, gi_code: str = "haagrijn") -> Iterator[Store]:
    """An empty store, until the block ends."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    moto = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, _guarded(moto), threaded=True, ssl_context=certificates.server)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield Store(f"https://127.0.0.1:{server.server_port}", certificates, gi_code)
    finally:
        moto_api_backend.reset()
        server.shutdown()
        server.server_close()
        thread.join()
