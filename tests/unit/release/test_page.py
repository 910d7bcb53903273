"""What a reader of the page is told, and what the page may not hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

from gi_monitor import indicators
from gi_monitor.disclosure import audience, control
from gi_monitor.disclosure.observation import Observation
from gi_monitor.release.page import render, wording
from gi_monitor.release.page.figures import Figures
from gi_monitor.release.page.findings import Findings
from tests.unit.disclosure.exact import PATH, exact

INDICATORS = indicators.load()
EDITION = render.Edition(
    release_id="2024-T3",
    version="1.0.0",
    publication_date=date(2025, 2, 6),
    baseline=PATH.baseline,
    synthetic=True,
    policy_moments=[(date(2020, 1, 1), "Lang geleden"), (date(2024, 1, 1), "Begin van <iets>")],
)
SVG = re.compile(r"<svg.*?</svg>", re.DOTALL)


def workload(measures: int, fte: str) -> dict[str, Any]:
    return {"C1.count": measures, "C1.weighted": measures, "S2.fte": fte}


def published(*periods: tuple[str, Mapping[str, Any]]) -> list[Observation]:
    rows = [row for period, values in periods for row in exact(period, values=values)]
    return audience.public(control.apply(rows, INDICATORS, PATH), INDICATORS)


WAITED = {"C6.path_assumed": 1, "W4.n": 1602, "W4.median": "78.4"}
THREE = published(
    ("2023-T1", {**workload(33160, "2098.71"), "S1.persons_skj": 2449}),
    ("2024-T2", {**workload(31250, "2440.16"), "S1.persons_skj": 2733, "W1.children": 1421, **WAITED}),
    ("2024-T3", {**workload(30981, "2479.64"), "S1.persons_skj": 2781, "W1.children": 1533, **WAITED}),
)


def rendered(rows: list[Observation], **changes: Any) -> str:
    edition = render.Edition(**{**vars(EDITION), **changes})
    return render.page(rows, edition, INDICATORS.disclosure)["index.html"]


@cache
def html() -> str:
    return rendered(THREE)


def text_of(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", SVG.sub("", page))


def findings(rows: list[Observation]) -> Findings:
    return Findings(Figures(rows), INDICATORS.disclosure, PATH.baseline)


def test_the_headlines_say_what_happened() -> None:
    workers, workload, waiting = findings(THREE).headlines()

    assert (workers.value, workers.coverage) == ("2.780", "13 van 13 instellingen")
    assert workers.sentence == (
        "Het aantal jeugdbeschermers is gestegen tot 2.780: "
        "+45 in vier maanden, +330 sinds de nulmeting van 1 mei 2023."
    )
    assert (workload.value, workload.unit) == ("12,5", "maatregelen per fte")
    # 31 250 / 2440.2 = 12.8; 33 160 / 2098.7 = 15.8; the path is at the norm.
    assert workload.sentence == (
        "De werklast is gedaald tot 12,5 maatregelen per fte, 0,5 boven de norm en 0,5 boven het afbouwpad."
    )
    assert waiting.value == "1.535"
    assert waiting.sentence == "Hun aantal is gestegen. De helft van de plaatsingen duurt al 78 dagen of langer."


def test_workload_and_waiting_list_are_told_together() -> None:
    assert findings(THREE).together() == "De werklast is gedaald, het aantal wachtende kinderen is gestegen"


def test_what_is_suppressed_is_told_as_such() -> None:
    rows = published(("2024-T2", {}), ("2024-T3", {"S1.persons_caseload_roles": 4, "S1.persons_skj": 3}))

    workers, workload, _ = findings(rows).headlines()
    assert (workers.value, workload.value) == ("x", "x")
    assert workload.sentence == "De werklast is niet gepubliceerd."
    assert "niet gepubliceerd" in rendered(rows)


def test_the_first_period_has_nothing_to_compare_with() -> None:
    rows = published(("2024-T3", {}))

    _, workload, _ = findings(rows).headlines()
    assert workload.sentence == "De werklast is 13,2, 1,2 boven de norm."
    assert "vergeleken met" not in rendered(rows)


@pytest.mark.parametrize(
    ("now", "before", "moved"),
    [(100, 95, "ongeveer gelijk gebleven"), (100, 90, "gestegen"), (90, 100, "gedaald")],
)
def test_one_step_of_rounding_is_no_movement(now: int, before: int, moved: str) -> None:
    assert wording.movement(Decimal(now), Decimal(before), Decimal(5)) == moved


def test_every_number_on_the_page_was_published() -> None:
    told = text_of(html())
    for month_name in re.findall(r"\d{1,2} [a-z]+ 20\d\d", told):
        told = told.replace(month_name, " ")
    told = told.replace("2024-T3", " ").replace("1.0.0", " ").replace("veelvouden van 5", " ")
    allowed = {wording.number(abs(row.value)) for row in THREE if row.value is not None}
    allowed |= {str(number) for row in THREE for number in (row.gi_reported, row.gi_expected)}

    numbers = re.findall(r"\d[\d.,]*\d|\d", told)
    assert len(numbers) > 50
    assert set(numbers) <= allowed


def test_the_tables_hold_what_the_charts_show() -> None:
    rows = re.findall(r"<tr>(.*?)</tr>", html())
    cells = [re.sub(r"<[^>]+>", "|", row).strip("|").split("||") for row in rows]

    assert ["1 januari 2025*", "12,5", "12,0", "+0,5", "+0,5", "13 van 13"] in cells
    assert ["1 mei 2023*", "15,8", "15,8", "0,0", "+3,8", "13 van 13"] in cells
    assert ["1 januari 2025*", "12,5", "1.535", "78", "13 van 13"] in cells
    assert ["1 januari 2025*", "2.780", "24,4", "2.479,6", "+45", "13 van 13"] in cells


def test_made_up_data_are_marked_and_real_ones_are_not() -> None:
    assert "Verzonnen gegevens" in html()
    assert "synthetic data" in html()
    assert "erzonnen" not in rendered(THREE, synthetic=False)


def test_the_page_runs_nothing_and_asks_nobody() -> None:
    page = html()

    assert "<script" not in page
    assert not re.search(r'\s(style|on[a-z]+)="', page)
    assert not re.search(r"url\(|@import|<style", page)
    links = re.findall(r'(?:href|src)="([^"]+)"', page)
    assert links
    assert all(re.match(r"#|[A-Za-z]", link) and "//" not in link for link in links)
    assert set(re.findall(r'"(https?://[^"]+)"', page)) <= {"http://www.w3.org/2000/svg"}
    assert "url(" not in render.page(THREE, EDITION, INDICATORS.disclosure)["style.css"]


def test_charts_have_a_title_a_description_and_ids_of_their_own() -> None:
    page = html()
    drawings = [ElementTree.fromstring(svg) for svg in SVG.findall(page)]
    space = "{http://www.w3.org/2000/svg}"

    assert len(drawings) == 8  # four charts, each wide and narrow
    for drawing in drawings:
        title, description = drawing.find(f"{space}title"), drawing.find(f"{space}desc")
        assert title is not None and description is not None
        assert drawing.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
        assert drawing.get("role") == "img"
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "afbouwpad" in page
    assert "(aangenomen)" in page


def test_only_moments_that_a_chart_reaches_are_numbered_and_text_is_escaped() -> None:
    page = html()

    assert "1 januari 2024: Begin van &lt;iets&gt;" in page
    assert "Lang geleden" not in page


def test_headings_landmarks_and_language_are_there() -> None:
    seen: list[str] = []

    class Outline(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append(f"html {dict(attrs).get('lang')}" if tag == "html" else tag)

    Outline().feed(SVG.sub("", html()))

    assert "html nl" in seen
    assert [seen.count(tag) for tag in ("h1", "main", "header", "footer")] == [1, 1, 1, 1]
    assert seen.count("figure") == seen.count("table") == seen.count("caption") == 3
    levels = [int(tag[1]) for tag in seen if re.fullmatch(r"h[1-6]", tag)]
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
