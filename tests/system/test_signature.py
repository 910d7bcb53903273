"""The one command that docs/data.md gives to check a release, as somebody runs it who only has what was published."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from gi_monitor import settings
from gi_monitor.release import files, signature


@pytest.fixture
def public(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GI_MONITOR_DATA", str(tmp_path))
    tree = tmp_path / "releases" / "gi-monitor-2024-T3-1.0.0" / "public"
    (tree / "data").mkdir(parents=True)
    (tree / "data" / "observations.csv").write_text("period\n2024-T3\n")
    files.write_sums(tree)
    signature.sign(tree, "gi-monitor-2024-T3-1.0.0")
    signature.write_public_key(tmp_path / "releases")
    return tree


def check(public: Path) -> subprocess.CompletedProcess[str]:
    [command] = re.findall(r"^minisign .*$", (settings.load().home / "docs" / "data.md").read_text(), re.MULTILINE)
    return subprocess.run(command, shell=True, cwd=public, capture_output=True, text=True, check=False)


def test_the_documented_command_accepts_what_was_published(public: Path) -> None:
    checked = check(public)
    assert checked.returncode == 0, checked.stderr
    assert "gi-monitor-2024-T3-1.0.0 public" in checked.stdout


@pytest.mark.parametrize("name", ["data/observations.csv", "SHA256SUMS", "SHA256SUMS.minisig", "../../gi-monitor.pub"])
def test_it_refuses_what_was_changed(public: Path, name: str) -> None:
    path = public / name
    text = path.read_text()
    path.write_text(text[:-2] + ("y\n" if text[-2] == "x" else "x\n"))
    assert check(public).returncode != 0
