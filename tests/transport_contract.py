"""What every transport does, whatever is behind it: the same scenarios, run by a class for each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256

import pytest

from gi_monitor.intake import transport
from gi_monitor.intake.transport import MANIFEST, Place, Transport, TransportError, interface
from gi_monitor.month import Month
from tests.servers.side import Side

FIRST = Place("haagrijn", Month(2024, 4), 1)
SECOND = Place("haagrijn", Month(2024, 4), 2)
EARLIER = Place("haagrijn", Month(2023, 11), 10)


def delivery(mark: str = "") -> dict[str, bytes]:
    """Three files of pages, and a manifest that is about them."""
    pages = [{"gegevens": [{"sleutel": f"a{mark}"}], "volgende": 1}, {"gegevens": [{"sleutel": "b"}], "volgende": None}]
    content = "".join(json.dumps(page) + "\n" for page in pages).encode()
    files = {f"{dataset}.json": content for dataset in ("caseload", "wachtlijst", "formatie")}
    listed = [
        {"dataset": name.removesuffix(".json"), "bestand": name, "sha256": sha256(content).hexdigest(), "rijen": 2}
        for name in files
    ]
    return {**files, MANIFEST: json.dumps({"bestanden": listed}).encode()}


class TransportContract:
    """Scenarios for a transport; who runs them has a fixture ``side``, the institution's side of it."""

    @pytest.fixture
    def ours(self, side: Side) -> Iterator[Transport]:
        """Our side, connected."""
        with transport.connect(side.institution) as connected:
            yield connected

    def test_an_inbox_without_deliveries_is_empty(self, side: Side, ours: Transport) -> None:
        assert ours.complete() == {}

    def test_complete_deliveries_are_listed_oldest_month_first_and_read_whole(
        self, side: Side, ours: Transport
    ) -> None:
        for place in (SECOND, EARLIER, FIRST):
            side.put(place, delivery(str(place.sequence_number)))

        assert list(ours.complete()) == [EARLIER, FIRST, SECOND]
        assert ours.read(SECOND) == delivery("2")

    def test_without_its_manifest_a_delivery_is_not_there(self, side: Side, ours: Transport) -> None:
        files = delivery()
        manifest = {MANIFEST: files.pop(MANIFEST)}
        side.put(FIRST, files)
        assert ours.complete() == {}

        side.put(FIRST, manifest)
        assert list(ours.complete()) == [FIRST]

    def test_its_signature_changes_when_it_does_and_only_then(self, side: Side, ours: Transport) -> None:
        side.put(FIRST, delivery())
        before = ours.complete()
        assert ours.complete() == before

        side.put(FIRST, delivery("nieuw"))
        assert ours.complete()[FIRST] != before[FIRST]

    def test_an_inbox_with_too_many_entries_is_an_error_of_this_institution(
        self, side: Side, ours: Transport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for place in (SECOND, EARLIER, FIRST):
            side.put(place, delivery())
        monkeypatch.setattr(interface, "MAX_ENTRIES", 2)
        with pytest.raises(TransportError, match="haagrijn: the inbox has more than 2 entries"):
            ours.complete()

    def test_receipts_go_back_and_replace_earlier_ones(self, side: Side, ours: Transport) -> None:
        ours.send("2024-04/1/ontvangstbewijs.json", b"eerst")
        ours.send("2024-04/1/ontvangstbewijs.json", b"daarna")
        ours.send("regels/R01.html", b"regel")

        assert side.in_outbox() == {"2024-04/1/ontvangstbewijs.json": b"daarna", "regels/R01.html": b"regel"}

    def test_what_is_removed_is_gone_and_nothing_else(self, side: Side, ours: Transport) -> None:
        side.put(FIRST, delivery())
        side.put(SECOND, delivery())

        ours.remove(FIRST)

        assert side.in_inbox() == {f"2024-04/2/{name}" for name in delivery()}
        assert list(ours.complete()) == [SECOND]


class FolderLikeContract(TransportContract):
    """More scenarios, for transports that look like folders."""

    def test_a_file_that_its_manifest_does_not_mean_is_taken_when_nothing_changes_any_more(
        self, side: Side, ours: Transport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("gi_monitor.intake.transport.folder_like.time.sleep", lambda _: None)
        damaged = {**delivery(), "formatie.json": b"beschadigd"}
        side.put(FIRST, damaged)
        assert ours.read(FIRST) == damaged

    def test_what_still_arrives_is_left_for_the_next_look(
        self, side: Side, ours: Transport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        side.put(FIRST, {**delivery(), "formatie.json": delivery()["formatie.json"][:20]})
        whole = {"formatie.json": delivery()["formatie.json"]}
        monkeypatch.setattr("gi_monitor.intake.transport.folder_like.time.sleep", lambda _: side.put(FIRST, whole))

        with pytest.raises(transport.TransportError, match="still arriving"):
            ours.read(FIRST)
        assert ours.read(FIRST) == delivery()

    def test_a_file_of_which_less_came_than_there_is_is_not_taken(
        self, side: Side, ours: Transport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        side.put(FIRST, delivery())
        whole = ours._content  # type: ignore[attr-defined]
        monkeypatch.setattr("gi_monitor.intake.transport.folder_like.time.sleep", lambda _: None)
        monkeypatch.setattr(ours, "_content", lambda place, entry: whole(place, entry)[:-1])
        with pytest.raises(transport.TransportError, match="still arriving"):
            ours.read(FIRST)

    def test_a_delivery_over_the_limit_is_not_read(
        self, side: Side, ours: Transport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        side.put(FIRST, delivery())
        monkeypatch.setattr("gi_monitor.intake.transport.folder_like.MAX_DELIVERY_BYTES", 100)
        more = iter([{"extra.json": b"x"}])
        monkeypatch.setattr(
            "gi_monitor.intake.transport.folder_like.time.sleep", lambda _: side.put(FIRST, next(more, {}))
        )
        with pytest.raises(transport.TransportError, match="still arriving"):
            ours.read(FIRST)
        with pytest.raises(transport.TooLargeError, match="haagrijn/2024-04/1: larger than"):
            ours.read(FIRST)

    def test_drafts_and_what_is_no_place_are_left_alone(
        self, side: Side, ours: Transport, inbox_log: pytest.LogCaptureFixture
    ) -> None:
        side.put(FIRST, {**delivery(), ".caseload.json.half": b"x"})
        side.put(Place("haagrijn", Month(2024, 4), 0), delivery())

        assert list(ours.complete()) == [FIRST]
        assert ours.read(FIRST) == delivery()
        assert "no <verslagmaand>/<volgnummer>" in inbox_log.text
