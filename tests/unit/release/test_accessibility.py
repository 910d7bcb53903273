"""The static check finds each fault that it looks for, and none in the pages as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from gi_monitor.release.pages import accessibility, profile, site
from tests.released import EDITION, INDICATORS, NATION, everybody

SOUND = """<!DOCTYPE html>
<html lang="nl"><head><title>Een</title><link rel="stylesheet" href="style.css"></head>
<body><a href="#c">door</a><main id="c"><h1 id="een">Een</h1><h2>Twee</h2>
<svg role="img" aria-labelledby="t d"><title id="t">Titel</title><desc id="d">Tekst</desc><path d="M0,0"/></svg>
<table><caption>Wat</caption><tr><th scope="row">a</th><td>1</td></tr></table>
</main></body></html>"""


def found(tmp_path: Path, page: str) -> list[str]:
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    return [problem for _, problem in accessibility.problems(tmp_path)]


def test_a_sound_page_has_no_problem(tmp_path: Path) -> None:
    assert found(tmp_path, SOUND) == []


@pytest.mark.parametrize(
    ("sound", "broken", "problem"),
    [
        (' lang="nl"', "", "html has no lang"),
        ("<title>Een</title>", "", "no title"),
        ('<main id="c">', '<div id="c">', "not exactly one main"),
        ("<h2>Twee</h2>", "<h3>Twee</h3>", "h3 follows h1"),
        ("<h2>Twee</h2>", "<h1>Twee</h1>", "not exactly one h1"),
        ("<h2>Twee</h2>", "<h2></h2>", "empty h2"),
        ('id="een"', 'id="c"', "id c stands there twice"),
        ('href="#c"', 'href="#d2"', "a refers to d2, which is not there"),
        (">door<", "><", "link to #c has no text"),
        ("<h2>Twee</h2>", '<h2>Twee</h2><img src="a.png">', "img has no alt"),
        ("Tekst", "", "svg has no title or no description"),
        (' role="img"', "", "svg is no image with a name"),
        ("<caption>Wat</caption>", "", "table has no caption"),
        (' scope="row"', "", "th has no scope"),
        ("<h2>", "<script>1</script><h2>", "script in the page"),
        ("<h2>", '<h2 style="color: red">', "h2 has a style or runs something"),
        ('href="style.css"', 'href="https://elsewhere.example/style.css"', "link asks https://elsewhere.example/style.css"),
    ],
)  # fmt: skip
def test_each_fault_is_found(tmp_path: Path, sound: str, broken: str, problem: str) -> None:
    assert sound in SOUND
    assert problem in found(tmp_path, SOUND.replace(sound, broken, 1))


def test_the_pages_as_they_are_have_no_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site.document, "pdf", lambda *_: b"%PDF")
    site.write(tmp_path, NATION, EDITION, INDICATORS)
    restricted = tmp_path / "restricted"
    restricted.mkdir()
    profile.write(restricted, everybody(), EDITION, INDICATORS)

    assert len(list(tmp_path.rglob("*.html"))) == 26
    assert accessibility.problems(tmp_path) == []
