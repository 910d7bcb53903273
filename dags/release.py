"""Release: a candidate is prepared, a person decides, and what is approved is published at its moment."""

from datetime import timedelta

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import DAG, Param, task

from gi_monitor.orchestration import APPROVE, REJECT, assets

DEFAULTS = {"owner": "datateam", "retries": 2, "retry_delay": timedelta(seconds=10)}

with DAG(
    dag_id="release",
    description="Kandidaat maken, poort G3, onthullingscontrole, goedkeuring door een mens",
    doc_md="""
### Vrijgave

Vraagt het grootboek of een vrijgave aan de beurt en volledig is; zo niet, dan staat in `release.waiting` waarop wordt
gewacht. Anders wacht een bevroren kandidaat op iemand die hem niet maakte. Het besluit staat in `release.approval`.
""",
    schedule=assets.on(assets.RELEASE_BELL, sweep="27 * * * *"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["release"],
):

    @task.short_circuit(inlets=[assets.WAREHOUSE, assets.WAREHOUSE_CORRECTED])
    def prepare(*, dag_run=None) -> int | None:
        from gi_monitor.orchestration import stages

        return stages.prepare(dag_run)

    candidate = prepare()
    sign_off = HITLOperator(
        task_id="sign_off",
        subject="Kandidaat {{ ti.xcom_pull(task_ids='prepare') }}: vrijgeven?",
        body="Zijn bestanden staan onder `candidates/`. Wie hem maakte kan hem niet goedkeuren; een reden is nodig.",
        options=[APPROVE, REJECT],
        params={"reden": Param("", type="string", title="Reden")},
    )

    @task(outlets=[assets.PUBLISH_BELL])
    def decide(candidate_id: int, answer: dict[str, object]) -> None:
        from gi_monitor.orchestration import stages

        stages.decide(candidate_id, answer)

    candidate >> sign_off
    decide(candidate, sign_off.output)

with DAG(
    dag_id="publish",
    description="Publiceren wat is goedgekeurd en waarvan het moment gekomen is",
    doc_md="### Publicatie\n\nPubliceert goedgekeurde vrijgaven op hun moment (poort G5), in één omschakeling.",
    schedule=assets.on(assets.PUBLISH_BELL, sweep="*/5 * * * *"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["release"],
):

    @task
    def publish() -> list[str]:
        from gi_monitor.orchestration import stages

        return stages.publish()

    publish()
