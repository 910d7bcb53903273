"""The tables of the ledger, of landing and of quality take no number that is none or lies outside its range."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from gi_monitor.warehouse.connection import connect_as_owner

LEDGER = """
insert into ledger.institution (gi_code, name, synthetic, profile, area, valid_from)
values ('haagrijn', 'Haagrijn', true, '', '{}', '2015-01-01');
insert into ledger.delivery (
    gi_code, reporting_month, sequence_number, content_sha256, state, received_at, vacancies_fte, control_totals
) values (
    'haagrijn', '2024-04-01', 1, 'ab', 'accepted', '2024-05-08T10:00+02', 2,
    '{"maatregelen_actief": 1, "kinderen_wachtend": 0, "fte_caseload": 0.8}'
);
select landing.ensure_month('2024-04-01');
insert into landing.staffing (
    reporting_month, delivery_id, row_number, worker_key, role, contract_type, skj_registered, fte_contract,
    fte_caseload, absence_fte_days, post_start_date, origin
) values ('2024-04-01', 1, 2, 'k1', 'jeugdbeschermer', 'vast', true, 1, 0.80, 0, '2020-01-01', 'onbekend');
insert into landing.caseload (
    reporting_month, delivery_id, row_number, measure_key, child_key, family_key, age_group, province, measure_type,
    ruling_date, placement_order, worker_changes
) values ('2024-04-01', 1, 2, 'm1', 'k1', 'g1', '4-11', 'PV28', '11', '2023-06-01', false, 2);
"""


@pytest.mark.parametrize(
    "change",
    [
        *(
            f"landing.staffing set {column} = {value}"
            for column in ("fte_contract", "fte_caseload", "absence_fte_days")
            for value in ("'NaN'", "-0.01", "99999.01")
        ),
        "landing.staffing set fte_caseload = 1.21",
        "landing.staffing set row_number = 0",
        "landing.caseload set worker_changes = -1",
        "ledger.delivery set vacancies_fte = 'NaN'",
        "ledger.delivery set vacancies_fte = -1",
        "ledger.delivery set sequence_number = 0",
        "ledger.delivery set smallest_class = 0",
        "ledger.delivery set small_class_share = 'NaN'",
        "ledger.delivery set small_class_share = 'Infinity'",
        """ledger.delivery set control_totals = control_totals || '{"fte_caseload": "NaN"}'""",
        """ledger.delivery set control_totals = control_totals || '{"fte_caseload": null}'""",
        """ledger.delivery set control_totals = control_totals || '{"kinderen_wachtend": -1}'""",
        "ledger.delivery set control_totals = '[]'",
        "ledger.institution set due_day = 0",
    ],
)
def test_a_number_that_is_none_or_out_of_range_is_refused(warehouse: Path, change: str) -> None:
    with connect_as_owner() as owner:
        owner.execute(LEDGER.encode())
    with (
        pytest.raises((psycopg.errors.CheckViolation, psycopg.errors.NumericValueOutOfRange)),
        connect_as_owner() as owner,
    ):
        owner.execute(f"update {change}".encode())


def test_every_numeric_column_of_what_is_delivered_has_a_check(warehouse: Path) -> None:
    with connect_as_owner() as owner:
        unchecked = owner.execute(
            b"""
            select columns.table_schema || '.' || columns.table_name || '.' || column_name as name
            from information_schema.columns
            inner join information_schema.tables using (table_schema, table_name)
            where table_type = 'BASE TABLE' and table_name !~ '_[0-9]{4}_[0-9]{2}$'
                and columns.table_schema in ('ledger', 'landing', 'quality', 'release')
                and (data_type in ('numeric', 'integer', 'smallint', 'bigint', 'real', 'double precision')
                    or column_name = 'control_totals')
                and not exists (
                    select from information_schema.constraint_column_usage as used
                    inner join information_schema.check_constraints using (constraint_schema, constraint_name)
                    where used.table_schema = columns.table_schema and used.table_name = columns.table_name
                        and used.column_name = columns.column_name
                )
            order by 1
            """
        ).fetchall()
    given = {row["name"] for row in unchecked}
    assert {name for name in given if not name.endswith("_id") and not name.endswith("recheck_of")} == set()
