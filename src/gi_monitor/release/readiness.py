"""Whether a release can be made now, and if not, what it waits for."""

from __future__ import annotations

from psycopg import Connection
from psycopg.rows import DictRow

from gi_monitor.gates import waivers
from gi_monitor.release import inputs
from gi_monitor.release.calendar import Release
from gi_monitor.warehouse import made_once


def is_built(connection: Connection[DictRow]) -> bool:
    """Whether the warehouse has been built at all."""
    # Before the first build nobody has been let into schema marts, so to_regclass would refuse to look.
    found = connection.execute("select from pg_tables where schemaname = 'marts' and tablename = 'build'")
    return found.rowcount == 1


def obstacle(connection: Connection[DictRow], release: Release) -> str | None:
    """What the release waits for, naming every institution that is missing; None when nothing is in its way."""
    if made_once.are_stale(connection):
        return (
            "facts were made by other SQL, parameters, holidays or code lists than there are now: make them again with"
            " `gi-monitor build --anew`"
        )
    if missing := _missing(connection, release):
        return f"the delivery of {release.reference_month} is missing from {', '.join(missing)}"
    if set(inputs.behind_marts(connection, release)) != set(inputs.current(connection, release)):
        return "the marts do not show the deliveries that are current by the ledger: standardise first"
    return None


def _missing(connection: Connection[DictRow], release: Release) -> list[str]:
    """Institutions expected without a current delivery of the reference month or a waiver, and what they have."""
    rows = connection.execute(
        """
        select institution.gi_code, institution.name, coalesce(latest.state, 'nothing received') as state
        from ledger.institution as institution
        left join lateral (
            select delivery.state from ledger.delivery as delivery
            where delivery.gi_code = institution.gi_code and delivery.reporting_month = %(month)s
            order by delivery.delivery_id desc limit 1
        ) as latest on true
        where institution.valid_from <= %(day)s
            and (institution.valid_to is null or institution.valid_to >= %(day)s)
            and not exists (
                select from ledger.known
                where known.gi_code = institution.gi_code
                    and known.reporting_month = %(month)s and known.known_to is null
            )
        order by institution.gi_code
        """,
        {"month": release.reference_month.start, "day": release.reference_date},
    )
    return [
        f"{row['name']} ({row['gi_code']}: {row['state']})"
        for row in rows
        if not waivers.cover(release.release_id, "coverage", [row["gi_code"]], role="gi_release")
    ]
