"""A real Airflow for as long as a test needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gi_monitor.local.airflow import Airflow
from gi_monitor.warehouse import embedded


@contextmanager
def running_airflow(data: Path) -> Iterator[Airflow]:
    """Airflow as the settings of the moment have it; it keeps its own database in the server under ``data``."""
    here = Airflow.here()
    try:
        here.start()
        yield here
    finally:
        here.stop()
        embedded.stop(data)
