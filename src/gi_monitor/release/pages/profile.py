"""The profile ("foto") of each institution, for the institutions alone: its place among the others, and its course.

Made from published restricted observations, so that it tells no more than the restricted data do (spec 3.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from gi_monitor.disclosure.observation import NATIONAL, Observation
from gi_monitor.indicators import Indicators
from gi_monitor.release import files
from gi_monitor.release.pages import language, rendering, workload
from gi_monitor.release.pages.blocks import Section, Table
from gi_monitor.release.pages.drawing.canvas import SIZES
from gi_monitor.release.pages.drawing.strips import Strip, StripChart
from gi_monitor.release.pages.edition import Edition
from gi_monitor.release.pages.exhibits import Exhibits
from gi_monitor.release.pages.figures import Figures
from gi_monitor.release.pages.findings import Findings
from gi_monitor.release.pages.telling import Telling

_COMPARED = (
    "C3.value", "C8.p50", "C9.share_two_or_more", "W4.median", "W5.share_42", "W6.share", "W7.share", "S5.value",
    "S7.value", "S8.value", "S9.value",
)  # fmt: skip
"""Figures that mean the same for a large institution and a small one."""
_COURSE = (
    "C1.count", "C3.value", "W1.children", "W4.median", "W5.share_42", "S1.persons_skj", "S5.value", "S9.value",
)  # fmt: skip


@dataclass(frozen=True)
class _Place:
    """One figure of an institution beside the nation's and those of the other institutions."""

    name: str
    own: Decimal
    national: Decimal | None
    others: Sequence[Decimal]


def write(folder: Path, published: Sequence[Observation], edition: Edition, indicators: Indicators) -> None:
    """Write ``profiles/`` into the restricted tree, in Dutch; a page per institution of this release."""
    say = language.load("nl")
    for name in (rendering.STYLE, rendering.ICON):
        files.write_text(folder / name, rendering.beside(name))
    (folder / "profiles").mkdir()
    seen = {row.institution for row in published if row.period == edition.release_id} - {NATIONAL}
    every = {place: Figures(published, place) for place in sorted({*seen, NATIONAL})}
    for institution in (each for each in edition.institutions if each.gi_code in seen):
        telling = Telling(every[institution.gi_code], say, indicators)
        exhibits = Exhibits(Findings(telling, edition.baseline))
        others = [figures for place, figures in every.items() if place not in (institution.gi_code, NATIONAL)]
        html = rendering.render(
            "profile.html.j2", say, edition, rendering.Drawings(say.locale),
            name=institution.name, sections=_sections(exhibits, institution.name, every[NATIONAL], others), sizes=SIZES,
        )  # fmt: skip
        files.write_text(folder / "profiles" / f"{institution.gi_code}.html", html)


def _sections(exhibits: Exhibits, name: str, nation: Figures, others: Sequence[Figures]) -> list[Section]:
    together = workload.together(exhibits, "together")
    tables = [*together.tables, _since_the_baseline(exhibits)]
    course = exhibits.section("course", exhibits.say("profile.time"), [], [_course(exhibits)], _COURSE)
    found = [_place(exhibits, name, nation, others), replace(together, tables=tables), course]
    return [replace(section, defined=(), rows=()) for section in found]


def _place(exhibits: Exhibits, name: str, nation: Figures, others: Sequence[Figures]) -> Section:
    say = exhibits.say
    places = [place for figure in _COMPARED if (place := _found(figure, exhibits.telling.figures, nation, others))]
    title = say("profile.place")
    if not places:
        return Section("place", title, paragraphs=[say("profile.none")])
    strips = [
        Strip(_labelled(exhibits.telling, place), place.own, place.others, place.national) for place in places
    ]  # fmt: skip
    rows = [_row(exhibits.telling, place) for place in places]
    header = [say.capital(say("site.figure")), say("profile.own"), say("profile.national"), say("profile.others")]
    described = "; ".join(f"{row[0]}: {row[1]}, {row[3]}" for row in rows)
    return Section(
        "place",
        title,
        charts=[StripChart("place", title, f"{described}.", strips)],
        notes=[say("profile.place_text", name=name)],
        tables=[Table(say("profile.place_caption"), header, rows)],
    )


def _found(name: str, own: Figures, nation: Figures, others: Sequence[Figures]) -> _Place | None:
    value = own.value(name)
    if value is None:
        return None
    known = [other for figures in others if (other := figures.value(name)) is not None]
    return _Place(name, value, nation.value(name), known)


def _labelled(telling: Telling, place: _Place) -> str:
    own = telling.amount(place.name, place.own)
    label = telling.heading(place.name)
    if place.national is None:
        return telling.language("profile.place_alone", label=label, own=own)
    national = telling.text(place.name, place.national)
    return telling.language("profile.place_axis", label=label, own=own, national=national)


def _row(telling: Telling, place: _Place) -> list[str]:
    national = "" if place.national is None else telling.text(place.name, place.national)
    words = telling.language(
        "profile.place_row",
        lower=sum(other < place.own for other in place.others),
        higher=sum(other > place.own for other in place.others),
        same=sum(other == place.own for other in place.others),
        others=len(place.others),
    )
    return [telling.heading(place.name), telling.amount(place.name, place.own), national, words]


def _since_the_baseline(exhibits: Exhibits) -> Table:
    telling, say = exhibits.telling, exhibits.say
    names = ["N1.delta_workload", "N1.delta_waiting"]
    day = say.day(exhibits.findings.baseline + timedelta(days=1))
    rows = [
        [telling.stand(period), *(telling.cell(name, period) for name in names)] for period in telling.figures.periods
    ]
    header = [say("table.stand"), *(telling.heading(name) for name in names)]
    return Table(say("profile.together_caption", day=day), header, rows)


def _course(exhibits: Exhibits) -> Table:
    telling, say = exhibits.telling, exhibits.say
    rows = [
        [telling.stand(period), *(telling.cell(name, period) for name in _COURSE)] for period in telling.figures.periods
    ]
    header = [say("table.stand"), *(telling.heading(name) for name in _COURSE)]
    return Table(say("profile.time_caption"), header, rows)
