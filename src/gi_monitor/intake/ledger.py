"""The ledger: which deliveries were expected, came in, and count since when (spec 1.4, 4.4)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import sql

from gi_monitor import clock
from gi_monitor.institutions import Institution
from gi_monitor.intake.state_changes import Connection, StateChange, note
from gi_monitor.intake.transport import Place
from gi_monitor.month import Month
from gi_monitor.warehouse import locks


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


@dataclass(frozen=True)
class Hold:
    """A delivery that waits for a decision: the change of state that put it on hold, and why."""

    delivery: Delivery
    change_id: int
    cause: str


def register(connection: Connection, institutions: Mapping[str, Institution]) -> None:
    """Bring ``ledger.institution`` in line with the institution files."""
    rows = [
        i.model_dump(include={"gi_code", "name", "synthetic", "profile", "valid_from", "valid_to", "successor"})
        | {"area": list(i.area), "due_day": i.calendar.due_day}
        for i in institutions.values()
    ]
    connection.cursor().executemany(
        """
        insert into ledger.institution
            (gi_code, name, synthetic, profile, area, valid_from, valid_to, successor, due_day)
        values (
            %(gi_code)s, %(name)s, %(synthetic)s, %(profile)s, %(area)s, %(valid_from)s, %(valid_to)s, %(successor)s,
            %(due_day)s
        )
        on conflict (gi_code) do update set
            name = excluded.name, synthetic = excluded.synthetic, profile = excluded.profile, area = excluded.area,
            valid_from = excluded.valid_from, valid_to = excluded.valid_to, successor = excluded.successor,
            due_day = excluded.due_day
        """,
        rows,
    )


def gi_codes(connection: Connection) -> list[str]:
    """Every institution there ever was."""
    return [row["gi_code"] for row in connection.execute("select gi_code from ledger.institution order by gi_code")]


def lock(connection: Connection, gi_code: str) -> None:
    """Until the transaction ends, nobody else takes in deliveries of this institution."""
    locks.take(connection, "gi_intake", f"intake of {gi_code}")


def known(connection: Connection, place: Place, content_sha256: str) -> Delivery | None:
    """The delivery of these very bytes, when they already arrived for this institution and month."""
    found = select(
        connection,
        "gi_code = %s and reporting_month = %s and content_sha256 = %s and recheck_of is null",
        [place.gi_code, place.month.start, content_sha256],
    )
    return found[0] if found else None


def receive(connection: Connection, place: Place, content_sha256: str) -> Delivery:
    """A delivery has arrived."""
    row = connection.execute(
        """
        insert into ledger.delivery (gi_code, reporting_month, sequence_number, content_sha256, state, received_at)
        values (%s, %s, %s, %s, 'received', %s) returning delivery_id
        """,
        [place.gi_code, place.month.start, place.sequence_number, content_sha256, clock.now()],
    ).fetchone()
    assert row is not None
    arrived = StateChange(place.gi_code, place.month, "received", "arrived in the inbox", row["delivery_id"])
    note(connection, arrived)
    return find(connection, row["delivery_id"])


def list_files(connection: Connection, delivery: Delivery, files: Iterable[tuple[str, str, int, bool]]) -> None:
    """Keep of each file its name, sha256 and size, and whether its bytes are archived."""
    connection.cursor().executemany(
        "insert into ledger.delivery_file (delivery_id, name, sha256, size_bytes, kept) values (%s, %s, %s, %s, %s)",
        [(delivery.delivery_id, *file) for file in files],
    )


def is_kept_whole(connection: Connection, delivery: Delivery) -> bool:
    """Whether it has files and the bytes of every one are archived."""
    row = connection.execute(
        "select coalesce(bool_and(kept), false) as whole from ledger.delivery_file where delivery_id = %s",
        [delivery.delivery_id],
    ).fetchone()
    assert row is not None
    whole: bool = row["whole"]
    return whole


def receive_again(connection: Connection, delivery: Delivery, cause: str) -> int:
    """The same bytes as a delivery of their own, that waits to be judged; the older judgement stays what it is."""
    row = connection.execute(
        """
        insert into ledger.delivery
            (gi_code, reporting_month, sequence_number, content_sha256, state, received_at, recheck_of)
        select gi_code, reporting_month, sequence_number, content_sha256, 'received', %s,
            coalesce(recheck_of, delivery_id)
        from ledger.delivery where delivery_id = %s returning delivery_id
        """,
        [clock.now(), delivery.delivery_id],
    ).fetchone()
    assert row is not None
    delivery_id: int = row["delivery_id"]
    connection.execute(
        """
        insert into ledger.delivery_file (delivery_id, name, sha256, size_bytes, kept)
        select %s, name, sha256, size_bytes, kept from ledger.delivery_file where delivery_id = %s
        """,
        [delivery_id, delivery.delivery_id],
    )
    note(connection, StateChange(delivery.gi_code, delivery.month, "received", cause, delivery_id))
    return delivery_id


def same_bytes(connection: Connection, delivery: Delivery) -> list[Delivery]:
    """Older judgements of the same bytes that were superseded."""
    return select(
        connection,
        """
        state = 'superseded' and content_sha256 = (
            select content_sha256 from ledger.delivery where delivery_id = %s
        ) and gi_code = %s and reporting_month = %s
        """,
        [delivery.delivery_id, delivery.gi_code, delivery.month.start],
    )


def newest_judgement(connection: Connection, delivery: Delivery) -> Delivery | None:
    """The newest other judgement of the same bytes that came after this one."""
    newer = select(
        connection,
        """
        recheck_of = (select coalesce(recheck_of, delivery_id) from ledger.delivery where delivery_id = %s)
            and delivery_id > %s
        """,
        [delivery.delivery_id, delivery.delivery_id],
    )
    return newer[-1] if newer else None


def received(connection: Connection, gi_code: str) -> list[Delivery]:
    """Deliveries of an institution that wait to be judged, oldest month first."""
    return select(connection, "gi_code = %s and state = 'received'", [gi_code])


def without_receipt(connection: Connection, gi_code: str) -> list[Delivery]:
    """Judged deliveries of an institution whose receipt was not sent yet; of the same bytes, the newest judgement."""
    return select(
        connection,
        """
        gi_code = %s and state <> 'received' and receipt_sent_at is null and not exists (
            select from ledger.delivery as newer
            where newer.recheck_of = coalesce(delivery.recheck_of, delivery.delivery_id)
                and newer.delivery_id > delivery.delivery_id
        )
        """,
        [gi_code],
    )


def on_hold(connection: Connection) -> list[Hold]:
    """Deliveries of all institutions that wait for a data manager's decision, the longest waiting first."""
    rows = connection.execute(
        """
        select d.delivery_id, d.gi_code, d.reporting_month, d.sequence_number, d.state, change.change_id, change.cause
        from ledger.delivery as d
        cross join lateral (
            select change_id, cause from ledger.state_change
            where delivery_id = d.delivery_id and to_state = 'on_hold' order by change_id desc limit 1
        ) as change
        where d.state = 'on_hold' order by change.change_id
        """
    )
    return [Hold(_delivery(row), row["change_id"], row["cause"]) for row in rows]


def find(connection: Connection, delivery_id: int) -> Delivery:
    """One delivery; raises LookupError."""
    found = select(connection, "delivery_id = %s", [delivery_id])
    if not found:
        raise LookupError(f"there is no delivery {delivery_id}: `gi-monitor deliveries` lists them")
    return found[0]


def select(connection: Connection, condition: LiteralString, values: list[Any]) -> list[Delivery]:
    """Deliveries by a condition on ``ledger.delivery``, oldest month first."""
    query = sql.SQL(
        """
        select delivery_id, gi_code, reporting_month, sequence_number, state from ledger.delivery
        where {} order by reporting_month, sequence_number, delivery_id
        """
    )
    return [_delivery(row) for row in connection.execute(query.format(sql.SQL(condition)), values)]


def _delivery(row: Mapping[str, Any]) -> Delivery:
    return Delivery(
        row["delivery_id"], row["gi_code"], Month.of(row["reporting_month"]), row["sequence_number"], row["state"]
    )


def last_sequence(connection: Connection, delivery: Delivery) -> int | None:
    """The highest volgnummer of its month that was accepted or is held, other than that of the same bytes."""
    row = connection.execute(
        """
        select max(other.sequence_number) as last
        from ledger.delivery as this
        inner join ledger.delivery as other using (gi_code, reporting_month)
        where this.delivery_id = %s and other.content_sha256 <> this.content_sha256
            and other.state in ('on_hold', 'accepted', 'accepted_with_findings', 'superseded', 'withdrawn')
        """,
        [delivery.delivery_id],
    ).fetchone()
    return row["last"] if row else None


def is_reopened(connection: Connection, delivery: Delivery) -> bool:
    """Whether a data manager opened its month again, and it still is."""
    return (
        connection.execute(
            "select from ledger.reopened_month where gi_code = %s and reporting_month = %s and open_until >= %s",
            [delivery.gi_code, delivery.month.start, clock.today()],
        ).fetchone()
        is not None
    )


def nth_of_its_place(connection: Connection, delivery: Delivery) -> int:
    """1 for the first bytes that arrived in its place, 2 for others that came there later, …"""
    row = connection.execute(
        """
        select count(distinct content_sha256) as number from ledger.delivery
        where gi_code = %(gi_code)s and reporting_month = %(month)s and sequence_number = %(sequence_number)s
            and delivery_id <= (
                select coalesce(recheck_of, delivery_id) from ledger.delivery where delivery_id = %(delivery_id)s
            )
        """,
        {
            "gi_code": delivery.gi_code,
            "month": delivery.month.start,
            "sequence_number": delivery.sequence_number,
            "delivery_id": delivery.delivery_id,
        },
    ).fetchone()
    assert row is not None
    number: int = row["number"]
    return number


def describe(connection: Connection, delivery: Delivery, facts: Mapping[str, Any]) -> None:
    """Keep what the judgement read from the manifest and counted in the rows."""
    connection.execute(
        """
        update ledger.delivery set specification = %(specification)s,
            unavailable = %(unavailable)s, vacancies_fte = %(vacancies_fte)s,
            control_totals = %(control_totals)s, counted_totals = %(counted_totals)s,
            row_counts = %(row_counts)s, mirror = %(mirror)s,
            smallest_class = %(smallest_class)s, small_class_share = %(small_class_share)s
        where delivery_id = %(delivery_id)s
        """,
        {
            **facts,
            **{name: json.dumps(facts[name]) for name in ("control_totals", "counted_totals", "row_counts", "mirror")},
            "delivery_id": delivery.delivery_id,
        },
    )


def receipt_sent(connection: Connection, delivery: Delivery) -> None:
    """The receipt lies in the outbox."""
    connection.execute(
        "update ledger.delivery set receipt_sent_at = %s where delivery_id = %s", [clock.now(), delivery.delivery_id]
    )
