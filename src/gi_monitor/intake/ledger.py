"""The ledger: which deliveries were expected, came in, and count since when (spec 1.4, 4.4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import sql

from gi_monitor import clock
from gi_monitor.institutions import Institution
from gi_monitor.intake import expectations
from gi_monitor.intake.state_changes import Connection, note
from gi_monitor.intake.transport import Place
from gi_monitor.month import Month


@dataclass(frozen=True)
class Delivery:
    """One row of the ledger."""

    delivery_id: int
    gi_code: str
    month: Month
    sequence_number: int
    state: str

    @property
    def place(self) -> Place:
        """Where it arrived, and where its receipt goes."""
        return Place(self.gi_code, self.month, self.sequence_number)


def register(connection: Connection, institutions: Mapping[str, Institution]) -> None:
    """Bring ``ledger.institution`` in line with the institution files."""
    rows = [
        i.model_dump(include={"gi_code", "name", "synthetic", "profile", "valid_from", "valid_to", "successor"})
        | {"area": list(i.area)}
        for i in institutions.values()
    ]
    connection.cursor().executemany(
        """
        insert into ledger.institution (gi_code, name, synthetic, profile, area, valid_from, valid_to, successor)
        values (
            %(gi_code)s, %(name)s, %(synthetic)s, %(profile)s, %(area)s, %(valid_from)s, %(valid_to)s, %(successor)s
        )
        on conflict (gi_code) do update set
            name = excluded.name, synthetic = excluded.synthetic, profile = excluded.profile, area = excluded.area,
            valid_from = excluded.valid_from, valid_to = excluded.valid_to, successor = excluded.successor
        """,
        rows,
    )


def lock(connection: Connection, gi_code: str) -> None:
    """Until the transaction ends, nobody else takes in deliveries of this institution."""
    connection.execute("select pg_advisory_xact_lock(hashtext('intake'), hashtext(%s))", [gi_code])


def is_known(connection: Connection, place: Place, content_sha256: str) -> bool:
    """Whether these very bytes already arrived for this institution and month."""
    return (
        connection.execute(
            "select from ledger.delivery where gi_code = %s and reporting_month = %s and content_sha256 = %s",
            [place.gi_code, place.month.start, content_sha256],
        ).fetchone()
        is not None
    )


def receive(connection: Connection, place: Place, content_sha256: str, files: Mapping[str, tuple[str, int]]) -> int:
    """A delivery has arrived and its bytes are archived: ``files`` maps names to sha256 and size."""
    row = connection.execute(
        """
        insert into ledger.delivery (gi_code, reporting_month, sequence_number, content_sha256, state, received_at)
        values (%s, %s, %s, %s, 'received', %s) returning delivery_id
        """,
        [place.gi_code, place.month.start, place.sequence_number, content_sha256, clock.now()],
    ).fetchone()
    assert row is not None
    delivery_id: int = row["delivery_id"]
    connection.cursor().executemany(
        "insert into ledger.delivery_file (delivery_id, name, sha256, size_bytes) values (%s, %s, %s, %s)",
        [(delivery_id, name, sha256, size) for name, (sha256, size) in files.items()],
    )
    note(connection, place.gi_code, place.month, "received", "arrived in the inbox", delivery_id=delivery_id)
    return delivery_id


def received(connection: Connection, gi_code: str) -> list[Delivery]:
    """Deliveries of an institution that wait to be judged, oldest month first."""
    return _deliveries(connection, "gi_code = %s and state = 'received'", [gi_code])


def without_receipt(connection: Connection, gi_code: str) -> list[Delivery]:
    """Judged deliveries of an institution whose receipt was not sent yet."""
    return _deliveries(connection, "gi_code = %s and state <> 'received' and receipt_sent_at is null", [gi_code])


def find(connection: Connection, delivery_id: int) -> Delivery:
    """One delivery; raises LookupError."""
    found = _deliveries(connection, "delivery_id = %s", [delivery_id])
    if not found:
        raise LookupError(f"there is no delivery {delivery_id}: `gi-monitor deliveries` lists them")
    return found[0]


def _deliveries(connection: Connection, condition: str, values: list[Any]) -> list[Delivery]:
    query = sql.SQL(
        """
        select delivery_id, gi_code, reporting_month, sequence_number, state from ledger.delivery
        where {} order by reporting_month, sequence_number, delivery_id
        """
    )
    return [
        Delivery(r["delivery_id"], r["gi_code"], Month.of(r["reporting_month"]), r["sequence_number"], r["state"])
        for r in connection.execute(query.format(sql.SQL(condition)), values)
    ]


def last_sequence(connection: Connection, place: Place) -> int | None:
    """The highest volgnummer of this month that was accepted or is held."""
    row = connection.execute(
        """
        select max(sequence_number) as last from ledger.delivery
        where gi_code = %s and reporting_month = %s
            and state in ('on_hold', 'accepted', 'accepted_with_findings', 'superseded')
        """,
        [place.gi_code, place.month.start],
    ).fetchone()
    return row["last"] if row else None


def describe(connection: Connection, delivery: Delivery, facts: Mapping[str, Any]) -> None:
    """Keep what the judgement read from the manifest and counted in the rows."""
    connection.execute(
        """
        update ledger.delivery set unavailable = %(unavailable)s, vacancies_fte = %(vacancies_fte)s,
            control_totals = %(control_totals)s, counted_totals = %(counted_totals)s
        where delivery_id = %(delivery_id)s
        """,
        {
            **facts,
            "control_totals": json.dumps(facts["control_totals"]),
            "counted_totals": json.dumps(facts["counted_totals"]),
            "delivery_id": delivery.delivery_id,
        },
    )


def settle(connection: Connection, delivery: Delivery, state: str, cause: str) -> None:
    """Change a delivery's state; an accepted one supersedes the current one of its month from now on."""
    moment = clock.now()
    if state.startswith("accepted"):
        _supersede(connection, delivery, moment)
        connection.execute(
            "insert into ledger.known (delivery_id, gi_code, reporting_month, known_from) values (%s, %s, %s, %s)",
            [delivery.delivery_id, delivery.gi_code, delivery.month.start, moment],
        )
    connection.execute(
        "update ledger.delivery set state = %s, receipt_sent_at = null where delivery_id = %s",
        [state, delivery.delivery_id],
    )
    note(
        connection,
        delivery.gi_code,
        delivery.month,
        state,
        cause,
        delivery_id=delivery.delivery_id,
        from_state=delivery.state,
    )
    expectations.note_all(connection, delivery.gi_code)


def _supersede(connection: Connection, delivery: Delivery, moment: datetime) -> None:
    closed = connection.execute(
        """
        update ledger.known set known_to = %s
        where gi_code = %s and reporting_month = %s and known_to is null returning delivery_id
        """,
        [moment, delivery.gi_code, delivery.month.start],
    ).fetchone()
    if closed is None:
        return
    older = find(connection, closed["delivery_id"])
    connection.execute("update ledger.delivery set state = 'superseded' where delivery_id = %s", [older.delivery_id])
    note(
        connection,
        older.gi_code,
        older.month,
        "superseded",
        f"replaced by delivery {delivery.delivery_id}",
        delivery_id=older.delivery_id,
        from_state=older.state,
    )


def receipt_sent(connection: Connection, delivery: Delivery) -> None:
    """The receipt lies in the outbox."""
    connection.execute(
        "update ledger.delivery set receipt_sent_at = %s where delivery_id = %s", [clock.now(), delivery.delivery_id]
    )
