"""What a warehouse says of its deliveries, row by row, for comparing a disturbed run with one that was not."""

from __future__ import annotations

import psycopg
from psycopg.rows import dict_row

from gi_monitor.warehouse import connection

_TABLES = [
    "select gi_code, reporting_month, sequence_number, state, content_sha256 from ledger.delivery",
    "select gi_code, reporting_month, state from ledger.expectation",
    "select gi_code, sequence_number, known_from, known_to from ledger.known"
    " join ledger.delivery using (delivery_id, gi_code)",
    *[
        f"select d.gi_code, d.sequence_number, l.* from landing.{dataset} as l"
        " join ledger.delivery as d using (delivery_id)"
        for dataset in ("caseload", "waitlist", "staffing")
    ],
    "select gi_code, d.reporting_month, sequence_number, rule, f.row_number, column_name"
    " from quality.finding as f join ledger.delivery as d using (delivery_id)",
    "select * from marts.observations",
]  # fmt: skip


def tables(url: str | None = None) -> list[list[str]]:
    """The rows of each, without the numbers that deliveries got; of the warehouse, or of another database.

    The last are the observations of the marts.
    """
    with psycopg.connect(url or connection.url(), row_factory=dict_row) as owner:
        return [
            sorted(str([v for k, v in row.items() if k != "delivery_id"]) for row in owner.execute(query))
            for query in _TABLES
        ]
