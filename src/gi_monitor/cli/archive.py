"""``gi-monitor archive``: the encrypted original bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gi_monitor.cli.terminal import Reason, console

app = typer.Typer(help="The encrypted original bytes: restore, destroy, purge, rotate the key.", no_args_is_help=True)


@app.command()
def restore(
    delivery_id: int,
    folder: Annotated[Path, typer.Argument(help="Where to write the files; none of them may be there yet.")],
    reason: Reason,
) -> None:
    """Write the original files of a delivery to FOLDER; the ledger keeps who asked for them, and why."""
    from gi_monitor import steps

    steps.restore(delivery_id, folder, reason=reason)
    console.print(f"delivery {delivery_id} is in {folder}", soft_wrap=True)


@app.command()
def destroy(delivery_id: int, reason: Reason) -> None:
    """Destroy the data key and bytes of one delivery before the retention term; rows and figures stay."""
    from gi_monitor import steps

    steps.destroy(delivery_id, reason=reason)
    console.print(f"the original bytes of delivery {delivery_id} are destroyed")


@app.command()
def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which deliveries are due.")] = False,
) -> None:
    """Destroy the data keys and bytes of deliveries past the retention term (contracts/rules.yml)."""
    from gi_monitor import steps

    deliveries = steps.due_for_purge() if dry_run else steps.purge()
    for delivery in deliveries:
        console.print(f"delivery {delivery.delivery_id}: {delivery.place.path}")
    console.print(f"{len(deliveries)} deliveries {'are due' if dry_run else 'were purged'}")


@app.command()
def rotate() -> None:
    """Wrap every data key by the master key of now, after GI_MONITOR_SECRET_ARCHIVE was changed."""
    from gi_monitor import steps

    number = steps.rotate()
    console.print(f"{number} data keys wrapped anew; GI_MONITOR_SECRET_ARCHIVE_PREVIOUS is no longer needed")
