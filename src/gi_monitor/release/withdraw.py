"""Taking a published version back: what was there is kept, and a tombstone says so in its place (spec 3.3)."""

from __future__ import annotations

import shutil
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gi_monitor import clock, folders, settings
from gi_monitor.intake import archive
from gi_monitor.release import beside, files, publish, store
from gi_monitor.release.calendar import ReleaseError
from gi_monitor.release.store import Candidate


def withdraw(edition: str, *, who: str, reason: str) -> Candidate:
    """Withdraw a published version, named as ``2024-T1-1.0.0``; killed anywhere, running it again finishes it.

    Its trees move to where nothing is served. Raises ReleaseError when it is not out, or without a reason.
    """
    if not reason.strip():
        raise ReleaseError("a withdrawal needs a reason: readers see it")
    with store.alone():
        with archive.changing_releases() as connection:
            candidate = store.find_out(connection, edition)
            if candidate.state == "published":
                store.move(connection, candidate, "withdrawn", who=who, why=reason)
                store.renew_receipts(connection, candidate)
        _replace(candidate, reason)
        publish.point_latest()
        beside.renew()
        return candidate


def _replace(candidate: Candidate, reason: str) -> None:
    here = settings.load()
    place, kept = here.releases / candidate.edition, here.withdrawn / candidate.edition
    tombstone = place.with_name(f"{candidate.edition}.tombstone")
    if kept.exists() and place.exists():
        return
    shutil.rmtree(tombstone, ignore_errors=True)
    _write(tombstone / "public", candidate, reason)
    folders.private(kept.parent)
    if not kept.exists():
        place.rename(kept)
    tombstone.rename(place)


def _write(public: Path, candidate: Candidate, reason: str) -> None:
    public.mkdir(parents=True)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    about = {"release": candidate.release_id, "version": str(candidate.version), "reason": reason}
    page = environment.get_template("withdrawn.html.j2").render(**about, day=clock.today())
    files.write_text(public / "index.html", page)
    files.write_json(public / "withdrawn.json", {**about, "withdrawn_at": clock.now()})
    public.parent.chmod(folders.OPEN)
    files.open_to_readers(public)
