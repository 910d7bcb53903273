"""What lies beside the releases: index, calendar, corrections, feed, catalogue and public key (spec 3.3).

All of it follows from what is recorded of the releases, so it is written anew each time and is then the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gi_monitor import atomic, folders, settings
from gi_monitor.clock import AMSTERDAM
from gi_monitor.documents import SYNTHETIC
from gi_monitor.release import calendar, catalogue, readiness, signature
from gi_monitor.release.calendar import Release
from gi_monitor.release.catalogue import Catalogue
from gi_monitor.release.versions import FIRST, Version
from gi_monitor.warehouse.connection import connect

if TYPE_CHECKING:
    from rdflib import Graph


@dataclass(frozen=True)
class Edition:
    """A version of a release that is or was out; ``withdrawn`` with why, where it was taken back.

    ``trees``: where its files lie, which after a withdrawal is not where they are served.
    """

    release_id: str
    version: str
    published: datetime
    content_hash: str
    synthetic: bool
    trees: Path
    withdrawn: datetime | None = None
    why: str = ""

    @property
    def name(self) -> str:
        """What it is called on disk."""
        return f"gi-monitor-{self.release_id}-{self.version}"

    @property
    def order(self) -> tuple[str, Version]:
        """Later releases and versions come after earlier ones."""
        return self.release_id, Version.of(self.version)

    @property
    def changed(self) -> datetime:
        """When something last happened to it."""
        return self.withdrawn or self.published


def renew() -> None:
    """Write all of it from the records; a file that is right already is left alone. Nothing before the first build."""
    with connect("gi_release") as connection:
        if not readiness.is_built(connection):
            return
        known = calendar.load(connection)
        rows = connection.execute(_OUT).fetchall()
    here = settings.load()
    editions = []
    for row in rows:
        name = f"gi-monitor-{row['release_id']}-{row['version']}"
        kept = here.withdrawn / name
        editions.append(Edition(**row, trees=kept if kept.exists() else here.releases / name))
    write(here.releases, editions, known, catalogue.load())


def write(releases: Path, editions: Iterable[Edition], known: Sequence[Release], about: Catalogue) -> None:
    """Write all of it into the folder of releases, one whole file after the other, for everybody to read."""
    folders.public(releases)
    out = sorted(editions, key=lambda edition: edition.order, reverse=True)
    _put(releases / "index.json", _json(_index(out, about)))
    _put(releases / "calendar.json", _json(_calendar(out, known)))
    _put(releases / "corrections.json", _json(_corrections(out, about)))
    if out:
        signature.write_public_key(releases)
        _put(releases / "feed.atom", _feed(out, about))
        _catalogue(releases, out, about)


def _index(out: Sequence[Edition], about: Catalogue) -> dict[str, Any]:
    current = [edition for edition in out if edition.withdrawn is None]
    return {
        **_mark(out),
        "title": about.title_nl,
        "title_en": about.title_en,
        "publisher": about.publisher.name,
        "contact": about.contact.email,
        "licence": about.licence.url,
        "public_key": signature.PUBLIC_KEY,
        "latest": current[0].name if current else None,
        "releases": [_described(edition, about) for edition in out],
    }


def _described(edition: Edition, about: Catalogue) -> dict[str, Any]:
    url = _url(edition, about)
    found: dict[str, Any] = {
        "release": edition.release_id,
        "version": edition.version,
        "state": "withdrawn" if edition.withdrawn else "published",
        "published": _moment(edition.published),
        "url": url,
    }
    if edition.withdrawn:
        return found | {"withdrawn": _moment(edition.withdrawn), "why": edition.why}
    files = {"data": "data/observations.csv", "package": "datapackage.json", "manifest": "manifest.json"}
    return found | {"content_hash": edition.content_hash} | {name: f"{url}{path}" for name, path in files.items()}


def _calendar(out: Sequence[Edition], known: Sequence[Release]) -> dict[str, Any]:
    published = {edition.release_id for edition in out}
    return {
        **_mark(out),
        "releases": [
            {
                "release": release.release_id,
                "reference_date": release.reference_date.isoformat(),
                "publication_moment": _moment(release.publication_moment),
                "access_before": [{"party": each.party, "from": _moment(each.access_from)} for each in release.access],
                "state": "published" if release.release_id in published else "announced",
            }
            for release in known
        ],
    }


def _corrections(out: Sequence[Edition], about: Catalogue) -> dict[str, Any]:
    """Every version after the first of its release, and every withdrawal, the last first."""
    found = []
    for edition in out:
        described = {"release": edition.release_id, "version": edition.version, "url": _url(edition, about)}
        if edition.order[1] != FIRST and edition.withdrawn is None:
            said = {"kind": "correction", "moment": _moment(edition.published)}
            found.append(described | said | {"revisions": f"{_url(edition, about)}revisions.csv"})
        elif edition.withdrawn:
            found.append(described | {"kind": "withdrawal", "moment": _moment(edition.withdrawn), "why": edition.why})
    return {**_mark(out), "corrections": sorted(found, key=lambda entry: entry["moment"], reverse=True)}


def _feed(out: Sequence[Edition], about: Catalogue) -> bytes:
    from feedgen.feed import FeedGenerator  # type: ignore[import-untyped]

    feed = FeedGenerator()
    feed.id(about.base_url)
    feed.title(about.title_nl)
    feed.subtitle(" ".join(filter(None, [about.description_nl, *_mark(out).values()])))
    feed.language("nl")
    feed.author(name=about.publisher.name, email=about.contact.email)
    feed.link(href=f"{about.base_url}feed.atom", rel="self")
    feed.link(href=about.base_url, rel="alternate")
    feed.rights(about.licence.title)
    feed.generator("GI-monitor")
    feed.updated(max(edition.changed for edition in out))
    for edition in sorted(out, key=lambda each: (each.changed, each.order)):
        entry = feed.add_entry()
        entry.id(_url(edition, about))
        entry.link(href=f"{_url(edition, about)}index.html")
        entry.title(_headline(edition))
        entry.summary(edition.why or about.description_nl)
        entry.published(edition.published)
        entry.updated(edition.changed)
    content: bytes = feed.atom_str(pretty=True)
    return content


def _headline(edition: Edition) -> str:
    named = f"Uitgave {edition.release_id}, versie {edition.version}"
    if edition.withdrawn:
        return f"Ingetrokken: {named}"
    return named if edition.order[1] == FIRST else f"Correctie: {named}"


def _catalogue(releases: Path, out: Sequence[Edition], about: Catalogue) -> None:
    from gi_monitor.release.formats import dcat

    described = [_status(dcat.read(edition.trees / "public"), edition) for edition in out]
    for name, content in dcat.texts("dcat", dcat.catalog(described, about)).items():
        _put(releases / name, content.encode())


def _status(described: Graph, edition: Edition) -> Graph:
    from gi_monitor.release.formats import dcat

    if edition.withdrawn:
        dcat.withdraw(described)
    return described


def _mark(out: Sequence[Edition]) -> dict[str, str]:
    return {"data": SYNTHETIC} if any(edition.synthetic for edition in out) else {}


def _url(edition: Edition, about: Catalogue) -> str:
    return f"{about.base_url}{edition.name}/public/"


def _moment(moment: datetime) -> str:
    return moment.astimezone(AMSTERDAM).isoformat()


def _json(content: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(content, ensure_ascii=False, indent=2)}\n".encode()


def _put(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        atomic.write(path, content, mode=0o644)


_OUT = """
select candidate.release_id, candidate.version, candidate.content_hash,
    published.changed_at as published, withdrawn.changed_at as withdrawn, coalesce(withdrawn.why, '') as why,
    exists (
        select from release.vintage inner join ledger.institution using (gi_code)
        where vintage.candidate_id = candidate.candidate_id and institution.synthetic
    ) as synthetic
from release.candidate
inner join release.state_change as published
    on candidate.candidate_id = published.candidate_id and published.to_state = 'published'
left join release.state_change as withdrawn
    on candidate.candidate_id = withdrawn.candidate_id and withdrawn.to_state = 'withdrawn'
where candidate.state in ('published', 'withdrawn')
order by candidate.release_id, candidate.version
"""
