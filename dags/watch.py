"""Watch: which deliveries are expected and which are late, by the business clock."""

from datetime import timedelta

from airflow.sdk import DAG, CronTriggerTimetable, task

with DAG(
    dag_id="watch",
    description="Verwachte en te late leveringen in het grootboek zetten",
    doc_md="### Wacht\n\nZet elk uur in `ledger.expectation` welke maanden verwacht worden en welke te laat zijn.",
    schedule=CronTriggerTimetable("37 * * * *", timezone="Europe/Amsterdam"),
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "datateam", "retries": 2, "retry_delay": timedelta(seconds=10)},
    tags=["watch"],
):

    @task
    def note_expectations() -> None:
        from gi_monitor import steps

        steps.note_expectations()

    note_expectations()
