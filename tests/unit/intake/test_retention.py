"""The retention term: when it has passed nobody reads the bytes any more, and what rests on them says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from gi_monitor import steps
from gi_monitor.intake import decisions, outbox
from gi_monitor.intake.archive import ArchiveError, PurgedError, retention
from gi_monitor.warehouse.connection import connect, connect_as_owner
from tests.builders import files, good_rows
from tests.inbox import INSTITUTIONS, drop, receipt, rows, states, take_in

from .test_archive import DELIVERED, deliver, fetch, kept

FIVE_YEARS_LATER = "2029-05-10T10:00:01"


@pytest.fixture(autouse=True)
def business_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")


@pytest.fixture
def data(warehouse: Path) -> Path:
    """A data folder with one delivery that counts."""
    drop(warehouse, DELIVERED)
    take_in()
    return warehouse


def spoilt() -> dict[str, bytes]:
    content = good_rows()
    content["caseload"][1]["provincie"] = "PV32"
    return files(content, volgnummer=2)


def test_past_the_retention_term_key_and_bytes_are_gone_for_good(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps.recheck(1, reason="regel hersteld")
    monkeypatch.setenv("GI_MONITOR_NOW", "2029-05-10T10:00:00")
    assert steps.purge() == []

    monkeypatch.setenv("GI_MONITOR_NOW", FIVE_YEARS_LATER)
    assert [delivery.delivery_id for delivery in steps.due_for_purge()] == [1]
    assert fetch(1) == DELIVERED
    assert [delivery.delivery_id for delivery in steps.purge()] == [1]
    assert (steps.purge(), steps.due_for_purge()) == ([], [])

    assert kept(data) == {}
    assert rows("select wrapped, destroyed_at is not null from ledger.data_key") == [(None, True)]
    told = rows("select delivery_id, cause, who from ledger.state_change where to_state = 'purged'")
    assert told == [(1, "received more than 5 years ago: data key destroyed", "gi_monitor")]
    for delivery_id in (1, 2):
        with pytest.raises(PurgedError, match=rf"delivery {delivery_id} were purged on 2029-05-10"):
            fetch(delivery_id)
    with pytest.raises(PurgedError):
        decisions.recheck(2, reason="nog eens")
    assert states() == [(1, "superseded"), (1, "accepted")]


def test_one_delivery_is_destroyed_before_its_term_by_somebody_with_a_reason(data: Path) -> None:
    deliver(data, 2, measures=4)
    steps.recheck(2, reason="regel hersteld")
    with pytest.raises(decisions.DecisionError, match="needs a reason"):
        steps.destroy(3, reason="")

    steps.destroy(3, reason="verzoek om wissing")

    told = rows("select delivery_id, cause, who from ledger.state_change where to_state = 'purged'")
    assert told == [(2, "data key destroyed before its term: verzoek om wissing", "gi_monitor")]
    assert {path.split("/")[0] for path in kept(data)} == {"1"}
    for delivery_id in (2, 3):
        with pytest.raises(PurgedError):
            fetch(delivery_id)
    assert fetch(1) == DELIVERED
    assert states() == [(1, "superseded"), (2, "superseded"), (2, "accepted")], "rows and figures stay"
    with pytest.raises(PurgedError):
        steps.destroy(2, reason="nog eens")


def test_what_waits_to_be_judged_is_not_destroyed(data: Path) -> None:
    decisions.recheck(1, reason="regel hersteld")

    with pytest.raises(ArchiveError, match="delivery 1 wait to be judged"):
        steps.destroy(1, reason="verzoek om wissing")
    assert fetch(1) == DELIVERED


def test_what_is_younger_stays(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-11T10:00:00")
    deliver(data, 2, measures=4)
    monkeypatch.setenv("GI_MONITOR_NOW", FIVE_YEARS_LATER)

    assert [delivery.delivery_id for delivery in steps.purge()] == [1]
    assert len(fetch(2)) == 4


def test_what_waits_to_be_judged_stays(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decisions.recheck(1, reason="regel hersteld")
    monkeypatch.setenv("GI_MONITOR_NOW", FIVE_YEARS_LATER)

    assert steps.purge() == []
    assert fetch(1) == DELIVERED


def test_killed_between_key_and_bytes_the_next_purge_removes_the_bytes(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GI_MONITOR_NOW", FIVE_YEARS_LATER)

    def die(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(retention.files, "remove", die)
        with pytest.raises(KeyboardInterrupt):
            steps.purge()
    assert kept(data) != {}

    assert steps.purge() == []
    assert kept(data) == {}


def test_bytes_of_which_this_ledger_knows_nothing_yet_are_left_alone(data: Path) -> None:
    (data / "archive" / "2").mkdir()

    steps.purge()

    assert (data / "archive" / "2").exists()
    assert fetch(1) == DELIVERED


def test_a_receipt_after_the_purge_says_what_to_do_but_no_longer_what_stood_there(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(data, spoilt(), sequence_number=2)
    take_in()
    assert [f["waarde"] for f in receipt(data, 2)["bevindingen"]] == ["PV32"]
    monkeypatch.setenv("GI_MONITOR_NOW", FIVE_YEARS_LATER)
    steps.purge()

    decisions.withdraw(2, reason="verkeerde export")
    outbox.send_receipts("haagrijn")

    [told] = receipt(data, 2)["bevindingen"]
    assert (told["rij"], told["kolom"], told["waarde"]) == (3, "provincie", None)
    assert told["melding"].startswith(
        "De waarde is gewist, met de oorspronkelijke bestanden. Gebruik een code uit de lijst"
    )


def test_a_release_that_rests_on_what_was_purged_can_no_longer_be_reproduced(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.recheck(1, reason="regel hersteld")
    deliver(data, 2, measures=4)
    with connect_as_owner() as connection:
        connection.execute(
            """
            insert into release.candidate
                (release_id, version, state, vintage, code_commit, lock_sha256, made_by, made_at)
            select '2024-T1', '1.0.' || n, 'published', now(), '', '', '', now() from generate_series(1, 2) as n
            """
        )
        connection.execute("insert into release.vintage values (1, 'haagrijn', '2024-04-01', 2, 'sha')")
    reproducible = "select candidate_id, reproducible from release.reproducible order by candidate_id"
    with connect("gi_release") as connection:
        assert connection.execute(reproducible).fetchall() == [
            {"candidate_id": 1, "reproducible": True},
            {"candidate_id": 2, "reproducible": True},
        ]
        monkeypatch.setenv("GI_MONITOR_NOW", FIVE_YEARS_LATER)
        steps.purge()
        assert [row["reproducible"] for row in connection.execute(reproducible)] == [False, True]
