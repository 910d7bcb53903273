"""Three releases, two late corrections and the loss of the database in between.

Every version is reproduced, and an attacker who has them all computes nothing that is hidden.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from gi_monitor import clock, settings, steps
from gi_monitor.month import Month
from gi_monitor.release import calendar, provenance, reproduce
from gi_monitor.release.calendar import ReleaseError
from gi_monitor.release.pages import document, rendering
from gi_monitor.release.pages.drawing import canvas
from gi_monitor.release.pages.drawing.canvas import Chart, Locale, Size
from gi_monitor.release.store import Candidate
from gi_monitor.warehouse.connection import connect
from tests import lost
from tests.attacker import attack
from tests.shapes import deliveries_of_three, institutions_of_three, take_in_three

FIRST, LAST = Month(2023, 12), Month(2024, 12)
CELL = ("period", "institution", "indicator", "component", "breakdown", "category")


@pytest.fixture
def three(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty warehouse that expects the three institutions; its data folder."""
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(institutions_of_three(warehouse / "institutions")))
    return warehouse


@pytest.fixture
def drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw a chart once, because a release that is reproduced asks for the same ones again, and print no documents.

    That both are repeatable is tested by test_pages and test_document; test_airflow publishes a printed document.
    """
    drawn: dict[str, str] = {}

    def draw(chart: Chart, size: Size, locale: Locale) -> str:
        asked = repr((chart, size, locale))
        if asked not in drawn:
            drawn[asked] = canvas.draw(chart, size, locale)
        return drawn[asked]

    monkeypatch.setattr(rendering, "draw", draw)
    monkeypatch.setattr(document, "pdf", lambda pages, say, edition, drawn: b"%PDF")


def take_in(first: Month, last: Month) -> None:
    take_in_three(first, last)
    steps.standardise()


def deliver_april_again(data: Path, without: int) -> None:
    """Deliver haagrijn's April again, without some measures that run and are on no list."""
    source, target = (root / "haagrijn" / "2024-04" for root in (deliveries_of_three(), data / "inbox"))
    shutil.copytree(source / "1", target / "2")
    manifest = target / "2" / "levering.json"
    content = json.loads(manifest.read_text())
    caseload, waitlist = content["bestanden"][:2]
    file = target / "2" / caseload["bestand"]
    header, *lines = file.read_text("cp1252").splitlines()
    listed = {line.split(";")[1] for line in (target / "2" / waitlist["bestand"]).read_text("cp1252").splitlines()}
    run = [line for line in lines if line.endswith(";;;") and line.split(";")[0] not in listed]
    kept = "\n".join([header, *(line for line in lines if line not in run[:without])]) + "\n"
    file.write_text(kept, "cp1252")
    caseload |= {"sha256": hashlib.sha256(kept.encode("cp1252")).hexdigest(), "rijen": len(lines) - without}
    content["controletotalen"]["maatregelen_actief"] -= without
    manifest.write_text(json.dumps({**content, "volgnummer": 2, "vacatures_fte": 44.5}))
    [counts] = steps.take_in("haagrijn")
    assert counts.state.startswith("accepted")
    steps.standardise()


def release(release_id: str, correct: str | None = None) -> Candidate:
    """From candidate to the public, at the moment of the calendar or, of a correction, at once."""
    made = steps.prepare_release(release_id, made_by="dana", correct=correct)
    assert made is not None and made.content_hash is not None, what_it_waits_for()
    steps.decide_release(made.candidate_id, made.content_hash, approve=True, who="robin", reason="nagekeken")
    with connect("gi_release") as connection:
        moment = calendar.find(calendar.load(connection), release_id).publication_moment
    clock.set_to(max(clock.now(), moment))
    assert steps.publish_due() == [made.edition]
    return made


def what_it_waits_for() -> list[str]:
    with connect("gi_release") as connection:
        return [row["reason"] for row in connection.execute("select reason from release.waiting")]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def figures(releases: Path, edition: str, tree: str) -> Mapping[tuple[str, ...], tuple[str, ...]]:
    rows = read(releases / f"gi-monitor-{edition}" / tree / "data" / "observations.csv")
    shown = ("value", "status", "numerator", "denominator")
    return {tuple(row[name] for name in CELL): tuple(row[name] for name in shown) for row in rows}


def revised(releases: Path, edition: str, tree: str) -> dict[tuple[str, ...], dict[str, str]]:
    rows = read(releases / f"gi-monitor-{edition}" / tree / "revisions.csv")
    return {tuple(row[name] for name in CELL): row for row in rows}


@pytest.mark.usefixtures("drawn_once")
def test_releases_corrections_and_a_lost_database(
    three: Path, another_warehouse: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """April changes after two releases: both are corrected, the later one after the next release."""
    releases = settings.load().releases
    take_in(FIRST, Month(2024, 4))
    release("2024-T1")
    take_in(Month(2024, 5), Month(2024, 8))
    release("2024-T2")
    deliver_april_again(three, without=40)
    release("2024-T1", correct="Haagrijn leverde april opnieuw")
    steps.note_expectations()
    before = lost.tables("ledger", "landing", "release")
    lost.lose(another_warehouse)
    steps.rebuild()
    assert lost.tables("ledger", "landing", "release") == before
    take_in(Month(2024, 9), LAST)
    release("2024-T3")
    release("2024-T2", correct="Haagrijn leverde april opnieuw")

    editions = [f"2024-{version}" for version in ("T1-1.0.0", "T2-1.0.0", "T1-1.1.0", "T3-1.0.0", "T2-1.1.0")]
    assert {path.name for path in releases.glob("gi-monitor-20*")} == {f"gi-monitor-{name}" for name in editions}
    assert (releases / "latest").readlink() == Path("gi-monitor-2024-T3-1.0.0")
    for tree in ("public", "restricted"):
        the_correction_lists_exactly_what_changed(releases, tree)
        the_last_release_lists_what_the_one_before_it_did_not_know(releases, tree)
    assert attack([releases / f"gi-monitor-{edition}" for edition in editions]) == []
    for edition in editions:
        assert reproduce.reproduce(edition).differing == ()
    monkeypatch.setattr(provenance, "code_commit", lambda home: "0123abc")
    with pytest.raises(ReleaseError, match="check out that commit"):
        reproduce.reproduce(editions[0])


def the_correction_lists_exactly_what_changed(releases: Path, tree: str) -> None:
    old, new = (figures(releases, f"2024-T1-{version}", tree) for version in ("1.0.0", "1.1.0"))
    listed = revised(releases, "2024-T1-1.1.0", tree)
    changed = {cell for cell in old.keys() | new.keys() if old.get(cell) != new.get(cell)}

    assert listed.keys() == changed
    assert ("2024-T1", "NL", "S8", "value", "total", "total") in changed
    for cell, row in listed.items():
        assert (row["old_value"], row["old_status"]) == old[cell][:2]
        assert (row["new_value"], row["new_status"]) == new[cell][:2]
        assert row["cause"] == "disclosure" or (row["cause"], row["deliveries"]) == ("delivery", "haagrijn 2024-04")
    assert "delivery" in {row["cause"] for row in listed.values()}


def the_last_release_lists_what_the_one_before_it_did_not_know(releases: Path, tree: str) -> None:
    old, new = (figures(releases, f"{name}-1.0.0", tree) for name in ("2024-T2", "2024-T3"))
    periods = {cell[0] for cell in old}
    changed = {cell for cell in old.keys() | new.keys() if cell[0] in periods and old.get(cell) != new.get(cell)}

    listed = revised(releases, "2024-T3-1.0.0", tree)
    assert listed.keys() == changed
    assert {row["cause"] for row in listed.values()} <= {"delivery", "disclosure"}
    assert "haagrijn 2024-04" in {row["deliveries"] for row in listed.values()}
