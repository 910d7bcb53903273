"""The little of Airflow's REST API that the demo and the tests use."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

_TIMEOUT_SECONDS = 30
_SETTLED_SECONDS = 3


class RestError(RuntimeError):
    """Airflow could not be reached, or refused; the message says which and why."""


@dataclass(frozen=True)
class Client:
    """Airflow's REST API as one user."""

    url: str
    user: str
    password: str

    def health(self) -> dict[str, Any]:
        """State and last heartbeat of scheduler, triggerer and DAG processor; needs no login."""
        return self._send("GET", "/api/v2/monitor/health")

    def dag_runs(self, dag_id: str) -> list[dict[str, Any]]:
        """The runs of a DAG, newest first; ``~`` stands for every DAG."""
        path = f"/api/v2/dags/{dag_id}/dagRuns?order_by=-id&limit=100"
        runs: list[dict[str, Any]] = self._call("GET", path)["dag_runs"]
        return runs

    def task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """The tasks of one run; ``~`` stands for every DAG or run."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances?limit=1000"
        tasks: list[dict[str, Any]] = self._call("GET", path)["task_instances"]
        return tasks

    def import_errors(self) -> list[dict[str, Any]]:
        """DAG files that Airflow could not read."""
        errors: list[dict[str, Any]] = self._call("GET", "/api/v2/importErrors")["import_errors"]
        return errors

    def trigger(self, dag_id: str, asked: dict[str, str] | None = None) -> None:
        """Start a run now, with what is ``asked`` of it."""
        self._call("POST", f"/api/v2/dags/{dag_id}/dagRuns", {"logical_date": None, "conf": asked or {}})

    def questions(self, dag_id: str) -> list[dict[str, Any]]:
        """The tasks of a DAG that have waited for a person's answer for some seconds.

        Airflow 3.3.2 takes an answer within the first second for a crash of the task, loses it and asks
        again (apache/airflow#66374); a person is not that fast.
        """
        path = f"/api/v2/dags/{dag_id}/dagRuns/~/hitlDetails?response_received=false&state=awaiting_input"
        settled = datetime.now(UTC) - timedelta(seconds=_SETTLED_SECONDS)
        details: list[dict[str, Any]] = self._call("GET", path)["hitl_details"]
        return [each for each in details if datetime.fromisoformat(each["created_at"]) < settled]

    def answer(self, question: dict[str, Any], option: str, reason: str) -> None:
        """Answer one of ``questions()`` as this user."""
        task = question["task_instance"]
        path = f"/api/v2/dags/{task['dag_id']}/dagRuns/{task['dag_run_id']}/taskInstances/{task['task_id']}"
        answer = {"chosen_options": [option], "params_input": {"reden": reason}}
        self._call("PATCH", f"{path}/{task['map_index']}/hitlDetails", answer)

    @cached_property
    def token(self) -> str:
        """What this user shows with each request."""
        login = {"username": self.user, "password": self.password}
        token: str = self._send("POST", "/auth/token", login)["access_token"]
        return token

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return self._send(method, path, body, {"Authorization": f"Bearer {self.token}"})

    def _send(
        self, method: str, path: str, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **(headers or {})},
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as response:
                content: dict[str, Any] = json.load(response)
        except urllib.error.HTTPError as error:
            raise RestError(f"{method} {path}: {error.code} {error.read().decode(errors='replace')}") from error
        except (OSError, ValueError) as error:
            raise RestError(f"{method} {path}: {error}") from error
        return content
