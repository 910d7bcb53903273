"""What intake saw in the inboxes: the ledger's memory of what was taken, so that nothing is fetched twice."""

from __future__ import annotations

from gi_monitor import clock
from gi_monitor.intake.state_changes import Connection
from gi_monitor.intake.transport import Place
from gi_monitor.month import Month


def begin(connection: Connection, gi_code: str) -> dict[Place, str]:
    """The deliveries of an institution that were taken, each with its signature; forgets those that could not be."""
    connection.execute("delete from ledger.look where gi_code = %s and problem is not null", [gi_code])
    rows = connection.execute(
        "select reporting_month, sequence_number, signature from ledger.look where gi_code = %s", [gi_code]
    )
    return {Place(gi_code, Month.of(row["reporting_month"]), row["sequence_number"]): row["signature"] for row in rows}


def note(connection: Connection, place: Place, signature: str, problem: str | None = None) -> None:
    """A complete delivery was taken, or could not be because of ``problem``."""
    connection.execute(
        """
        insert into ledger.look (gi_code, reporting_month, sequence_number, signature, looked_at, problem)
        values (%s, %s, %s, %s, %s, %s)
        on conflict (gi_code, reporting_month, sequence_number) do update set
            signature = excluded.signature, looked_at = excluded.looked_at, problem = excluded.problem
        """,
        [place.gi_code, place.month.start, place.sequence_number, signature, clock.now(), problem],
    )
