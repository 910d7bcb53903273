"""Release: a candidate is prepared, and a person decides on it; publication is a DAG of its own."""

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, Param, task

from gi_monitor.orchestration import assets
from gi_monitor.orchestration.failures import DEFAULTS
from gi_monitor.orchestration.questions import SignOff

with DAG(
    dag_id="releases",
    description="Kandidaat maken, poort G3, onthullingscontrole, en om goedkeuring vragen",
    doc_md="""
### Kandidaten

Vraagt het grootboek of een vrijgave aan de beurt en volledig is; zo niet, dan staat in `release.waiting` waarop wordt
gewacht. Start voor elke bevroren kandidaat die op een besluit wacht één run van `release`.
""",
    schedule=assets.on(assets.RELEASE_BELL, sweep="27 * * * *"),
    catchup=False,
    max_active_runs=1,
    allowed_run_types=assets.RUN_TYPES,
    default_args=DEFAULTS,
    params={
        "release_id": Param(None, type=["null", "string"], title="Vrijgave, zoals 2024-T3; leeg: wie aan de beurt is"),
        "reden": Param(None, type=["null", "string"], title="Waarom een gepubliceerde vrijgave wordt gecorrigeerd"),
    },
    tags=["release"],
):

    @task(inlets=[assets.WAREHOUSE, assets.WAREHOUSE_CORRECTED])
    def prepare(*, dag_run=None, ti=None) -> list[dict[str, object]]:
        from gi_monitor.orchestration import stages

        return stages.prepare(dag_run, ti)

    TriggerDagRunOperator.partial(task_id="ask", trigger_dag_id="release", reset_dag_run=True).expand_kwargs(prepare())

with DAG(
    dag_id="release",
    description="Eén kandidaat: vrijgeven?",
    doc_md="### Goedkeuring\n\nHet besluit staat met naam en reden in `release.approval`.",
    schedule=None,
    catchup=False,
    max_active_runs=100,
    default_args=DEFAULTS,
    tags=["release"],
):
    # The second bell has a second person asked where two are needed.
    SignOff(task_id="sign_off", outlets=[assets.PUBLISH_BELL, assets.RELEASE_BELL])
