"""All of the stack that is ours, with Postgres and Redis, each service on a host of its own, two workers."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gi_monitor import settings
from gi_monitor.local.rest import Client
from tests.stack import compose, metrics
from tests.stack.container import Container
from tests.stack.network import Network, connected

WORKERS = ("worker-1", "worker-2")
_HOSTS = ("postgres", "redis", "setup", "api-server", "scheduler", "dag-processor", "triggerer", *WORKERS)
_OWNERS = {"postgres": 999, "data": 10001, "logs": 10001}
"""To whom the images give the volumes."""


@dataclass(frozen=True)
class Stack:
    """The stack that runs in ``folder``, as the machine sees it on which it runs."""

    folder: Path
    network: Network
    containers: Mapping[str, Container]

    @property
    def data(self) -> Path:
        """The volume with inbox, outbox, archive, candidates."""
        return self.folder / "volumes" / "data"

    def url(self, database: str = "gi_monitor") -> str:
        """The warehouse, or the database of Airflow, as its owner."""
        password = self.secret({"gi_monitor": "warehouse_password", "airflow": "airflow_password"}[database])
        return f"postgresql://{database}:{password}@{self.network.address('postgres')}:5432/{database}"

    def superuser_url(self) -> str:
        """The server as its superuser."""
        return (
            f"postgresql://postgres:{self.secret('postgres_password')}@{self.network.address('postgres')}:5432/postgres"
        )

    def secret(self, name: str) -> str:
        """What ``deploy/secrets.sh`` made."""
        return (self.folder / "secrets" / name).read_text().strip()

    def client(self, user: str) -> Client:
        """Airflow's REST API as one of its users."""
        passwords = json.loads(self.secret("airflow_passwords"))
        return Client(f"http://{self.network.address('api-server')}:8080", user, passwords[user])

    def start(self) -> None:
        """As ``docker compose up --wait`` does: each part after those that it depends on."""
        self._first_time()
        waited: set[str] = set()
        for container in self.containers.values():
            for other, condition in container.service.depends_on.items():
                if other not in waited:
                    self._wait_for(self.containers[other], condition)
                    waited.add(other)
            container.start()
        for name, container in self.containers.items():
            if name != "setup" and name not in waited:
                container.wait_until_healthy()

    def mend(self) -> None:
        """Put back every cable and start what does not run, as a supervisor would."""
        for host, container in self.containers.items():
            self.network.mend(host)
            if host != "setup" and not container.runs():
                container.start()
                container.wait_until_healthy()

    def stop(self) -> None:
        """End everything."""
        for container in reversed(self.containers.values()):
            container.kill()

    def _wait_for(self, container: Container, condition: str) -> None:
        if condition == "service_healthy":
            container.wait_until_healthy()
        else:
            assert condition == "service_completed_successfully"
            assert container.ended() == 0, container.log.read_text()[-3000:]

    def _first_time(self) -> None:
        """What the image of Postgres does on an empty volume."""
        postgres = self.containers["postgres"]
        password = postgres.service.environment["POSTGRES_PASSWORD_FILE"]
        more = postgres.service.environment["POSTGRES_INITDB_ARGS"].split()
        postgres.start(["initdb", "--username=postgres", f"--pwfile={password}", "--locale=C", "-E", "UTF8", *more])
        assert postgres.ended() == 0, postgres.log.read_text()
        volume = self.folder / "volumes" / "postgres"
        with (volume / "postgresql.conf").open("a") as configuration:
            configuration.write("listen_addresses = '*'\n")
        with (volume / "pg_hba.conf").open("a") as configuration:
            configuration.write("host all all all scram-sha-256\n")
        postgres.start()
        postgres.wait_until_healthy()
        script = next(mount["target"] for mount in postgres.service.mounts if mount["type"] == "bind")
        done = postgres.execute(["sh", script], {"PGPASSWORD": self.secret("postgres_password")})
        assert done.returncode == 0, done.stderr
        postgres.kill()


@contextmanager
def running(folder: Path, variables: Mapping[str, str]) -> Iterator[Stack]:
    """The stack of a checkout in ``folder``, with these variables in ``.env``, until the block ends."""
    for name in ("deploy", "institutions"):
        shutil.copytree(settings.PROJECT / name, folder / name)
    subprocess.run(["sh", folder / "deploy" / "secrets.sh"], check=True, capture_output=True)
    for name, owner in _OWNERS.items():
        (folder / "volumes" / name).mkdir(parents=True)
        shutil.chown(folder / "volumes" / name, owner, owner)
    services = compose.services(variables)
    with connected(_HOSTS, folder) as network, metrics.taken(network.own_address):
        containers = {
            host: Container(services[host.rstrip("-12")], host, network, folder) for host in _HOSTS
        }  # fmt: skip
        stack = Stack(folder, network, containers)
        try:
            stack.start()
            yield stack
        finally:
            stack.stop()
