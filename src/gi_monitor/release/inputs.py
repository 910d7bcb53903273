"""What a release is made from, read from the warehouse in one snapshot."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import DictRow

from gi_monitor.disclosure.audit.editions import Deliveries
from gi_monitor.disclosure.observation import COLUMNS, Observation
from gi_monitor.disclosure.workload_path import WorkloadPath
from gi_monitor.release import calendar, response
from gi_monitor.release.calendar import Release
from gi_monitor.release.differences import Place, RestsOn
from gi_monitor.release.response import Response

_Connection = Connection[DictRow]


@dataclass(frozen=True)
class Delivery:
    """A delivery behind a release."""

    delivery_id: int
    gi_code: str
    reporting_month: date
    content_sha256: str


@dataclass(frozen=True)
class PolicyMoment:
    """A moment of policy that the charts mark."""

    date: date
    label_nl: str
    label_en: str


@dataclass(frozen=True)
class CbsStock:
    """The running measures that Statistics Netherlands published of one date (spec 2.6)."""

    reference_date: date
    jeugdbescherming_measures: int
    jeugdreclassering_measures: int
    note: str

    @property
    def day(self) -> date:
        """The day that it is named after on the pages, as all stocks are: the one after its reference date."""
        return self.reference_date + timedelta(days=1)

    @property
    def is_provisional(self) -> bool:
        """Whether Statistics Netherlands calls it provisional."""
        return self.note.startswith("provisional")

    def of(self, family: str) -> int:
        """The stock of one family of measures."""
        return int(getattr(self, f"{family}_measures"))


@dataclass(frozen=True)
class Inputs:
    """The exact observations up to the reference date, what they rest on, and the parameters of their publication."""

    release: Release
    vintage: datetime
    deliveries: tuple[Delivery, ...]
    synthetic: bool
    observations: tuple[Observation, ...]
    path: WorkloadPath
    policy_moments: tuple[PolicyMoment, ...]
    response: Response
    cbs_stocks: tuple[CbsStock, ...]
    calendar: tuple[Release, ...]

    @property
    def vintage_deliveries(self) -> Deliveries:
        """The deliveries as the audit compares them between releases."""
        return frozenset((d.gi_code, d.reporting_month, d.content_sha256) for d in self.deliveries)


def read(connection: _Connection, release: Release, look: str = "") -> Inputs:
    """Read everything in the transaction of ``connection``, which should see one snapshot.

    ``look``: what follows ``marts`` and ``publication`` in the names of the schemas, for a look at an earlier moment.
    """
    day = release.reference_date
    built = connection.execute(
        sql.SQL("select vintage from {}.build").format(sql.Identifier(f"marts{look}"))
    ).fetchone()
    deliveries = behind_marts(connection, release, look)
    return Inputs(
        release=release,
        vintage=_value(built, "vintage"),
        deliveries=deliveries,
        synthetic=any_synthetic(connection, (delivery.gi_code for delivery in deliveries)),
        observations=exact(connection, day, look),
        path=_workload_path(connection, day),
        policy_moments=_policy_moments(connection, day),
        response=response.read(connection, release.reference_month, [d.delivery_id for d in deliveries]),
        cbs_stocks=_cbs_stocks(connection, day),
        calendar=tuple(calendar.load(connection)),
    )


def behind_marts(connection: _Connection, release: Release, look: str = "") -> tuple[Delivery, ...]:
    """The deliveries up to the reference month that the marts show."""
    return _deliveries(connection, f"marts{look}.build_delivery", "true", release)


def current(connection: _Connection, release: Release) -> tuple[Delivery, ...]:
    """The deliveries up to the reference month that are current by the ledger."""
    return _deliveries(connection, "ledger.known", "chosen.known_to is null", release)


def rests_on(connection: _Connection, places: Collection[Place], look: str = "") -> RestsOn:
    """Which of these deliveries each figure rests on."""
    rows = connection.execute(
        sql.SQL(
            """
            select distinct period, institution, indicator, component, gi_code, reporting_month
            from {}.lineage inner join unnest(%s::text[], %s::date[]) as place (gi_code, reporting_month)
                using (gi_code, reporting_month)
            """
        ).format(sql.Identifier(f"marts{look}")),
        [[gi_code for gi_code, _ in places], [month for _, month in places]],
    )
    found: dict[tuple[str, str, str, str], set[Place]] = {}
    for row in rows:
        figure = (row["period"], row["institution"], row["indicator"], row["component"])
        found.setdefault(figure, set()).add((row["gi_code"], row["reporting_month"]))
    return found


def any_synthetic(connection: _Connection, gi_codes: Iterable[str]) -> bool:
    """Whether one of these institutions is made up."""
    found = connection.execute(
        "select exists (select from ledger.institution where synthetic and gi_code = any(%s)) as synthetic",
        [list(gi_codes)],
    )
    return bool(_value(found.fetchone(), "synthetic"))


def _value(row: DictRow | None, name: str) -> Any:
    if row is None:
        raise LookupError(f"the warehouse has no {name}: build the marts first")
    return row[name]


def _deliveries(connection: _Connection, table: str, condition: str, release: Release) -> tuple[Delivery, ...]:
    query = sql.SQL(
        """
        select delivery_id, delivery.gi_code, delivery.reporting_month, delivery.content_sha256
        from {table} as chosen
        inner join ledger.delivery as delivery using (delivery_id)
        where {condition} and delivery.reporting_month <= %s
        order by delivery.gi_code, delivery.reporting_month
        """
    ).format(table=sql.Identifier(*table.split(".")), condition=sql.SQL(condition))
    return tuple(Delivery(**row) for row in connection.execute(query, [release.reference_month.start]))


def exact(connection: _Connection, day: date, look: str = "") -> tuple[Observation, ...]:
    """The exact observations of all periods up to a reference date."""
    columns = sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
    query = sql.SQL("select {} from {}.observations where reference_date <= %s").format(
        columns, sql.Identifier(f"publication{look}")
    )
    return tuple(Observation(**row) for row in connection.execute(query, [day]))


def _workload_path(connection: _Connection, day: date) -> WorkloadPath:
    steps = connection.execute("select reference_date, reduction_since_baseline as reduction from core.norm_path")
    return WorkloadPath(
        norm=Decimal(_parameter(connection, "norm", "measures_per_fte", day)),
        baseline=date.fromisoformat(_parameter(connection, "norm", "baseline_reference_date", day)),
        reductions={row["reference_date"]: row["reduction"] for row in steps},
        assumed_step=Decimal(_parameter(connection, "path", "assumed_step_per_four_months", day)),
    )


def _parameter(connection: _Connection, parameter: str, key: str, day: date) -> str:
    """Its value on the day, or the first one to come: of a time before it there is nothing that rests on it."""
    found = connection.execute(
        "select value from core.parameters where parameter = %s and key = %s"
        " order by valid_from > %s, abs(valid_from - %s) limit 1",
        [parameter, key, day, day],
    )
    return str(_value(found.fetchone(), "value"))


def _policy_moments(connection: _Connection, day: date) -> tuple[PolicyMoment, ...]:
    query = "select date, label_nl, label_en from core.policy_moments where date <= %s order by date"
    return tuple(PolicyMoment(**row) for row in connection.execute(query, [day]))


def _cbs_stocks(connection: _Connection, day: date) -> tuple[CbsStock, ...]:
    query = """
        select reference_date, jeugdbescherming_measures, jeugdreclassering_measures, coalesce(note, '') as note
        from core.cbs_stocks where reference_date <= %s order by reference_date
    """
    return tuple(CbsStock(**row) for row in connection.execute(query, [day]))
