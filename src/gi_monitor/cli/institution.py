"""``gi-monitor institution``: the institution files."""

from __future__ import annotations

import typer

app = typer.Typer(help="The institution files: check them, make a sample delivery.", no_args_is_help=True)
