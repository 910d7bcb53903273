"""Where people go on."""

from __future__ import annotations

from gi_monitor import settings
from gi_monitor.release import catalogue


def dag(dag_id: str) -> str:
    """A DAG on Airflow's web page."""
    return f"{settings.load().airflow_url}/dags/{dag_id}"


def questions() -> str:
    """What waits for a person, on Airflow's web page."""
    return f"{settings.load().airflow_url}/required_actions?response_received=false"


def site() -> str:
    """Where releases are served, with a slash at the end."""
    return catalogue.load().base_url
