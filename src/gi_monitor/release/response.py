"""How the institutions delivered what a release rests on: the facts of its quality report (spec 3.3)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from psycopg import Connection
from psycopg.rows import DictRow

from gi_monitor import indicators
from gi_monitor.clock import AMSTERDAM
from gi_monitor.month import Month

_MONTHS = 4


@dataclass(frozen=True)
class Institution:
    """An institution that was expected on the reference date; of none is more said than whether it delivered."""

    gi_code: str
    name: str
    delivered: bool


@dataclass(frozen=True)
class SetAside:
    """Rows of one file in the months of the release, nationally.

    ``share`` of them (0-1, to a thousandth) were set aside; None where that is fewer rows than ``suppress_below``.
    """

    file: str
    share: float | None


@dataclass(frozen=True)
class Response:
    """Whole numbers are of institutions, or of institutions' months.

    ``due``: the last day on which the reference month was due. ``last_accepted``: when the last of its deliveries
    was accepted. ``late``: how many of them that was after the due day. ``months``: of institutions in the release's
    four months, of which ``replaced`` were delivered again after they had been accepted.
    """

    institutions: tuple[Institution, ...]
    due: date
    last_accepted: date | None
    late: int
    months: int
    replaced: int
    set_aside: tuple[SetAside, ...]

    @property
    def delivered(self) -> int:
        """How many institutions delivered about the reference month."""
        return sum(institution.delivered for institution in self.institutions)


def read(connection: Connection[DictRow], month: Month, deliveries: Collection[int]) -> Response:
    """The facts about a reference month, of the deliveries that a release rests on."""
    about = {
        "day": month.reference_date,
        "month": month.start,
        "first": (month - (_MONTHS - 1)).start,
        "deliveries": list(deliveries),
    }
    institutions = connection.execute(_INSTITUTIONS, about).fetchall()
    accepted = connection.execute(_ACCEPTED, about).fetchall()
    of_month = [row for row in accepted if row["reporting_month"] == month.start]
    days = [row["accepted"].astimezone(AMSTERDAM).date() for row in of_month]
    due = {row["gi_code"]: (month + 1).start + timedelta(days=row["due_day"] - 1) for row in institutions}
    return Response(
        institutions=tuple(Institution(row["gi_code"], row["name"], row["delivered"]) for row in institutions),
        due=max(due.values(), default=month.due),
        last_accepted=max(days, default=None),
        late=sum(day > due[row["gi_code"]] for row, day in zip(of_month, days, strict=True) if row["gi_code"] in due),
        months=len(accepted),
        replaced=sum(row["replaced"] for row in accepted),
        set_aside=tuple(_set_aside(row) for row in connection.execute(_SET_ASIDE, about)),
    )


def _set_aside(row: dict[str, Any]) -> SetAside:
    few = 0 < row["set_aside"] < indicators.load().disclosure.suppress_below
    return SetAside(row["file"], None if few else round(row["set_aside"] / row["delivered"], 3))


_INSTITUTIONS = """
select gi_code, name, due_day,
    exists (
        select from ledger.delivery
        where delivery.gi_code = institution.gi_code and reporting_month = %(month)s
            and delivery_id = any(%(deliveries)s)
    ) as delivered
from ledger.institution
where valid_from <= %(day)s and (valid_to is null or valid_to >= %(day)s)
order by name, gi_code
"""
_ACCEPTED = """
select gi_code, reporting_month, min(known_from) as accepted,
    bool_or(exists (
        select from ledger.known as earlier
        where earlier.gi_code = known.gi_code and earlier.reporting_month = known.reporting_month
            and earlier.delivery_id <> known.delivery_id and earlier.known_from < known.known_from
    )) as replaced
from ledger.known
where delivery_id = any(%(deliveries)s) and reporting_month between %(first)s and %(month)s
group by gi_code, reporting_month
order by gi_code, reporting_month
"""
_SET_ASIDE = """
select file, sum((counts ->> 'delivered')::bigint)::bigint as delivered,
    sum((counts ->> 'set_aside')::bigint)::bigint as set_aside
from ledger.delivery
cross join lateral jsonb_each(row_counts) as counted (file, counts)
where delivery_id = any(%(deliveries)s) and reporting_month between %(first)s and %(month)s
group by file
having sum((counts ->> 'delivered')::bigint) > 0
order by file
"""
