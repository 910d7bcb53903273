"""Holds: for each delivery on hold, a data manager is asked whether it counts."""

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, task

from gi_monitor.orchestration import assets
from gi_monitor.orchestration.failures import DEFAULTS
from gi_monitor.orchestration.questions import HoldQuestion

with DAG(
    dag_id="holds",
    description="Voor elke aangehouden levering één vraag aan een databeheerder",
    doc_md="""
### Aangehouden leveringen

Start voor elke levering die op een beslissing wacht één run van `hold`. Mislukt die, dan wordt het opnieuw gevraagd.
""",
    schedule=assets.on(assets.HOLD_BELL, sweep="47 * * * *"),
    catchup=False,
    max_active_runs=1,
    allowed_run_types=assets.RUN_TYPES,
    default_args=DEFAULTS,
    tags=["intake"],
):

    @task
    def held(*, ti=None) -> list[dict[str, object]]:
        from gi_monitor.orchestration import stages

        return stages.holds_to_ask(ti)

    TriggerDagRunOperator.partial(task_id="ask", trigger_dag_id="hold", reset_dag_run=True).expand_kwargs(held())

with DAG(
    dag_id="hold",
    description="Eén aangehouden levering: telt zij mee?",
    doc_md="### Aangehouden levering\n\nHet besluit staat met naam en reden in `ledger.state_change`.",
    schedule=None,
    catchup=False,
    max_active_runs=100,
    default_args=DEFAULTS,
    tags=["intake"],
):
    HoldQuestion(task_id="decide", outlets=[assets.STANDARDISE_BELL])
