"""Publish: what was approved goes out at its moment, and what is wrong is taken back."""

from datetime import timedelta

from airflow.sdk import DAG, Param, task

from gi_monitor.orchestration import assets
from gi_monitor.orchestration.failures import DEFAULTS, within

with DAG(
    dag_id="publish",
    description="Publiceren wat is goedgekeurd en waarvan het moment gekomen is",
    doc_md="### Publicatie\n\nPubliceert goedgekeurde vrijgaven op hun moment (poort G5), in één omschakeling.",
    schedule=assets.on(assets.PUBLISH_BELL, sweep="*/5 * * * *"),
    catchup=False,
    max_active_runs=1,
    allowed_run_types=assets.RUN_TYPES,
    deadline=within(timedelta(minutes=15)),
    default_args=DEFAULTS,
    tags=["release"],
):

    @task
    def publish() -> list[str]:
        from gi_monitor.orchestration import stages

        return stages.publish()

    publish()

with DAG(
    dag_id="withdraw",
    description="Een gepubliceerde uitgave intrekken",
    doc_md="### Intrekken\n\nDe bestanden worden bewaard en niet meer getoond; op hun plaats staat waarom.",
    schedule=None,
    max_active_runs=1,
    default_args=DEFAULTS,
    params={
        "uitgave": Param(type="string", title="Uitgave, zoals 2024-T1-1.0.0"),
        "reden": Param(type="string", minLength=1, title="Reden; lezers zien haar"),
    },
    tags=["release"],
):

    @task
    def withdraw(*, dag_run=None) -> None:
        from gi_monitor.orchestration import stages

        stages.withdraw(dag_run)

    withdraw()
