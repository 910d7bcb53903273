"""Putting a delivery on hold at G2: it no longer counts, the one before it does again, and the ledger says why."""

from __future__ import annotations

from typing import Any

import pytest

from gi_monitor.gates import core
from gi_monitor.intake import standing
from gi_monitor.warehouse.connection import connect

from .conftest import Execute

# Delivery 12 replaced 2 on 18 March; 2 had been accepted with findings.
REDELIVERED = """
insert into ledger.delivery (delivery_id, gi_code, reporting_month, sequence_number, content_sha256, state, received_at)
overriding system value values (12, 'noord', '2024-02-01', 2, 'sha of 12', 'accepted', '2024-03-18 10:00+00');
update ledger.known set known_to = '2024-03-18 10:00+00' where delivery_id = 2;
insert into ledger.known values (12, 'noord', '2024-02-01', '2024-03-18 10:00+00');
update ledger.delivery set state = 'superseded' where delivery_id = 2;
insert into ledger.state_change (gi_code, reporting_month, delivery_id, from_state, to_state, changed_at, cause)
values ('noord', '2024-02-01', 2, 'accepted_with_findings', 'superseded', '2024-03-18 10:00+00', 'replaced');
"""


def ask(query: str) -> list[dict[str, Any]]:
    with connect("gi_quality") as connection:
        return connection.execute(query).fetchall()


def states() -> dict[int, str]:
    return {row["delivery_id"]: row["state"] for row in ask("select delivery_id, state from ledger.delivery")}


def current() -> set[int]:
    return {row["delivery_id"] for row in ask("select delivery_id from ledger.known where known_to is null")}


def test_a_held_delivery_no_longer_counts_and_its_month_is_open_again(world: Execute) -> None:
    assert core.hold({4: "balance_closes: it does not."}) == [4]
    assert current() == {1, 2, 3}
    assert states()[4] == "on_hold"
    changes = ask("select delivery_id, from_state, to_state, cause from ledger.state_change order by change_id")
    assert changes[0] == {
        "delivery_id": 4,
        "from_state": "accepted",
        "to_state": "on_hold",
        "cause": "gate G2: balance_closes: it does not.",
    }
    expected = ask("select state from ledger.expectation where gi_code = 'zuid' and reporting_month = '2024-02-01'")
    assert expected == [{"state": "late"}]


def test_the_delivery_before_it_counts_again_as_it_did(world: Execute) -> None:
    world(REDELIVERED)
    assert core.hold({12: "measures_unique: twice."}) == [12]
    assert current() == {1, 2, 3, 4}
    assert (states()[2], states()[12]) == ("accepted_with_findings", "on_hold")
    known = ask(
        "select delivery_id, known_from::text as known_from, known_to::text as known_to from ledger.known"
        " where gi_code = 'noord' and reporting_month = '2024-02-01' order by known_from"
    )
    # As known on the 19th, delivery 12 still counts; from the moment of the hold on 2 does.
    assert [(row["delivery_id"], row["known_to"]) for row in known] == [
        (2, "2024-03-18 10:00:00+00"),
        (12, "2024-03-20 11:00:00+00"),
        (2, None),
    ]


def test_holding_again_or_holding_what_does_not_count_changes_nothing(world: Execute) -> None:
    world(REDELIVERED)
    core.hold({12: "measures_unique: twice."})
    before = ask("select * from ledger.state_change"), ask("select * from ledger.known"), states()
    assert core.hold({12: "measures_unique: twice."}) == []
    world("update ledger.known set known_to = known_from where delivery_id = 3")
    assert core.hold({3: "stays_unique: twice."}) == []
    assert ask("select * from ledger.state_change") == before[0]
    assert states() == before[2]


def test_a_hold_that_is_cut_short_leaves_nothing_behind(world: Execute, monkeypatch: pytest.MonkeyPatch) -> None:
    world(REDELIVERED)

    def killed(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(standing, "settle", killed)
    with pytest.raises(KeyboardInterrupt):
        core.hold({12: "measures_unique: twice."})
    assert (current(), states()[12]) == ({1, 3, 4, 12}, "accepted")


def test_the_gate_passes_once_the_delivery_that_broke_it_is_held_and_core_rebuilt(world: Execute) -> None:
    world("update core.fct_staffing set role = 'timmerman' where delivery_id = 4")
    verdict = core.judge()
    assert core.hold(verdict.blamed) == [4]
    world("delete from core.delivery where delivery_id = 4")
    assert core.judge().passed
