"""The site of a release: all pages in both languages, the same as a document, and the figures behind each chart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gi_monitor.disclosure.observation import Observation
from gi_monitor.indicators import Indicators
from gi_monitor.release import files
from gi_monitor.release.formats import observations
from gi_monitor.release.pages import (
    about,
    continuity,
    document,
    home,
    language,
    measures,
    quality,
    rendering,
    staff,
    waiting,
    workload,
)
from gi_monitor.release.pages.blocks import Page, Section
from gi_monitor.release.pages.drawing.canvas import SIZES
from gi_monitor.release.pages.edition import Edition
from gi_monitor.release.pages.exhibits import Exhibits
from gi_monitor.release.pages.figures import Figures
from gi_monitor.release.pages.findings import Findings
from gi_monitor.release.pages.language import Language
from gi_monitor.release.pages.telling import Telling

MAIN = ("home", "workload", "waiting", "staff", "measures", "continuity", "quality")
"""The pages of the main menu; the others are about the monitor."""


def write(folder: Path, published: Sequence[Observation], edition: Edition, indicators: Indicators) -> None:
    """Write the site into the public tree; every figure in it is one of ``published``."""
    for name in (rendering.STYLE, rendering.ICON):
        files.write_text(folder / name, rendering.beside(name))
    for say in language.both():
        (folder / say.folder).mkdir(exist_ok=True)
        drawn = rendering.Drawings(say.locale)
        made = pages(published, edition, indicators, say)
        for name, text in html(made, edition, say, drawn).items():
            files.write_text(folder / name, text)
        (folder / edition.document(say.code)).write_bytes(document.pdf(made, say, edition, drawn))
    (folder / about.CHARTS).mkdir()
    for section in (section for page in made for section in page.sections if section.rows):
        observations.write_csv(folder / about.download(section), section.rows)


def html(made: Sequence[Page], edition: Edition, say: Language, drawn: rendering.Drawings) -> dict[str, str]:
    """The pages of one language by their place from the root of the tree."""
    other = say.other()
    return {
        path(page, say): rendering.render(
            "page.html.j2", say, edition, drawn, page=page, pages=made, main=MAIN, sizes=SIZES,
            other=other, elsewhere=f"{say.root}{path(page, other)}",
        )
        for page in made
    }  # fmt: skip


def path(page: Page, say: Language) -> str:
    """Where a page lies, from the root of the tree."""
    return f"{say.folder}{say(f'pages.{page.name}.slug')}.html"


def pages(published: Sequence[Observation], edition: Edition, indicators: Indicators, say: Language) -> list[Page]:
    """All pages in one language, in the order of the menus."""
    exhibits = Exhibits(Findings(Telling(Figures(published), say, indicators), edition.baseline))
    figures = {
        "workload": workload.sections(exhibits, edition.policy_moments),
        "waiting": waiting.sections(exhibits),
        "staff": staff.sections(exhibits),
        "measures": measures.sections(exhibits, edition.cbs_stocks),
        "continuity": continuity.sections(exhibits),
    }
    charted = [section for sections in figures.values() for section in sections]
    sections = {
        "home": home.sections(exhibits, figures),
        **figures,
        "quality": quality.sections(exhibits, edition),
        "definitions": about.definitions(say, indicators),
        "downloads": about.downloads(say, edition, charted),
        "calendar": about.calendar(say, edition),
        "corrections": about.corrections(say, edition),
        "accessibility": about.accessibility(say, edition),
    }
    return [_page(name, found, edition, say) for name, found in sections.items()]


def _page(name: str, sections: Sequence[Section], edition: Edition, say: Language) -> Page:
    stand = say.day(edition.stand)
    return Page(name, say(f"pages.{name}.title").format(day=stand), say(f"pages.{name}.lead"), sections)
