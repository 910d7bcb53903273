"""What an institution gets to read: HTML in one layout, Dutch words for numbers and days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

SYNTHETIC = "verzonnen gegevens / synthetic data"
_HERE = Path(__file__).parent
_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip


def render(template: Path, **content: object) -> str:
    """A template beside its own code, which may extend ``layout.html.j2``; in HTML every value is escaped."""
    return _environment(template.parent).get_template(template.name).render(content)


def day(moment: date) -> str:
    """A day as ``1 mei 2024``."""
    return f"{moment.day} {month(moment)}"


def month(moment: date) -> str:
    """A month as ``mei 2024``."""
    return f"{_MONTHS[moment.month - 1]} {moment.year}"


def number(value: Decimal | int) -> str:
    """A number as ``3.011`` or ``12,57``: at most two decimals, no superfluous zeros."""
    return f"{round(Decimal(value), 2).normalize():,f}".translate(str.maketrans(",.", ".,"))


@cache
def _environment(folder: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader([folder, _HERE]),
        autoescape=lambda name: bool(name and name.endswith(".html.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"day": day, "month": month, "number": number}
    return environment
