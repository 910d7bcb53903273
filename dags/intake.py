"""Intake: one DAG per institution, started by a complete new delivery in its inbox."""

from datetime import timedelta

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, TriggerRule, task

from gi_monitor import clock, contracts, institutions
from gi_monitor.institutions import Institution
from gi_monitor.orchestration import assets
from gi_monitor.orchestration.failures import DEFAULTS

DOC = """
### Intake van {name}

Onderzoekt en controleert elke volledige nieuwe levering, neemt haar over in archief, grootboek en warehouse, en stuurt
de ontvangstbevestiging. Wat af is wordt overgeslagen: opnieuw starten kan altijd.
Eigenaar: {owner}. Pauzeren houdt alleen deze instelling tegen; de andere gaan door.
"""


def intake(institution: Institution, minute: int) -> DAG:
    gi_code = institution.gi_code
    owner = institution.contact.name if institution.contact else institution.name
    with DAG(
        dag_id=f"intake_{gi_code}",
        description=f"Leveringen van {institution.name}: overnemen, controleren, laden, bevestigen",
        doc_md=DOC.format(name=institution.name, owner=owner),
        schedule=assets.on(assets.inbox(gi_code), sweep=f"{minute} * * * *"),
        catchup=False,
        max_active_runs=1,
        allowed_run_types=assets.RUN_TYPES,
        default_args={**DEFAULTS, "owner": owner, "execution_timeout": timedelta(minutes=30)},
        tags=["intake", gi_code, *(["synthetic"] if institution.synthetic else [])],
    ) as dag:

        @task
        def take_over() -> None:
            from gi_monitor.orchestration import stages

            stages.take_over(gi_code)

        # A delivery that cannot be had keeps none of the others waiting.
        @task(trigger_rule=TriggerRule.ALL_DONE)
        def send_receipts() -> None:
            from gi_monitor.orchestration import stages

            stages.send_receipts(gi_code)

        @task(trigger_rule=TriggerRule.ALL_DONE, outlets=[assets.DELIVERIES, assets.STANDARDISE_BELL])
        def announce(*, outlet_events=None) -> None:
            from gi_monitor.orchestration import stages

            assets.announce(outlet_events, assets.DELIVERIES, stages.undone_of(gi_code))

        @task(trigger_rule=TriggerRule.ALL_DONE, outlets=[assets.HOLD_BELL])
        def announce_holds() -> None:
            from gi_monitor.orchestration import stages

            assets.ring_only_for(stages.held(gi_code))

        taken = take_over()
        # Airflow calls a run failed when one of its last tasks did not succeed.
        taken >> EmptyOperator(task_id="all_taken_over")
        taken >> [send_receipts(), announce(), announce_holds()]
    return dag


current = [
    each for each in institutions.load().values() if each.may_deliver_on(clock.today(), contracts.load().open_months)
]
for number, each in enumerate(current):
    # The sweeps are spread over the hour, so that they do not all come at once.
    globals()[f"intake_{each.gi_code}"] = intake(each, minute=60 * number // len(current))
