"""Which months are expected of whom, and which are late (spec 1.4)."""

from __future__ import annotations

from gi_monitor import clock
from gi_monitor.intake.state_changes import Connection, StateChange, note
from gi_monitor.month import Month


def note_all(connection: Connection, gi_code: str) -> None:
    """Say of every month since the first delivery of all whether it was received, is expected, or is late.

    A month that is expected no longer, because the institution's dates were changed, is said to be so.
    """
    changed = connection.execute(
        _EXPECTATIONS, {"today": clock.today(), "month": Month.of(clock.today()).start, "gi_code": gi_code}
    ).fetchall()
    for row in changed:
        month = Month.of(row["reporting_month"])
        note(connection, StateChange(row["gi_code"], month, row["state"], "calendar", from_state=row["was"]))


_EXPECTATIONS = """
with months as (
    select i.gi_code, m.month::date as reporting_month,
        (m.month + interval '1 month')::date + i.due_day - 1 as due
    from ledger.institution as i
    cross join lateral generate_series(
        (select min(reporting_month) from ledger.delivery), %(month)s::date - interval '1 month', interval '1 month'
    ) as m (month)
    where i.valid_from <= (m.month + interval '1 month - 1 day')::date
        and (i.valid_to is null or i.valid_to >= (m.month + interval '1 month - 1 day')::date)
        and i.gi_code = %(gi_code)s
), stated as (
    select m.*, case
        when exists (
            select from ledger.known as k
            where k.gi_code = m.gi_code and k.reporting_month = m.reporting_month and k.known_to is null
        ) then 'received'
        when m.due < %(today)s then 'late' else 'expected' end as state
    from months as m
), old as (
    select s.*, e.state as was
    from stated as s left join ledger.expectation as e using (gi_code, reporting_month)
    where e.state is distinct from s.state
), gone as (
    delete from ledger.expectation as e using ledger.institution as i
    where e.gi_code = i.gi_code and e.gi_code = %(gi_code)s and (
        i.valid_from > (e.reporting_month + interval '1 month - 1 day')::date
        or i.valid_to < (e.reporting_month + interval '1 month - 1 day')::date
    )
    returning e.gi_code, e.reporting_month, e.state
), written as (
    insert into ledger.expectation (gi_code, reporting_month, due, state)
    select gi_code, reporting_month, due, state from old
    on conflict (gi_code, reporting_month) do update set state = excluded.state
)
select gi_code, reporting_month, state, was from old
union all
select gi_code, reporting_month, 'not_expected', state from gone
"""
