"""``gi-monitor deliveries``: what came in, and a data manager's decisions on it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from gi_monitor.cli.terminal import Reason, console, show
from gi_monitor.month import Month

if TYPE_CHECKING:
    from gi_monitor.intake.board import Board

app = typer.Typer(help="What came in, and decisions on it; without a command: the board, institution × month.")

_LEGEND = (
    "✓ counts · ✓* counts, with findings · · expected · ! past its due date · ∅ not expected: counts nowhere; behind >,"
    " a newer delivery that does not count: … not judged yet · ? waits for a decision · ✗ rejected · ✗p refused for"
    " privacy · – withdrawn"
)


@app.callback(invoke_without_command=True)
def board(
    context: typer.Context,
    months: Annotated[int, typer.Option(min=1, help="How many months to look back.")] = 12,
    page: Annotated[Path | None, typer.Option(help="Write the board as an HTML page to this file instead.")] = None,
) -> None:
    """Show the board: every institution and month, what counts there and what waits."""
    if context.invoked_subcommand is not None:
        return
    from gi_monitor import steps
    from gi_monitor.intake import board as boards

    steps.note_expectations()
    seen = steps.board(months)
    if page is None:
        console.print(_table(seen))
        console.print(_LEGEND, soft_wrap=True, markup=False)
    else:
        boards.write_page(seen, page)
        console.print(f"the board is in {page}")


def _table(seen: Board) -> Table:
    table = Table("institution", *map(str, seen.months))
    for gi_code in seen.names:
        cells = [seen.cells.get((gi_code, month)) for month in seen.months]
        table.add_row(gi_code, *("" if cell is None else cell.signs for cell in cells))
    return table


@app.command("list")
def list_deliveries(
    gi: Annotated[str | None, typer.Option(help="One institution only.")] = None,
    state: Annotated[str | None, typer.Option(help="One state only, as on_hold.")] = None,
) -> None:
    """List the deliveries and their states."""
    show(
        "gi_intake",
        """
        select delivery_id, gi_code, to_char(reporting_month, 'YYYY-MM') as month, sequence_number,
            specification, state, received_at,
            (select count(*) from quality.finding as f where f.delivery_id = d.delivery_id) as findings
        from ledger.delivery as d
        where (%(gi)s::text is null or gi_code = %(gi)s) and (%(state)s::text is null or state = %(state)s)
        order by reporting_month, gi_code, sequence_number
        """,
        {"gi": gi, "state": state},
    )


@app.command("show")
def show_delivery(delivery_id: int) -> None:
    """Show how a delivery came to its state, what was found in it, per rule, and which releases used it."""
    chosen = {"id": delivery_id}
    show(
        "gi_intake",
        "select changed_at, from_state, to_state, who, cause from ledger.state_change"
        " where delivery_id = %(id)s order by change_id",
        chosen,
    )
    show(
        "gi_intake",
        """
        select rule, severity, dataset, column_name, count(*) as findings, min(row_number) as first_row
        from quality.finding where delivery_id = %(id)s group by 1, 2, 3, 4 order by 1, 3, 4
        """,
        chosen,
    )
    show("gi_intake", "select release_id, version, state from ledger.used_in where delivery_id = %(id)s", chosen)


@app.command("accept")
def accept_delivery(delivery_id: int, reason: Reason) -> None:
    """Decide that a delivery on hold counts."""
    _decide_delivery(delivery_id, accept=True, reason=reason)


@app.command("reject")
def reject_delivery(delivery_id: int, reason: Reason) -> None:
    """Decide that a delivery on hold does not count."""
    _decide_delivery(delivery_id, accept=False, reason=reason)


@app.command("withdraw")
def withdraw_delivery(delivery_id: int, reason: Reason) -> None:
    """Let a delivery count no longer; the accepted one before it counts again."""
    from gi_monitor import steps

    delivery = steps.withdraw_delivery(delivery_id, reason=reason)
    steps.send_receipts(delivery.gi_code)
    console.print(f"delivery {delivery_id} is {delivery.state}")


@app.command("reopen")
def reopen_month(
    gi: Annotated[str, typer.Argument(help="The institution, as haagrijn.")],
    month: Annotated[str, typer.Argument(help="The closed month, as 2022-04.")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Last day on which it may be delivered.")],
    reason: Reason,
) -> None:
    """Let a closed month be delivered again until a day."""
    from gi_monitor import steps

    steps.reopen_month(gi, Month.parse(month), until=until.date(), reason=reason)
    console.print(f"{gi} may deliver {month} until {until:%Y-%m-%d}")


def _decide_delivery(delivery_id: int, *, accept: bool, reason: str) -> None:
    from gi_monitor import steps

    delivery = steps.decide_delivery(delivery_id, accept=accept, reason=reason)
    steps.send_receipts(delivery.gi_code)
    console.print(f"delivery {delivery_id} is {delivery.state}")
