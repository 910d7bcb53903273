"""A real Airflow for as long as a test needs it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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


def status(airflow: Airflow, user: str | None, method: str, path: str, body: Any = None) -> int:
    """What the REST API answers a user, or somebody who is not logged in."""
    request = urllib.request.Request(
        f"{airflow.url}/api/v2/{path}", method=method, data=None if method == "GET" else json.dumps(body or {}).encode()
    )
    request.add_header("Content-Type", "application/json")
    if user is not None:
        request.add_header("Authorization", f"Bearer {airflow.client(user).token}")
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            code: int = response.status
            return code
    except urllib.error.HTTPError as error:
        return error.code
