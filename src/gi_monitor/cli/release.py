"""``gi-monitor release``: the life of a release."""

from __future__ import annotations

from typing import Annotated

import typer

from gi_monitor.cli.terminal import Reason, console, show

app = typer.Typer(help="The life of a release: prepare, decide, publish.", no_args_is_help=True)


@app.command("list")
def list_releases() -> None:
    """List releases and candidates, and what a release waits for."""
    show(
        "gi_release",
        "select candidate_id, release_id, version, state, made_by, made_at, left(content_hash, 12) as content,"
        " reproducible from release.candidate inner join release.reproducible using (candidate_id)"
        " order by candidate_id",
    )
    show("gi_release", "select release_id, noted_at, reason from release.waiting order by noted_at desc limit 5")


@app.command()
def prepare(release_id: Annotated[str | None, typer.Argument(help="As 2024-T3; the one that is due.")] = None) -> None:
    """Make a candidate: disclosure control, files, gate G3."""
    from gi_monitor import steps

    candidate_id = steps.prepare_release(release_id, made_by=steps.database_login())
    if candidate_id is None:
        list_releases()
        raise typer.Exit(1)
    console.print(f"candidate {candidate_id} waits for a decision by somebody who did not make it")


@app.command()
def approve(candidate_id: int, reason: Reason) -> None:
    """Agree with a candidate, as the database login that is connected; its makers cannot."""
    _decide_release(candidate_id, agreed=True, reason=reason)


@app.command()
def reject(candidate_id: int, reason: Reason) -> None:
    """Refuse a candidate, as the database login that is connected."""
    _decide_release(candidate_id, agreed=False, reason=reason)


def _decide_release(candidate_id: int, *, agreed: bool, reason: str) -> None:
    from gi_monitor import steps

    steps.decide_release(candidate_id, approve=agreed, who=steps.database_login(), reason=reason)
    list_releases()


@app.command()
def publish() -> None:
    """Publish what is approved and whose moment has come."""
    from gi_monitor import steps

    published = steps.publish_due()
    console.print(f"published: {', '.join(published)}" if published else "nothing is approved and due")
