"""The HTTPS transport against a real server with TLS: pages, and all that an API can do wrong."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import urllib3

from gi_monitor.intake import transport
from gi_monitor.intake.transport import RefusedError, TooLargeError, TransportError, https
from tests.servers import api
from tests.servers.api import TOKEN, Api, Fault
from tests.servers.certificates import Certificates
from tests.transport_contract import FIRST, TransportContract, delivery

VARIABLE = "GI_MONITOR_TRANSPORT_HAAGRIJN_TOKEN"


@pytest.fixture(scope="module")
def server(certificates: Certificates) -> Iterator[Api]:
    with api.serve(certificates) as running:
        yield running


@pytest.fixture
def side(server: Api, monkeypatch: pytest.MonkeyPatch) -> Api:
    monkeypatch.setenv(VARIABLE, TOKEN)
    for held in (server.deliveries, server.receipts, server.faults, server.asked):
        held.clear()
    return server


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited before each new try; nobody does."""
    waited: list[float] = []
    monkeypatch.setattr(urllib3.util.retry, "time", SimpleNamespace(sleep=waited.append))
    return waited


class TestHttps(TransportContract):
    """The scenarios of every transport."""


def read(side: Api) -> dict[str, bytes]:
    with transport.connect(side.institution) as ours:
        return ours.read(FIRST)


def refused(side: Api, what: type[TransportError], words: str) -> None:
    with pytest.raises(what, match=words) as failed:
        read(side)
    assert type(failed.value) is what
    assert TOKEN not in str(failed.value)


def test_every_page_of_every_listed_dataset_is_asked_for(side: Api) -> None:
    side.put(FIRST, delivery())
    read(side)
    of_caseload = [asked for asked in side.asked if "caseload" in asked]
    address = "GET /leveringen/2024-04/1/caseload?aantal=2"
    assert of_caseload == [address, f"{address}&cursor=1"]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(side: Api, status: int) -> None:
    side.put(FIRST, delivery())
    side.faults += [Fault("caseload", status), Fault("caseload", status)]
    assert read(side) == delivery()


@pytest.mark.parametrize(("asked", "waited"), [("7", 7), ("86400", 60)])
def test_a_server_that_asks_to_wait_is_heeded_within_bounds(
    side: Api, waits: list[float], asked: str, waited: float
) -> None:
    side.put(FIRST, delivery())
    side.faults.append(Fault("caseload", 429, {"Retry-After": asked}))
    assert read(side) == delivery()
    assert waits == [waited]


def test_what_does_not_pass_is_an_error_after_five_tries(side: Api, waits: list[float]) -> None:
    side.put(FIRST, delivery())
    side.faults += [Fault("caseload", 503)] * 9
    refused(side, TransportError, "the API answers 503 at leveringen/2024-04/1/caseload")
    assert len(side.faults) == 4
    assert 0 < sum(waits) < 60


def test_a_server_that_says_nothing_is_not_waited_for_for_ever(side: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(https, "_TIMEOUT", urllib3.Timeout(0.1))
    side.put(FIRST, delivery())
    side.faults += [Fault("caseload", hangs=True)] * 5
    refused(side, TransportError, "ReadTimeoutError")


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_token_is_final_and_names_the_variable(side: Api, waits: list[float], status: int) -> None:
    side.put(FIRST, delivery())
    side.faults.append(Fault("levering.json", status))
    refused(side, RefusedError, f"haagrijn: the API answers {status}: check {VARIABLE}")
    assert waits == []


def test_a_wrong_token_is_refused_by_the_server(side: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "een ander")
    refused(side, RefusedError, f"401: check {VARIABLE}")


def test_a_missing_token_names_variable_and_institution(side: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    refused(side, RefusedError, f"haagrijn: there is no credential: set {VARIABLE}")


def test_a_certificate_that_is_not_trusted_is_refused(side: Api) -> None:
    anyone = side.institution.transport.model_copy(update={"ca_file": None})
    with (
        transport.connect(side.institution.model_copy(update={"transport": anyone})) as ours,
        pytest.raises(RefusedError, match="no certificate that is trusted"),
    ):
        ours.complete()
    assert side.asked == []


@pytest.mark.parametrize("at", ["levering.json", "caseload", "formatie"])
def test_a_body_that_is_cut_off_is_not_taken_and_tried_again_next_time(side: Api, at: str) -> None:
    side.put(FIRST, delivery())
    side.faults.append(Fault(at, body=delivery()["caseload.json"], missing=5))
    refused(side, TransportError, "fails at leveringen/2024-04/1/")
    assert read(side) == delivery()


def rows(*keys: str, cursor: object) -> bytes:
    return json.dumps({"gegevens": [{"sleutel": key} for key in keys], "volgende": cursor}).encode()


@pytest.mark.parametrize(
    "pages",
    [
        [rows("a", cursor=1), rows("a", cursor=1)],
        [rows("a", cursor=1), rows("a", cursor=2)],
        [rows("a", cursor=1), rows("b", cursor=0), rows("a", cursor=1)],
        [rows(cursor="x"), rows(cursor="y")],
    ],
)
def test_a_page_that_comes_again_is_an_error_and_no_loop(side: Api, pages: list[bytes]) -> None:
    side.put(FIRST, delivery())
    side.faults += [Fault("caseload", body=page) for page in pages]
    refused(side, TransportError, "a page of leveringen/2024-04/1/caseload twice")


def test_pages_without_end_are_an_error(side: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(https, "_MAX_PAGES", 3)
    side.put(FIRST, delivery())
    side.faults += [Fault("caseload", body=rows(str(number), cursor=number)) for number in range(9)]
    refused(side, TransportError, "no end to leveringen/2024-04/1/caseload")


@pytest.mark.parametrize("body", [b"[]", b"niet json", b'{"gegevens": ', b"[" * 100_000, b"\xff"])
def test_a_page_that_is_no_page_is_an_error(side: Api, body: bytes) -> None:
    side.put(FIRST, delivery())
    side.faults.append(Fault("caseload", body=body))
    refused(side, TransportError, "no JSON object")


def test_a_delivery_over_the_limit_is_not_read(side: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    side.put(FIRST, delivery())
    size = sum(map(len, delivery().values()))
    monkeypatch.setattr(https, "MAX_DELIVERY_BYTES", size)
    assert read(side) == delivery()
    monkeypatch.setattr(https, "MAX_DELIVERY_BYTES", size - 1)
    refused(side, TooLargeError, "formatie is larger than may be")


def test_nobody_is_followed_elsewhere_with_our_token(side: Api) -> None:
    side.faults.append(Fault("levering.json", 302, {"Location": f"{side.institution.transport.base}/elders"}))  # type: ignore[union-attr]
    refused(side, TransportError, "the API answers 302")
    assert not [asked for asked in side.asked if "elders" in asked]


@pytest.mark.parametrize(
    "listed", [{}, {"gegevens": 3}, {"gegevens": [{"volgnummer": 1}]}, {"gegevens": ["2024-04/1"]}]
)
def test_a_list_of_deliveries_that_is_none_is_an_error(side: Api, listed: object) -> None:
    side.faults.append(Fault("leveringen", body=json.dumps(listed).encode()))
    with (
        transport.connect(side.institution) as ours,
        pytest.raises(TransportError, match="list of deliveries is not as agreed"),
    ):
        ours.complete()


def listing_fails(side: Api, body: bytes) -> TransportError:
    side.faults.append(Fault("leveringen", body=body))
    with transport.connect(side.institution) as ours, pytest.raises(TransportError) as failed:
        ours.complete()
    return failed.value


LINE = {"verslagmaand": "2024-04", "volgnummer": 1, "etag": "x"}


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"gegevens": [{**LINE, "etag": "x" * 24 * 2**20}]}).encode(),
        b'{"gegevens": [' + b"[]," * (8 * 2**20) + b"{}]}",
        b'{"gegevens": ' + b"[" * (24 * 2**20),
    ],
    ids=["one long mark", "many short values", "nested"],
)
def test_a_list_of_24_mib_is_refused_before_it_is_parsed(side: Api, body: bytes) -> None:
    tracemalloc.start()
    failure = listing_fails(side, body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(failure, TooLargeError) and "leveringen is larger than may be" in str(failure)
    assert peak < 100 * 2**20


def test_a_nested_list_of_deliveries_is_an_error(side: Api) -> None:
    body = b'{"gegevens": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert "no JSON object" in str(listing_fails(side, body)) or "not as agreed" in str(listing_fails(side, body))


def test_pages_of_the_list_count_together(side: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(https, "MAX_LISTING_BYTES", 1000)
    pages = [json.dumps({"gegevens": [{**LINE, "volgnummer": n}], "volgende": n}).encode() for n in range(1, 30)]
    side.faults += [Fault("leveringen", body=page) for page in pages[1:]]
    assert isinstance(listing_fails(side, pages[0]), TooLargeError)


def test_a_manifest_or_a_page_that_is_too_large_is_not_read(side: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    side.put(FIRST, delivery())
    with monkeypatch.context() as patch:
        patch.setattr(https, "MAX_PAGE_BYTES", 10)
        refused(side, TooLargeError, "caseload is larger than may be")
    monkeypatch.setattr(https, "MAX_MANIFEST_BYTES", 10)
    refused(side, TooLargeError, "levering.json is larger than may be")


def test_a_manifest_cannot_send_us_to_another_address_or_name(side: Api) -> None:
    names = [("../../x", "a.json"), ("caseload", "../b.json"), ("wachtlijst", "levering.json")]
    listed = [{"dataset": dataset, "bestand": name, "sha256": "", "rijen": 0} for dataset, name in names]
    manifest = json.dumps({"bestanden": listed}).encode()
    side.put(FIRST, {**delivery(), "levering.json": manifest})

    assert read(side) == {"levering.json": manifest}
    assert {asked.split("?")[0] for asked in side.asked} == {
        "GET /leveringen/2024-04/1/levering.json",
        "GET /leveringen/2024-04/1/wachtlijst",
    }


@pytest.mark.parametrize("manifest", [b"", b"[]", b'{"bestanden": 1}', b'{"bestanden": [{}]}', b"[" * 100_000])
def test_a_manifest_that_says_nothing_is_taken_for_the_rules_to_judge(side: Api, manifest: bytes) -> None:
    side.put(FIRST, {"levering.json": manifest})
    assert read(side) == {"levering.json": manifest}
