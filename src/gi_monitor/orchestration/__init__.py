"""The little that Airflow needs from us: assets, the trigger on inboxes, the steps as tasks (spec 4.3)."""

APPROVE = "Goedkeuren"
ACCEPT = "Laten meetellen"
REJECT = "Afwijzen"
