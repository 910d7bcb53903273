"""The demo: the business clock walks through the made-up history to a published release (spec 4.8)."""

from __future__ import annotations

import csv
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gi_monitor import clock, institutions, settings, steps
from gi_monitor.clock import AMSTERDAM
from gi_monitor.intake.transport import MANIFEST
from gi_monitor.local.airflow import USERS, Airflow
from gi_monitor.local.processes import wait_until
from gi_monitor.month import Month
from gi_monitor.orchestration import APPROVE
from gi_monitor.release import calendar, signature
from gi_monitor.synthetic import FIRST, LAST, synthesise
from gi_monitor.warehouse import embedded
from gi_monitor.warehouse.connection import connect
from gi_monitor.warehouse.migrate import migrate

_RELEASE = "2024-T3"
_REVIEWER = "robin"
_PATIENCE_SECONDS = 900
_HEADLINES = {
    "workload": ("C3", "value"),
    "waiting": ("W1", "children"),
    "median days": ("W4", "median"),
    "workers": ("S1", "persons_skj"),
    "growth 4m": ("S1", "persons_skj_growth_4m"),
}
_console = Console(highlight=False)


class DemoError(RuntimeError):
    """The demo did not get where it should; the message says what it waited for and where to look."""


def run() -> None:
    """Walk through the history to a published release. Starts from what is there, can be stopped anywhere.

    Raises DemoError in production mode, and when Airflow does not do its part.
    """
    started = time.monotonic()
    if settings.load().production:
        raise DemoError("the demo makes up data and sets the clock: not in production mode")
    if not settings.load().clock.exists():
        clock.set_to(_delivery_moment(FIRST))
    _migrate()
    _synthesise()
    _load_history()
    if _state() != "published":
        _release_last_month()
    _summarise()
    _console.print(f"done in {time.monotonic() - started:.0f} s")


def up() -> None:
    """Start Airflow and leave it running, watching the inbox; the demo's clock goes on where there is one."""
    _migrate()
    airflow = Airflow.here()
    fresh = not airflow.passwords_file.exists()
    with _told("Airflow"):
        airflow.start()
    lines = [
        f"Airflow: {airflow.url}",
        f"inbox: {settings.load().inbox}",
        f"business clock: {clock.now():%Y-%m-%d %H:%M}",
        f"passwords: {airflow.passwords_file}",
    ]
    if fresh:
        lines += [f"  {user}: {airflow.password(user)}" for user in USERS]
    _console.print("\n".join(lines), soft_wrap=True, markup=False)


def down() -> None:
    """Stop Airflow and the embedded database; nothing is lost."""
    Airflow.here().stop()
    embedded.stop(settings.load().data)


@contextmanager
def _told(what: str) -> Iterator[None]:
    started = time.monotonic()
    _console.print(f"{what} …")
    yield
    _console.print(f"{what}: {time.monotonic() - started:.1f} s")


def _migrate() -> None:
    with _told("database"):
        migrate()


def _delivery_moment(month: Month) -> datetime:
    following = month + 1
    return datetime(following.year, following.number, 10, 9, tzinfo=AMSTERDAM)


def _synthetic() -> Path:
    return settings.load().data / "synthetic"


def _synthesise() -> None:
    if not (_synthetic() / "waarheid.csv").exists():
        with _told("made-up deliveries (verzonnen gegevens / synthetic data)"):
            synthesise(_synthetic(), progress=_console.print)


def _load_history() -> None:
    """Every month but the last, as many institutions at once as there are cores; facts and marts once, at the end."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for month in (FIRST + n for n in range(FIRST.months_until(LAST))):
            if missing := _missing(month):
                with _told(f"{month}: {len(missing)} deliveries"):
                    clock.set_to(_delivery_moment(month))
                    list(pool.map(_load, missing, repeat(month)))
    if steps.undone():
        with _told("facts, gate G2, marts"):
            steps.standardise()


def _load(gi_code: str, month: Month) -> None:
    _drop(gi_code, month)
    steps.take_in(gi_code)
    # The archive has it; Airflow's watchers, which have seen nothing yet, need not ring for it.
    shutil.rmtree(settings.load().inbox / gi_code / str(month))


def _drop(gi_code: str, month: Month) -> None:
    """Put a delivery in the inbox, its manifest last and at once."""
    source = _synthetic() / gi_code / str(month) / "1"
    target = settings.load().inbox / gi_code / str(month) / "1"
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(MANIFEST), dirs_exist_ok=True)
    draft = target / f".{MANIFEST}"
    shutil.copyfile(source / MANIFEST, draft)
    draft.rename(target / MANIFEST)


def _release_last_month() -> None:
    airflow = Airflow.here()
    clock.set_to(_delivery_moment(LAST))
    try:
        with _told("Airflow: scheduler, triggerer, DAG processor, API server on 127.0.0.1"):
            airflow.start()
        with _told(f"{LAST}: {len(_missing(LAST))} deliveries through Airflow into the marts"):
            for gi_code in _missing(LAST):
                _drop(gi_code, LAST)
            _wait(airflow, "the last month in the marts", lambda: not _missing(LAST) and not steps.undone())
        with _told("candidate, gate G3, sign-off"):
            _wait(airflow, "the approval", lambda: _approved(airflow))
        with _told("publication at its moment"):
            clock.set_to(_publication_moment())
            # Airflow's own clock does not jump with ours, so nobody should wait for its next sweep.
            airflow.client("dana").trigger("publish")
            _wait(airflow, "the publication", lambda: _state() == "published")
    finally:
        with _told("stopping Airflow"):
            airflow.stop()


def _approved(airflow: Airflow) -> bool:
    reviewer = airflow.client(_REVIEWER)
    for question in reviewer.questions("release"):
        _console.print(f"{_REVIEWER}, a second made-up person, approves: {question['subject']}")
        reviewer.answer(question, APPROVE, "nagekeken in de demo")
    return _state() in ("approved", "published")


def _wait(airflow: Airflow, what: str, reached: Callable[[], bool]) -> None:
    since, client = datetime.now(UTC), airflow.client("dana")

    def failed() -> list[str]:
        runs = client.dag_runs("~")
        return [
            run["dag_id"]
            for run in runs
            if run["state"] == "failed" and run["end_date"] and datetime.fromisoformat(run["end_date"]) > since
        ]

    if not wait_until(lambda: reached() or bool(failed()), _PATIENCE_SECONDS, pause=0.5) or not reached():
        named = f"DAG {', '.join(failed())} failed" if failed() else f"not there after {_PATIENCE_SECONDS} s"
        raise DemoError(f"{what}: {named}; see {airflow.home / 'logs'} and `gi-monitor status`")


def _publication_moment() -> datetime:
    with connect("gi_release") as connection:
        return calendar.find(calendar.load(connection), _RELEASE).publication_moment


def _missing(month: Month) -> list[str]:
    """Institutions that should deliver about a month and have no delivery that counts."""
    with connect("gi_release") as connection:
        rows = connection.execute(
            "select gi_code from ledger.known where known_to is null and reporting_month = %s", [month.start]
        )
        known = {row["gi_code"] for row in rows}
    return [
        each.gi_code
        for each in institutions.load().values()
        if each.expected_on(month.reference_date) and each.gi_code not in known
    ]


def _state() -> str | None:
    """The state of the newest candidate, if there is one."""
    with connect("gi_release") as connection:
        row = connection.execute(
            "select state from release.candidate where release_id = %s order by candidate_id desc limit 1", [_RELEASE]
        ).fetchone()
    return None if row is None else row["state"]


def _summarise() -> None:
    """The headline figures as published, and where the page is.

    Raises CalledProcessError when a checksum is wrong, ReleaseError when the signature is.
    """
    public = (settings.load().releases / "latest" / "public").resolve()
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=public, check=True)
    signature.verify(public)
    with (public / "data" / "observations.csv").open(encoding="utf-8", newline="") as file:
        national = [row for row in csv.DictReader(file) if row["institution"] == "NL" and row["breakdown"] == "total"]
    shown = {(row["period"], row["indicator"], row["component"]): row["value"] or "–" for row in national}
    table = Table("trimester", *_HEADLINES, title="The Netherlands as published (verzonnen gegevens / synthetic data)")
    for period in sorted({row["period"] for row in national}):
        table.add_row(period, *(shown.get((period, *figure), "") for figure in _HEADLINES.values()))
    _console.print(table)
    _console.print(f"SHA256SUMS and its signature verified\npage: {public / 'index.html'}", soft_wrap=True)
