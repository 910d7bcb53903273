"""From a complete warehouse to a published release, and everything that stops it on the way."""

from __future__ import annotations

import csv
import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from gi_monitor.disclosure.observation import COLUMNS
from gi_monitor.release import candidate, publish, signoff
from gi_monitor.release.calendar import ReleaseError
from gi_monitor.release.candidate import Preparation
from gi_monitor.warehouse.connection import connect, connect_as_owner
from tests.unit.release.conftest import Gate, World

AFTER_THE_MOMENT = "2025-02-06T09:30:00+01:00"


PAGES = {
    "index.html", "werklast-en-wachtlijst.html", "wachttijden.html", "medewerkers.html", "maatregelen.html",
    "continuiteit-en-plaatsing.html", "kwaliteit-en-dekking.html", "definities.html", "downloads.html",
    "kalender.html", "correcties.html", "toegankelijkheid.html", "gi-monitor-2024-T3.pdf",
    "en/index.html", "en/workload-and-waiting-list.html", "en/waiting-times.html", "en/staff.html",
    "en/measures.html", "en/continuity-and-placement.html", "en/quality-and-coverage.html", "en/definitions.html",
    "en/downloads.html", "en/calendar.html", "en/corrections.html", "en/accessibility.html",
    "en/gi-monitor-2024-T3.pdf", "style.css", "icon.svg",
}  # fmt: skip


def prepare(gate: Gate, release_id: str | None = None, made_by: str = "airflow") -> Preparation:
    return candidate.prepare(release_id, made_by=made_by, judge=gate)


def decide(made: Preparation, who: str = "robin", *, approve: bool = True, reason: str = "nagekeken") -> None:
    assert made.candidate is not None
    content_hash = made.candidate.content_hash or "not frozen"
    signoff.decide(number(made), content_hash, approve=approve, who=who, reason=reason)


def number(made: Preparation) -> int:
    assert made.candidate is not None
    return made.candidate.candidate_id


def folder(made: Preparation) -> str:
    assert made.candidate is not None
    return made.candidate.folder


def states(world: World) -> list[object]:
    return [state for (state,) in world.query("select state from release.candidate order by candidate_id")]


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def published(world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A published release."""
    decide(prepare(gate))
    monkeypatch.setenv("GI_MONITOR_NOW", AFTER_THE_MOMENT)
    assert publish.publish_due() == ["gi-monitor-2024-T3-1.0.0"]
    return world.data / "releases" / "gi-monitor-2024-T3-1.0.0"


def test_a_release_is_whole_and_its_sums_verify(published: Path, world: World) -> None:
    names = set(files(published))

    charts = {name for name in names if name.startswith("public/charts/")}
    assert len(charts) > 20
    pages = {f"public/{page}" for page in PAGES}
    assert pages <= names
    assert names - charts - pages == {
        "approval.json", "public/manifest.json", "public/verdicts.json",
        "public/data/observations.csv", "public/data/observations.parquet", "public/data/tables.xlsx",
        "public/data/tables.ods", "public/datapackage.json", "public/dcat.ttl", "public/dcat.jsonld",
        "public/dictionary.csv", "public/quality.html", "public/quality.json", "public/SHA256SUMS",
        "public/SHA256SUMS.minisig", "restricted/data/observations.csv", "restricted/data/observations.parquet",
        "restricted/dictionary.csv", "restricted/style.css", "restricted/icon.svg",
        "restricted/profiles/haagrijn.html", "restricted/profiles/waddenkust.html",
        "restricted/SHA256SUMS", "restricted/SHA256SUMS.minisig",
        "public/revisions.csv", "public/changelog.md", "restricted/revisions.csv",
        "public/disclosure.json", "review/observations.csv",
        "review/index.html", "review/style.css", "review/icon.svg", "review/disclosure.csv", "review/disclosure.md",
        "review/SHA256SUMS", "review/SHA256SUMS.minisig",
    }  # fmt: skip
    for tree in ("public", "restricted", "review"):
        subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=published / tree, check=True)
        assert len((published / tree / "SHA256SUMS").read_text().splitlines()) == len(files(published / tree)) - 2
    assert (published.parent / "latest").resolve() == published.resolve()
    assert states(world) == ["published"]
    assert world.query("select from_state, to_state, who from release.state_change order by change_id") == [
        (None, "draft", "airflow"),
        ("draft", "candidate", "airflow"),
        ("candidate", "approved", "robin"),
        ("approved", "published", "gi_monitor"),
    ]


def test_the_receipts_of_its_deliveries_are_sent_again_and_name_it(
    world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.deliver("haagrijn", "2025-01")
    with connect("gi_intake") as connection:
        connection.execute("update ledger.delivery set receipt_sent_at = now()")
    decide(prepare(gate))
    monkeypatch.setenv("GI_MONITOR_NOW", AFTER_THE_MOMENT)
    publish.publish_due()

    with connect("gi_intake") as connection:
        unsent = connection.execute("select delivery_id from ledger.delivery where receipt_sent_at is null")
        assert [row["delivery_id"] for row in unsent] == [1, 2, 3, 4]
        used = connection.execute("select delivery_id, release_id, version, state from ledger.used_in order by 1")
        assert [tuple(row.values()) for row in used] == [(n, "2024-T3", "1.0.0", "published") for n in (1, 2, 3, 4)]


def test_the_data_have_the_columns_of_the_specification_and_the_public_only_the_nation(published: Path) -> None:
    seen = {}
    for tree in ("public", "restricted"):
        with (published / tree / "data" / "observations.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert tuple(rows[0]) == COLUMNS
        table = pq.read_table(published / tree / "data" / "observations.parquet")
        assert table.num_rows == len(rows)
        assert b"verzonnen" in table.schema.metadata[b"data"]
        seen[tree] = {row["institution"] for row in rows}
        assert {row["period"] for row in rows} == {"2024-T2", "2024-T3"}
        workload = next(row for row in rows if (row["period"], row["indicator"]) == ("2024-T3", "C3"))
        assert (workload["value"], workload["numerator"], workload["denominator"]) == ("13.2", "240", "18.2")
    assert seen == {"public": {"NL"}, "restricted": {"NL", "haagrijn", "waddenkust"}}


def test_manifest_verdicts_and_approval_say_what_it_rests_on(published: Path, world: World) -> None:
    manifest = json.loads((published / "public" / "manifest.json").read_text())
    verdicts = json.loads((published / "public" / "verdicts.json").read_text())
    approval = json.loads((published / "approval.json").read_text())

    assert (manifest["release"], manifest["reference_date"]) == ("2024-T3", "2024-12-31")
    assert manifest["data"] == "verzonnen gegevens / synthetic data"
    vintage = world.query("select gi_code, to_char(reporting_month, 'YYYY-MM'), content_sha256 from ledger.delivery")
    assert {tuple(delivery.values()) for delivery in manifest["vintage"]} == set(vintage)
    assert len(manifest["code"]["lock_sha256"]) == 64
    assert manifest["rules"]["suites"] == {"publication": "1.0+ab"}
    listed = {entry["path"] for entry in manifest["files"]}
    assert {name for name in listed if not name.startswith("charts/")} - PAGES == {
        "verdicts.json", "data/observations.csv", "data/observations.parquet",
        "data/tables.xlsx", "data/tables.ods", "datapackage.json", "dcat.ttl", "dcat.jsonld", "dictionary.csv",
        "quality.html", "quality.json", "disclosure.json", "revisions.csv", "changelog.md",
    }  # fmt: skip
    assert [verdict["verdict"] for verdict in verdicts["verdicts"]] == ["PASS"]
    assert "observed" not in verdicts["verdicts"][0]
    assert [(row["approver"], row["decision"]) for row in approval["decisions"]] == [("robin", "approved")]
    assert datetime.fromisoformat(approval["decisions"][0]["decided_at"]) == datetime(2025, 1, 20, 9, tzinfo=UTC)
    assert world.query("select content_hash from release.candidate") == [(approval["content_hash"],)]


def test_the_same_vintage_gives_the_same_bytes(world: World, gate: Gate) -> None:
    first = prepare(gate)
    with connect_as_owner() as connection:
        connection.execute("update release.candidate set state = 'superseded'")
    second = prepare(gate, made_by="somebody else")

    assert number(first) != number(second)
    one, other = (files(world.data / "candidates" / folder(p)) for p in (first, second))
    assert one == other


def test_an_incomplete_release_waits_and_names_who_is_missing_once(world: World, gate: Gate) -> None:
    with connect("gi_intake") as connection:
        connection.execute(
            "update ledger.known set known_to = now() where gi_code = 'haagrijn' and reporting_month = '2024-12-01'"
        )
    world.deliver("haagrijn", "2024-12", state="rejected")
    world.show_current()

    answers = [prepare(gate), prepare(gate)]

    assert [answer.state for answer in answers] == ["waiting", "waiting"]
    [(reason,)] = world.query("select reason from release.waiting")
    assert reason == "the delivery of 2024-12 is missing from Jeugdbescherming Haagrijn (haagrijn: rejected)"
    assert states(world) == []
    assert not (world.data / "candidates").exists()


def test_a_release_waits_until_the_marts_show_what_is_current(world: World, gate: Gate) -> None:
    world.deliver("haagrijn", "2024-08", shown=False)

    assert prepare(gate).state == "waiting"
    world.show_current()
    assert prepare(gate).state == "candidate"


def test_a_candidate_is_made_once_and_anew_after_a_redelivery(world: World, gate: Gate) -> None:
    first, again = prepare(gate), prepare(gate, made_by="somebody else")
    assert (again.state, number(again)) == ("candidate", number(first))
    assert gate.asked == 1
    decide(first)
    assert prepare(gate).state == "approved"

    world.deliver("waddenkust", "2024-08")
    second = prepare(gate)

    assert number(second) != number(first)
    assert states(world) == ["superseded", "candidate"]


def test_a_later_month_is_no_part_of_the_vintage(world: World, gate: Gate) -> None:
    first = prepare(gate)
    world.deliver("haagrijn", "2025-01")

    assert number(prepare(gate)) == number(first)


def test_a_redelivery_voids_an_approval_that_was_not_published_yet(
    world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(prepare(gate))
    world.deliver("haagrijn", "2024-12", shown=False)
    monkeypatch.setenv("GI_MONITOR_NOW", AFTER_THE_MOMENT)

    assert publish.publish_due() == []
    assert states(world) == ["superseded"]
    assert not list((world.data / "releases").glob("gi-monitor-*"))


def test_a_redelivery_voids_a_candidate_that_waits_for_a_decision(world: World, gate: Gate) -> None:
    made = prepare(gate)
    world.deliver("haagrijn", "2024-12", shown=False)

    for approve in (True, False):
        with pytest.raises(ReleaseError, match=r"candidate 1 of 2024-T3 (rests on deliveries that were|is superseded)"):
            decide(made, approve=approve)
    assert states(world) == ["superseded"]
    assert world.query("select from release.approval") == []


def test_a_candidate_is_superseded_while_its_successor_waits_for_the_marts(world: World, gate: Gate) -> None:
    decide(prepare(gate))
    world.deliver("haagrijn", "2024-12", shown=False)

    assert prepare(gate).state == "waiting"
    assert states(world) == ["superseded"]
    world.show_current()
    assert prepare(gate).state == "candidate"
    assert states(world) == ["superseded", "candidate"]


def test_what_is_asked_about_is_open_and_current(world: World, gate: Gate) -> None:
    made = prepare(gate)
    content_hash = made.candidate.content_hash if made.candidate and made.candidate.content_hash else ""
    assert signoff.find_open(number(made), content_hash).candidate_id == number(made)
    with pytest.raises(ReleaseError, match="has content"):
        signoff.find_open(number(made), "0" * 64)
    world.deliver("haagrijn", "2024-12", shown=False)
    with pytest.raises(ReleaseError, match="rests on deliveries that were replaced"):
        signoff.find_open(number(made), content_hash)


def test_what_the_gate_refuses_stays_a_draft_that_says_why(world: World, gate: Gate) -> None:
    gate.verdict = "FAIL"
    refused = prepare(gate)

    assert refused.state == "draft"
    assert "coverage" in refused.reason
    draft = world.data / "candidates" / f"{folder(refused)}.draft"
    assert json.loads((draft / "public" / "verdicts.json").read_text())["verdicts"][0]["verdict"] == "FAIL"
    with pytest.raises(ReleaseError, match="only a candidate is decided on"):
        decide(refused)

    gate.verdict = "PASS"
    mended = prepare(gate, made_by="dana")
    assert (mended.state, number(mended)) == ("candidate", number(refused))
    assert not draft.exists()


def test_a_gate_that_left_no_verdict_has_not_passed(world: World) -> None:
    with pytest.raises(ReleaseError, match="left no verdict"):
        candidate.prepare(made_by="airflow", judge=lambda *_: True)
    assert states(world) == ["draft"]


@pytest.mark.parametrize("maker", ["airflow", "dana", "datamanager"])
def test_no_maker_approves(world: World, gate: Gate, maker: str) -> None:
    """The one who began it, the one who went on with the draft, the one who decided a hold in its vintage."""
    held = world.deliver("haagrijn", "2024-12")
    with connect("gi_intake") as connection:
        connection.execute(
            "insert into ledger.state_change (gi_code, reporting_month, delivery_id, from_state, to_state, changed_at,"
            " cause, who) values ('haagrijn', '2024-12-01', %s, 'on_hold', 'accepted', now(), 'seen', 'datamanager')",
            [held],
        )
    gate.verdict = "FAIL"
    prepare(gate)
    gate.verdict = "PASS"
    made = prepare(gate, made_by="dana")

    with pytest.raises(ReleaseError, match=f"{maker} made it"):
        decide(made, who=maker)
    assert states(world) == ["candidate"]
    decide(made, who="robin")
    assert states(world) == ["approved"]


def test_a_decision_needs_a_reason(world: World, gate: Gate) -> None:
    made = prepare(gate)

    with pytest.raises(ReleaseError, match="needs a reason"):
        decide(made, approve=False, reason="  ")


def test_the_same_decision_again_changes_nothing(world: World, gate: Gate) -> None:
    made = prepare(gate)
    for _ in range(2):
        decide(made)

    assert world.query("select approver from release.approval") == [("robin",)]
    with pytest.raises(ReleaseError, match="is approved: only a candidate is decided on"):
        decide(made, who="noor")


def test_changed_bytes_are_neither_approved_nor_published(
    world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = prepare(gate)
    data = world.data / "candidates" / folder(made) / "public" / "data" / "observations.csv"
    original = data.read_bytes()
    data.write_bytes(original.replace(b"13.2", b"12.0"))
    with pytest.raises(ReleaseError, match="not those it was frozen with"):
        decide(made)

    data.write_bytes(original)
    decide(made)
    data.write_bytes(original + b"\n")
    monkeypatch.setenv("GI_MONITOR_NOW", AFTER_THE_MOMENT)
    with pytest.raises(ReleaseError, match="not those that were approved"):
        publish.publish_due()
    assert states(world) == ["approved"]
    assert not list((world.data / "releases").glob("gi-monitor-*"))


def test_a_link_to_the_same_bytes_is_neither_approved_nor_published(
    world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = prepare(gate)
    page, elsewhere = world.data / "candidates" / folder(made) / "public" / "index.html", world.data / "elsewhere.html"
    page.rename(elsewhere)
    page.symlink_to(elsewhere)
    with pytest.raises(ReleaseError, match=r"index\.html is no plain file"):
        decide(made)

    page.unlink()
    elsewhere.rename(page)
    decide(made)
    page.rename(elsewhere)
    page.symlink_to(elsewhere)
    monkeypatch.setenv("GI_MONITOR_NOW", AFTER_THE_MOMENT)
    with pytest.raises(ReleaseError, match=r"index\.html is no plain file"):
        publish.publish_due()
    assert not list((world.data / "releases").glob("gi-monitor-*"))


def test_a_rejected_candidate_is_not_made_again_from_the_same(world: World, gate: Gate) -> None:
    made = prepare(gate)
    decide(made, approve=False, reason="de toelichting ontbreekt")

    assert prepare(gate).state == "rejected"
    world.deliver("haagrijn", "2024-12")
    assert prepare(gate).state == "candidate"


def test_an_approved_release_waits_for_its_moment(world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    decide(prepare(gate))

    monkeypatch.setenv("GI_MONITOR_NOW", "2025-02-06T09:29:59+01:00")
    assert publish.publish_due() == []
    assert not list((world.data / "releases").glob("gi-monitor-*"))
    monkeypatch.setenv("GI_MONITOR_NOW", AFTER_THE_MOMENT)
    assert publish.publish_due() == ["gi-monitor-2024-T3-1.0.0"]
    assert publish.publish_due() == []
    assert prepare(gate).state == "nothing_due"
    assert prepare(gate, "2024-T3").state == "published"


def test_a_published_version_is_never_overwritten(world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    decide(prepare(gate))
    occupied = world.data / "releases" / "gi-monitor-2024-T3-1.0.0"
    occupied.mkdir(parents=True)
    (occupied / "index.html").write_text("een eerdere uitgave")
    monkeypatch.setenv("GI_MONITOR_NOW", AFTER_THE_MOMENT)

    with pytest.raises(ReleaseError, match="never overwritten"):
        publish.publish_due()
    assert files(occupied) == {"index.html": b"een eerdere uitgave"}
    assert states(world) == ["approved"]


def test_production_releases_no_made_up_institution(world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    decide(prepare(gate))
    monkeypatch.setenv("GI_MONITOR_MODE", "production")
    monkeypatch.delenv("GI_MONITOR_NOW")  # The day of the test run, long after 2024-T3.

    with pytest.raises(ReleaseError, match="no made-up institution"):
        publish.publish_due()
    with pytest.raises(ReleaseError, match="no made-up institution"):
        prepare(gate, "2024-T3")
    assert not list((world.data / "releases").glob("gi-monitor-*"))


@pytest.mark.parametrize(
    ("release_id", "message"),
    [("2025-T1", "has not passed yet"), ("2031-T1", "not in the release calendar")],
)
def test_only_a_release_of_the_calendar_whose_month_passed_is_made(
    world: World, gate: Gate, release_id: str, message: str
) -> None:
    with pytest.raises(ReleaseError, match=message):
        prepare(gate, release_id)


def test_before_the_first_build_nothing_is_due(warehouse: Path, gate: Gate) -> None:
    assert prepare(gate).state == "nothing_due"
    assert publish.publish_due() == []


def test_the_gate_is_told_of_every_problem_of_the_pages(world: World, gate: Gate) -> None:
    prepare(gate)

    told = gate.evidence["pages"]  # The stand-in for drawings has neither title nor description.
    assert set(told["problem"]) == {"svg has no title or no description", "svg is no image with a name"}
    assert {"public/index.html", "public/en/index.html", "restricted/profiles/haagrijn.html"} <= set(told["page"])


def test_a_release_waits_while_facts_were_made_by_other_code(world: World) -> None:
    with connect("gi_transform") as connection:
        connection.execute("create table core.fct_caseload ()")
        connection.execute("comment on schema core is 'Facts. Made of 0a1b2c3d4e5f. Rows of 0a1b2c3d4e5f.'")
    waiting = candidate.prepare("2024-T3", made_by="dana", judge=lambda *_: True)
    assert (waiting.state, "`gi-monitor build --anew`" in waiting.reason) == ("waiting", True)
