"""What the pages show is what was published, and they hold nothing that they may not."""

from __future__ import annotations

import csv
import re
from functools import cache
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from posixpath import normpath
from xml.etree import ElementTree

import pytest

from gi_monitor import contracts
from gi_monitor.disclosure.observation import Observation
from gi_monitor.release.pages import language, rendering, site
from gi_monitor.release.pages.blocks import Page
from gi_monitor.release.pages.edition import Edition
from gi_monitor.release.pages.language import Code, Language
from tests.released import EDITION, INDICATORS, NATION, edition, published

SVG = re.compile(r"<svg.*?</svg>", re.DOTALL)
AXIS = re.compile(r'<g class="mark-text role-axis-label".*?</g>', re.DOTALL)
NUMBER = re.compile(r"\d[\d.,]*\d|\d")
CODES: tuple[Code, ...] = ("nl", "en")


@cache
def pages(code: Code) -> list[Page]:
    return site.pages(NATION, EDITION, INDICATORS, language.load(code))


@cache
def html(code: Code) -> dict[str, str]:
    return rendered(NATION, EDITION, code)


def rendered(rows: list[Observation], release: Edition, code: Code = "nl") -> dict[str, str]:
    say = language.load(code)
    return site.html(
        site.pages(rows, release, INDICATORS, say), release, say, rendering.Drawings(say.locale)
    )  # fmt: skip


@cache
def whole(code: Code) -> str:
    return "\n".join(html(code).values())


def told(page: str) -> str:
    """All that a page tells: texts, tables, the letters in charts, their titles and descriptions; no axes."""
    attributes = re.findall(r'(?:content|aria-label)="([^"]*)"', page)
    return unescape(re.sub(r"<[^>]+>", " ", AXIS.sub("", page)) + " ".join(attributes))


def words(say: Language) -> str:
    """What is written beforehand: the language file, indicators, code lists, release and its neighbours."""
    codes = [code for listed in contracts.load().codes.values() for code in listed.values()]
    files = ["indicators", *EDITION.files, *(f"{code}/gi-monitor-2024-T3.pdf" for code in CODES)]
    return " ".join([str(say.texts), str(INDICATORS), str(codes), str(EDITION.catalogue), *files])


@pytest.mark.parametrize("code", CODES)
def test_every_number_on_the_pages_was_published(code: Code) -> None:
    say = language.load(code)
    text = told(whole(code))
    for day in re.findall(r"\d{1,2} [A-Za-z]+ 20\d\d", text):
        text = text.replace(day, " ")
    for moment in re.findall(r"[a-zA-Z]+ 20\d\d", text):
        text = text.replace(moment, " ")
    for name in ("2024-T3", "1.0.0", "09:30", *(section.key for page in pages(code) for section in page.sections)):
        text = text.replace(name, " ")
    allowed = {say.number(abs(row.value)) for row in NATION if row.value is not None}
    allowed |= {say.percent(row.value)[:-1] for row in NATION if row.value is not None and abs(row.value) <= 1}
    allowed |= {str(number) for row in NATION for number in (row.gi_reported, row.gi_expected)}
    allowed |= {
        say.number(stock.of(family))
        for stock in EDITION.cbs_stocks
        for family in ("jeugdbescherming", "jeugdreclassering")
    }
    allowed |= {str(len(EDITION.institutions)), "1"}
    allowed |= set(NUMBER.findall(words(say)))
    statuses = [table for page in pages(code) for s in page.sections if s.key == "statuses" for table in s.tables]
    allowed |= {row[1] for table in statuses for row in table.rows}

    numbers = NUMBER.findall(text)
    assert len(numbers) > 1000
    assert set(numbers) - allowed == set()


@pytest.mark.parametrize("code", CODES)
def test_tables_hold_what_their_download_holds(code: Code) -> None:
    """Cell by cell: what a table shows is a published figure of the section, and all of its own period are shown."""
    say = language.load(code)
    seen = 0
    for section in (section for page in pages(code) for section in page.sections if section.rows):
        values = {
            form.lstrip("+")
            for row in section.rows
            if row.value is not None
            for form in (say.number(row.value), say.percent(row.value))
        }
        signs = set(say.texts["no_value"].values())
        cbs = {
            say.number(stock.of(family))
            for stock in EDITION.cbs_stocks
            for family in ("jeugdbescherming", "jeugdreclassering")
        }
        coverage = {say("coverage", reported=row.gi_reported, expected=row.gi_expected) for row in section.rows}
        cells = [cell.lstrip("+") for table in section.tables for row in table.rows for cell in row[1:]]
        assert set(cells) <= values | signs | coverage | cbs, section.key
        now = {row.key: row for row in section.rows if row.period == "2024-T3" and row.value is not None}
        for row in now.values():
            assert row.value is not None
            assert {say.number(row.value), say.percent(row.value)} & set(cells), row.key
            seen += 1
    assert seen > 100


def test_a_figure_that_is_not_published_leaves_no_trace() -> None:
    exact = {"S1.persons_skj": 3, "W1.children": 4}
    told_of_few = told("\n".join(rendered(published(("2024-T2", {}), ("2024-T3", exact)), EDITION).values()))

    assert "Het aantal wachtende kinderen is niet gepubliceerd" in told_of_few
    assert not re.search(r"jeugdbeschermers is (gedaald|gestegen)", told_of_few)


@pytest.mark.parametrize("code", CODES)
def test_columns_of_a_table_can_be_told_apart(code: Code) -> None:
    tables = [table for page in pages(code) for section in page.sections for table in section.tables]

    assert all(len(set(table.header)) == len(table.header) for table in tables)
    assert all(len({row[0] for row in table.rows}) == len(table.rows) for table in tables)
    assert all(len(row) == len(table.header) for table in tables for row in table.rows)


def test_gaps_are_gaps() -> None:
    section = next(s for p in pages("nl") for s in p.sections if s.key == "terms")
    gap = next(
        s
        for p in site.pages(_with_gap(), EDITION, INDICATORS, language.load("nl"))
        for s in p.sections
        if s.key == "waiting"
    )

    assert section.charts
    points = gap.charts[0].lines[0].points  # type: ignore[attr-defined]
    assert [point.value is None for point in points] == [False, True, False]


def _with_gap() -> list[Observation]:
    return published(
        ("2024-T1", {"W1.children": 90}), ("2024-T2", {"W1.children": 3}), ("2024-T3", {"W1.children": 80})
    )


@pytest.mark.parametrize("code", CODES)
def test_made_up_data_are_marked_on_every_page_and_real_ones_are_not(code: Code) -> None:
    assert all(page.count("erzonnen gegevens") >= 2 for page in html(code).values())
    real = "\n".join(rendered(NATION, edition(synthetic=False), code).values())
    assert "erzonnen" not in real
    assert "ynthetic" not in real


@pytest.mark.parametrize("code", CODES)
def test_pages_run_nothing_and_ask_nobody(code: Code) -> None:
    assert "<script" not in whole(code)
    assert not re.search(r'\s(style|on[a-z]+)="', whole(code))
    assert not re.search(r"url\(|@import|<style", whole(code))
    assert set(re.findall(r'"(https?://[^"]+)"', whole(code))) <= {
        "http://www.w3.org/2000/svg",
        EDITION.catalogue.licence.url,
    }
    assert "url(" not in rendering.beside(rendering.STYLE)


def test_every_link_leads_somewhere() -> None:
    known = {name: set(re.findall(r'\sid="([^"]+)"', page)) for code in CODES for name, page in html(code).items()}
    outside = {EDITION.catalogue.licence.url, f"mailto:{EDITION.catalogue.contact.email}"}
    others = {*EDITION.files, "style.css", "icon.svg", *(EDITION.document(code) for code in CODES)}
    others |= {f"charts/{section.key}.csv" for page in pages("nl") for section in page.sections if section.rows}
    seen = 0
    for code in CODES:
        for name, page in html(code).items():
            for link in re.findall(r'(?:href|src)="([^"]+)"', page):
                path, _, anchor = link.partition("#")
                target = normpath(f"{Path(name).parent}/{path}") if path else name
                assert link in outside or target in known or target in others, (name, link)
                assert not anchor or anchor in known[target], (name, link)
                seen += 1
    assert seen > 300


@pytest.mark.parametrize("code", CODES)
def test_charts_have_a_title_a_description_and_ids_of_their_own(code: Code) -> None:
    space = "{http://www.w3.org/2000/svg}"
    for page in html(code).values():
        for svg in SVG.findall(page):
            drawing = ElementTree.fromstring(svg)
            title, description = drawing.find(f"{space}title"), drawing.find(f"{space}desc")
            assert title is not None and title.text and description is not None and description.text
            assert drawing.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
            assert drawing.get("role") == "img"
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
    assert len(SVG.findall(whole(code))) > 50


def test_every_section_of_figures_has_its_definition_and_its_download() -> None:
    sections = [section for page in pages("nl") for section in page.sections if section.charts]

    assert len(sections) > 15
    assert all(section.defined and section.rows and section.tables for section in sections)


def test_each_definition_is_told_once_with_every_published_figure() -> None:
    [page] = [page for page in pages("nl") if page.name == "definitions"]
    told_of = [definition for section in page.sections for definition in section.definitions]

    assert [definition.id for definition in told_of] == [
        code for letter in "CFWSN" for code in INDICATORS.indicators if code.startswith(letter)
    ]
    balance = next(definition for definition in told_of if definition.id == "F1")
    assert "weer opgenomen" not in dict(balance.figures)  # withheld (spec 3.2, rule 7)


def test_only_moments_that_a_chart_reaches_are_numbered_and_text_is_escaped() -> None:
    page = html("nl")["werklast-en-wachtlijst.html"]

    assert "1 januari 2024: Begin van &lt;iets&gt;" in page
    assert "Lang geleden" not in page
    assert "1 January 2024: Begin of &lt;something&gt;" in html("en")["en/workload-and-waiting-list.html"]


@pytest.mark.parametrize("code", CODES)
def test_headings_landmarks_and_language_are_there(code: Code) -> None:
    for page in html(code).values():
        seen: list[str] = []

        class Outline(HTMLParser):
            def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
                seen.append(f"html {dict(attrs).get('lang')}" if tag == "html" else tag)  # noqa: B023

        Outline().feed(SVG.sub("", page))
        assert f"html {code}" in seen
        assert [seen.count(tag) for tag in ("h1", "main", "header", "footer")] == [1, 1, 1, 1]
        assert seen.count("table") == seen.count("caption")
        levels = [int(tag[1]) for tag in seen if re.fullmatch(r"h[1-6]", tag)]
        assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_who_did_not_deliver_is_named() -> None:
    page = html("nl")["kwaliteit-en-dekking.html"]

    assert "1 van 2 instellingen leverden over december 2024" in page
    assert re.search(r"Waddenkust</th><td>niet geleverd", page)


def test_figures_behind_a_chart_can_be_downloaded(tmp_path: Path, undrawn: None) -> None:
    site.write(tmp_path, NATION, EDITION, INDICATORS)

    with (tmp_path / "charts" / "waiting.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["period"], row["value"]) for row in rows] == [
        ("2023-T1", "25"),
        ("2024-T2", "1420"),
        ("2024-T3", "1535"),
    ]
    assert (tmp_path / "en" / "index.html").exists()


def test_the_same_figures_give_the_same_bytes() -> None:
    say = language.load("nl")
    again = site.html(pages("nl"), EDITION, say, rendering.Drawings(say.locale))

    assert again == html("nl")


def test_the_start_page_is_light() -> None:
    assert len((html("nl")["index.html"] + rendering.beside(rendering.STYLE)).encode()) < 150_000
