"""Loading a judged delivery: its rows, its findings and what was set aside, all in the caller's transaction."""

from __future__ import annotations

import json

import pandas as pd

from gi_monitor import contracts
from gi_monitor.contracts import Contract
from gi_monitor.intake.comparison import Previous
from gi_monitor.intake.judgement import Judgement
from gi_monitor.intake.ledger import Delivery
from gi_monitor.intake.state_changes import Connection


def load(connection: Connection, delivery: Delivery, judgement: Judgement) -> None:
    """Write everything that a judgement says; the caller commits it together with the change of state."""
    _load_findings(connection, delivery, judgement)
    if judgement.accepted:
        connection.execute("select landing.ensure_month(%s)", [delivery.month.start])
    for name, rows in judgement.accepted.items():
        _copy(connection, contracts.load().datasets[name], delivery, rows)


def previous(connection: Connection, delivery: Delivery) -> Previous | None:
    """What the current delivery of the month before held, rows set aside among them; None where there is none."""
    before = delivery.month - 1
    current = connection.execute(
        """
        -- A total's text is what was counted, and behind a comma what was allowed.
        select delivery_id, split_part(counted_totals ->> 'fte_caseload', ',', 1)::numeric as fte_caseload
        from ledger.known inner join ledger.delivery using (delivery_id, gi_code, reporting_month)
        where gi_code = %s and reporting_month = %s and known_to is null
        """,
        [delivery.gi_code, before.start],
    ).fetchone()
    if current is None:
        return None
    measures = connection.execute(
        _MEASURES,
        {"delivery_id": current["delivery_id"], "month": before.start, "reference_date": before.reference_date},
    ).fetchall()
    return Previous(
        delivered=frozenset(measure["measure_key"] for measure in measures),
        running=frozenset(measure["measure_key"] for measure in measures if measure["running"]),
        fte_caseload=current["fte_caseload"],
    )


_MEASURES = """
select measure_key,
    coalesce(taken_over_date, ruling_date) <= %(reference_date)s
    and coalesce(end_date > %(reference_date)s, true) and coalesce(handed_over_date >= %(reference_date)s, true)
        as running
from landing.caseload where reporting_month = %(month)s and delivery_id = %(delivery_id)s
union all
select row_key, running from quality.set_aside_row
where delivery_id = %(delivery_id)s and dataset = 'caseload' and row_key <> ''
"""


def _copy(connection: Connection, contract: Contract, delivery: Delivery, rows: pd.DataFrame) -> None:
    columns = ["reporting_month", "delivery_id", "row_number", *(column.warehouse for column in contract.columns)]
    constant = pd.DataFrame({"m": delivery.month.start.isoformat(), "d": delivery.delivery_id}, index=rows.index)
    text = pd.concat([constant, rows], axis=1).to_csv(index=False, header=False)
    statement = f"copy landing.{contract.dataset} ({', '.join(columns)}) from stdin with (format csv)"
    with connection.cursor().copy(statement) as copy:
        copy.write(text)


def _load_findings(connection: Connection, delivery: Delivery, judgement: Judgement) -> None:
    cursor = connection.cursor()
    cursor.executemany(
        """
        insert into quality.finding (delivery_id, rule, severity, dataset, row_number, column_name, value, message)
        values (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            (delivery.delivery_id, f.rule, f.severity, f.dataset, f.row, f.column, f.value, f.message)
            for f in judgement.findings
        ],
    )
    cursor.executemany(
        "insert into quality.rule_outcome (delivery_id, rule, outcome, failures, reason) values (%s, %s, %s, %s, %s)",
        [(delivery.delivery_id, o.rule, o.outcome, o.failures, o.reason) for o in judgement.outcomes],
    )
    cursor.executemany(
        """
        insert into quality.set_aside_row (delivery_id, dataset, row_number, rules, content, row_key, running)
        values (%s, %s, %s, %s, %s, %s, %s)
        """,
        [
            (delivery.delivery_id, r.dataset, r.row, list(r.rules), json.dumps(dict(r.content)), r.key, r.running)
            for r in judgement.set_aside
        ],
    )
