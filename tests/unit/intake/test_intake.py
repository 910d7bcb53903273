"""Intake against a real warehouse: ledger, landing, archive, receipts; twice, killed, and in any order."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from gi_monitor.intake import archive, arrivals, decisions, landing, outbox, pseudonyms
from gi_monitor.warehouse.connection import connect
from tests.builders import Rows, files, good_rows, measure, post
from tests.inbox import INSTITUTIONS, drop, receipt, rows, states, take_in


@pytest.fixture(autouse=True)
def business_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")


def better_rows() -> Rows:
    return good_rows() | {"caseload": [*good_rows()["caseload"], measure(4)]}


def redelivery(sequence_number: int = 2) -> dict[str, bytes]:
    return files(better_rows(), {"maatregelen_actief": 4}, volgnummer=sequence_number)


def test_a_good_delivery_lands_is_archived_and_gets_its_receipt(warehouse: Path) -> None:
    delivered = files(good_rows())
    drop(warehouse, delivered)

    assert take_in() == [1]

    assert rows("select measure_key, row_number, placement_order from landing.caseload order by row_number")[0] == (
        pseudonyms.of("haagrijn").of("maatregel-0001"),
        2,
        False,
    )
    assert rows("select count(*), sum(fte_caseload)::text from landing.staffing") == [(2, "1.40")]
    with connect("gi_intake") as connection:
        assert archive.fetch(connection, 1) == delivered
    assert rows("select name, sha256, size_bytes from ledger.delivery_file order by name") == [
        (name, hashlib.sha256(content).hexdigest(), len(content)) for name, content in sorted(delivered.items())
    ]
    assert receipt(warehouse)["status"] == "accepted"
    assert receipt(warehouse)["controletotalen"]["geteld"]["maatregelen_actief"] == "3"
    assert receipt(warehouse)["let_op"] == "verzonnen gegevens / synthetic data"


def test_taking_in_twice_changes_nothing(warehouse: Path) -> None:
    drop(warehouse, files(good_rows()))
    take_in()
    before = rows("select * from ledger.state_change")

    assert take_in() == []
    assert rows("select * from ledger.state_change") == before


def test_the_same_bytes_under_their_own_number_again_are_recognised(warehouse: Path) -> None:
    folder = drop(warehouse, files(good_rows()))
    take_in()
    (folder / "levering.json").unlink()
    drop(warehouse, files(good_rows()))

    assert take_in() == []
    assert states() == [(1, "accepted")]


def test_a_half_written_delivery_is_left_alone_until_its_manifest_is_there(warehouse: Path) -> None:
    delivered = files(good_rows())
    manifest = delivered.pop("levering.json")
    drop(warehouse, delivered)
    assert take_in() == []
    assert states() == []

    drop(warehouse, {"levering.json": manifest})
    assert take_in() == [1]


def test_a_redelivery_replaces_the_month_and_both_can_be_looked_up(warehouse: Path) -> None:
    drop(warehouse, files(good_rows()))
    take_in()
    drop(warehouse, redelivery(), sequence_number=2)
    take_in()

    assert states() == [(1, "superseded"), (2, "accepted")]
    assert rows("select delivery_id, known_to is null from ledger.known order by 1") == [(1, False), (2, True)]
    assert rows("select delivery_id, count(*) from landing.caseload group by 1 order by 1") == [(1, 3), (2, 4)]


def test_a_lower_number_is_rejected_and_the_current_delivery_stays(warehouse: Path) -> None:
    drop(warehouse, redelivery(), sequence_number=2)
    take_in()
    drop(warehouse, files(good_rows()), sequence_number=1)
    take_in()

    assert states() == [(2, "accepted"), (1, "rejected")]
    assert [f["regel"] for f in receipt(warehouse)["bevindingen"]] == ["S09"]


def test_findings_and_rows_set_aside_are_kept_and_told(warehouse: Path) -> None:
    spoilt = good_rows()
    spoilt["caseload"][1]["provincie"] = "PV32"
    drop(warehouse, files(spoilt))
    take_in()

    assert states() == [(1, "accepted_with_findings")]
    assert rows("select dataset, row_number, rules, content ->> 'leeftijdsgroep' from quality.set_aside_row") == [
        ("caseload", 3, ["R03"], "4-11"),
    ]
    told = receipt(warehouse)["bevindingen"]
    assert [(f["regel"], f["dataset"], f["rij"], f["kolom"], f["waarde"]) for f in told] == [
        ("R03", "caseload", 3, "provincie", "PV32"),
    ]
    assert rows("select count(*) from landing.waitlist") == [(0,)]


def test_an_unreadable_delivery_is_rejected_with_a_receipt(warehouse: Path) -> None:
    drop(warehouse, {**files(good_rows()), "caseload.csv": b"\x00\xff\xfe garbage"})
    take_in()

    assert states() == [(1, "rejected")]
    assert {f["regel"] for f in receipt(warehouse)["bevindingen"]} >= {"S02", "S05"}
    assert rows("select count(*) from landing.caseload") == [(0,)]


def test_a_held_delivery_counts_only_after_a_decision(warehouse: Path) -> None:
    held = good_rows() | {"staffing": [post(n, functie="" if n <= 4 else "overig") for n in range(1, 7)]}
    drop(warehouse, files(held, {"fte_caseload": 4.80}))
    assert take_in() == []
    assert states() == [(1, "on_hold")]
    assert rows("select state from ledger.expectation where gi_code = 'haagrijn'") == [("expected",)]

    decisions.decide(1, accept=True, reason="bekend bij de instelling")
    outbox.send_receipts("haagrijn")

    assert states() == [(1, "accepted_with_findings")]
    assert rows("select delivery_id from ledger.known where known_to is null") == [(1,)]
    assert rows("select who, cause from ledger.state_change where cause like 'decision%'") == [
        ("gi_monitor", "decision: bekend bij de instelling"),
    ]
    with pytest.raises(ValueError, match="not on hold"):
        decisions.decide(1, accept=False, reason="toch niet")


def test_killed_while_loading_the_next_run_ends_in_the_same_tables(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(warehouse, files(good_rows()))
    with monkeypatch.context() as patch:
        patch.setattr(landing, "_load_findings", _killed_after(landing._load_findings))
        with pytest.raises(KeyboardInterrupt):
            arrivals.take_over("haagrijn")
    assert states() == []
    assert rows("select count(*) from quality.rule_outcome") == [(0,)]

    assert len(take_in()) == 1
    assert rows("select count(*) from landing.caseload") == [(3,)]


def _killed_after(step: Any) -> Any:
    def run_and_die(*arguments: Any) -> None:
        step(*arguments)
        raise KeyboardInterrupt

    return run_and_die


def test_months_are_expected_then_late_then_received(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(warehouse, files(good_rows()))
    take_in()
    arrivals.note_expectations()
    of_waddenkust = (
        "select reporting_month::text, state from ledger.expectation where gi_code = 'waddenkust' order by 1"
    )
    assert rows(of_waddenkust) == [("2024-04-01", "expected")]

    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-16T00:00:00")
    arrivals.note_expectations()

    assert rows(of_waddenkust) == [("2024-04-01", "late")]
    assert rows("select state from ledger.expectation where gi_code = 'haagrijn'") == [("received",)]
    assert rows(
        "select from_state, to_state from ledger.state_change where gi_code = 'waddenkust' order by change_id"
    ) == [
        (None, "expected"),
        ("expected", "late"),
    ]
