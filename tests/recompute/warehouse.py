"""Accepted rows out of a warehouse and into it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pandas as pd
import psycopg
from psycopg import sql

from gi_monitor import contracts
from gi_monitor.warehouse import connection
from gi_monitor.warehouse.connection import connect
from tests.recompute.accepted import Accepted


def load(accepted: Accepted) -> None:
    """Write accepted rows where intake would have left them."""
    with psycopg.connect(connection.url()) as owner:
        for institution in accepted.institutions.to_dict("records"):
            owner.execute(
                """
                insert into ledger.institution
                    (gi_code, name, synthetic, profile, area, valid_from, valid_to, successor)
                values (%(gi_code)s, 'Verzonnen', true, '', '{}', %(valid_from)s, %(valid_to)s, %(successor)s)
                """,
                _cells(institution),
            )
        for delivery in accepted.deliveries.to_dict("records"):
            _deliver(owner, _cells(delivery))
        for name, contract in contracts.load().datasets.items():
            rows = getattr(accepted, name).merge(accepted.deliveries[["delivery_id", "reporting_month"]])
            numbered = rows.assign(row_number=rows.groupby("delivery_id").cumcount() + 2)
            columns = [
                "reporting_month", "delivery_id", "row_number", *(column.warehouse for column in contract.columns)
            ]  # fmt: skip
            into = sql.SQL("copy {} ({}) from stdin").format(
                sql.Identifier("landing", name), sql.SQL(", ").join(map(sql.Identifier, columns))
            )
            with owner.cursor().copy(into) as copy:
                for row in _rows(numbered[columns]):
                    copy.write_row(row)


def _deliver(owner: psycopg.Connection, delivery: dict[str, Any]) -> None:
    owner.execute("select landing.ensure_month(%(reporting_month)s)", delivery)
    owner.execute(
        """
        insert into ledger.delivery (delivery_id, gi_code, reporting_month, sequence_number, content_sha256, state,
            received_at, unavailable, vacancies_fte)
        overriding system value
        values (%(delivery_id)s, %(gi_code)s, %(reporting_month)s, %(delivery_id)s, %(delivery_id)s::text,
            case when %(known_to)s::timestamptz is null then 'accepted' else 'superseded' end,
            %(known_from)s, %(unavailable)s, %(vacancies_fte)s)
        """,
        delivery,
    )
    owner.execute(
        """
        insert into ledger.known (delivery_id, gi_code, reporting_month, known_from, known_to)
        values (%(delivery_id)s, %(gi_code)s, %(reporting_month)s, %(known_from)s, %(known_to)s)
        """,
        delivery,
    )


def _rows(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    return (tuple(map(_cell, row)) for row in frame.itertuples(index=False))


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _cell(value) for name, value in row.items()}


def _cell(value: Any) -> Any:
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, list):
        return value
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp) and value.tz is None:
        return value.date()
    # Whole numbers with gaps are floats in pandas.
    return int(value) if isinstance(value, float) else value


def observations(schema: str) -> pd.DataFrame:
    """What the warehouse made of them: ``marts`` or ``publication``."""
    with connect("gi_release") as warehouse:
        found = warehouse.execute(sql.SQL("select * from {}").format(sql.Identifier(schema, "observations")))
        return pd.DataFrame(found.fetchall(), columns=[column.name for column in found.description or ()])
