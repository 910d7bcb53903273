"""Holds: for each delivery on hold, a data manager is asked whether it counts."""

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, Param, task

from gi_monitor.orchestration import ACCEPT, REJECT, assets
from gi_monitor.orchestration.failures import DEFAULTS

with DAG(
    dag_id="holds",
    description="Voor elke aangehouden levering één vraag aan een databeheerder",
    doc_md="""
### Aangehouden leveringen

Start voor elke levering die op een beslissing wacht één run van `hold`, en voor geen twee keer.
""",
    schedule=assets.on(assets.HOLD_BELL, sweep="47 * * * *"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["intake"],
):

    @task
    def held() -> list[dict[str, object]]:
        from gi_monitor.orchestration import stages

        return stages.held()

    TriggerDagRunOperator.partial(task_id="ask", trigger_dag_id="hold", skip_when_already_exists=True).expand_kwargs(
        held()
    )

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
    question = HITLOperator(
        task_id="decide",
        subject="Levering {{ dag_run.conf['delivery_id'] }} ({{ dag_run.conf['place'] }}): telt zij mee?",
        body="Waarom zij wacht: {{ dag_run.conf['cause'] }}. Het ontvangstbewijs en `gi-monitor deliveries show` "
        "zeggen meer. Wie hier beslist, kan een vrijgave die erop rust niet goedkeuren; een reden is nodig.",
        options=[ACCEPT, REJECT],
        params={"reden": Param("", type="string", title="Reden")},
    )

    @task(outlets=[assets.STANDARDISE_BELL])
    def record(answer: dict[str, object], *, dag_run=None) -> None:
        from gi_monitor.orchestration import stages

        stages.decide_hold(dag_run.conf["delivery_id"], answer)

    record(question.output)
