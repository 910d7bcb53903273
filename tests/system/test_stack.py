"""The stack of docker-compose.yml on hosts of its own: the whole journey, and what happens when a part of it fails.

Each fault hits while the deliveries of another month are on their way; afterwards the tables are those of the command
line, which took in the same deliveries undisturbed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest

from gi_monitor import clock, steps
from gi_monitor.local.processes import wait_until
from gi_monitor.month import Month
from tests.databases import new_database
from tests.inbox import INSTITUTIONS, rows
from tests.stack.stack import WORKERS, Stack, running
from tests.tables import tables

EXAMPLE = INSTITUTIONS.parent / "deliveries"
PATIENCE_SECONDS = 240
FIRST = Month(2023, 3)
AIRFLOW = ("api-server", "scheduler", "dag-processor", "triggerer", *WORKERS)
_WORK_AT_DELIVERIES = """
select from dag_run
where state in ('queued', 'running') and (dag_id like 'intake_%' or dag_id = 'standardise')
"""


class Country:
    """The worked example's two institutions, who deliver to the stack, and undisturbed to a command line."""

    def __init__(self, stack: Stack, undisturbed: dict[str, str], folder: Path) -> None:
        self.stack, self._undisturbed, self._folder = stack, undisturbed, folder
        self.next_month = FIRST

    def deliver(self, months: int = 1) -> None:
        """Let both deliver the next months, all that they ever sent about them."""
        until = self.next_month + months
        places = sorted(manifest.parent.relative_to(EXAMPLE) for manifest in EXAMPLE.glob("*/*/*/levering.json"))
        for place in places:
            if self.next_month <= Month.parse(place.parts[1]) < until:
                shutil.copytree(EXAMPLE / place, self._folder / str(self.next_month) / place)
                drop(self._folder / str(self.next_month) / place, self.stack.data / "inbox" / place)
        self.next_month = until

    def is_shown(self) -> bool:
        """Whether everything that was delivered is in the marts, and nothing works at deliveries any more."""
        of_last = (
            f"select from ledger.known where known_to is null and reporting_month = '{(self.next_month - 1).start}'"
        )
        return len(rows(of_last)) == 2 and not steps.undone() and not self.is_busy()

    def agrees(self) -> bool:
        """Whether the tables are those of the command line after the same deliveries, once the marts show them."""
        reached(self.is_shown)
        for folder in sorted(self._folder.iterdir()):
            self._by_command_line("deliver", str(folder))
            shutil.rmtree(folder)
        self._by_command_line("build")
        return tables() == tables(self._undisturbed["GI_MONITOR_DATABASE_URL"])

    def is_busy(self) -> bool:
        """Whether Airflow works at deliveries, or is about to."""
        return in_airflow(self.stack, _WORK_AT_DELIVERIES) > 0

    def _by_command_line(self, *command: str) -> None:
        subprocess.run([sys.executable, "-m", "gi_monitor", *command], env=self._undisturbed, check=True)


def drop(delivery: Path, place: Path) -> None:
    shutil.copytree(delivery, place, ignore=shutil.ignore_patterns("levering.json"))
    shutil.copy2(delivery / "levering.json", place)


def reached(what: Callable[[], Any]) -> None:
    assert wait_until(lambda: bool(what()), PATIENCE_SECONDS, pause=0.5), "it never came"


@pytest.fixture(scope="module")
def country(cluster: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    missing = [name for name in ("bwrap", "ip", "redis-server", "setpriv") if shutil.which(name) is None]
    if missing or os.geteuid() != 0:
        pytest.fail(f"needs root, and {missing}: `make test-system` installs what is missing")
    folder = tmp_path_factory.mktemp("stack")
    with (
        pytest.MonkeyPatch.context() as patch,
        new_database(cluster) as reference,
        running(folder, {"GI_MONITOR_INSTITUTIONS": str(INSTITUTIONS)}) as stack,
    ):
        patch.setenv("GI_MONITOR_DATA", str(stack.data))
        patch.setenv("GI_MONITOR_DATABASE_URL", stack.url())
        clock.set_to(datetime(2024, 5, 10, 10, tzinfo=clock.AMSTERDAM))
        undisturbed = {
            **os.environ,
            "GI_MONITOR_DATA": str(tmp_path_factory.mktemp("undisturbed")),
            "GI_MONITOR_DATABASE_URL": reference,
            "GI_MONITOR_INSTITUTIONS": str(INSTITUTIONS),
            "GI_MONITOR_NOW": clock.now().isoformat(),
            "GI_MONITOR_SECRET_KEYS_FILE": str(folder / "secrets" / "keys"),
        }
        yield Country(stack, undisturbed, tmp_path_factory.mktemp("delivered"))


@pytest.fixture(autouse=True)
def sound(country: Country) -> None:
    """Each test begins with a stack in which everything runs."""
    country.stack.mend()


@contextmanager
def load_halted(stack: Stack) -> Iterator[str]:
    """Halt the loads that are about to write rows until the block ends; the host of the first of them."""
    with psycopg.connect(stack.url()) as holder, psycopg.connect(stack.url(), autocommit=True) as watcher:
        holder.execute("lock table landing.caseload in share mode")

        def halted() -> list[str]:
            waiting = "select host(client_addr) from pg_locks join pg_stat_activity using (pid)"
            of_load = f"{waiting} where relation = 'landing.caseload'::regclass and not granted order by query_start"
            addresses = [address for (address,) in watcher.execute(of_load)]
            return [host for address in addresses for host in WORKERS if stack.network.address(host) == address]

        reached(halted)
        yield halted()[0]
        holder.rollback()


def in_airflow(stack: Stack, statement: LiteralString) -> int:
    """Ask or change something in Airflow's database by hand; how many rows."""
    with psycopg.connect(stack.url("airflow")) as connection:
        return connection.execute(statement).rowcount


def the_hour_strikes(stack: Stack, *dags: str) -> None:
    """Have the timed sweeps of these DAGs be due until each has begun: a DAG that is read again gets its next one."""
    with psycopg.connect(stack.url("airflow"), autocommit=True) as airflow:
        began = airflow.execute("select now()").fetchone()
        due = """
            update dag set next_dagrun_create_after = now(), next_dagrun = now(),
                next_dagrun_data_interval_start = now(), next_dagrun_data_interval_end = now()
            where dag_id = any(%s) and not exists (
                select from dag_run
                where dag_run.dag_id = dag.dag_id and run_type = 'scheduled' and run_after >= %s
            )
        """
        assert began is not None
        reached(lambda: airflow.execute(due, [list(dags), began[0]]).rowcount == 0)


def test_two_workers_on_hosts_of_their_own_make_the_tables_of_one_machine(country: Country) -> None:
    country.deliver(months=6)
    assert country.agrees()
    client = country.stack.client("dana")
    assert {task["hostname"] for task in client.task_instances("~", "~") if task["hostname"]} == set(WORKERS)
    assert client.import_errors() == []


def test_a_worker_that_is_killed_in_the_middle_of_a_load_is_replaced_by_the_other(country: Country) -> None:
    country.deliver()
    with load_halted(country.stack) as host:
        country.stack.containers[host].kill()
    assert country.agrees()


def test_a_worker_that_is_cut_off_in_the_middle_of_a_load_is_replaced_by_the_other(country: Country) -> None:
    country.deliver()
    with load_halted(country.stack) as host:
        country.stack.network.cut(host)
    reached(country.is_shown)
    country.stack.network.mend(host)
    country.stack.containers[host].wait_until_healthy()
    assert country.agrees()


@pytest.mark.parametrize("part", ["api-server", "scheduler"])
def test_a_part_of_airflow_that_is_killed_in_the_middle_of_a_load_goes_on_where_it_was(
    country: Country, part: str
) -> None:
    country.deliver()
    with load_halted(country.stack):
        country.stack.containers[part].kill()
    country.stack.containers[part].start()
    assert country.agrees()


def test_what_comes_while_no_triggerer_runs_is_seen_when_one_does(country: Country) -> None:
    country.stack.containers["triggerer"].kill()
    country.deliver()
    country.stack.containers["triggerer"].start()
    assert country.agrees()


def test_events_that_are_deleted_by_hand_cost_time_and_nothing_else(country: Country) -> None:
    stack = country.stack
    stack.containers["scheduler"].kill()
    in_airflow(stack, "delete from asset_event")
    country.deliver()
    reached(lambda: in_airflow(stack, "select from asset_dag_run_queue where target_dag_id like 'intake_%'") == 2)
    in_airflow(stack, "delete from asset_dag_run_queue")
    in_airflow(stack, "delete from asset_event")
    stack.containers["scheduler"].start()
    the_hour_strikes(stack, "intake_haagrijn", "intake_waddenkust")
    assert country.agrees()


def test_a_bell_that_rings_while_nobody_listens_costs_time_and_nothing_else(country: Country) -> None:
    stack = country.stack
    in_airflow(stack, "update dag set is_paused = true where dag_id = 'standardise'")
    country.deliver()
    reached(lambda: len(steps.undone()) == 2 and not country.is_busy())
    in_airflow(stack, "update dag set is_paused = false where dag_id = 'standardise'")
    assert in_airflow(stack, "select from asset_dag_run_queue where target_dag_id = 'standardise'") == 0
    the_hour_strikes(stack, "standardise")
    assert country.agrees()


def test_with_an_empty_database_of_airflow_the_ledger_says_what_is_left_to_do(country: Country) -> None:
    stack = country.stack
    in_airflow(stack, "update dag set is_paused = true where dag_id = 'standardise'")
    country.deliver()
    reached(lambda: len(steps.undone()) == 2)
    parts = [stack.containers[name] for name in AIRFLOW]
    for part in parts:
        part.kill()
    with psycopg.connect(stack.superuser_url(), autocommit=True) as connection:
        connection.execute("drop database airflow with (force)")
        connection.execute("create database airflow owner airflow")
    stack.containers["setup"].start()
    assert stack.containers["setup"].ended() == 0
    assert len(steps.undone()) == 2
    for part in parts:
        part.start()
    assert country.agrees()
