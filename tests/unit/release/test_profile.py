"""The profile of an institution: its published figures, its place among the others, nothing that was suppressed."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from gi_monitor.release.pages import language, profile
from tests.released import EDITION, INDICATORS, everybody

ROWS = everybody()
NUMBER = re.compile(r"\d[\d.,]*\d|\d")


@pytest.fixture
def profiles(tmp_path: Path, undrawn: None) -> dict[str, str]:
    profile.write(tmp_path, ROWS, EDITION, INDICATORS)
    assert (tmp_path / "style.css").exists()
    return {path.stem: path.read_text(encoding="utf-8") for path in (tmp_path / "profiles").iterdir()}


def told(page: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", page))


def test_each_institution_has_one_and_is_not_told_of_by_another(profiles: dict[str, str]) -> None:
    assert profiles.keys() == {"haagrijn", "waddenkust"}
    assert "Foto van Jeugdbescherming Haagrijn: stand op 1 januari 2025" in profiles["haagrijn"]
    assert "Waddenkust" not in profiles["haagrijn"]
    assert all("Niet openbaar" in page and "erzonnen gegevens" in page for page in profiles.values())


def test_its_place_is_said_in_words(profiles: dict[str, str]) -> None:
    row = re.search(r"<tr><th scope=\"row\">Organisatiewerklast</th>(.*?)</tr>", profiles["haagrijn"])

    assert row is not None
    # 240 / 18.2 = 13.2 here, 90 / 7.3 = 12.3 at the other, 30 981 / 2479.6 = 12.5 in the nation.
    assert re.findall(r"<td>(.*?)</td>", row[1]) == [
        "13,2 maatregelen per fte", "12,5", "hoger dan 1, lager dan 0, gelijk aan 0 van de 1 andere",
    ]  # fmt: skip


def test_what_was_suppressed_is_not_there(profiles: dict[str, str]) -> None:
    course = re.findall(r"<tr>(.*?)</tr>", profiles["waddenkust"].partition('id="course"')[2])
    cells = [re.findall(r"<td>(.*?)</td>", row) for row in course]

    assert cells[-1][2] == "x"  # three children
    assert cells[-1][5] == "x"  # three persons


def test_every_number_was_published_of_the_institution_or_the_nation(profiles: dict[str, str]) -> None:
    say = language.load("nl")
    for place, page in profiles.items():
        known = [row for row in ROWS if row.institution in (place, "NL") and row.value is not None]
        allowed = {form for row in known for form in (say.number(abs(row.value)), say.percent(row.value)[:-1])}  # type: ignore[arg-type]
        text = re.sub(r"\d{1,2} [a-z]+ 20\d\d|2024-T3|1\.0\.0", " ", told(page))
        allowed |= set(NUMBER.findall(f"{INDICATORS} 0 1"))
        assert set(NUMBER.findall(text)) <= allowed
