"""A candidate waits for its disclosure audit, which knows every release that is out, and is handed to the reviewer."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from gi_monitor import indicators
from gi_monitor.release import candidate, earlier, publish, signoff
from gi_monitor.release.calendar import ReleaseError
from gi_monitor.release.formats import observations
from gi_monitor.release.store import Candidate
from gi_monitor.warehouse.connection import connect
from tests.unit.disclosure.exact import BEFORE, country
from tests.unit.release.conftest import CODES, Gate, World

TEAM_MANAGERS = {"period": "2024-T3", "indicator": "S3", "component": "fte", "category": "teammanager"}


def prepare(gate: Gate, release_id: str | None = None) -> Candidate:
    made = candidate.prepare(release_id, made_by="airflow", judge=gate)
    assert made.state == "candidate" and made.candidate, made.reason
    return made.candidate


def release(gate: Gate, release_id: str) -> None:
    made = prepare(gate, release_id)
    signoff.decide(made.candidate_id, made.content_hash or "", approve=True, who="robin", reason="nagekeken")
    assert publish.publish_due() == [f"gi-monitor-{release_id}-1.0.0"]


def rows_of(path: Path, **about: str) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if all(row[name] == value for name, value in about.items())]


def test_the_gate_hears_that_nothing_leaks_and_the_reviewer_sees_why(world: World, gate: Gate) -> None:
    folder = world.data / "candidates" / prepare(gate).folder

    assert gate.evidence["leaks"].empty
    [seen] = rows_of(folder / "review" / "disclosure.csv", institution="NL", **TEAM_MANAGERS)
    assert (seen["exact"], seen["status"], seen["verdict"]) == ("2.90", "primary", "PASS")
    low, exact, high = (Decimal(seen[name]) for name in ("outsider_lowest", "exact", "outsider_highest"))
    assert low <= exact <= high and high - low >= 1
    assert seen["closest_institution"] in CODES
    assert low <= Decimal(seen["closest_lowest"]) <= exact <= Decimal(seen["closest_highest"]) <= high
    [exact_row] = rows_of(folder / "review" / "observations.csv", institution="NL", **TEAM_MANAGERS)
    assert exact_row["value"] == "2.90"
    [published] = rows_of(folder / "restricted" / "data" / "observations.csv", institution="NL", **TEAM_MANAGERS)
    assert (published["value"], published["status"]) == ("", "suppressed_primary")


def test_what_the_audit_suppressed_is_in_every_file(world: World, gate: Gate) -> None:
    folder = world.data / "candidates" / prepare(gate).folder
    review = rows_of(folder / "review" / "disclosure.csv", status="secondary")
    lost = [row for row in review if row["information_lost"]]

    assert lost
    for row in lost:
        about = {name: row[name] for name in ("period", "institution", "indicator", "component", "category")}
        [published] = rows_of(folder / "restricted" / "data" / "observations.csv", **about)
        assert (published["value"], published["status"]) == ("", "suppressed_secondary")


def test_everybody_may_know_the_rules_and_how_much_is_suppressed(world: World, gate: Gate) -> None:
    folder = world.data / "candidates" / prepare(gate).folder
    said = json.loads((folder / "public" / "disclosure.json").read_text())

    assert said["rules"]["version"] == indicators.load().disclosure.version
    assert said["audit"] == {"verdict": "PASS", "earlier_releases": []}
    for tree, figures in said["figures"].items():
        rows = rows_of(folder / tree / "data" / "observations.csv")
        suppressed = [row for row in rows if row["status"].startswith("suppressed")]
        assert (figures["number"], figures["suppressed"]) == (len(rows), len(suppressed))
        assert figures["share"] == round(len(suppressed) / len(rows), 4) > 0
        assert figures["suppressed_secondary"] == sum(row["status"] == "suppressed_secondary" for row in rows)
    assert "verzonnen" in said["data"]


def test_nobody_but_the_owner_can_open_what_is_not_public(world: World, gate: Gate) -> None:
    folder = world.data / "candidates" / prepare(gate).folder
    assert all((folder / tree).stat().st_mode & 0o077 == 0 for tree in ("restricted", "review"))


def test_an_audit_that_cannot_run_is_no_audit_that_passed(world: World, gate: Gate) -> None:
    rows = [*country("2024-T2", CODES, **BEFORE), *country("2024-T3", CODES)]
    world.observe(
        [
            replace(row, value=row.value + 100)
            if row.key.cell == ("F1", "inflow", "total", "total") and row.value
            else row
            for row in rows
        ]
    )
    folder = world.data / "candidates" / prepare(gate).folder

    assert "leaks" not in gate.evidence
    assert json.loads((folder / "public" / "disclosure.json").read_text())["audit"]["verdict"] == "NOT_RUN"
    assert "could not run" in (folder / "review" / "disclosure.md").read_text()


def test_what_an_earlier_release_told_is_a_leak_that_nothing_mends(world: World, gate: Gate) -> None:
    """Its data show now what this audit would suppress: the attacker of the next release knows it."""
    release(gate, "2024-T2")
    folder = world.data / "releases" / "gi-monitor-2024-T2-1.0.0"
    told = folder / "restricted" / "data" / "observations.csv"
    exact = {row.key: row.value for row in observations.read_csv(folder / "review" / "observations.csv")}
    hidden = [row for row in observations.read_csv(told) if row.status == "suppressed_secondary"]
    shown = [
        replace(row, value=exact[row.key].quantize(Decimal("0.1")), status="observed") if row in hidden else row
        for row in observations.read_csv(told)
    ]
    observations.write_csv(told, shown)

    draft = world.data / "candidates" / prepare(gate, "2024-T3").folder

    leaks = gate.evidence["leaks"]
    leaking = rows_of(draft / "review" / "disclosure.csv", verdict="FAIL")
    assert len(leaking) == leaks["cell"].nunique() > 0
    assert {row["period"] for row in leaking} == {"2024-T2"}
    assert "What no suppression mends" in (draft / "review" / "disclosure.md").read_text()


def test_the_attacker_knows_every_release_that_is_out(world: World, gate: Gate) -> None:
    release(gate, "2024-T2")
    made = prepare(gate, "2024-T3")

    [edition] = earlier.editions(made)
    exact = {row.key: row.value for row in country("2024-T2", CODES, **BEFORE)}
    assert all(edition.exact[key].value == exact[key] for key in edition.published.keys() & exact.keys())
    assert edition.name == "gi-monitor-2024-T2-1.0.0"
    assert edition.is_out
    assert {month.isoformat() for _, month, _ in edition.deliveries} == {"2024-08-01"}
    folder = world.data / "candidates" / made.folder
    said = json.loads((folder / "public" / "disclosure.json").read_text())
    assert said["audit"]["earlier_releases"] == ["gi-monitor-2024-T2-1.0.0"]


def test_without_the_files_of_what_is_out_there_is_no_candidate(world: World, gate: Gate) -> None:
    release(gate, "2024-T2")
    shutil.rmtree(world.data / "releases" / "gi-monitor-2024-T2-1.0.0" / "review")

    with pytest.raises(ReleaseError, match="back as it was published"):
        candidate.prepare("2024-T3", made_by="airflow", judge=gate)


def test_a_parameter_that_is_set_later_does_not_stop_an_earlier_release(world: World, gate: Gate) -> None:
    with connect("gi_transform") as connection:
        connection.execute("update core.parameters set valid_from = '2024-11-01' where parameter = 'path'")

    assert prepare(gate, "2024-T2")


def test_what_is_half_published_is_finished_before_a_candidate_is_made(world: World, gate: Gate) -> None:
    (world.data / "releases" / "gi-monitor-2024-T1-1.0.0" / "review").mkdir(parents=True)
    (world.data / "releases" / "gi-monitor-0123456789ABCDEF.pub").write_text("an earlier key")
    with pytest.raises(ReleaseError, match=r"publication of gi-monitor-2024-T1-1.0.0 was interrupted"):
        prepare(gate)
    (world.data / "releases" / "gi-monitor-2024-T1-1.0.0" / "review").rmdir()
    prepare(gate)
