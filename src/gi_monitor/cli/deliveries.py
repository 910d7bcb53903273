"""``gi-monitor deliveries``: what came in, and a data manager's decisions on it."""

from __future__ import annotations

from typing import Annotated

import typer

from gi_monitor.cli.terminal import Reason, console, show

app = typer.Typer(help="What came in, and decisions on what is on hold.", no_args_is_help=True)


@app.command("list")
def list_deliveries(
    gi: Annotated[str | None, typer.Option(help="One institution only.")] = None,
    state: Annotated[str | None, typer.Option(help="One state only, as on_hold.")] = None,
) -> None:
    """List the deliveries and their states."""
    show(
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


@app.command("show")
def show_delivery(delivery_id: int) -> None:
    """Show how a delivery came to its state, and what was found in it, per rule."""
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


@app.command("accept")
def accept_delivery(delivery_id: int, reason: Reason) -> None:
    """Decide that a delivery on hold counts."""
    _decide_delivery(delivery_id, accept=True, reason=reason)


@app.command("reject")
def reject_delivery(delivery_id: int, reason: Reason) -> None:
    """Decide that a delivery on hold does not count."""
    _decide_delivery(delivery_id, accept=False, reason=reason)


def _decide_delivery(delivery_id: int, *, accept: bool, reason: str) -> None:
    from gi_monitor import steps

    delivery = steps.decide_delivery(delivery_id, accept=accept, reason=reason)
    steps.send_receipts(delivery.gi_code)
    console.print(f"delivery {delivery_id} is {delivery.state}")
