"""The page of a receipt: complete, accessible, on its own, and harmless whatever was delivered."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from posixpath import dirname, normpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gi_monitor import rule_pages
from gi_monitor.documents import SYNTHETIC
from gi_monitor.intake import receipt as receipts
from gi_monitor.intake.receipt import Receipt, as_html
from gi_monitor.intake.receipt.content import Use
from gi_monitor.intake.receipt.wording import visible
from tests.builders import files, good_rows
from tests.unit.intake.receipts import HOSTILE, found, good_receipt, receipt_of, with_findings


class Page(HTMLParser):
    """The elements of a page in order, with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def tags(self) -> Counter[str]:
        return Counter(tag for tag, _ in self.elements)

    def all(self, attribute: str) -> list[str]:
        return [value for _, attributes in self.elements if (value := attributes.get(attribute)) is not None]


def page(receipt: Receipt) -> Page:
    return Page(as_html.page(receipt, "../../regels/"))


@pytest.fixture(params=["receipt", "rule", "index"])
def html(request: pytest.FixtureRequest) -> str:
    """Every kind of page that an institution gets."""
    if request.param == "receipt":
        return as_html.page(with_findings(found("PV32"), found("x", rule="R10")), "")
    return rule_pages.html()[{"rule": "R10.html", "index": "index.html"}[request.param]].decode()


def test_a_page_is_dutch_and_stands_on_its_own(html: str) -> None:
    seen = Page(html)

    assert seen.elements[0] == ("html", {"lang": "nl"})
    assert not {"script", "link", "img", "iframe", "object", "form"} & seen.tags().keys()
    assert not [target for target in seen.all("href") if ":" in target]
    assert not [name for name in seen.all("style")]
    assert "url(" not in html and "@import" not in html


def test_a_page_can_be_walked_through_without_eyes(html: str) -> None:
    seen = Page(html)
    levels = [int(tag[1]) for tag, _ in seen.elements if tag in ("h1", "h2", "h3")]

    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert seen.tags()["caption"] == seen.tags()["table"]
    assert all("scope" in attributes for tag, attributes in seen.elements if tag == "th")
    assert seen.all("href")[0] == "#inhoud" and "inhoud" in seen.all("id")


def test_it_says_the_state_and_what_to_do_first() -> None:
    receipt = receipt_of(files(good_rows(), {"maatregelen_actief": 4}))
    text = page(receipt).text

    assert text.index("Status: afgekeurd") < text.index(receipt.next_step) < text.index("Controletotalen")


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_text_on_the_page(value: str) -> None:
    benign, hostile = page(with_findings(found("PV32"))), page(with_findings(found(value, column=value)))

    assert hostile.tags() == benign.tags()
    assert visible(value) in hostile.text


@given(st.text(st.characters(), min_size=1))
def test_no_value_changes_the_page_around_it(value: str) -> None:
    benign, hostile = page(with_findings(found("PV32"))), page(with_findings(found(value)))

    assert hostile.tags() == benign.tags()
    as_html.page(with_findings(found(value)), "").encode()


def test_a_finding_without_a_value_shows_none() -> None:
    about_nothing = replace(found(None, row=None, column=None), message="Er staat een persoonsgegeven in rij 4.")

    assert "None" not in page(with_findings(about_nothing)).text


def test_an_empty_value_is_called_empty() -> None:
    assert "(leeg)" in page(with_findings(found(""))).text


def test_of_very_many_findings_the_first_are_shown_and_the_rest_pointed_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_html, "MOST_SHOWN", 2)
    few, many = (page(with_findings(*[found("PV32")] * number)) for number in (2, 3))

    assert few.tags()["bdi"] == many.tags()["bdi"]
    assert "de eerste 2; het Excel-bestand" in many.text
    assert "Excel" not in few.text
    assert "R03: rij terzijde, 3 bevindingen" in many.text


def test_a_rule_that_could_not_run_is_named_with_its_reason() -> None:
    text = page(receipt_of({k: v for k, v in files(good_rows()).items() if k != "formatie.csv"})).text

    assert "niet uitgevoerd: formatie is niet gelezen" in text


def test_the_mirror_shows_dutch_names_and_numbers() -> None:
    receipt = receipt_of(files(good_rows(), niet_beschikbaar=["hulp"]))
    text = " ".join(page(receipt).text.split())

    assert "organisatiewerklasttotaal2,14maatregelen per fte" in text
    assert "aandeel langer dan 5 werkdagentotaal100%" in text
    assert "wachtend op passende jeugdhulpn.v.t." in text


def test_releases_that_rest_on_it_are_named() -> None:
    uses = (Use("2024-T1", "1", "withdrawn"), Use("2024-T1", "2", "published"))
    text = page(replace(good_receipt(), used_in=uses)).text

    assert "Uitgave 2024-T1, versie 1 (ingetrokken)" in text
    assert "Uitgave 2024-T1, versie 2" in text


def test_the_mark_of_made_up_data_is_on_it_when_they_are() -> None:
    assert SYNTHETIC in page(good_receipt()).text.lower()
    assert SYNTHETIC not in page(replace(good_receipt(), synthetic=False)).text.lower()


@pytest.mark.parametrize(("trial", "folder"), [(True, ""), (False, "2024-04/1/")])
def test_every_link_leads_somewhere(trial: bool, folder: str) -> None:
    receipt = receipts.forms(replace(with_findings(found("PV32")), trial=trial))
    outbox = {f"regels/{name}": page for name, page in rule_pages.html().items()}
    outbox |= {folder + name: form for name, form in receipt.items()}

    for name in outbox:
        if name.endswith(".html"):
            for target in Page(outbox[name].decode()).all("href"):
                assert target.startswith("#") or normpath(f"{dirname(name)}/{target}".lstrip("/")) in outbox
