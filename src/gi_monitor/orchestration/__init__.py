"""The little that Airflow needs from us: assets, the trigger on inboxes, the steps as tasks (spec 4.3)."""

from gi_monitor import folders

APPROVE = "Goedkeuren"
ACCEPT = "Laten meetellen"
REJECT = "Afwijzen"

# Every process of Airflow that does our work reads a DAG file or a trigger, and so this.
folders.keep_files_private()
