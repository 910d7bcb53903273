"""``gi-monitor check``: pre-flight, on an institution's own machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from gi_monitor.cli.terminal import console

EXIT_CODES = {"accepted": 0, "accepted_with_findings": 1, "on_hold": 3, "rejected": 4, "rejected_privacy": 5}


def check(
    files: Annotated[list[Path], typer.Argument(help="The folder of the delivery, or its files with levering.json.")],
    gi: Annotated[str, typer.Option(help="The institution, as haagrijn.")],
    previous: Annotated[
        Path | None, typer.Option(help="The folder of the previous month's delivery, to compare with.")
    ] = None,
    to: Annotated[Path, typer.Option(help="Where the receipt is written.")] = Path("ontvangstbewijs"),
) -> None:
    """Check a delivery before it is sent: the same rules, the same receipt; no database, no network.

    Exit code: 0 accepted, 1 accepted with findings, 3 on hold, 4 rejected, 5 rejected for privacy,
    2 when the check could not run.
    """
    from gi_monitor import atomic, rule_pages
    from gi_monitor.intake import preflight, receipt
    from gi_monitor.intake.receipt.wording import OUTCOMES
    from gi_monitor.rule_pages import SEVERITIES

    checked = preflight.check(gi, files, previous)
    for name, content in rule_pages.html().items():
        atomic.write(to / "regels" / name, content)
    for name, content in receipt.forms(checked).items():
        atomic.write(to / name, content)
    console.print(f"[bold]{checked.state_label}[/bold]: {checked.next_step}", soft_wrap=True)
    failed = [rule for rule in checked.rules if rule.outcome in ("FAIL", "NOT_RUN")]
    if failed:
        table = Table("regel", "ernst", "uitkomst", "aantal", "wat")
        for rule in failed:
            table.add_row(
                rule.rule, SEVERITIES[rule.severity], OUTCOMES[rule.outcome], str(rule.failures), rule.sentence
            )
        console.print(table)
    console.print(f"ontvangstbewijs: {to / 'ontvangstbewijs.html'} (ook als .xlsx en .json)", soft_wrap=True)
    raise typer.Exit(EXIT_CODES[checked.state])
