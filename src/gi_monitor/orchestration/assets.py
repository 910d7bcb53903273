"""What the stages tell each other (spec 4.3).

Partitioned assets say what became new. But Airflow 3.3 makes one run per partitioned event, whatever
``max_active_runs`` says, and cannot add a timed sweep to them. So each stage also rings the plain bell of
the next one: rings during a run are kept as one, and the next run does all that the ledger says is undone.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from airflow.sdk import Asset, AssetOrTimeSchedule, AssetWatcher, CronTriggerTimetable
from airflow.sdk.exceptions import AirflowSkipException

from gi_monitor.orchestration.triggers import NewDeliveryTrigger

DELIVERIES = Asset("deliveries", uri="gi-monitor://deliveries")
"""Accepted deliveries; partition key ``<month>|<institution>``."""
WAREHOUSE = Asset("warehouse", uri="gi-monitor://warehouse")
"""Months that the marts show anew; partition key the month."""
WAREHOUSE_CORRECTED = Asset("warehouse_corrected", uri="gi-monitor://warehouse/corrected")
"""Months that were complete already and changed; partition key the month."""

HOLD_BELL = Asset("bell_hold", uri="gi-monitor://bell/hold")
STANDARDISE_BELL = Asset("bell_standardise", uri="gi-monitor://bell/standardise")
RELEASE_BELL = Asset("bell_release", uri="gi-monitor://bell/release")
PUBLISH_BELL = Asset("bell_publish", uri="gi-monitor://bell/publish")

RUN_TYPES = ("scheduled", "asset_triggered", "manual")
"""How a DAG with a sweep may start. Airflow's own backfills are left out: one request makes thousands of runs."""


def inbox(gi_code: str) -> Asset:
    """The inbox of one institution, watched for complete new deliveries."""
    watcher = AssetWatcher(name=f"watch_{gi_code}", trigger=NewDeliveryTrigger(gi_code=gi_code))
    return Asset(f"inbox_{gi_code}", uri=f"gi-monitor://inbox/{gi_code}", watchers=[watcher])


def on(bell: Asset, *, sweep: str) -> AssetOrTimeSchedule:
    """Run when the bell rings, and by a cron expression in Dutch time because a ring can be lost."""
    timetable = CronTriggerTimetable(sweep, timezone="Europe/Amsterdam")
    return AssetOrTimeSchedule(assets=[bell], timetable=timetable)


def ring_only_for(work: Collection[object]) -> None:
    """Without work the task ends as skipped, which rings no bell."""
    if not work:
        raise AirflowSkipException("nothing to ring for")


def announce(outlet_events: Any, asset: Asset, keys: Collection[str]) -> None:
    """Send one event per partition key; with no key the task ends as skipped, which sends none at all."""
    ring_only_for(keys)
    outlet_events[asset].add_partitions(sorted(keys))
