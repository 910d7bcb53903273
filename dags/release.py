"""Release: a candidate is prepared, a person decides, and what is approved is published at its moment."""

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import DAG, Param, task

from gi_monitor.orchestration import APPROVE, REJECT, assets
from gi_monitor.orchestration.failures import DEFAULTS

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
    params={
        "release_id": Param(None, type=["null", "string"], title="Vrijgave, zoals 2024-T3; leeg: wie aan de beurt is"),
        "reden": Param(None, type=["null", "string"], title="Waarom een gepubliceerde vrijgave wordt gecorrigeerd"),
    },
    tags=["release"],
):

    @task.short_circuit(inlets=[assets.WAREHOUSE, assets.WAREHOUSE_CORRECTED])
    def prepare(*, dag_run=None) -> dict[str, object] | None:
        from gi_monitor.orchestration import stages

        return stages.prepare(dag_run)

    candidate = prepare()
    sign_off = HITLOperator(
        task_id="sign_off",
        subject=(
            "Kandidaat {{ ti.xcom_pull(task_ids='prepare')['candidate_id'] }}"
            " ({{ ti.xcom_pull(task_ids='prepare')['content_hash'][:12] }}): vrijgeven?"
        ),
        body=(
            "Zijn bestanden staan onder `candidates/`. Wie hem maakte of een ontheffing gaf kan hem niet goedkeuren;"
            " een reden is nodig. Met een ontheffing erin moeten twee mensen instemmen, en wordt het nog eens gevraagd."
        ),
        options=[APPROVE, REJECT],
        params={"reden": Param("", type="string", title="Reden")},
    )

    @task(outlets=[assets.PUBLISH_BELL])
    def decide(candidate: dict[str, object], answer: dict[str, object]) -> str:
        from gi_monitor.orchestration import stages

        return stages.decide(candidate, answer)

    @task(outlets=[assets.RELEASE_BELL])
    def ask_somebody_else(state: str) -> None:
        assets.ring_only_for(["a second approval"] if state == "candidate" else [])

    candidate >> sign_off
    ask_somebody_else(decide(candidate, sign_off.output))
