"""A database of every earlier version, with rows in it, is brought up to date: the rows are there, and work goes on."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from gi_monitor.warehouse import connection
from gi_monitor.warehouse.connection import connect, connect_as_owner
from gi_monitor.warehouse.migrate import migrate, upgrade
from tests.builders import files, good_rows
from tests.inbox import INSTITUTIONS, drop, rows, states, take_in

VERSIONS = sorted(path.stem[:4] for path in Path(connection.__file__).parent.glob("migrations/versions/*.sql"))
KEPT_NO_DELIVERIES = VERSIONS[:2]
"""From the third version on bytes are encrypted and keys hashed; what is older has to start anew, and is told so."""

# As the code of each version wrote it. What a version does not name, it had not added to.
INSTITUTION = """
insert into ledger.institution (gi_code, name, synthetic, profile, area, valid_from)
values ('haagrijn', 'Haagrijn', true, '', '{PV28}', '2015-01-01');
insert into ledger.state_change (gi_code, reporting_month, to_state, changed_at, cause)
values ('haagrijn', '2024-04-01', 'expected', '2024-05-01T00:10+02', 'calendar');
insert into quality.verdict
    (run_id, gate, suite, suite_version, expectation, severity, limit_text, observed, verdict, judged_at)
values (
    gen_random_uuid(), 'G2', 'core', '1.0+ab', 'measures_unique', 'critical', '0', '0', 'PASS', '2024-05-09T10:00+02'
);
insert into release.waiting values ('2024-T1', '2024-05-09T10:00+02', 'deliveries of 1 institution');
"""
DELIVERY = """
insert into ledger.delivery (
    gi_code, reporting_month, sequence_number, content_sha256, state, received_at, control_totals
) values ('haagrijn', '2024-04-01', 1, 'ab', 'accepted', '2024-05-08T10:00+02', '{"fte_caseload": 1.40}');
insert into ledger.delivery_file (delivery_id, name, sha256, size_bytes) values (1, 'caseload.csv', 'cd', 100);
insert into ledger.known (delivery_id, gi_code, reporting_month, known_from)
values (1, 'haagrijn', '2024-04-01', '2024-05-08T10:00+02');
insert into ledger.state_change (gi_code, reporting_month, delivery_id, from_state, to_state, changed_at, cause)
values ('haagrijn', '2024-04-01', 1, 'received', 'accepted', '2024-05-08T10:00+02', 'all rules passed');
insert into quality.rule_outcome (delivery_id, rule, outcome, failures) values (1, 'S01', 'PASS', 0);
select landing.ensure_month('2024-04-01');
insert into landing.staffing (
    reporting_month, delivery_id, row_number, worker_key, role, contract_type, skj_registered, fte_contract,
    fte_caseload, absence_fte_days, post_start_date, origin
) values ('2024-04-01', 1, 2, 'k1', 'jeugdbeschermer', 'vast', true, 1, 0.80, 0, '2020-01-01', 'onbekend');
insert into release.candidate (
    release_id, version, state, content_hash, vintage, code_commit, lock_sha256, made_by, made_at
) values ('2024-T1', '1.0.0', 'published', 'ef', '2024-05-09T10:00+02', 'c', 'l', 'dana', '2024-05-09T11:00+02');
insert into release.vintage values (1, 'haagrijn', '2024-04-01', 1, 'ab');
insert into release.approval values (1, 'ef', 'robin', '2024-05-09T12:00+02', 'approved', 'nagekeken');
insert into release.state_change (candidate_id, to_state, changed_at, who, why)
values (1, 'published', '2024-06-06T09:30+02', 'publish', 'its moment');
"""
LATER = {
    "0003": "insert into ledger.data_key (delivery_id, wrapped, master_key_id) values (1, 'w', 'm');"
    " update ledger.delivery set hash_secret_id = 'ab12', row_counts = '{}'",
    "0005": "insert into ledger.look values ('haagrijn', '2024-04-01', 1, 'signature', '2024-05-08T10:00+02', null)",
    "0006": "update ledger.delivery set smallest_class = 1, small_class_share = 1.0",
    "0007": "insert into release.waiver (release_id, expectation, reason, given_by, given_at, valid_until)"
    " values ('2024-T1', 'coverage', 'failliet', 'noor', '2024-05-09T10:00+02', '2024-09-01')",
    "0008": "update ledger.delivery set specification = '1.0'",
}
CARRIED = [
    ("select gi_code, name, due_day from ledger.institution", [("haagrijn", "Haagrijn", 15)]),
    ("select to_state, who from ledger.state_change where delivery_id is null", [("expected", "gi_monitor")]),
    ("select expectation, verdict from quality.verdict", [("measures_unique", "PASS")]),
    ("select release_id, reason from release.waiting", [("2024-T1", "deliveries of 1 institution")]),
]
CARRIED_OF_DELIVERIES = [
    ("select delivery_id, state, recheck_of, specification from ledger.delivery", [(1, "accepted", None, "1.0")]),
    ("select name, kept from ledger.delivery_file", [("caseload.csv", True)]),
    ("select delivery_id, known_to from ledger.known", [(1, None)]),
    ("select outcome, waived_by from quality.rule_outcome", [("PASS", None)]),
    ("select worker_key, fte_caseload::text from landing.staffing", [("k1", "0.80")]),
    ("select release_id, version, state from ledger.used_in", [("2024-T1", "1.0.0", "published")]),
    ("select approver, decision from release.approval", [("robin", "approved")]),
    ("select reproducible from release.reproducible", [(True,)]),
]


@pytest.fixture(autouse=True)
def business_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")


def filled(version: str, *, delivered: bool) -> None:
    """A database of an earlier version, as its code left it."""
    upgrade(version)
    with connect_as_owner() as owner:
        owner.execute(INSTITUTION.encode())
        if delivered:
            owner.execute(DELIVERY.encode())
            for since, added in LATER.items():
                if since <= version:
                    owner.execute(added.encode())


def ask(query: str) -> list[tuple[object, ...]]:
    with connect_as_owner() as owner:
        return [tuple(row.values()) for row in owner.execute(query.encode())]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_an_earlier_version_held_is_there(unmigrated: Path, version: str) -> None:
    filled(version, delivered=version not in KEPT_NO_DELIVERIES)

    migrate()
    migrate()

    for query, expected in [*CARRIED, *(CARRIED_OF_DELIVERIES if version not in KEPT_NO_DELIVERIES else [])]:
        assert (query, ask(query)) == (query, expected)
    assert ask("select version_num from public.schema_version") == [(VERSIONS[-1],)]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_delivery_comes_in_after_it(unmigrated: Path, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    delivered = version not in KEPT_NO_DELIVERIES
    filled(version, delivered=delivered)
    migrate()
    with connect("gi_intake") as intake:
        # Its rows are hashed by the secret that this test makes up.
        intake.execute("update ledger.delivery set hash_secret_id = null")

    drop(unmigrated, files(good_rows(), volgnummer=2), sequence_number=2)

    assert take_in() == [1 + delivered]
    assert states() == [*([(1, "superseded")] if delivered else []), (2, "accepted")]
    assert rows("select count(*) from landing.caseload") == [(3,)]


@pytest.mark.parametrize("version", KEPT_NO_DELIVERIES)
def test_deliveries_that_no_later_version_can_keep_stop_the_upgrade_and_stay(unmigrated: Path, version: str) -> None:
    filled(version, delivered=True)

    with pytest.raises(psycopg.errors.RaiseException, match="start with an empty one, and an empty data folder"):
        migrate()

    assert ask("select delivery_id, state from ledger.delivery") == [(1, "accepted")]
    assert ask("select version_num from public.schema_version") == [(version,)]
