"""What lies beside the releases tells all that is out, what was corrected and what was taken back."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
import rdflib
from rdflib import RDF, URIRef

from gi_monitor.clock import AMSTERDAM
from gi_monitor.month import Month
from gi_monitor.release import beside, catalogue, publish
from gi_monitor.release.beside import Edition
from gi_monitor.release.calendar import Access, Release
from gi_monitor.release.formats import dcat
from gi_monitor.warehouse.connection import connect_as_owner
from tests.unit.release.conftest import Gate, World
from tests.unit.release.test_formats import ABOUT
from tests.unit.release.test_life import AFTER_THE_MOMENT, decide, prepare

BASE = "https://gi-monitor.example/"
CALENDAR = [
    Release(
        "2024-T3",
        Month(2024, 12),
        datetime(2025, 2, 6, 9, 30, tzinfo=AMSTERDAM),
        (Access("Ministerie van Verzinsels", datetime(2025, 2, 5, 12, tzinfo=AMSTERDAM)),),
    ),
    Release("2025-T1", Month(2025, 4), datetime(2025, 6, 5, 9, 30, tzinfo=AMSTERDAM)),
]


def edition(folder: Path, version: str, published: datetime, withdrawn: datetime | None = None) -> Edition:
    """A version with the one file of it that is read: its own description."""
    trees = folder / "kept" / version
    public = trees / "public"
    (public / "data").mkdir(parents=True, exist_ok=True)
    for name in ("observations.csv", "observations.parquet", "tables.xlsx", "tables.ods"):
        (public / "data" / name).write_text(version)
    about = ABOUT.__class__(**{**ABOUT.__dict__, "version": version})
    dcat.write(public, "2023-01-01", about)
    why = "fout in de telling" if withdrawn else ""
    return Edition("2024-T3", version, published, f"hash of {version}", True, trees, withdrawn, why)


@pytest.fixture
def releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release, its correction, and a second correction that was withdrawn."""
    monkeypatch.setenv("GI_MONITOR_DATA", str(tmp_path))
    editions = [
        edition(tmp_path, "1.9.0", datetime(2025, 3, 1, 9, 30, tzinfo=AMSTERDAM)),
        edition(tmp_path, "1.0.0", datetime(2025, 2, 6, 9, 30, tzinfo=AMSTERDAM)),
        edition(
            tmp_path, "1.10.0", datetime(2025, 4, 1, 9, 30, tzinfo=AMSTERDAM), datetime(2025, 4, 2, tzinfo=AMSTERDAM)
        ),
    ]
    beside.write(tmp_path / "releases", editions, CALENDAR, catalogue.load())
    return tmp_path / "releases"


def read(path: Path) -> Any:
    return json.loads(path.read_text())


def test_the_index_names_every_version_newest_first_and_the_latest_that_stands(releases: Path) -> None:
    index = read(releases / "index.json")

    assert [(entry["version"], entry["state"]) for entry in index["releases"]] == [
        ("1.10.0", "withdrawn"), ("1.9.0", "published"), ("1.0.0", "published"),
    ]  # fmt: skip
    assert index["latest"] == "gi-monitor-2024-T3-1.9.0"
    assert index["releases"][1]["data"] == f"{BASE}gi-monitor-2024-T3-1.9.0/public/data/observations.csv"
    assert index["releases"][1]["content_hash"] == "hash of 1.9.0"
    assert "data" not in index["releases"][0] and index["releases"][0]["why"] == "fout in de telling"
    assert index["data"] == "verzonnen gegevens / synthetic data"
    assert (releases / index["public_key"]).exists()


def test_the_calendar_tells_what_is_announced(releases: Path) -> None:
    assert read(releases / "calendar.json")["releases"] == [
        {
            "release": "2024-T3",
            "reference_date": "2024-12-31",
            "publication_moment": "2025-02-06T09:30:00+01:00",
            "access_before": [{"party": "Ministerie van Verzinsels", "from": "2025-02-05T12:00:00+01:00"}],
            "state": "published",
        },
        {
            "release": "2025-T1",
            "reference_date": "2025-04-30",
            "publication_moment": "2025-06-05T09:30:00+02:00",
            "access_before": [],
            "state": "announced",
        },
    ]


def test_corrections_and_withdrawals_are_told_the_last_first(releases: Path) -> None:
    found = [(e["version"], e["kind"], e["moment"][:10]) for e in read(releases / "corrections.json")["corrections"]]
    assert found == [("1.10.0", "withdrawal", "2025-04-02"), ("1.9.0", "correction", "2025-03-01")]


def test_a_feed_reader_sees_every_version(releases: Path) -> None:
    feed = feedparser.parse((releases / "feed.atom").read_bytes())

    assert not feed.bozo and feed.version == "atom10"
    assert [entry.title for entry in feed.entries] == [
        "Ingetrokken: Uitgave 2024-T3, versie 1.10.0",
        "Correctie: Uitgave 2024-T3, versie 1.9.0",
        "Uitgave 2024-T3, versie 1.0.0",
    ]
    assert feed.feed.updated == "2025-04-02T00:00:00+02:00"
    assert feed.entries[2].link == f"{BASE}gi-monitor-2024-T3-1.0.0/public/index.html"
    assert len({entry.id for entry in feed.entries}) == 3


def test_the_catalogue_has_every_version_with_its_status(releases: Path) -> None:
    graph = rdflib.Graph().parse(releases / "dcat.ttl")
    statuses = {
        str(dataset).split("/")[3]: str(graph.value(dataset, dcat.ADMS.status)).split("/")[-1]
        for dataset in graph.subjects(RDF.type, dcat.DCAT.Dataset)
    }

    assert statuses == {
        "gi-monitor-2024-T3-1.0.0": "COMPLETED",
        "gi-monitor-2024-T3-1.9.0": "COMPLETED",
        "gi-monitor-2024-T3-1.10.0": "WITHDRAWN",
    }
    withdrawn = URIRef(f"{BASE}gi-monitor-2024-T3-1.10.0/public/#csv")
    assert graph.value(withdrawn, dcat.DCAT.downloadURL) is None
    assert graph.isomorphic(rdflib.Graph().parse(releases / "dcat.jsonld"))


def test_before_the_first_release_there_is_a_calendar_and_an_empty_index(tmp_path: Path) -> None:
    beside.write(tmp_path, [], CALENDAR, catalogue.load())

    assert {path.name for path in tmp_path.iterdir()} == {"index.json", "calendar.json", "corrections.json"}
    assert read(tmp_path / "index.json")["latest"] is None


def test_publishing_writes_it_and_what_is_right_is_left_alone(
    world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(prepare(gate))
    publish.publish_due()
    assert read(world.data / "releases" / "index.json")["latest"] is None

    monkeypatch.setenv("GI_MONITOR_NOW", AFTER_THE_MOMENT)
    publish.publish_due()

    releases = world.data / "releases"
    [entry] = read(releases / "index.json")["releases"]
    assert (entry["version"], entry["published"]) == ("1.0.0", AFTER_THE_MOMENT)
    before = {path.name: path.stat().st_ino for path in releases.iterdir()}
    publish.publish_due()
    assert {path.name: path.stat().st_ino for path in releases.iterdir()} == before

    with connect_as_owner() as connection:
        connection.execute(
            "insert into release.state_change (candidate_id, from_state, to_state, changed_at, who, why)"
            " values (1, 'published', 'withdrawn', '2025-02-07T10:00+01', 'robin', 'fout in de telling')"
        )
        connection.execute("update release.candidate set state = 'withdrawn'")
    beside.renew()
    [entry] = read(releases / "index.json")["releases"]
    assert (entry["state"], entry["why"]) == ("withdrawn", "fout in de telling")
