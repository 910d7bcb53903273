"""What docs/security.md says is there: the tests it names, and the list of what the image is made of."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from gi_monitor import settings

PROJECT = settings.PROJECT
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (PROJECT / "docs" / "security.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_each_threat_names_a_test_that_is_there(file: str, test: str) -> None:
    assert f"def {test}(" in (PROJECT / file).read_text(encoding="utf-8")


def test_the_list_of_packages_is_that_of_the_lock(tmp_path: Path) -> None:
    written = tmp_path / "sbom.json"
    # What make would install first is not asked for: the tests run in what is installed.
    subprocess.run(["make", "--old-file=.venv/.installed", "sbom", f"SBOM={written}"], cwd=PROJECT, check=True)

    text = written.read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    listed = {part["purl"] for part in json.loads(text)["components"]}
    lock = (PROJECT / "requirements-stack.lock").read_text(encoding="utf-8")
    pinned = re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==([\w.]+)", lock, re.MULTILINE)
    assert len(pinned) > 100
    assert listed == {f"pkg:pypi/{name}@{version}" for name, version in pinned}
