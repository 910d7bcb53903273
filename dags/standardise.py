"""Standardise: staging and core for what the ledger says is new, gate G2, marts swapped in."""

from datetime import timedelta

from airflow.sdk import DAG, task

from gi_monitor.orchestration import assets
from gi_monitor.orchestration.failures import DEFAULTS, within

DOC = """
### Standaardiseren

Bouwt uit alle geaccepteerde leveringen de feiten en, na poort G2, de marts. Faalt G2, dan houden de marts hun
laatste goede stand en staat het oordeel in `quality.verdict`.
"""

with DAG(
    dag_id="standardise",
    description="Van geaccepteerde leveringen naar marts, langs poort G2",
    doc_md=DOC,
    schedule=assets.on(assets.STANDARDISE_BELL, sweep="17 * * * *"),
    catchup=False,
    max_active_runs=1,
    allowed_run_types=assets.RUN_TYPES,
    deadline=within(timedelta(hours=1)),
    default_args=DEFAULTS,
    tags=["warehouse"],
):

    @task(inlets=[assets.DELIVERIES], outlets=[assets.RELEASE_BELL, assets.HOLD_BELL])
    def standardise() -> dict[str, list[str]]:
        from gi_monitor.orchestration import stages

        return stages.refresh()

    @task(outlets=[assets.WAREHOUSE])
    def announce(months: dict[str, list[str]], *, outlet_events=None) -> None:
        assets.announce(outlet_events, assets.WAREHOUSE, months["new"])

    @task(outlets=[assets.WAREHOUSE_CORRECTED])
    def announce_corrections(months: dict[str, list[str]], *, outlet_events=None) -> None:
        assets.announce(outlet_events, assets.WAREHOUSE_CORRECTED, months["corrected"])

    refreshed = standardise()
    announce(refreshed)
    announce_corrections(refreshed)
