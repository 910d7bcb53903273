"""Backfill: a person has a range of months of an institution judged again, from the archive."""

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Param, TriggerRule, task

from gi_monitor.orchestration import assets
from gi_monitor.orchestration.failures import DEFAULTS

with DAG(
    dag_id="backfill",
    description="Een reeks maanden van een instelling opnieuw beoordelen uit het archief",
    doc_md="""
### Reeks maanden opnieuw beoordelen

Na een verbeterd dialect of een verbeterde regel: beoordeelt van elke maand wat telt of op een besluit wacht opnieuw,
uit het archief, de oudste maand eerst. Een taak per maand laat de voortgang zien. Wat telt blijft tellen tot het nieuwe
oordeel is geaccepteerd; daarna worden de marts eenmaal bijgewerkt. Opnieuw gestart doet een taak wat nog niet af is.
""",
    schedule=None,
    max_active_runs=1,
    default_args=DEFAULTS,
    params={
        "gi_code": Param(type="string", title="Instelling, zoals haagrijn"),
        "van": Param(type="string", pattern=r"^20\d\d-\d\d$", title="Eerste maand, zoals 2024-01"),
        "tot_en_met": Param(type="string", pattern=r"^20\d\d-\d\d$", title="Laatste maand, zoals 2024-06"),
        "reden": Param(type="string", minLength=1, title="Reden"),
    },
    tags=["intake"],
):

    @task
    def months(*, dag_run=None) -> list[str]:
        from gi_monitor.orchestration import stages

        return stages.months_to_judge(dag_run)

    # One at a time, in order: a month is compared with the one before it.
    @task(max_active_tis_per_dagrun=1, map_index_template="{{ task.op_kwargs['month'] }}")
    def judge_again(month: str, *, dag_run=None) -> list[str]:
        from gi_monitor.orchestration import stages

        return stages.recheck_month(dag_run, month)

    # A month that cannot be judged keeps the others from nothing.
    @task(trigger_rule=TriggerRule.ALL_DONE, outlets=[assets.STANDARDISE_BELL, assets.HOLD_BELL])
    def ring() -> None:
        """What came of it is in the ledger."""

    judged = judge_again.expand(month=months())
    judged >> EmptyOperator(task_id="all_judged")
    judged >> ring()
