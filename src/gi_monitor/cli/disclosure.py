"""``gi-monitor disclosure``: what may leave the building."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gi_monitor.cli.terminal import console

app = typer.Typer(help="Disclosure control: what may leave the building.", no_args_is_help=True)


@app.callback()
def disclosure() -> None:
    """Disclosure control: what may leave the building."""


@app.command()
def audit(table: Annotated[Path, typer.Argument(help="A CSV file, UTF-8, separated by commas.")]) -> None:
    """Make a table safe to take out, or say why it cannot be.

    TABLE has a column `count` with exact counts of people or measures, and a column for each thing it is broken
    down by, with `total` where a row is about all. A column named `institution` is published like the others, and
    each institution is taken to know its own rows. A column `gi` is not published: it says which institution
    contributed the count, and the table that leaves has the sums. For example:

        province,family,count\n
        PV20,jeugdbescherming,12\n
        PV20,total,15

    Counts of 1-4 are suppressed, others rounded to 5, and further cells suppressed until neither an outsider nor
    an institution can compute a suppressed one. Writes TABLE-safe.csv, which may leave, and TABLE-audit.md, which
    may not: it shows what is feasible of every suppressed cell.

    Exit code: 0 safe, 1 not to be made safe (no TABLE-safe.csv is written), 2 the table cannot be read.
    """
    from gi_monitor import atomic, indicators
    from gi_monitor.disclosure.audit import analyst_table, report
    from gi_monitor.disclosure.audit.protect import protect

    rules = indicators.load().disclosure
    exact = analyst_table.read(table.read_text(encoding="utf-8-sig"))
    protected = protect(exact.problem(rules))
    review, safe = (table.with_name(f"{table.stem}-{name}") for name in ("audit.md", "safe.csv"))
    atomic.write(review, report.markdown(table.name, protected, rules.version).encode())
    safe.unlink(missing_ok=True)
    if not protected.passes:
        console.print(f"{table.name} cannot be made safe: see {review}; show fewer categories", soft_wrap=True)
        raise typer.Exit(1)
    atomic.write(safe, analyst_table.safe(exact, protected.problem, rules).encode())
    added = len(protected.secondary)
    console.print(
        f"{safe} may leave, with {added} cells suppressed to protect others; review: {review}", soft_wrap=True
    )


@app.command()
def relations() -> None:
    """Look for relations between exact figures that the audit does not know.

    Searches all periods and institutions of the warehouse for numbers that are equal, or the sum or difference of
    up to three others, wherever they stand. What follows from indicators/_identities.yml is left out. A relation that
    holds by definition belongs there under `sums`, any other under `coincidences`, with the reason.

    Exit code: 0 none found, 1 some found.
    """
    from gi_monitor import clock, indicators
    from gi_monitor.disclosure.audit.discovery import undeclared
    from gi_monitor.disclosure.completion import complete
    from gi_monitor.release import inputs
    from gi_monitor.warehouse.connection import connect

    definitions = indicators.load()
    with connect("gi_release") as connection:
        exact = complete(inputs.exact(connection, clock.today()), definitions)
    found = undeclared([exact], definitions)
    for relation in found:
        console.print(relation, soft_wrap=True, markup=False)
    periods = len({key.period for key in exact})
    console.print(f"{len(found)} relations in {periods} periods are not in indicators/_identities.yml", soft_wrap=True)
    if found:
        raise typer.Exit(1)
