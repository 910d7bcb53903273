"""``gi-monitor release``: the life of a release."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from gi_monitor.cli.terminal import Reason, console, show

app = typer.Typer(
    help="The life of a release: prepare, waive, decide, publish, correct, withdraw, reproduce.", no_args_is_help=True
)


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
def prepare(
    release_id: Annotated[str | None, typer.Argument(help="As 2024-T3; the one that is due.")] = None,
    correct: Annotated[str | None, typer.Option(help="Why a release that is out is made again.")] = None,
) -> None:
    """Make a candidate: disclosure control, audit, files, gate G3; minutes for the nation.

    A release that is out is corrected by a new version of it, with --correct; nothing is overwritten.
    """
    from gi_monitor import steps

    prepared = steps.prepare_release(release_id, made_by=steps.database_login(), correct=correct)
    if prepared is None:
        list_releases()
        raise typer.Exit(1)
    console.print(
        f"candidate {prepared.candidate_id}, content {prepared.content_hash}, waits for a decision by somebody who did"
        " not make it",
        soft_wrap=True,
    )


_Hash = Annotated[str, typer.Argument(help="The content that you looked at: twelve digits or more of its hash.")]


@app.command()
def approve(candidate_id: int, content_hash: _Hash, reason: Reason) -> None:
    """Agree with a candidate, as the database login that is connected; its makers cannot."""
    _decide_release(candidate_id, content_hash, agreed=True, reason=reason)


@app.command()
def reject(candidate_id: int, content_hash: _Hash, reason: Reason) -> None:
    """Refuse a candidate, as the database login that is connected."""
    _decide_release(candidate_id, content_hash, agreed=False, reason=reason)


def _decide_release(candidate_id: int, content_hash: str, *, agreed: bool, reason: str) -> None:
    from gi_monitor import steps

    decided = steps.decide_release(
        candidate_id, content_hash, approve=agreed, who=steps.database_login(), reason=reason
    )
    if decided.state == "candidate":
        console.print("there is a waiver in it: somebody else must agree as well")
    list_releases()


@app.command()
def waive(
    release_id: Annotated[str, typer.Argument(help="As 2024-T3.")],
    expectation: Annotated[str, typer.Argument(help="As band_c3; `gi-monitor gates` names those that failed.")],
    reason: Reason,
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day on which the waiver holds.")],
    about: Annotated[str | None, typer.Option(help="The institution that may be missing, for `coverage`.")] = None,
) -> None:
    """Let a release break an expectation of gate G3, as the database login that is connected.

    Whoever gives a waiver is a maker of the release, and it then takes two others to approve it.
    """
    from gi_monitor import steps

    steps.waive(release_id, expectation, about=about, reason=reason, until=until.date(), who=steps.database_login())
    show("gi_release", "select * from release.waiver where release_id = %(release_id)s", {"release_id": release_id})


@app.command()
def publish() -> None:
    """Publish what is approved and whose moment has come."""
    from gi_monitor import steps

    published = steps.publish_due()
    console.print(f"published: {', '.join(published)}" if published else "nothing is approved and due")


_Edition = Annotated[str, typer.Argument(help="As 2024-T1-1.0.0.")]


@app.command()
def withdraw(edition: _Edition, reason: Reason) -> None:
    """Take a published version back: a tombstone says so in its place, its files are kept and no longer served."""
    from gi_monitor import steps

    steps.withdraw_release(edition, who=steps.database_login(), reason=reason)
    list_releases()


@app.command()
def reproduce(edition: _Edition) -> None:
    """Build a published version again from its recorded vintage and compare it byte for byte; minutes for the nation.

    Exit code: 0 every byte is the same, 1 some are not, or it was made with other code, which is named.
    """
    from gi_monitor import steps

    made = steps.reproduce_release(edition)
    if made.differing:
        console.print(f"{edition} comes out differently: {', '.join(made.differing)}", soft_wrap=True)
        raise typer.Exit(1)
    console.print(f"{edition} comes out the same, byte for byte: content {made.candidate.content_hash}", soft_wrap=True)
