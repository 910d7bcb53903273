"""``gi-monitor institution``: the institution files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gi_monitor.cli.terminal import console
from gi_monitor.month import Month

app = typer.Typer(help="The institution files: check them, make a sample delivery.", no_args_is_help=True)


@app.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(exists=True, help="Institution files; all when none.")] = None,
) -> None:
    """Check institution files: every problem with its field and remedy; exit code 1 when there is one."""
    from gi_monitor import institutions

    paths = files or institutions.paths()
    problems = [problem for path in paths for problem in _problems(path)]
    for problem in problems:
        console.print(problem, soft_wrap=True, markup=False, highlight=False)
    if problems:
        raise typer.Exit(1)
    console.print(f"{len(paths)} institution files checked: no problems")


def _problems(path: Path) -> list[str]:
    from gi_monitor import institutions
    from gi_monitor.dialects.check import problems

    try:
        institution = institutions.read(path)
    except institutions.InstitutionError as error:
        return str(error).splitlines()
    return [f"{path.name}: {problem}" for problem in problems(institution)]


@app.command()
def sample(
    gi: Annotated[str, typer.Argument(help="The institution whose dialect to write in, as haagrijn.")],
    folder: Annotated[Path, typer.Argument(help="Where to write voorbeeld/ and leeg/.")],
    month: Annotated[str, typer.Option(help="The reporting month, as 2024-04.")] = "2024-04",
) -> None:
    """Write a small made-up delivery (verzonnen gegevens / synthetic data) and an empty one."""
    from gi_monitor import institutions
    from gi_monitor.synthetic.sample import write_sample

    for place in write_sample(institutions.find(gi), Month.parse(month), folder):
        console.print(str(place), soft_wrap=True)
