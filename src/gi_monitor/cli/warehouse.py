"""The commands of the warehouse: build it, ask it, and ask where a figure came from."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from gi_monitor import clock
from gi_monitor.cli.terminal import console, show, table

app = typer.Typer()

_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
Csv = Annotated[bool, typer.Option("--csv", help="Comma-separated instead of a table.")]


@app.command()
def build(
    anew: Annotated[bool, typer.Option("--anew", help="Make every fact again, after a change of parameters.")] = False,
    vintage: Annotated[
        datetime | None,
        typer.Option(formats=_FORMATS, help="As known at this moment in Amsterdam, beside the marts in use."),
    ] = None,
) -> None:
    """Build facts and marts from all that is current, past gate G2."""
    from gi_monitor import steps
    from gi_monitor.warehouse import build as builds

    if vintage is not None:
        schema = builds.look(_in_amsterdam(vintage))
        console.print(f"as known at {vintage:%Y-%m-%d %H:%M:%S}: the tables of marts are in {schema}")
        return
    months = steps.standardise(anew=anew)
    unchanged = "everything was made again" if anew else "nothing new: the marts show all that is current"
    console.print(f"refreshed: {', '.join(months)}" if months else unchanged)


@app.command()
def rebuild() -> None:
    """Make the rows again from the archive: the database was lost, or GI_MONITOR_SECRET_KEYS changed; figures stay."""
    from gi_monitor import steps

    console.print(f"{steps.rebuild()} deliveries have their rows from the archive; facts and marts are built from them")


@app.command()
def query(sql: str, as_csv: Csv = False) -> None:
    """Ask the warehouse as an analyst may: the marts, nothing else."""
    show("gi_analyst", sql, as_csv=as_csv)


@app.command()
def describe(file: Annotated[Path, typer.Argument(help="The HTML file to write.")]) -> None:
    """Write what the warehouse holds as one HTML file: tables, columns, and what is made from what."""
    from gi_monitor.warehouse import build as builds

    builds.describe(file)
    console.print(f"{file} can be opened in any browser", soft_wrap=True)


@app.command()
def lineage(
    period: Annotated[str, typer.Argument(help="A month or a release, as 2024-04 or 2024-T1.")],
    indicator: Annotated[str, typer.Argument(help="As C3.")],
    institution: Annotated[str, typer.Option(help="Whose figure, as haagrijn.")] = "NL",
    as_csv: Csv = False,
) -> None:
    """Name the deliveries that a figure rests on, and the published version that they are in."""
    show("gi_release", _LINEAGE, {"period": period, "indicator": indicator, "institution": institution}, as_csv=as_csv)


@app.command()
def revisions(
    earlier: Annotated[datetime, typer.Argument(formats=_FORMATS, help="A moment in Amsterdam, as 2024-06-01T09:30.")],
    later: Annotated[datetime, typer.Argument(formats=_FORMATS, help="A later one.")],
    as_csv: Csv = False,
) -> None:
    """Compare two vintages: which figures changed, by how much, because of which deliveries."""
    from gi_monitor.warehouse import revisions as vintages

    columns = ["period", "institution", "figure", "category", "earlier", "later", "because of"]
    rows = [
        [
            found.period,
            found.institution,
            f"{found.indicator} {found.component}",
            found.category,
            found.earlier if found.earlier is not None else found.earlier_status,
            found.later if found.later is not None else found.later_status,
            ", ".join(found.because_of),
        ]
        for found in vintages.between(_in_amsterdam(earlier), _in_amsterdam(later))
    ]
    table(columns, rows, as_csv=as_csv)


def _in_amsterdam(moment: datetime) -> datetime:
    return moment.replace(tzinfo=clock.AMSTERDAM)


_LINEAGE = """
select distinct
    lineage.gi_code, to_char(lineage.reporting_month, 'YYYY-MM') as month, lineage.sequence_number,
    lineage.known_from as accepted_at, left(lineage.content_sha256, 12) as content,
    array_to_string(array(
        select candidate.release_id || ' ' || candidate.version
        from release.vintage
        inner join release.candidate using (candidate_id)
        where vintage.delivery_id = lineage.delivery_id and candidate.state = 'published'
            and candidate.release_id = lineage.period
        order by 1
    ), ', ') as published_in
from marts.lineage
where period = %(period)s and indicator = %(indicator)s and institution = %(institution)s
order by 1, 2
"""
