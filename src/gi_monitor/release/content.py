"""What is in a candidate: the trees ``public``, ``restricted`` and ``review`` (spec 3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gi_monitor import contracts, indicators
from gi_monitor.clock import AMSTERDAM
from gi_monitor.documents import SYNTHETIC
from gi_monitor.release import announcements, files, signature, store
from gi_monitor.release.draft import Draft
from gi_monitor.release.formats.about import About
from gi_monitor.release.formats.changelog import Changes, Entry
from gi_monitor.release.inputs import Inputs
from gi_monitor.release.store import Candidate
from gi_monitor.warehouse.connection import connect

if TYPE_CHECKING:
    from gi_monitor.release.pages.edition import Edition


def write(folder: Path, made: Draft, candidate: Candidate) -> None:
    """The files for both audiences, the pages, and what the reviewer needs to judge them."""
    from gi_monitor.release import catalogue, disclosure_report, formats
    from gi_monitor.release.pages import profile, site

    definitions, found, released = indicators.load(), made.found, made.released
    about = About(
        release_id=candidate.release_id,
        version=str(candidate.version),
        reference_date=found.release.reference_date,
        published=found.release.publication_moment,
        synthetic=found.synthetic,
        catalogue=catalogue.to_publish(),
    )
    seen = formats.write(folder, released.published, definitions, found.response, _changes(made, candidate), about)
    disclosure_report.write_public(folder / "public", released, definitions, about)
    disclosure_report.write_review(folder / "review", released, definitions, about)
    edition = _edition(folder / "public", found, about.version)
    site.write(folder / "public", seen, edition, definitions)
    profile.write(folder / "restricted", released.published, edition, definitions)


def _changes(made: Draft, candidate: Candidate) -> Changes:
    with connect("gi_release") as connection:
        before = [each for each in store.out(connection, before=candidate) if each.release_id == candidate.release_id]
        versions = [
            Entry(each.version, each.vintage.astimezone(AMSTERDAM).date(), store.why_made(connection, each))
            for each in (*before, candidate)
        ]
    differences = made.comparison.differences if made.comparison else ()
    return Changes(versions, announcements.of(candidate.release_id), differences)


def write_verdicts(folder: Path, made: Draft, candidate: Candidate, verdicts: Sequence[Mapping[str, Any]]) -> None:
    """``verdicts.json``: every check with its limit and verdict, nothing that was observed; and the reviewer's page."""
    from gi_monitor.release.pages import review

    found = made.found
    files.write_json(folder / "public" / "verdicts.json", {**_mark(found), "verdicts": verdicts})
    edition = _edition(folder / "public", found, str(candidate.version))
    review.write(folder / "review", verdicts, made.released, made.comparison, edition, indicators.load())


def seal(folder: Path, found: Inputs, candidate: Candidate, verdicts: Sequence[Mapping[str, Any]]) -> None:
    """The manifest, which says what all this rests on, and the sums of each tree."""
    public = folder / "public"
    manifest = {
        "release": candidate.release_id,
        "version": str(candidate.version),
        **_mark(found),
        "reference_date": found.release.reference_date,
        "publication_moment": found.release.publication_moment.isoformat(),
        "code": {"commit": candidate.code_commit, "lock_sha256": candidate.lock_sha256},
        "rules": {
            "disclosure": indicators.load().disclosure.version,
            "contracts": contracts.load().version,
            "suites": {row["suite"]: row["suite_version"] for row in verdicts},
        },
        "vintage": [
            {"institution": d.gi_code, "month": f"{d.reporting_month:%Y-%m}", "sha256": d.content_sha256}
            for d in found.deliveries
        ],
        "files": [
            {"path": str(path.relative_to(public)), "bytes": path.stat().st_size, "sha256": files.sha256(path)}
            for path in files.listed(public)
        ],
    }
    files.write_json(public / "manifest.json", manifest)
    for tree in files.TREES:
        files.write_sums(folder / tree)


def sign(folder: Path, candidate: Candidate) -> None:
    """Sign the sums of each tree; what is signed is all there. Raises SecretError where there is no key."""
    for tree in files.TREES:
        signature.sign(folder / tree, candidate.edition)


def _edition(public: Path, found: Inputs, version: str) -> Edition:
    """What the pages tell beside the figures; they are written when all else is there but what seals the release."""
    from gi_monitor.release import catalogue
    from gi_monitor.release.pages.edition import Edition

    there = [str(path.relative_to(public)) for path in files.listed(public)]
    return Edition(
        release=found.release,
        version=version,
        baseline=found.path.baseline,
        synthetic=found.synthetic,
        policy_moments=found.policy_moments,
        cbs_stocks=found.cbs_stocks,
        calendar=found.calendar,
        institutions=found.response.institutions,
        catalogue=catalogue.to_publish(),
        files=[*there, "verdicts.json", "manifest.json", files.SUMS, files.SIGNATURE],
    )


def _mark(found: Inputs) -> dict[str, str]:
    return {"data": SYNTHETIC} if found.synthetic else {}
