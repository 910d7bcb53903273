"""What a data manager decides about deliveries, and what then counts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gi_monitor import steps
from gi_monitor.intake import arrivals, decisions, landing, ledger, outbox, pseudonyms
from gi_monitor.month import Month
from gi_monitor.warehouse.connection import connect
from tests.builders import MONTH, Rows, files, good_rows, measure, post
from tests.inbox import INSTITUTIONS, drop, receipt, rows, states, take_in

CURRENT = "select sequence_number from ledger.known join ledger.delivery using (delivery_id) where known_to is null"


@pytest.fixture(autouse=True)
def business_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")


def held_rows() -> Rows:
    """Four of six posts without a role: S10 holds the delivery."""
    return good_rows() | {"staffing": [post(n, functie="" if n <= 4 else "overig") for n in range(1, 7)]}


def deliver(data: Path, sequence_number: int, content: Rows | None = None, **totals: float) -> None:
    described = files(content or good_rows(), totals, volgnummer=sequence_number)
    drop(data, described, sequence_number)
    take_in()


def deliver_held(data: Path, sequence_number: int) -> None:
    deliver(data, sequence_number, held_rows(), fte_caseload=4.80)
    assert states()[-1] == (sequence_number, "on_hold")


def causes(delivery_id: int) -> list[tuple[str, str, str]]:
    return [
        (state, cause, who)
        for state, cause, who in rows(
            f"select to_state, cause, who from ledger.state_change where delivery_id = {delivery_id} order by change_id"
        )
    ]


def test_who_decided_through_another_login_is_named(warehouse: Path) -> None:
    deliver_held(warehouse, 1)

    decisions.decide(1, accept=False, reason="nog eens nagaan", who="robin")

    assert causes(1)[-1] == ("rejected", "decision: nog eens nagaan", "robin")


def test_a_decision_needs_a_reason(warehouse: Path) -> None:
    deliver_held(warehouse, 1)

    with pytest.raises(ValueError, match="needs a reason"):
        decisions.decide(1, accept=True, reason="  ")
    assert states() == [(1, "on_hold")]


def test_a_later_delivery_makes_the_decision_on_a_held_one_needless(warehouse: Path) -> None:
    deliver_held(warehouse, 1)
    deliver(warehouse, 2)

    assert states() == [(1, "superseded"), (2, "accepted")]
    with pytest.raises(ValueError, match="superseded, not on hold"):
        decisions.decide(1, accept=True, reason="toch goed")
    assert receipt(warehouse)["status"] == "superseded"


def test_a_held_correction_accepted_replaces_what_counted(warehouse: Path) -> None:
    deliver(warehouse, 1)
    deliver_held(warehouse, 2)
    assert rows(CURRENT) == [(1,)]

    decisions.decide(2, accept=True, reason="nagegaan")

    assert (rows(CURRENT), states()) == ([(2,)], [(1, "superseded"), (2, "accepted_with_findings")])


def test_a_withdrawn_delivery_makes_way_for_the_one_before_it(warehouse: Path) -> None:
    deliver(warehouse, 1)
    deliver(warehouse, 2, good_rows() | {"caseload": [*good_rows()["caseload"], measure(4)]}, maatregelen_actief=4)

    assert decisions.withdraw(2, reason="verkeerde export").state == "withdrawn"

    assert (rows(CURRENT), states()) == ([(1,)], [(1, "accepted"), (2, "withdrawn")])
    assert causes(1)[-1][:2] == ("accepted", "current again: delivery 2 is withdrawn")
    with pytest.raises(ValueError, match="does not count"):
        decisions.withdraw(2, reason="nog eens")


def test_the_only_delivery_withdrawn_leaves_its_month_expected(warehouse: Path) -> None:
    deliver(warehouse, 1)

    decisions.withdraw(1, reason="verkeerde export")
    outbox.send_receipts("haagrijn")

    assert rows(CURRENT) == []
    assert rows("select state from ledger.expectation where gi_code = 'haagrijn'") == [("expected",)]
    assert receipt(warehouse)["status"] == "withdrawn"
    deliver(warehouse, 1, good_rows() | {"caseload": good_rows()["caseload"][:2]}, maatregelen_actief=2)
    assert states()[-1] == (1, "rejected"), "a withdrawn number is not used again"


def test_a_closed_month_is_let_in_while_it_is_reopened(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_NOW", "2026-06-01T10:00:00")
    deliver(warehouse, 1)
    assert states() == [(1, "rejected")]

    decisions.reopen("haagrijn", Month(2024, 4), until=date(2026, 6, 15), reason="rechtszaak")
    deliver(warehouse, 2)
    assert states()[-1] == (2, "accepted")

    monkeypatch.setenv("GI_MONITOR_NOW", "2026-06-16T10:00:00")
    deliver(warehouse, 3)
    assert states()[-1] == (3, "rejected")


def test_reopening_what_cannot_be_is_refused(warehouse: Path) -> None:
    with pytest.raises(LookupError, match="there is no institution utrecht: one of haagrijn"):
        decisions.reopen("utrecht", Month(2021, 4), until=date(2024, 6, 1), reason="x")
    with pytest.raises(ValueError, match="has gone by"):
        decisions.reopen("haagrijn", Month(2021, 4), until=date(2024, 5, 9), reason="x")


# Judging the same bytes again ----------------------------------------------------------------------------------


def recheck(delivery_id: int) -> int:
    new_id = decisions.recheck(delivery_id, reason="regel hersteld")
    arrivals.judge_received("haagrijn")
    outbox.send_receipts("haagrijn")
    return new_id


@pytest.fixture
def waiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on haagrijn has a waiver for S10."""
    folder = tmp_path / "institutions"
    folder.mkdir()
    for path in INSTITUTIONS.glob("*.yml"):
        agreed = "waivers: [{rule: S10, reason: overgang naar nieuw systeem, name: Robin, until: 2024-12-31}]\n"
        own = path.read_text() + (agreed if path.stem == "haagrijn" else "")
        (folder / path.name).write_text(own)
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(folder))


def test_a_hold_moves_to_the_new_judgement(warehouse: Path, request: pytest.FixtureRequest) -> None:
    deliver_held(warehouse, 1)
    request.getfixturevalue("waiver")

    assert recheck(1) == 2

    assert states() == [(1, "superseded"), (1, "accepted_with_findings")]
    assert receipt(warehouse)["status"] == "accepted_with_findings"
    assert causes(2)[0][1] == "recheck of 1: regel hersteld"
    assert rows("select delivery_id, count(*) from landing.staffing where delivery_id = 2 group by 1") == [(2, 2)]


def test_what_counts_goes_on_counting_until_the_new_judgement_is_accepted(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(warehouse, 1)
    monkeypatch.setenv("GI_MONITOR_NOW", "2026-06-01T10:00:00")

    recheck(1)

    assert states() == [(1, "accepted"), (1, "rejected")], "the month has closed meanwhile"
    assert rows("select delivery_id from ledger.known where known_to is null") == [(1,)]

    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-12T10:00:00")
    recheck(2)
    assert [state for _, state in states()] == ["superseded", "rejected", "accepted"]
    assert rows("select delivery_id from ledger.known where known_to is null") == [(3,)]


def test_the_newest_judgement_is_rechecked_and_no_other(warehouse: Path) -> None:
    deliver(warehouse, 1)
    recheck(1)

    with pytest.raises(ValueError, match="judged again as 2: recheck that one"):
        decisions.recheck(1, reason="nog eens")
    with pytest.raises(LookupError, match="no delivery 9"):
        decisions.recheck(9, reason="nog eens")


def test_withdrawing_a_recheck_withdraws_the_bytes(warehouse: Path) -> None:
    deliver(warehouse, 1)
    recheck(1)

    decisions.withdraw(2, reason="verkeerde export")

    assert states() == [(1, "withdrawn"), (1, "withdrawn")]
    assert rows(CURRENT) == []


def test_a_recheck_killed_before_its_judgement_is_finished_by_the_next_run(warehouse: Path) -> None:
    deliver(warehouse, 1)
    decisions.recheck(1, reason="regel hersteld")

    assert take_in() == [2]


# The previous month --------------------------------------------------------------------------------------------


def many(count: int) -> Rows:
    return {
        "caseload": [measure(number) for number in range(1, count + 1)],
        "waitlist": [],
        "staffing": [post(number) for number in range(1, 11)],
    }


def test_a_delivery_is_compared_with_the_previous_month_as_delivered(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-04-10T10:00:00")
    before = many(100)
    before["caseload"][0]["provincie"] = "PV32"  # set aside, yet delivered
    totals = {"maatregelen_actief": 100, "kinderen_wachtend": 0, "fte_caseload": 8.0}
    drop(warehouse, files(before, totals, verslagmaand="2024-03"), month="2024-03")
    take_in()
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")

    deliver(warehouse, 1, many(100) | {"caseload": many(100)["caseload"][6:]}, **(totals | {"maatregelen_actief": 94}))

    with connect("gi_intake") as connection:
        previous = landing.previous(connection, ledger.find(connection, 2), pseudonyms.of("haagrijn"))
    assert previous is not None
    assert len(previous.delivered) == len(previous.running) == 100
    assert str(previous.fte_caseload) == "8.00" or previous.fte_caseload == 8
    assert states() == [(1, "accepted_with_findings"), (1, "on_hold")]
    assert "6 van de 100 maatregelen" in receipt(warehouse)["bevindingen"][0]["melding"]


# One place, other bytes ----------------------------------------------------------------------------------------


def test_other_bytes_in_the_same_place_do_not_overwrite_the_first_receipt(warehouse: Path) -> None:
    deliver(warehouse, 1)
    deliver(warehouse, 1, good_rows() | {"caseload": good_rows()["caseload"][:2]}, maatregelen_actief=2)

    assert states() == [(1, "accepted"), (1, "rejected")]
    assert receipt(warehouse)["status"] == "accepted"
    assert receipt(warehouse, name="ontvangstbewijs-2")["status"] == "rejected"


def test_after_the_clock_was_set_back_what_comes_later_still_counts_later(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(warehouse, 1)
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T09:00:00")
    deliver(warehouse, 2)
    decisions.withdraw(2, reason="verkeerd bestand")

    assert rows(CURRENT) == [(1,)]
    counted = "select delivery_id, known_to is null as still from ledger.known order by known_from"
    assert rows(counted) == [(1, False), (2, False), (1, True)]
    assert rows("select from ledger.known where known_to <= known_from") == []


# A month judged again -------------------------------------------------------------------------------------------


def test_what_counts_in_a_month_is_judged_again_once_for_a_reason(warehouse: Path) -> None:
    deliver(warehouse, 1)
    deliver(warehouse, 2, good_rows() | {"caseload": good_rows()["caseload"][:2]}, maatregelen_actief=2)

    [again] = steps.recheck_month("haagrijn", MONTH, reason="regel: hersteld")

    assert (again.delivery_id, again.sequence_number, again.state) == (3, 2, "accepted")
    assert steps.recheck_month("haagrijn", MONTH, reason="regel: hersteld") == []
    assert [each.delivery_id for each in steps.recheck_month("haagrijn", MONTH, reason="nog eens")] == [4]
    assert steps.recheck_month("haagrijn", MONTH + 1, reason="nog eens") == []


def test_what_waits_for_a_decision_is_judged_again_too(warehouse: Path) -> None:
    deliver_held(warehouse, 1)

    assert [each.state for each in steps.recheck_month("haagrijn", MONTH, reason="regel hersteld")] == ["on_hold"]
    assert states() == [(1, "superseded"), (1, "on_hold")]


def test_stopped_before_the_judgement_the_next_time_judges_what_waits(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(warehouse, 1)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(arrivals, "judge_received", die)
        with pytest.raises(KeyboardInterrupt):
            steps.recheck_month("haagrijn", MONTH, reason="regel hersteld")
    assert states() == [(1, "accepted"), (1, "received")]

    steps.recheck_month("haagrijn", MONTH, reason="regel hersteld")
    assert states() == [(1, "superseded"), (1, "accepted")]
