"""The command line: every step without Airflow, and a look at where things stand."""

from __future__ import annotations

import logging
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from gi_monitor import clock, folders, logs, settings
from gi_monitor.cli import archive, deliveries, disclosure, institution, release, scenario, warehouse
from gi_monitor.cli.check import check
from gi_monitor.cli.terminal import Reason, console, show
from gi_monitor.month import Month

app = typer.Typer(
    help="GI-monitor: from thirteen institutions' deliveries to one gated national release.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command()(check)
app.add_typer(institution.app, name="institution")
app.add_typer(deliveries.app, name="deliveries")
app.add_typer(archive.app, name="archive")
app.add_typer(release.app, name="release")
app.add_typer(disclosure.app, name="disclosure")
app.add_typer(scenario.app, name="scenario")
app.add_typer(warehouse.app)


@app.callback()
def main(verbose: Annotated[bool, typer.Option(help="Say what every step does.")] = False) -> None:
    """Set up logging for every command, and have what it writes readable by its owner alone."""
    folders.keep_files_private()
    logs.set_up(verbose=verbose)


@app.command()
def migrate() -> None:
    """Bring the database to the newest version; start the embedded one when there is no other."""
    from gi_monitor.warehouse.migrate import migrate as run

    run()


@app.command()
def synthesise(  # noqa: PLR0913 one parameter for each option
    folder: Path,
    *,
    seed: int = 2023,
    scale: Annotated[float, typer.Option(help="Multiplies the national population.")] = 1.0,
    first: Annotated[str, typer.Option(help="First month, as 2022-10.")] = "2022-10",
    last: Annotated[str, typer.Option(help="Last month, as 2024-12.")] = "2024-12",
    defect: Annotated[list[str] | None, typer.Option(help="A rule to break in one delivery, as R19.")] = None,
    gi: Annotated[list[str] | None, typer.Option(help="Whose delivery; one for each --defect.")] = None,
    month: Annotated[list[str] | None, typer.Option(help="Of which month; one for each --defect.")] = None,
) -> None:
    """Make up deliveries of all institutions (verzonnen gegevens / synthetic data) in FOLDER."""
    from gi_monitor.synthetic import Planted
    from gi_monitor.synthetic import synthesise as run

    asked = (defect or [], gi or [], month or [])
    if len({len(values) for values in asked}) > 1:
        raise typer.BadParameter("each --defect needs its own --gi and --month")
    run(
        folder,
        seed=seed,
        scale=scale,
        first=Month.parse(first),
        last=Month.parse(last),
        defects=[Planted(rule, gi_code, Month.parse(of)) for rule, gi_code, of in zip(*asked, strict=True)],
        progress=console.print,
    )


@app.command()
def deliver(folder: Path) -> None:
    """Put the deliveries in FOLDER (<gi_code>/<verslagmaand>/<volgnummer>/) in the inbox and take them in."""
    from gi_monitor import institutions
    from gi_monitor.intake.transport import MANIFEST

    inbox = settings.load().inbox
    manifests = sorted(folder.glob(f"*/*/*/{MANIFEST}"))
    if not manifests:
        raise typer.BadParameter(f"no <gi_code>/<verslagmaand>/<volgnummer>/{MANIFEST} under {folder}")
    gi_codes = sorted({manifest.parents[2].name for manifest in manifests})
    elsewhere = [gi_code for gi_code in gi_codes if institutions.find(gi_code).transport.type != "folder"]
    if elsewhere:
        raise typer.BadParameter(f"{', '.join(elsewhere)} delivers by another transport than folder: see `take-in`")
    for manifest in manifests:
        target = inbox / manifest.parent.relative_to(folder)
        shutil.copytree(manifest.parent, target, ignore=shutil.ignore_patterns(MANIFEST), dirs_exist_ok=True)
        shutil.copy2(manifest, target)
    take_in(gi_codes)


@app.command()
def take_in(gi: Annotated[list[str], typer.Argument(help="Institutions, as haagrijn.")]) -> None:
    """Take in what these institutions delivered, by whatever transport, and send the receipts back."""
    from gi_monitor import steps

    for gi_code in gi:
        accepted = steps.take_in(gi_code)
        console.print(f"{gi_code}: {len(accepted)} accepted; receipts are in its outbox")


@app.command()
def recheck(delivery_id: int, reason: Reason) -> None:
    """Judge the same bytes again, after a dialect, waiver or rule was mended."""
    from gi_monitor import steps

    again = steps.recheck(delivery_id, reason=reason)
    console.print(f"delivery {delivery_id} was judged again as {again.delivery_id}: {again.state}")
    if not again.state.startswith("accepted"):
        raise typer.Exit(1)


@app.command()
def gates() -> None:
    """Show the latest verdicts of every gate, failures first."""
    show(
        "gi_quality",
        """
        select gate, suite, expectation, severity, verdict, observed, limit_text, judged_at
        from quality.verdict
        where run_id in (select distinct on (gate) run_id from quality.verdict order by gate, verdict_id desc)
        order by gate, verdict = 'PASS', expectation
        """,
    )


@app.command()
def status() -> None:
    """Say what is undone: deliveries to judge, on hold or late, marts to refresh, releases that wait."""
    from gi_monitor import steps
    from gi_monitor.notices import mail

    steps.note_expectations()
    console.print(f"business clock: {clock.now():%Y-%m-%d %H:%M}; data: {settings.load().data}", soft_wrap=True)
    show("gi_intake", "select state, count(*) as deliveries from ledger.delivery group by 1 order by 1")
    show(
        "gi_intake",
        "select gi_code, to_char(reporting_month, 'YYYY-MM') as month, due, state from ledger.expectation"
        " where state <> 'received' order by due, gi_code",
    )
    show(
        "gi_intake",
        "select gi_code, to_char(reporting_month, 'YYYY-MM') as month, delivery_id as outside_its_dates_counts_nowhere"
        " from ledger.known as k where known_to is null and not exists (select from ledger.expectation as e"
        " where e.gi_code = k.gi_code and e.reporting_month = k.reporting_month) order by gi_code, reporting_month",
    )
    show(
        "gi_intake",
        "select gi_code, to_char(reporting_month, 'YYYY-MM') as month, sequence_number, problem as not_taken"
        " from ledger.look where problem is not null order by gi_code, reporting_month, sequence_number",
    )
    keys = steps.undone()
    console.print(
        f"marts to refresh for {len(keys)} deliveries: `gi-monitor build`" if keys else "marts are up to date"
    )
    release.list_releases()
    told = mail.server()
    console.print(f"people are told by {told.host}" if told else f"nobody is told: {mail.variable('HOST')} is not set")


@app.command()
def watch() -> None:
    """Note what is late, write the metrics, tell people what waits for them or went wrong; Airflow does so hourly."""
    from gi_monitor import steps

    steps.note_expectations()
    steps.remove_orphans()
    steps.write_metrics()
    steps.notify()


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


def _hint(error: Exception) -> str:
    """Of an error of the database: whether it or what it was asked is at fault."""
    if any(kind.__name__ == "OperationalError" for kind in type(error).__mro__):
        return " (when the database is well again, repeat this: what was done stays, and the rest is done)"
    return " (is the database up to date? `gi-monitor migrate`)"


def run() -> None:
    """The command ``gi-monitor``: what a person can mend is said in one message, without a traceback."""
    try:
        app()
    except Exception as error:
        from_database = any(kind.__module__.startswith("psycopg") for kind in type(error).__mro__)
        mendable = from_database or isinstance(error, (ValueError, LookupError, RuntimeError, OSError))
        if not mendable or logging.getLogger().isEnabledFor(logging.INFO):
            raise
        typer.echo(f"gi-monitor: {error}{_hint(error) if from_database else ''}", err=True)
        sys.exit(2)
