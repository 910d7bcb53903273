"""A real Airflow on this machine: four processes, its metadata in the embedded PostgreSQL (spec 4.3, 4.4)."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gi_monitor import atomic, settings
from gi_monitor.local.processes import Service, wait_until
from gi_monitor.local.rest import Client, RestError
from gi_monitor.warehouse import embedded

USERS = {"admin": "admin", "dana": "op", "robin": "user"}
"""The demo's identities and their Airflow roles: dana runs things, robin reviews and approves."""

_COMMANDS = {
    "api-server": ["api-server"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}
_HEALTHY_SECONDS = 180


class AirflowError(RuntimeError):
    """Airflow does not start; the message names the log that says why."""


@dataclass(frozen=True)
class Airflow:
    """The Airflow whose files lie in ``home``; any process may start, ask and stop it."""

    data: Path
    project: Path

    @classmethod
    def here(cls) -> Airflow:
        """The one that belongs to the settings of this process."""
        found = settings.load()
        return cls(data=found.data, project=found.home)

    @property
    def home(self) -> Path:
        """AIRFLOW_HOME: configuration, logs, passwords."""
        return self.data / "airflow"

    @property
    def url(self) -> str:
        """Where the web page and the REST API are."""
        return f"http://127.0.0.1:{self._private()['port']}"

    @property
    def passwords_file(self) -> Path:
        """The passwords of the demo's identities, readable by its owner alone."""
        return self.home / "passwords.json"

    def service(self, name: str) -> Service:
        """One of the four processes: api-server, scheduler, dag-processor, triggerer."""
        return Service(self.home / "processes", name)

    def client(self, user: str) -> Client:
        """The REST API, logged in as one of ``USERS``."""
        return Client(self.url, user, self.password(user))

    def password(self, user: str) -> str:
        """The generated password of one of ``USERS``."""
        passwords: dict[str, str] = json.loads(self.passwords_file.read_text())
        return passwords[user]

    def start(self) -> None:
        """Start what does not run and wait until all four answer; AirflowError names the log when one does not."""
        embedded.ensure_running(self.data)
        self._write_private()
        since = datetime.min.replace(tzinfo=UTC)
        if self._dead() is not None:
            self._migrate()
            since = datetime.now(UTC)
        for name, command in _COMMANDS.items():
            self.service(name).start([sys.executable, "-m", "airflow", *command], self.environment())
        if not wait_until(lambda: self._answers(since), _HEALTHY_SECONDS, pause=0.5):
            raise AirflowError(f"Airflow is not healthy: the logs in {self.service('api-server').folder} say why")

    def stop(self) -> None:
        """End all four with everything they started. The database stays."""
        for name in reversed(_COMMANDS):
            self.service(name).stop()

    def environment(self) -> dict[str, str]:
        """The environment of every Airflow process: ours, with Airflow's settings for one small machine."""
        database = embedded.url(self.data, "airflow").replace("postgresql://", "postgresql+psycopg2://", 1)
        users = ",".join(f"{user}:{role}" for user, role in USERS.items())
        airflow = {
            "CORE__AUTH_MANAGER": "gi_monitor.orchestration.access.AuthManager",
            "CORE__EXECUTOR": "LocalExecutor",
            "CORE__PARALLELISM": 4,
            "CORE__DAGS_FOLDER": self.project / "dags",
            "CORE__LOAD_EXAMPLES": False,
            "CORE__DAGS_ARE_PAUSED_AT_CREATION": False,
            "CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "CORE__SIMPLE_AUTH_MANAGER_USERS": users,
            "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": self.passwords_file,
            "DATABASE__SQL_ALCHEMY_CONN": database,
            "API__HOST": "127.0.0.1",
            "API__PORT": self._private()["port"],
            "API__BASE_URL": self.url,
            "API__SECRET_KEY": self._private()["secret_key"],
            "API_AUTH__JWT_SECRET": self._private()["jwt_secret"],
            "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": 0.2,
            "SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": 10,
            "SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": 15,
            "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": 60,
            "DAG_PROCESSOR__REFRESH_INTERVAL": 10,
        }
        return {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "AIRFLOW_HOME": str(self.home),
            **{f"AIRFLOW__{name}": str(value) for name, value in airflow.items()},
            "GI_MONITOR_DATA": str(self.data),
            "GI_MONITOR_HOME": str(self.project),
        }

    def _private(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.home / "private.json").read_text())
        return content

    def _write_private(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        keys = {name: secrets.token_urlsafe(48) for name in ("secret_key", "jwt_secret")}
        passwords = {user: secrets.token_urlsafe(12) for user in USERS}
        atomic.create(self.home / "private.json", json.dumps({"port": _free_port(), **keys}).encode())
        atomic.create(self.passwords_file, json.dumps(passwords).encode())

    def _migrate(self) -> None:
        log = self.home / "migrate.log"
        with log.open("wb") as output:
            command = [sys.executable, "-m", "airflow", "db", "migrate"]
            done = subprocess.run(command, env=self.environment(), stdout=output, stderr=output, check=False)
        if done.returncode != 0:
            raise AirflowError(f"Airflow's database cannot be brought up to date: see {log}")

    def _dead(self) -> str | None:
        return next((name for name in _COMMANDS if not self.service(name).runs()), None)

    def _answers(self, since: datetime) -> bool:
        """Return whether all four work; raises AirflowError when one has ended."""
        if (name := self._dead()) is not None:
            raise AirflowError(f"Airflow is not healthy: {name} says why in {self.service(name).log}")
        return self._healthy(since)

    def _healthy(self, since: datetime) -> bool:
        """All three that keep a heartbeat had one after ``since``: an older one may be of a killed process."""
        try:
            health = self.client("admin").health()
        except RestError:
            return False
        return all(
            health[name]["status"] == "healthy"
            and datetime.fromisoformat(health[name][f"latest_{name}_heartbeat"]) > since
            for name in ("scheduler", "triggerer", "dag_processor")
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
