"""Watch: which deliveries are late, by the business clock, and who has to be told of what."""

from airflow.sdk import DAG, CronTriggerTimetable, task

from gi_monitor.orchestration import assets
from gi_monitor.orchestration.failures import DEFAULTS

with DAG(
    dag_id="watch",
    description="Verwachte en te late leveringen in het grootboek zetten, en per mail melden wat wacht of misgaat",
    doc_md="""
### Wacht

Zet elk uur in `ledger.expectation` welke maanden verwacht worden en welke te laat zijn, en stuurt bericht van wat nieuw
is, veranderde of te lang zo bleef. Wat gemeld is staat in `ledger.notice`. Schrijft ook de cijfers voor Prometheus, en
verwijdert uit het archief wat van geen enkele vastgelegde levering is.
""",
    schedule=CronTriggerTimetable("37 * * * *", timezone="Europe/Amsterdam"),
    catchup=False,
    max_active_runs=1,
    allowed_run_types=assets.RUN_TYPES,
    default_args=DEFAULTS,
    tags=["watch"],
):

    @task
    def note_expectations() -> None:
        from gi_monitor.orchestration import stages

        stages.note_expectations()

    @task
    def remove_orphans() -> None:
        from gi_monitor import steps

        steps.remove_orphans()

    @task
    def notify() -> None:
        from gi_monitor.orchestration import stages

        stages.notify()

    @task
    def write_metrics() -> None:
        from gi_monitor import steps

        steps.write_metrics()

    note_expectations() >> [remove_orphans(), notify(), write_metrics()]
