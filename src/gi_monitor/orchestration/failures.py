"""What Airflow itself says of a DAG that goes wrong, told to whoever keeps it running."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow.sdk import BaseNotifier
from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

from gi_monitor import environment, settings

if TYPE_CHECKING:
    from airflow.sdk import Context


class TellOperator(BaseNotifier):
    """Tells that a task failed for good: which, of which DAG, by what kind of error, and where its log is.

    Not what the error says, which may quote what a library was given.
    """

    def notify(self, context: Context) -> None:
        """Send the mail, unless the same was told within a day."""
        task, error = context["ti"], context.get("exception")
        kind = type(getattr(error, "__cause__", None) or error).__name__
        asyncio.run(_tell(task.dag_id, f"{task.dag_id}: taak {task.task_id} mislukt ({kind})", task.log_url))


DEFAULTS = {
    "owner": "datateam",
    "retries": 2,
    "retry_delay": timedelta(seconds=10),
    "on_failure_callback": [TellOperator()],
}
"""What holds for every task: what broke by accident is tried again, and then somebody is told."""


def within(limit: timedelta) -> DeadlineAlert:
    """A run that is not done so long after it was queued is told of, by the triggerer."""
    callback = AsyncCallback(tell_overdue, {"minutes": int(limit.total_seconds() // 60)})
    return DeadlineAlert(DeadlineReference.DAGRUN_QUEUED_AT, limit, callback)


async def tell_overdue(*, minutes: int, context: dict[str, Any]) -> None:
    """Tell that a run is not done in time; Airflow puts the run in ``context``."""
    dag_id, run_id = context["dag_run"]["dag_id"], context["dag_run"]["dag_run_id"]
    link = f"{settings.load().airflow_url}/dags/{dag_id}/runs/{quote(run_id)}"
    await _tell(dag_id, f"{dag_id}: een run is niet klaar binnen {minutes} minuten", link)


async def _tell(dag_id: str, text: str, link: str) -> None:
    # Reading a DAG file should not pay for what only a failure needs.
    from gi_monitor import notices
    from gi_monitor.orchestration import connections

    with environment.lent(await connections.mail_values()):
        await asyncio.to_thread(notices.tell_failing, dag_id, text, link)
