"""The pages about the monitor: definitions, downloads, calendar, corrections, accessibility."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gi_monitor.indicators import Indicator, Indicators
from gi_monitor.publication_rules import Withheld
from gi_monitor.release.pages.blocks import Definition, Link, Section, Table
from gi_monitor.release.pages.edition import Edition
from gi_monitor.release.pages.language import Language
from gi_monitor.release.versions import FIRST

CHARTS = "charts"
_FAMILIES = ("C", "F", "W", "S", "N")


def definitions(say: Language, indicators: Indicators) -> list[Section]:
    """Every indicator by the first letter of its code, from the indicator files."""
    return [
        Section(
            f"definitions-{letter.lower()}",
            say(f"definitions.{letter}"),
            definitions=[
                _definition(say, indicator, indicators)
                for indicator in indicators.indicators.values()
                if indicator.id.startswith(letter)
            ],
        )
        for letter in _FAMILIES
    ]


def _definition(say: Language, indicator: Indicator, indicators: Indicators) -> Definition:
    figures = [
        (say.of(component), say.of(indicators.units[component.unit]))
        for component in indicator.components.values()
        if not isinstance(component.published, Withheld)
    ]
    name, sentence = say.of(indicator, "name"), say.of(indicator, "sentence")
    return Definition(indicator.id, name, sentence, figures, indicator.source)


def downloads(say: Language, edition: Edition, charted: Iterable[Section]) -> list[Section]:
    """Every file of the public tree: first those about all figures, then the figures behind each chart."""
    documents = {
        edition.document(say.code): say("downloads.document"),
        edition.document(say.other().code): say("downloads.other_document"),
    }
    known = {name: words for name, words in say.texts["files"].items() if name in edition.files}
    files = [Link(f"{say.root}{name}", words, name) for name, words in {**documents, **known}.items()]
    licence = edition.catalogue.licence
    per_chart = [
        Link(f"{say.root}{download(each)}", each.tables[0].caption, download(each)) for each in charted if each.rows
    ]
    return [
        Section("files", say("downloads.files"), paragraphs=say.all("downloads.text"), links=files),
        Section("licence", say("downloads.licence"), links=[Link(licence.url, licence.title, licence.name)]),
        Section("per_chart", say("downloads.per_chart"), links=per_chart),
    ]


def download(section: Section) -> str:
    """Where the figures behind a section lie, from the root of the tree."""
    return f"{CHARTS}/{section.key}.csv"


def _moment(say: Language, moment: datetime) -> str:
    return say("calendar.moment", day=say.day(moment), time=f"{moment:%H:%M}")


def calendar(say: Language, edition: Edition) -> list[Section]:
    """What was and will be published, and when."""
    rows = [
        [
            f"{release.release_id}",
            say.day(release.reference_date),
            _moment(say, release.publication_moment),
            "; ".join(f"{each.party}, {_moment(say, each.access_from)}" for each in release.access)
            or say("calendar.nobody"),
        ]
        for release in edition.calendar
    ]
    header = [say(f"calendar.{name}") for name in ("release", "reference_date", "published", "access")]
    table = Table(say("calendar.caption"), header, rows)
    return [Section("calendar", say("calendar.title"), paragraphs=say.all("calendar.text"), tables=[table])]


def corrections(say: Language, edition: Edition) -> list[Section]:
    """What was corrected in this release, and how corrections are made."""
    said = "corrections.first" if edition.version == str(FIRST) else "corrections.later"
    return [
        Section(
            "this_release",
            say("corrections.this.title"),
            paragraphs=[say(said, version=edition.version)],
            links=[
                Link(f"{say.root}{name}", say.texts["files"][name], name)
                for name in ("changelog.md", "revisions.csv")
                if name in edition.files
            ],
        ),
        Section("policy", say("corrections.policy.title"), paragraphs=say.all("corrections.policy.text")),
    ]


def accessibility(say: Language, edition: Edition) -> list[Section]:
    """What was done for those who see, hear, move or read otherwise, and whom to tell what does not work."""
    contact = edition.catalogue.contact
    return [
        *(
            Section(name, say(f"accessibility.{name}.title"), paragraphs=say.all(f"accessibility.{name}.text"))
            for name in ("standard", "done", "known")
        ),
        Section(
            "contact",
            say("accessibility.contact.title"),
            paragraphs=say.all("accessibility.contact.text"),
            links=[Link(f"mailto:{contact.email}", contact.email, contact.name)],
        ),
    ]
