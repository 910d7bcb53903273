"""Loading a judged delivery: its rows, its findings and what was set aside, all in the caller's transaction."""

from __future__ import annotations

import json

import pandas as pd

from gi_monitor import contracts
from gi_monitor.contracts import Contract
from gi_monitor.intake.judgement import Judgement, iter_set_aside
from gi_monitor.intake.ledger import Delivery
from gi_monitor.intake.state_changes import Connection


def load(connection: Connection, delivery: Delivery, judgement: Judgement) -> None:
    """Write everything that a judgement says; the caller commits it together with the change of state."""
    _load_findings(connection, delivery, judgement)
    if judgement.accepted:
        connection.execute("select landing.ensure_month(%s)", [delivery.month.start])
    for name, rows in judgement.accepted.items():
        _copy(connection, contracts.load().datasets[name], delivery, rows)


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
        insert into quality.set_aside_row (delivery_id, dataset, row_number, rules, content)
        values (%s, %s, %s, %s, %s)
        """,
        [
            (delivery.delivery_id, dataset, row, rules, json.dumps(content))
            for dataset, row, rules, content in iter_set_aside(judgement)
        ],
    )
