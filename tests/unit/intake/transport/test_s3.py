"""The S3 transport against a store with TLS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.config import Config

from gi_monitor.institutions import Institution
from gi_monitor.intake import transport
from gi_monitor.intake.transport import RefusedError, TransportError, s3
from tests.servers import s3 as stores
from tests.servers.certificates import Certificates
from tests.servers.s3 import BUCKET, PASSWORD, USER, Store
from tests.transport_contract import FIRST, FolderLikeContract, delivery

VARIABLE = "GI_MONITOR_TRANSPORT_HAAGRIJN"


@pytest.fixture
def side(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv(f"{VARIABLE}_USER", USER)
    monkeypatch.setenv(f"{VARIABLE}_PASSWORD", PASSWORD)
    monkeypatch.setattr(s3, "_CONFIG", s3._CONFIG.merge(Config(retries={"total_max_attempts": 1})))
    with stores.serve(certificates) as store:
        yield store


class TestS3(FolderLikeContract):
    """The scenarios of every transport."""


def elsewhere(store: Store, **changed: object) -> Institution:
    """The institution with something else in its transport."""
    return store.institution.model_copy(update={"transport": store.institution.transport.model_copy(update=changed)})


def refused(institution: Institution, what: type[TransportError], words: str) -> None:
    with pytest.raises(what, match=words) as failed, transport.connect(institution) as ours:
        ours.complete()
    assert type(failed.value) is what
    assert PASSWORD not in str(failed.value)


def test_an_upload_in_parts_is_not_there_before_its_last_part(side: Store) -> None:
    files = delivery()
    manifest = files.pop("levering.json")
    side.put(FIRST, files)
    target = {"Bucket": BUCKET, "Key": f"inbox/haagrijn/{FIRST.name}/levering.json"}
    upload = {**target, "UploadId": side.client.create_multipart_upload(**target)["UploadId"]}  # type: ignore[arg-type]
    part = side.client.upload_part(**upload, PartNumber=1, Body=manifest)  # type: ignore[arg-type]

    with transport.connect(side.institution) as ours:
        assert ours.complete() == {}
        side.client.complete_multipart_upload(
            **upload,  # type: ignore[arg-type]
            MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
        )
        assert ours.read(FIRST) == delivery()


def test_a_list_of_several_pages_is_seen_whole(side: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "3")
    side.put(FIRST, delivery())
    with transport.connect(side.institution) as ours:
        assert ours.read(FIRST) == delivery()


def test_a_refused_key_names_the_variables(side: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{VARIABLE}_USER", "een ander")
    refused(side.institution, RefusedError, f"haagrijn: the S3 store refuses: check {VARIABLE}_USER, {VARIABLE}_PASS")


@pytest.mark.parametrize("field", ["USER", "PASSWORD"])
def test_a_missing_key_names_variable_and_institution(side: Store, field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(f"{VARIABLE}_{field}")
    refused(side.institution, RefusedError, f"haagrijn: there is no credential: set {VARIABLE}_{field}$")


def test_a_certificate_that_is_not_trusted_is_refused(side: Store) -> None:
    refused(elsewhere(side, ca_file=None), RefusedError, "no certificate that is trusted")


def test_a_bucket_that_is_not_there_is_an_error(side: Store) -> None:
    refused(elsewhere(side, bucket="elders"), TransportError, "answers NoSuchBucket")


def test_a_store_that_is_away_is_an_error_to_try_again(side: Store) -> None:
    refused(elsewhere(side, endpoint="https://127.0.0.1:1"), TransportError, "EndpointConnectionError")
