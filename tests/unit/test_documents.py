"""What the documents name is there: files, headings, tests and commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from gi_monitor.cli import app
from gi_monitor.settings import PROJECT

DOCUMENTS = [
    PROJECT / "README.md",
    *sorted((PROJECT / "docs").glob("*.md")),
    *sorted((PROJECT / "docs" / "security").glob("*.md")),
]
_LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#]*)(?:#([^)]+))?\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
_COMMAND = re.compile(r"gi-monitor\s+([a-z][a-z-]+)(?:\s+([a-z][a-z-]+))?")


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as code hosts make them."""
    headings = (heading.lower() for heading in _HEADING.findall(document.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    broken = [
        f"{path}#{anchor}"
        for path, anchor in _LINK.findall(document.read_text(encoding="utf-8"))
        for target in [(document.parent / path) if path else document]
        if not target.exists() or (anchor and anchor not in anchors(target))
    ]

    assert not broken


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_that_is_named_is_there(document: Path) -> None:
    for path, test in _TEST.findall(document.read_text(encoding="utf-8")):
        assert (PROJECT / path).exists(), path
        assert not test or f"def {test}(" in (PROJECT / path).read_text(encoding="utf-8"), f"{path}::{test}"


@pytest.mark.parametrize("name", ["runbooks.md", "going-live.md"])
def test_every_command_of_a_runbook_exists(name: str) -> None:
    commands = get_command(app)
    assert isinstance(commands, TyperGroup)
    for quoted in re.findall(r"`([^`]+)`", (PROJECT / "docs" / name).read_text(encoding="utf-8")):
        for first, second in _COMMAND.findall(quoted):
            assert first in commands.commands, quoted
            group = commands.commands[first]
            assert not second or not isinstance(group, TyperGroup) or second in group.commands, quoted
