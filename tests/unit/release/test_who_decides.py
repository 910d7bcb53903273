"""What somebody with the rights of gi_release and a login of their own can do about a candidate: act as themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import psycopg
import pytest

from gi_monitor.gates import waivers
from gi_monitor.release import candidate, publish, signoff
from gi_monitor.release.calendar import ReleaseError
from gi_monitor.release.store import Candidate
from gi_monitor.warehouse.connection import connect, connect_as_owner
from tests.roles import login_of
from tests.unit.release.conftest import Gate, World

AFTER_THE_MOMENT = "2025-02-06T09:30:00+01:00"
HASH = "ab12" * 16
DECIDE = "select release.decide(1, %(hash)s, true, now(), %(who)s, 'nagekeken')"


@pytest.fixture
def made(world: World, gate: Gate) -> str:
    """The content hash of a candidate that the pipeline made, without files."""
    with connect("gi_release") as connection:
        connection.execute(
            "select release.draft('2024-T3', '1.0.0', now(), '{1,2,3,4}', '', '', now(), 'airflow', 'x')"
        )
    gate(1, "2024-T3", {})
    with connect("gi_release") as connection:
        connection.execute("select release.freeze(1, %s, now(), 'airflow', 'x')", [HASH])
    return HASH


@pytest.fixture
def frozen(world: World, gate: Gate) -> Candidate:
    """A candidate with its files."""
    made = candidate.prepare(made_by="airflow", judge=gate).candidate
    assert made is not None
    return made


@pytest.fixture
def login(made: str) -> Iterator[psycopg.Connection]:
    """Somebody's own login with the rights of gi_release."""
    with login_of("gi_release") as connection:
        yield connection


DIRECT = {
    "insert an approval": "insert into release.approval values (1, %(hash)s, 'robin', now(), 'approved', 'nagekeken')",
    "change an approval": "update release.approval set approver = 'robin'",
    "delete an approval": "delete from release.approval",
    "set the state": "update release.candidate set state = 'approved'",
    "set the maker": "update release.candidate set made_by = 'somebody'",
    "set the hash": "update release.candidate set content_hash = 'ab'",
    "set the version": "update release.candidate set version = '9.0.0'",
    "insert a candidate": "insert into release.candidate (release_id, version, state, content_hash, vintage,"
    " code_commit, lock_sha256, made_by, made_at)"
    " values ('2024-T3', '1.0.0', 'approved', 'ab', now(), '', '', 'robin', now())",
    "delete a candidate": "delete from release.candidate",
    "change the vintage": "update release.vintage set delivery_id = 1",
    "add to the vintage": "insert into release.vintage values (1, 'haagrijn', '2020-01-01', 1, 'ab')",
    "insert a change of state": "insert into release.state_change (candidate_id, to_state, changed_at, who, why)"
    " values (1, 'approved', now(), 'robin', '')",
    "change who made it": "update release.state_change set who = 'robin'",
    "insert a waiver": "insert into release.waiver (release_id, expectation, reason, given_by, given_at, valid_until)"
    " values ('2024-T3', 'band_c3', 'x', 'robin', now(), '2030-01-01')",
    "use an inner function": "select release.note(1, 'candidate', 'approved', now(), 'robin', 'x')",
    "ask who acts": "select ledger.acting('robin')",
    "judge it himself": "insert into quality.verdict (run_id, gate, suite, suite_version, expectation, severity,"
    " limit_text, verdict, judged_at, candidate_id)"
    " values (gen_random_uuid(), 'G3', '', '', '', 'critical', '', 'PASS', now(), 1)",
    "decide as somebody else": DECIDE,
    "reject as somebody else": "select release.decide(1, %(hash)s, false, now(), %(who)s, 'fout')",
    "waive as somebody else": "select release.waive('2024-T3', 'band_c3', null, 'x', '2030-01-01', now(), %(who)s)",
    "supersede as somebody else": "select release.move(1, 'superseded', now(), %(who)s, 'x')",
    "draft as somebody else": "select release.draft('2024-T3', '1.0.0', now(), '{1}', '', '', now(), %(who)s, 'x')",
    "become the pipeline": "set session authorization gi_monitor",
    "become the owner": "set role gi_monitor",
}


def test_nobody_writes_a_decision_but_by_the_functions_and_as_themselves(made: str, login: psycopg.Connection) -> None:
    assert refused(login, DIRECT) == dict.fromkeys(DIRECT, "InsufficientPrivilege")


UNTRUE = {
    "publish without approval": "select release.move(1, 'published', now(), null, 'x')",
    "approve by a move": "select release.move(1, 'approved', now(), null, 'x')",
    "decide without a reason": "select release.decide(1, %(hash)s, true, now(), null, ' ')",
    "decide on other content": "select release.decide(1, 'ab', true, now(), null, 'nagekeken')",
    "freeze it again": "select release.freeze(1, 'ab', now(), null, 'x')",
    "renumber it": "select release.renumber(1, '9.0.0')",
    "take it up": "select release.take_up(1, '', '', now(), null)",
    "withdraw what is not out": "select release.move(1, 'withdrawn', now(), null, 'x')",
    "decide on what is not there": "select release.decide(9, %(hash)s, true, now(), null, 'nagekeken')",
}


def test_a_candidate_moves_only_as_the_specification_says(made: str, login: psycopg.Connection) -> None:
    assert refused(login, UNTRUE) == dict.fromkeys(UNTRUE, "CheckViolation")


def refused(login: psycopg.Connection, statements: dict[str, str]) -> dict[str, str]:
    """By what error each statement is refused, each tried on its own."""
    found = {}
    for what, statement in statements.items():
        try:
            with login.transaction(force_rollback=True):
                login.execute(statement, {"hash": HASH, "who": "robin"})  # type: ignore[arg-type]
            found[what] = "done"
        except psycopg.Error as error:
            found[what] = type(error).__name__
    return found


def test_a_draft_of_ones_own_is_not_frozen_without_gate_g3_nor_approved_by_its_maker(
    world: World, made: str, login: psycopg.Connection
) -> None:
    login.execute("select release.draft('2024-T3', '1.0.0', now(), '{1}', '', '', now(), null, 'x')")
    assert world.query("select made_by from release.candidate where candidate_id = 2") == [(login.info.user,)]
    with pytest.raises(psycopg.errors.CheckViolation, match="did not pass gate G3"):
        login.execute("select release.freeze(2, 'ab', now(), null, 'x')")


def test_a_login_decides_under_its_own_name(world: World, made: str, login: psycopg.Connection) -> None:
    login.execute(DECIDE, {"hash": HASH, "who": None})  # type: ignore[arg-type]

    assert world.query("select approver, decision from release.approval") == [(login.info.user, "approved")]
    assert world.query("select state from release.candidate") == [("approved",)]


def test_whoever_made_it_does_not_approve_it_by_the_function_either(
    world: World, made: str, login: psycopg.Connection
) -> None:
    login.execute("select release.waive('2024-T3', 'band_c3', null, 'tarief', '2030-01-01', now(), null)")

    with pytest.raises(psycopg.errors.CheckViolation, match="made candidate 1 or decided in it"):
        login.execute(DECIDE, {"hash": HASH, "who": None})  # type: ignore[arg-type]


def test_publishing_counts_makers_and_approvers_again(
    world: World, frozen: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(frozen, "robin")
    monkeypatch.setenv("GI_MONITOR_NOW", AFTER_THE_MOMENT)
    waivers.give("2024-T3", "band_c3", about=None, reason="tarief", until=date(2030, 1, 1), who="robin")

    with pytest.raises(ReleaseError, match="1 more must agree who did not make it"):
        publish.publish_due()
    assert not list((world.data / "releases").glob("gi-monitor-*"))
    assert world.query("select state from release.candidate") == [("candidate",)]
    decide(frozen, "noor")
    assert publish.publish_due() == ["gi-monitor-2024-T3-1.0.0"]


def test_an_approval_that_the_owner_put_there_for_a_maker_is_not_counted(
    world: World, frozen: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect_as_owner() as owner:
        owner.execute(
            "insert into release.approval values (1, %s, 'airflow', now(), 'approved', 'x')", [frozen.content_hash]
        )
        owner.execute("update release.candidate set state = 'approved'")
    monkeypatch.setenv("GI_MONITOR_NOW", AFTER_THE_MOMENT)

    with pytest.raises(ReleaseError, match="1 more must agree"):
        publish.publish_due()


def test_a_hold_is_decided_under_the_login_that_decides(world: World) -> None:
    noted = "insert into ledger.state_change (gi_code, reporting_month, from_state, to_state, changed_at, cause, who)"
    values = " values ('haagrijn', '2024-12-01', 'on_hold', 'accepted', now(), 'x', %s)"
    with login_of("gi_intake") as login:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="cannot act as robin"):
            login.execute(noted + values, ["robin"])
        login.execute(noted + values, [login.info.user])


def decide(made: Candidate, who: str) -> None:
    signoff.decide(made.candidate_id, made.content_hash or "", approve=True, who=who, reason="nagekeken")
