"""What the ledger says, as a text file for Prometheus' textfile collector; how long stages take, Airflow tells it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, LiteralString

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from gi_monitor import atomic, clock, folders, settings
from gi_monitor.warehouse.connection import connect

_GAUGES: dict[str, tuple[str, tuple[str, ...], LiteralString]] = {
    "gi_monitor_deliveries": (
        "Deliveries that ever arrived, by the state they are in now.",
        ("state",),
        "select state, count(*) as value from ledger.delivery group by state",
    ),
    "gi_monitor_months": (
        "Months of institutions that are expected, late or received.",
        ("state",),
        "select state, count(*) as value from ledger.expectation group by state",
    ),
    "gi_monitor_last_accepted_timestamp_seconds": (
        "When an institution's delivery was last accepted.",
        ("institution",),
        "select gi_code, extract(epoch from max(known_from)) as value from ledger.known group by gi_code",
    ),
    "gi_monitor_receipt_seconds": (
        "From the arrival of an institution's last delivery to its receipt.",
        ("institution",),
        """
        select distinct on (gi_code) gi_code, extract(epoch from receipt_sent_at - received_at) as value
        from ledger.delivery where receipt_sent_at is not null order by gi_code, delivery_id desc
        """,
    ),
    "gi_monitor_verdicts": (
        "Verdicts of the last time each gate was run.",
        ("gate", "verdict"),
        """
        select gate, verdict, count(*) as value from quality.verdict
        where run_id in (select distinct on (gate) run_id from quality.verdict order by gate, verdict_id desc)
        group by gate, verdict
        """,
    ),
    "gi_monitor_releases": (
        "Attempts at a release, by the state they are in now; `candidate` waits for a decision.",
        ("state",),
        "select state, count(*) as value from release.candidate group by state",
    ),
}
_WATCHED = "gi_monitor_watched_timestamp_seconds"


def write() -> None:
    """Write ``metrics/gi_monitor.prom`` in the data folder, never half; times are those of the business clock."""
    registry = CollectorRegistry()
    with connect("gi_watch") as connection:
        for name, (meaning, labels, query) in _GAUGES.items():
            _fill(Gauge(name, meaning, labels, registry=registry), connection.execute(query))
    Gauge(_WATCHED, "When this was looked at.", registry=registry).set(clock.now().timestamp())
    path = settings.load().metrics / "gi_monitor.prom"
    folders.public(path.parent)
    atomic.write(path, generate_latest(registry), mode=0o644)


def _fill(gauge: Gauge, rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        value = row.pop("value")
        gauge.labels(*row.values()).set(value)
