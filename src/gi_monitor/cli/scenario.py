"""``gi-monitor scenario``: what if, for analysts; never part of a release."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gi_monitor.cli.terminal import console, table

app = typer.Typer(help="What if: where workload and waiting list go from here. For analysts.", no_args_is_help=True)

Csv = Annotated[bool, typer.Option("--csv", help="Comma-separated instead of a table.")]
Folder = Annotated[Path, typer.Argument(help="A folder that `scenario run` wrote.")]


@app.command()
def run(
    file: Annotated[Path, typer.Argument(help="A scenario, as docs/scenarios/hire_and_keep.yml.")],
    out: Annotated[Path, typer.Option(help="The folder to write: tables, charts on a page, and the scenario itself.")],
) -> None:
    """Run a scenario over the facts in the marts, as an analyst may read them."""
    from gi_monitor.scenario import facts, files, folder, results

    asked = files.read(file)
    folder.write(results.run(asked, facts.read()), out)
    console.print(f"{out / 'index.html'} says what {asked.name} gives; not to be published", soft_wrap=True)


@app.command()
def compare(first: Folder, second: Folder, as_csv: Csv = False) -> None:
    """Lay two runs side by side, at the last month that both reach."""
    from gi_monitor.scenario import comparison

    rows = comparison.compare(first, second)
    table(list(rows.columns), rows.to_numpy().tolist(), as_csv=as_csv)
    if not comparison.same_facts(first, second):
        typer.echo("the runs rest on different facts: run both again to compare the scenarios alone", err=True)


@app.command()
def backtest(
    seed: Annotated[int, typer.Option(help="The same seed gives the same answer.")] = 1,
    as_csv: Csv = False,
) -> None:
    """Say how many of the months already observed lay in the 80 % interval of a forecast from before them."""
    from gi_monitor.scenario import backtest as past
    from gi_monitor.scenario import facts

    rows = past.coverage(past.run(facts.read(), seed=seed))
    table(list(rows.columns), rows.round(3).to_numpy().tolist(), as_csv=as_csv)
