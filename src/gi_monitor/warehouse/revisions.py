"""Two vintages compared: which figure changed, by how much, and because of which deliveries (spec 2.1, 3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from psycopg import sql

from gi_monitor.warehouse import build
from gi_monitor.warehouse.connection import connect


@dataclass(frozen=True)
class Revision:
    """A figure that differs between two vintages.

    ``earlier`` and ``later`` are exact and unrounded, None where the status says why. ``because_of`` names the
    deliveries that counted at one vintage only, as ``haagrijn 2024-04/2``, those that no longer counted with a minus.
    """

    period: str
    institution: str
    indicator: str
    component: str
    breakdown: str
    category: str
    earlier: Decimal | None
    earlier_status: str | None
    later: Decimal | None
    later_status: str | None
    because_of: Sequence[str]


def between(earlier: datetime, later: datetime) -> list[Revision]:
    """The figures of ``marts.observations`` that differ between two moments, each built anew and dropped again.

    Figures of periods that only the later one has are no revisions. Raises BuildError.
    """
    schemas: list[str] = []
    try:
        schemas += [build.look(earlier)]
        schemas += [build.look(later)]
        names = {"earlier": sql.Identifier(schemas[0]), "later": sql.Identifier(schemas[1])}
        with connect("gi_release") as connection:
            rows = connection.execute(sql.SQL(_REVISIONS).format(**names)).fetchall()
    finally:
        for schema in set(schemas):
            build.drop_look(schema)
    return [Revision(**row) for row in rows]


_REVISIONS = """
with changed as (
    select
        period, institution, indicator, component, breakdown, category,
        earlier.value as earlier, earlier.status as earlier_status, later.value as later, later.status as later_status
    from {earlier}.observations as earlier
    full join {later}.observations as later
        using (period, institution, indicator, component, breakdown, category)
    where (earlier.value, earlier.status) is distinct from (later.value, later.status)
        and period in (select period from {earlier}.observations)
), rested_on as (
    select coalesce(later.gi_code, earlier.gi_code) as gi_code, coalesce(later.reporting_month, earlier.reporting_month)
        as reporting_month, period, institution, indicator, component,
        concat_ws(' ',
            case when later.delivery_id is null then '-' end,
            coalesce(later.gi_code, earlier.gi_code),
            to_char(coalesce(later.reporting_month, earlier.reporting_month), 'YYYY-MM') || '/'
            || coalesce(later.sequence_number, earlier.sequence_number)
        ) as delivery
    from (select * from {earlier}.lineage where (period, institution, indicator, component)
        in (select period, institution, indicator, component from changed)) as earlier
    full join (select * from {later}.lineage where (period, institution, indicator, component)
        in (select period, institution, indicator, component from changed)) as later
        using (period, institution, indicator, component, delivery_id)
    where (earlier.delivery_id is null and delivery_id not in (select delivery_id from {earlier}.build_delivery))
        or (later.delivery_id is null and delivery_id not in (select delivery_id from {later}.build_delivery))
)
select
    changed.*,
    array(
        select rested_on.delivery from rested_on
        where (rested_on.period, rested_on.institution, rested_on.indicator, rested_on.component)
            = (changed.period, changed.institution, changed.indicator, changed.component)
        order by rested_on.gi_code, rested_on.reporting_month, rested_on.delivery
    ) as because_of
from changed
order by period, institution, indicator, component, breakdown, category
"""
