"""Loading a judged delivery: its rows, its findings and what was set aside, all in the caller's transaction.

This is the door: keys are hashed here, and findings that repeat a cell are sealed (spec 1.5).
"""

from __future__ import annotations

import io
import json

import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
from psycopg import sql
from pyarrow import csv

from gi_monitor import contracts
from gi_monitor.contracts import Contract
from gi_monitor.intake import archive, sealing
from gi_monitor.intake.comparison import Previous
from gi_monitor.intake.judgement import Judgement
from gi_monitor.intake.ledger import Delivery
from gi_monitor.intake.pseudonyms import Pseudonyms
from gi_monitor.intake.rows import SetAside
from gi_monitor.intake.state_changes import Connection


def load(connection: Connection, delivery: Delivery, judgement: Judgement, hashes: Pseudonyms) -> None:
    """Write everything that a judgement says; the caller commits it together with the change of state."""
    _load_findings(connection, delivery, judgement)
    load_rows(connection, delivery, judgement, hashes)
    archive.keep(connection, delivery.delivery_id)


def load_rows(connection: Connection, delivery: Delivery, judgement: Judgement, hashes: Pseudonyms) -> None:
    """Write the rows of a judgement alone, those that count and those set aside."""
    if not judgement.accepted:
        return
    connection.execute("select landing.ensure_month(%s)", [delivery.month.start])
    for name, rows in judgement.accepted.items():
        _copy(connection, contracts.load().datasets[name], delivery, rows, hashes)
    _load_set_aside(connection, delivery, judgement, hashes)
    connection.execute(
        "update ledger.delivery set hash_secret_id = %s where delivery_id = %s",
        [hashes.secret_id, delivery.delivery_id],
    )


def remove_rows(connection: Connection, delivery: Delivery) -> None:
    """Remove what ``load_rows`` wrote."""
    for name in contracts.DATASETS:
        remove = sql.SQL("delete from {} where reporting_month = %s and delivery_id = %s")
        connection.execute(remove.format(sql.Identifier("landing", name)), [delivery.month.start, delivery.delivery_id])
    connection.execute("delete from quality.set_aside_row where delivery_id = %s", [delivery.delivery_id])


def previous(connection: Connection, delivery: Delivery, hashes: Pseudonyms) -> Previous | None:
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
        pseudonym=hashes.of_all,
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


def _copy(
    connection: Connection, contract: Contract, delivery: Delivery, rows: pd.DataFrame, hashes: Pseudonyms
) -> None:
    # A delivery in an older version has not all columns; the others stay empty.
    delivered = [column for column in contract.columns if column.name in rows]
    columns = ["reporting_month", "delivery_id", "row_number", *(column.warehouse for column in delivered)]
    constant = pd.DataFrame({"m": delivery.month.start.isoformat(), "d": delivery.delivery_id}, index=rows.index)
    hashed = rows.assign(**{c.name: hashes.of_all(rows[c.name]) for c in delivered if c.type == "key"})
    table = pa.Table.from_pandas(pd.concat([constant, hashed], axis=1), preserve_index=False)
    statement = f"copy landing.{contract.dataset} ({', '.join(columns)}) from stdin with (format csv)"
    with connection.cursor().copy(statement) as copy:
        copy.write(_csv(table))


def _csv(table: pa.Table) -> bytes:
    """As COPY reads it: every text in quotes, so that an empty one is not what is missing."""
    text = io.BytesIO()
    csv.write_csv(table, text, csv.WriteOptions(include_header=False))
    return text.getvalue()


def _load_set_aside(connection: Connection, delivery: Delivery, judgement: Judgement, hashes: Pseudonyms) -> None:
    connection.cursor().executemany(
        """
        insert into quality.set_aside_row (delivery_id, dataset, row_number, rules, content, row_key, running)
        values (%s, %s, %s, %s, %s, %s, %s)
        """,
        [
            (
                delivery.delivery_id,
                r.dataset,
                r.row,
                list(r.rules),
                json.dumps(_hashed_content(r, hashes)),
                None if r.key is None else hashes.of(r.key),
                r.running,
            )
            for r in judgement.set_aside
        ],
    )


def _hashed_content(row: SetAside, hashes: Pseudonyms) -> dict[str, str]:
    """The cells; those of keys hashed, and those that are not what they should be, for that may be a key."""
    known = contracts.load()
    keys = known.datasets[known.dataset_delivered_as(row.dataset)].key_columns
    return {
        name: hashes.of(cell) if name in keys or name in row.unreadable else cell for name, cell in row.content.items()
    }


def _load_findings(connection: Connection, delivery: Delivery, judgement: Judgement) -> None:
    cursor = connection.cursor()
    kept = sealing.sealed(judgement.findings, archive.open_key(connection, delivery.delivery_id))
    cursor.executemany(
        """
        insert into quality.finding (delivery_id, rule, severity, dataset, row_number, column_name, value, message)
        values (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [(delivery.delivery_id, f.rule, f.severity, f.dataset, f.row, f.column, f.value, f.message) for f in kept],
    )
    cursor.executemany(
        "insert into quality.rule_outcome (delivery_id, rule, outcome, failures, reason, waived_by)"
        " values (%s, %s, %s, %s, %s, %s)",
        [(delivery.delivery_id, o.rule, o.outcome, o.failures, o.reason, o.waived_by) for o in judgement.outcomes],
    )
