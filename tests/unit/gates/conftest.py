"""A small sound world at gate G2: two institutions, two months, every promise of suite ``core`` kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from tests.prepared import Shape

from gi_monitor import contracts
from gi_monitor.warehouse import connection

# Deliveries 1 and 2 are noord's of January and February 2024, 3 and 4 zuid's. Each holds twenty measures that run,
# two workers of 1.00 fte (workload 10) and three children on the waiting list. In February m01 ended and m21 came.
_LEDGER = """
insert into ledger.institution (gi_code, name, synthetic, profile, area, valid_from)
values ('noord', 'Noord', true, '', '{}', '2015-01-01'), ('zuid', 'Zuid', true, '', '{}', '2015-01-01');
insert into ledger.delivery
    (delivery_id, gi_code, reporting_month, sequence_number, content_sha256, state, received_at,
        vacancies_fte, control_totals, counted_totals)
overriding system value
select
    id, gi_code, month, 1, 'sha of ' || id, 'accepted', month + interval '40 days', 2.0,
    '{"maatregelen_actief": 20, "kinderen_wachtend": 3, "fte_caseload": 2.0}',
    jsonb_build_object('rows', jsonb_build_object('caseload', rows, 'waitlist', 3, 'staffing', 2))
from (
    values
    (1, 'noord', date '2024-01-01', 20), (2, 'noord', date '2024-02-01', 21),
    (3, 'zuid', date '2024-01-01', 20), (4, 'zuid', date '2024-02-01', 21)
) as delivered (id, gi_code, month, rows);
select setval(pg_get_serial_sequence('ledger.delivery', 'delivery_id'), 100);
insert into ledger.known (delivery_id, gi_code, reporting_month, known_from)
select delivery_id, gi_code, reporting_month, received_at from ledger.delivery;
insert into ledger.expectation (gi_code, reporting_month, due, state)
select gi_code, reporting_month, reporting_month + interval '1 month 14 days', 'received' from ledger.delivery;
"""

_CORE = """
create table core.dim_code (list text, code text, family text);
create table core.dim_institution as select gi_code, name from ledger.institution;
create table core.dim_month as
select month::date as reporting_month, (month + interval '1 month - 1 day')::date as reference_date
from generate_series(timestamp '2023-12-01', timestamp '2024-12-01', interval '1 month') as months (month);
create table core.delivery as
select delivery_id, gi_code, reporting_month, reference_date, content_sha256
from ledger.delivery inner join core.dim_month using (reporting_month);
create view core.to_judge as
select d.delivery_id, d.gi_code, d.reporting_month, d.reference_date, before.delivery_id as previous_delivery_id
from core.delivery as d
left join core.delivery as before
    on before.gi_code = d.gi_code and before.reporting_month + interval '1 month' = d.reporting_month
where not exists (
    select from quality.judged
    where judged.delivery_id = d.delivery_id and judged.previous_delivery_id is not distinct from before.delivery_id
);
create table core.fct_caseload as
select
    d.delivery_id, n as row_number, d.gi_code, d.reporting_month, d.reference_date,
    'm' || to_char(n, 'FM00') as measure_key, 'k' || to_char(n, 'FM00') as child_key,
    '4-11' as age_group, 'PV20' as province,
    case when n <= 10 then '11' else '41' end as measure_type,
    case when n <= 10 then 'jeugdbescherming' else 'jeugdreclassering' end as measure_family,
    1.0 as weight, 0 as worker_changes,
    case when n <= 20 then date '2023-05-01' else date '2024-02-05' end as ruling_date,
    null::date as taken_over_date,
    case when n = 1 and d.reporting_month = '2024-02-01' then date '2024-02-10' end as end_date,
    null::date as handed_over_date,
    case when n = 1 and d.reporting_month = '2024-02-01' then '04' end as end_reason,
    not (n = 1 and d.reporting_month = '2024-02-01') as is_running
from core.delivery as d
cross join lateral generate_series(1, case when d.reporting_month = '2024-02-01' then 21 else 20 end) as n;
create table core.fct_waitlist as
select
    d.delivery_id, n as row_number, d.gi_code, d.reporting_month, 's' || n as stay_key, 'm0' || n + 1 as measure_key,
    'k0' || n + 1 as child_key, 'wachtlijst' as list, 'hoog' as urgency, null as delisting_reason, true as is_open,
    true as awaits_worker
from core.delivery as d cross join generate_series(1, 3) as n;
create table core.fct_staffing as
select
    d.delivery_id, n as row_number, d.gi_code, d.reporting_month, 'w' || n as worker_key, 'jeugdbeschermer' as role,
    'vast' as contract_type, 'zij_instroom' as origin, null as leaving_reason, date '2020-01-01' as post_start_date,
    1.00::numeric(4, 2) as fte_caseload, true as is_in_post, 1.00::numeric(4, 2) as fte_contract,
    0.00::numeric(8, 2) as absence_fte_days
from core.delivery as d cross join generate_series(1, 2) as n;
grant usage on schema core, marts, publication to gi_quality;
grant select on all tables in schema core to gi_quality;
"""

Execute = Callable[[str], object]


@pytest.fixture
def execute(warehouse: Path) -> Iterator[Execute]:
    """Run SQL as the login that owns the warehouse."""
    with psycopg.connect(connection.url(), autocommit=True) as owner:
        yield owner.execute


def _sound(_data: Path) -> None:
    with psycopg.connect(connection.url()) as owner:
        owner.execute(_LEDGER.encode())
        owner.execute(f"set role gi_transform; {_CORE} reset role".encode())
        owner.cursor().executemany(
            "insert into core.dim_code (list, code, family) values (%s, %s, %s)",
            [
                (name, code.code, code.family)
                for name, codes in contracts.load().codes.items()
                for code in codes.values()
            ],
        )


SOUND = Shape("sound_core", {"GI_MONITOR_NOW": "2024-03-20T12:00:00+01:00"}, _sound)


@pytest.fixture
def world(prepared: Callable[[Shape], Path]) -> Iterator[Execute]:
    """The sound world, on 20 March 2024; yields what plants a violation in it."""
    prepared(SOUND)
    with psycopg.connect(connection.url(), autocommit=True) as owner:
        yield owner.execute
