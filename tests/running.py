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
    token = None if user is None else airflow.client(user).token
    return answer(airflow, token, method, f"/api/v2/{path}", body)[0]


def answer(airflow: Airflow, token: str | None, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """The status and content of what Airflow's web server answers to a request that shows a token."""
    request = urllib.request.Request(
        f"{airflow.url}{path}", method=method, data=None if method == "GET" else json.dumps(body or {}).encode()
    )
    request.add_header("Content-Type", "application/json")
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, json.loads(response.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, None
