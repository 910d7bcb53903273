"""The command line: every step without Airflow, and a look at where things stand."""

from __future__ import annotations

import csv
import logging
import shutil
import sys
from pathlib import Path
from typing import Annotated, Any

import psycopg
import typer
from rich.console import Console
from rich.table import Table

from gi_monitor import clock, settings
from gi_monitor.intake.transport import MANIFEST
from gi_monitor.month import Month
from gi_monitor.warehouse.connection import Role, connect

app = typer.Typer(
    help="GI-monitor: from thirteen institutions' deliveries to one gated national release.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
deliveries_app = typer.Typer(help="What came in, and decisions on what is on hold.", no_args_is_help=True)
release_app = typer.Typer(help="The life of a release: prepare, decide, publish.", no_args_is_help=True)
app.add_typer(deliveries_app, name="deliveries")
app.add_typer(release_app, name="release")
_WIDE = 240
console = Console(width=None if sys.stdout.isatty() else _WIDE)

Reason = Annotated[str, typer.Option(help="Why; kept in the ledger.")]


@app.callback()
def main(verbose: Annotated[bool, typer.Option(help="Say what every step does.")] = False) -> None:
    """Set up logging for every command."""
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(asctime)s %(message)s")


@app.command()
def migrate() -> None:
    """Bring the database to the newest version; start the embedded one when there is no other."""
    from gi_monitor.warehouse.migrate import migrate as run

    run()


@app.command()
def synthesise(
    folder: Path,
    seed: int = 2023,
    scale: Annotated[float, typer.Option(help="Multiplies the national population.")] = 1.0,
    first: Annotated[str, typer.Option(help="First month, as 2022-10.")] = "2022-10",
    last: Annotated[str, typer.Option(help="Last month, as 2024-12.")] = "2024-12",
) -> None:
    """Make up deliveries of all institutions (verzonnen gegevens / synthetic data) in FOLDER."""
    from gi_monitor.synthetic import synthesise as run

    run(folder, seed=seed, scale=scale, first=Month.parse(first), last=Month.parse(last), progress=console.print)


@app.command()
def deliver(folder: Path) -> None:
    """Put the deliveries in FOLDER (<gi_code>/<verslagmaand>/<volgnummer>/) in the inbox and take them in."""
    from gi_monitor import steps

    inbox = settings.load().inbox
    manifests = sorted(folder.glob(f"*/*/*/{MANIFEST}"))
    if not manifests:
        raise typer.BadParameter(f"no <gi_code>/<verslagmaand>/<volgnummer>/{MANIFEST} under {folder}")
    for manifest in manifests:
        target = inbox / manifest.parent.relative_to(folder)
        shutil.copytree(manifest.parent, target, ignore=shutil.ignore_patterns(MANIFEST), dirs_exist_ok=True)
        shutil.copy2(manifest, target)
    for gi_code in sorted({manifest.parents[2].name for manifest in manifests}):
        accepted = steps.take_in(gi_code)
        console.print(f"{gi_code}: {len(accepted)} accepted; receipts in {settings.load().outbox / gi_code}")


@deliveries_app.command("list")
def list_deliveries(
    gi: Annotated[str | None, typer.Option(help="One institution only.")] = None,
    state: Annotated[str | None, typer.Option(help="One state only, as on_hold.")] = None,
) -> None:
    """List the deliveries and their states."""
    _show(
        "gi_intake",
        """
        select delivery_id, gi_code, to_char(reporting_month, 'YYYY-MM') as month, sequence_number, state, received_at,
            (select count(*) from quality.finding as f where f.delivery_id = d.delivery_id) as findings
        from ledger.delivery as d
        where (%(gi)s::text is null or gi_code = %(gi)s) and (%(state)s::text is null or state = %(state)s)
        order by reporting_month, gi_code, sequence_number
        """,
        {"gi": gi, "state": state},
    )


@deliveries_app.command("show")
def show_delivery(delivery_id: int) -> None:
    """Show how a delivery came to its state, and what was found in it, per rule."""
    chosen = {"id": delivery_id}
    _show(
        "gi_intake",
        "select changed_at, from_state, to_state, who, cause from ledger.state_change"
        " where delivery_id = %(id)s order by change_id",
        chosen,
    )
    _show(
        "gi_intake",
        """
        select rule, severity, dataset, column_name, count(*) as findings, min(row_number) as first_row
        from quality.finding where delivery_id = %(id)s group by 1, 2, 3, 4 order by 1, 3, 4
        """,
        chosen,
    )


@deliveries_app.command("accept")
def accept_delivery(delivery_id: int, reason: Reason) -> None:
    """Decide that a delivery on hold counts."""
    _decide_delivery(delivery_id, accept=True, reason=reason)


@deliveries_app.command("reject")
def reject_delivery(delivery_id: int, reason: Reason) -> None:
    """Decide that a delivery on hold does not count."""
    _decide_delivery(delivery_id, accept=False, reason=reason)


def _decide_delivery(delivery_id: int, *, accept: bool, reason: str) -> None:
    from gi_monitor import steps

    delivery = steps.decide_delivery(delivery_id, accept=accept, reason=reason)
    steps.send_receipts(delivery.gi_code)
    console.print(f"delivery {delivery_id} is {delivery.state}")


@app.command()
def build() -> None:
    """Build facts and marts from all that is current, past gate G2."""
    from gi_monitor import steps

    months = steps.standardise()
    console.print(f"refreshed: {', '.join(months)}" if months else "nothing new: the marts show all that is current")


@app.command()
def gates() -> None:
    """Show the latest verdicts of every gate, failures first."""
    _show(
        "gi_quality",
        """
        select gate, suite, expectation, severity, verdict, observed, limit_text, judged_at
        from quality.verdict
        where run_id in (select distinct on (gate) run_id from quality.verdict order by gate, verdict_id desc)
        order by gate, verdict = 'PASS', expectation
        """,
    )


@app.command()
def query(
    sql: str, as_csv: Annotated[bool, typer.Option("--csv", help="Comma-separated instead of a table.")] = False
) -> None:
    """Ask the warehouse as an analyst may: the marts, nothing else."""
    _show("gi_analyst", sql, as_csv=as_csv)


@release_app.command("list")
def list_releases() -> None:
    """List releases and candidates, and what a release waits for."""
    _show(
        "gi_release",
        "select candidate_id, release_id, version, state, made_by, made_at, left(content_hash, 12) as content"
        " from release.candidate order by candidate_id",
    )
    _show("gi_release", "select release_id, noted_at, reason from release.waiting order by noted_at desc limit 5")


@release_app.command()
def prepare(release_id: Annotated[str | None, typer.Argument(help="As 2024-T3; the one that is due.")] = None) -> None:
    """Make a candidate: disclosure control, files, gate G3."""
    from gi_monitor import steps

    candidate_id = steps.prepare_release(release_id, made_by=steps.database_login())
    if candidate_id is None:
        list_releases()
        raise typer.Exit(1)
    console.print(f"candidate {candidate_id} waits for a decision by somebody who did not make it")


@release_app.command()
def approve(candidate_id: int, reason: Reason) -> None:
    """Agree with a candidate, as the database login that is connected; its makers cannot."""
    _decide_release(candidate_id, agreed=True, reason=reason)


@release_app.command()
def reject(candidate_id: int, reason: Reason) -> None:
    """Refuse a candidate, as the database login that is connected."""
    _decide_release(candidate_id, agreed=False, reason=reason)


def _decide_release(candidate_id: int, *, agreed: bool, reason: str) -> None:
    from gi_monitor import steps

    steps.decide_release(candidate_id, approve=agreed, who=steps.database_login(), reason=reason)
    list_releases()


@release_app.command()
def publish() -> None:
    """Publish what is approved and whose moment has come."""
    from gi_monitor import steps

    published = steps.publish_due()
    console.print(f"published: {', '.join(published)}" if published else "nothing is approved and due")


@app.command()
def status() -> None:
    """Say what is undone: deliveries to judge, on hold or late, marts to refresh, releases that wait."""
    from gi_monitor import steps

    steps.note_expectations()
    console.print(f"business clock: {clock.now():%Y-%m-%d %H:%M}; data: {settings.load().data}", soft_wrap=True)
    _show("gi_intake", "select state, count(*) as deliveries from ledger.delivery group by 1 order by 1")
    _show(
        "gi_intake",
        "select gi_code, to_char(reporting_month, 'YYYY-MM') as month, due, state from ledger.expectation"
        " where state <> 'received' order by due, gi_code",
    )
    keys = steps.undone()
    console.print(
        f"marts to refresh for {len(keys)} deliveries: `gi-monitor build`" if keys else "marts are up to date"
    )
    list_releases()


@app.command()
def demo() -> None:
    """Walk through the made-up history to a published release, the last month through a real Airflow."""
    from gi_monitor.local.demo import run

    run()


@app.command()
def up() -> None:
    """Start Airflow on this machine and leave it watching the inbox."""
    from gi_monitor.local.demo import up as run

    run()


@app.command()
def down() -> None:
    """Stop Airflow and the embedded database; nothing is lost."""
    from gi_monitor.local.demo import down as run

    run()


def run() -> None:
    """The command ``gi-monitor``: what a person can mend is said in one message, without a traceback."""
    try:
        app()
    except (ValueError, LookupError, RuntimeError, OSError, psycopg.Error) as error:
        if logging.getLogger().isEnabledFor(logging.INFO):
            raise
        hint = " (is the database up to date? `gi-monitor migrate`)" if isinstance(error, psycopg.Error) else ""
        sys.exit(f"gi-monitor: {error}{hint}")


def _show(role: Role, sql: str, values: dict[str, Any] | None = None, *, as_csv: bool = False) -> None:
    with connect(role) as connection:
        cursor = connection.execute(sql.encode(), values)
        columns = [column.name for column in cursor.description or []]
        rows = [list(row.values()) for row in cursor]
    if as_csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows([columns, *rows])
        return
    table = Table(*columns)
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console.print(table)
