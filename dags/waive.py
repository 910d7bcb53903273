"""Waive: a person lets a release break an expectation of gate G3."""

from airflow.sdk import DAG, Param, task

from gi_monitor.orchestration import assets
from gi_monitor.orchestration.failures import DEFAULTS

with DAG(
    dag_id="waive",
    description="Ontheffing: een vrijgave hoeft aan een verwachting van poort G3 niet te voldoen",
    doc_md="""
### Ontheffing

Wie hem geeft is maker van de vrijgave; daarna moeten twee anderen haar goedkeuren.
""",
    schedule=None,
    max_active_runs=1,
    default_args=DEFAULTS,
    params={
        "release_id": Param(type="string", title="Vrijgave, zoals 2024-T3"),
        "verwachting": Param(type="string", title="Verwachting, zoals band_c3"),
        "instelling": Param(None, type=["null", "string"], title="Instelling die mag ontbreken, bij coverage"),
        "reden": Param(type="string", minLength=1, title="Reden"),
        "tot_en_met": Param(type="string", format="date", title="Laatste dag"),
    },
    tags=["release"],
):

    @task(outlets=[assets.RELEASE_BELL])
    def waive(*, dag_run=None) -> None:
        from gi_monitor.orchestration import stages

        stages.waive(dag_run)

    waive()
