"""What a page is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gi_monitor.disclosure.observation import Observation
from gi_monitor.release.pages.drawing.canvas import Chart


@dataclass(frozen=True)
class Table:
    """Rows of text under a header; the first cell of a row names it."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Link:
    """Where to, from the page that it stands on, and what lies there."""

    href: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class Headline:
    """One of the promised figures: what it is, how much, what happened and who is behind it."""

    title: str
    value: str
    unit: str
    sentence: str
    coverage: str
    page: str


@dataclass(frozen=True)
class Definition:
    """What an indicator means."""

    id: str
    name: str
    sentence: str
    figures: Sequence[tuple[str, str]]
    source: str


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it.

    ``defined``: the indicators that it shows. ``rows``: the published observations behind it, its download.
    ``moments`` are what the numbered lines of its charts mark.
    """

    key: str
    title: str
    paragraphs: Sequence[str] = ()
    headlines: Sequence[Headline] = ()
    charts: Sequence[Chart] = ()
    moments: Sequence[str] = ()
    notes: Sequence[str] = ()
    tables: Sequence[Table] = ()
    definitions: Sequence[Definition] = ()
    links: Sequence[Link] = ()
    defined: Sequence[str] = ()
    rows: Sequence[Observation] = ()


@dataclass(frozen=True)
class Page:
    """One page; ``name`` is its key in the language files."""

    name: str
    title: str
    lead: str
    sections: Sequence[Section]
