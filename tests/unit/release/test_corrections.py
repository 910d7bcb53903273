"""What happens to a release that is out: it is corrected by a new version, or withdrawn; nothing is overwritten."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from gi_monitor.gates import waivers
from gi_monitor.gates.waivers import WaiverError
from gi_monitor.release import candidate, provenance, publish, signoff, withdraw
from gi_monitor.release.calendar import ReleaseError
from gi_monitor.warehouse.connection import connect
from tests.unit.disclosure.exact import BEFORE, country
from tests.unit.release.conftest import CODES, Gate, World
from tests.unit.release.test_life import AFTER_THE_MOMENT, decide, files, number, prepare, states

WHY = "Haagrijn leverde augustus opnieuw"


@pytest.fixture
def out(world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Path:
    """2024-T3 is out; the folder of all releases."""
    decide(prepare(gate))
    monkeypatch.setenv("GI_MONITOR_NOW", AFTER_THE_MOMENT)
    assert publish.publish_due() == ["gi-monitor-2024-T3-1.0.0"]
    return world.data / "releases"


def redeliver(world: World, **changed: int) -> None:
    """Haagrijn delivers August 2024 again, where told with another figure."""
    world.deliver("haagrijn", "2024-08")
    before = {**BEFORE, "values": {**BEFORE["values"], **changed}}
    world.observe([*country("2024-T2", CODES, **before), *country("2024-T3", CODES)])


def correct(gate: Gate, why: str | None = WHY, release_id: str = "2024-T3") -> candidate.Preparation:
    return candidate.prepare(release_id, made_by="airflow", correct=why, judge=gate)


def revisions(tree: Path) -> list[dict[str, str]]:
    with (tree / "revisions.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def figures(tree: Path) -> Mapping[tuple[str, ...], tuple[str, ...]]:
    with (tree / "data" / "observations.csv").open(newline="", encoding="utf-8") as file:
        return {
            tuple(row[name] for name in ("period", "institution", "indicator", "component", "breakdown", "category")): (
                row["value"], row["status"],
            )
            for row in csv.DictReader(file)
        }  # fmt: skip


def test_a_correction_is_a_version_that_lists_exactly_what_changed_and_why(out: Path, world: World, gate: Gate) -> None:
    before = files(out / "gi-monitor-2024-T3-1.0.0")
    redeliver(world, **{"W4.n": 60})
    decide(correct(gate))
    assert publish.publish_due() == ["gi-monitor-2024-T3-1.1.0"]

    assert states(world) == ["published", "published"]
    assert (out / "latest").readlink() == Path("gi-monitor-2024-T3-1.1.0")
    assert files(out / "gi-monitor-2024-T3-1.0.0") == before
    for tree in ("public", "restricted"):
        old, new = (figures(out / f"gi-monitor-2024-T3-{version}" / tree) for version in ("1.0.0", "1.1.0"))
        found = revisions(out / "gi-monitor-2024-T3-1.1.0" / tree)
        changed = {key for key in old if old[key] != new[key]}
        listed = {tuple(row.values())[:6]: row for row in found}
        assert changed <= listed.keys()
        assert {("2024-T2", "NL", "W4", "n", "total", "total")} <= changed
        for key, row in listed.items():
            assert (row["old_value"], row["old_status"]) == old[key]
            assert (row["new_value"], row["new_status"]) == new[key]
            if key[1] != "waddenkust":
                assert (row["cause"], row["deliveries"]) == ("delivery", "haagrijn 2024-08")
    changelog = (out / "gi-monitor-2024-T3-1.1.0" / "public" / "changelog.md").read_text()
    assert changelog.index(WHY) < changelog.index("Eerste publicatie")


def test_the_first_version_says_what_it_revises_of_the_release_before(
    world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(candidate_of(prepare(gate, "2024-T2")))
    monkeypatch.setenv("GI_MONITOR_NOW", AFTER_THE_MOMENT)
    publish.publish_due()
    redeliver(world, **{"W4.n": 60})
    made = candidate_of(prepare(gate))

    assert made.candidate is not None and str(made.candidate.version) == "1.0.0"
    found = revisions(world.data / "candidates" / made.candidate.folder / "public")
    assert {row["period"] for row in found} == {"2024-T2"}
    assert set(gate.evidence["changes"]["has_cause"]) == {"yes"}


def candidate_of(made: candidate.Preparation) -> candidate.Preparation:
    assert made.state == "candidate", made.reason
    return made


def test_a_correction_needs_a_reason_something_new_and_a_release_that_is_out(
    out: Path, world: World, gate: Gate
) -> None:
    with pytest.raises(ReleaseError, match="same deliveries with the same code"):
        correct(gate)
    with pytest.raises(ReleaseError, match="is not out yet"):
        correct(gate, release_id="2024-T2")
    redeliver(world)
    assert (correct(gate, None).state, states(world)) == ("published", ["published"])


def test_other_code_that_changes_no_figure_is_a_patch_and_one_that_does_says_so(
    out: Path, world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provenance, "code_commit", lambda home: "another")
    made = candidate_of(correct(gate, "Een tekst verbeterd"))
    assert made.candidate is not None and str(made.candidate.version) == "1.0.1"

    signoff.decide(number(made), made.candidate.content_hash or "", approve=False, who="robin", reason="toch niet")
    monkeypatch.setattr(provenance, "code_commit", lambda home: "a third")
    world.observe([*country("2024-T2", CODES, **BEFORE), *country("2024-T3", CODES, values={"W4.n": 60})])
    made = candidate_of(correct(gate))
    assert made.candidate is not None and str(made.candidate.version) == "1.1.0"
    assert {row["cause"] for row in revisions(world.data / "candidates" / made.candidate.folder / "public")} == {"code"}


def test_what_is_withdrawn_leaves_a_tombstone_and_is_kept(out: Path, world: World, gate: Gate) -> None:
    redeliver(world)
    decide(correct(gate))
    publish.publish_due()
    before = files(out / "gi-monitor-2024-T3-1.0.1")

    for _ in range(2):
        withdraw.withdraw("2024-T3-1.0.1", who="noor", reason="verkeerde maand <b>")

    assert states(world) == ["published", "withdrawn"]
    assert (out / "latest").readlink() == Path("gi-monitor-2024-T3-1.0.0")
    tombstone = out / "gi-monitor-2024-T3-1.0.1" / "public"
    assert "verkeerde maand &lt;b&gt;" in (tombstone / "index.html").read_text()
    assert {path.name for path in tombstone.iterdir()} == {"index.html", "withdrawn.json"}
    assert files(world.data / "withdrawn" / "gi-monitor-2024-T3-1.0.1") == before
    [change] = world.query("select who, why from release.state_change where to_state = 'withdrawn'")
    assert change == ("noor", "verkeerde maand <b>")

    withdraw.withdraw("2024-T3-1.0.0", who="noor", reason="ook deze")
    assert not (out / "latest").is_symlink()
    assert prepare(gate).state == "nothing_due"
    world.deliver("waddenkust", "2024-12")
    made = candidate_of(correct(gate, "Opnieuw gemaakt"))
    assert made.candidate is not None and made.candidate.version > (1, 0, 0)


def test_only_what_is_out_is_withdrawn_and_readers_hear_why(out: Path, world: World) -> None:
    with pytest.raises(ReleaseError, match=r"was never published; these were: 2024-T3-1.0.0"):
        withdraw.withdraw("2024-T2-1.0.0", who="noor", reason="weg")
    with pytest.raises(ReleaseError, match="needs a reason"):
        withdraw.withdraw("2024-T3-1.0.0", who="noor", reason=" ")
    assert states(world) == ["published"]


def test_a_decision_is_about_the_content_that_was_looked_at(world: World, gate: Gate) -> None:
    made = prepare(gate)
    assert made.candidate is not None and made.candidate.content_hash is not None
    for looked_at in ("0" * 64, made.candidate.content_hash[:11], ""):
        with pytest.raises(ReleaseError, match="look at it again"):
            signoff.decide(number(made), looked_at, approve=True, who="robin", reason="nagekeken")
    signoff.decide(number(made), made.candidate.content_hash[:12], approve=True, who="robin", reason="nagekeken")
    assert states(world) == ["approved"]


def test_with_a_waiver_two_others_must_agree(world: World, gate: Gate) -> None:
    waivers.give("2024-T3", "band_c3", about=None, reason="tarief", until=date(2025, 3, 1), who="noor")
    gate.verdict = "WAIVED"
    made = prepare(gate)

    with pytest.raises(ReleaseError, match="noor made it or decided a hold or waiver"):
        decide(made, "noor")
    for _ in range(2):
        decide(made, "robin")
    assert states(world) == ["candidate"]
    assert number(prepare(gate)) == number(made)
    decide(made, "sam")
    assert states(world) == ["approved"]


def test_with_a_waived_rule_in_a_delivery_two_others_must_agree(world: World, gate: Gate) -> None:
    with connect("gi_intake") as connection:
        connection.execute(
            "insert into quality.rule_outcome (delivery_id, rule, outcome, failures, waived_by)"
            " values (1, 'R14', 'FAIL', 3, 'noor')"
        )
    made = prepare(gate)

    with pytest.raises(ReleaseError, match="noor made it"):
        decide(made, "noor")
    decide(made, "robin")
    assert states(world) == ["candidate"]
    decide(made, "sam", approve=False, reason="toch niet")
    assert states(world) == ["rejected"]


@pytest.mark.parametrize(
    ("expectation", "reason", "until", "message"),
    [
        ("disclosure_audit", "haast", date(2025, 3, 1), "cannot be waived: withhold the component"),
        ("band_c3", " ", date(2025, 3, 1), "needs a reason"),
        ("band_c3", "tarief", date(2025, 1, 19), "has passed"),
    ],
)
def test_a_waiver_is_for_what_can_be_waived_with_a_reason_and_an_end(
    world: World, expectation: str, reason: str, until: date, message: str
) -> None:
    with pytest.raises(WaiverError, match=message):
        waivers.give("2024-T3", expectation, about=None, reason=reason, until=until, who="noor")


def test_an_institution_may_be_missing_under_a_waiver_that_names_it(
    world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect("gi_intake") as connection:
        connection.execute(
            "update ledger.known set known_to = now() where gi_code = 'haagrijn' and reporting_month = '2024-12-01'"
        )
    world.show_current()
    give = {"reason": "brand in het rekencentrum", "until": date(2025, 1, 20), "who": "noor"}
    waivers.give("2024-T3", "coverage", about="waddenkust", **give)
    assert prepare(gate).state == "waiting"
    waivers.give("2024-T3", "coverage", about="haagrijn", **give)
    assert prepare(gate).state == "candidate"

    assert waivers.cover("2024-T3", "coverage", ["haagrijn", "waddenkust"])
    assert not waivers.cover("2024-T3", "coverage", ["haagrijn", "oeverzorg"])
    assert not waivers.cover("2024-T3", "coverage", [])
    assert not waivers.cover("2024-T2", "coverage", ["haagrijn"])
    monkeypatch.setenv("GI_MONITOR_NOW", "2025-01-21T00:00:00+01:00")
    assert not waivers.cover("2024-T3", "coverage", ["haagrijn"])


def test_headlines_are_laid_beside_the_release_before_and_the_first_beside_nothing(
    world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(candidate_of(prepare(gate, "2024-T2")))
    assert gate.evidence["headlines"].empty
    monkeypatch.setenv("GI_MONITOR_NOW", AFTER_THE_MOMENT)
    publish.publish_due()
    decide(candidate_of(prepare(gate)))
    publish.publish_due()

    headlines = gate.evidence["headlines"].set_index("indicator")
    assert set(headlines.index) == {"C1", "C3", "S1", "W1"}
    shown = figures(world.data / "releases" / "gi-monitor-2024-T3-1.0.0" / "public")
    then, now = (Decimal(shown[period, "NL", "C1", "count", "total", "total"][0]) for period in ("2024-T2", "2024-T3"))
    assert headlines.loc["C1", "change"] == float(now - then)
    assert headlines.loc["C1", "percent"] == pytest.approx(float(100 * (now - then) / then))
