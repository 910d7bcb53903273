"""Pre-flight on an institution's own machine: the same judgement, the same receipt, nothing else needed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.builders import Rows, files, good_rows, measure, post
from tests.inbox import INSTITUTIONS, drop, receipt, take_in

ROOT = Path(__file__).parents[3]

# Runs the command line where only what the lean lock names can be imported, and nothing can be reached.
_LEAN = """
import importlib.metadata, re, socket, sys
locked = set(re.findall(r"^([a-z0-9-]+)==", open("requirements-check.lock").read(), re.MULTILINE)) | {"gi-monitor"}
providers = importlib.metadata.packages_distributions()

class OnlyLocked:
    def find_spec(self, name, path=None, target=None):
        of = {re.sub("[-_.]+", "-", each).lower() for each in providers.get(name.split(".")[0], [])}
        if of and not of & locked:
            raise ModuleNotFoundError(f"{name} is not in requirements-check.lock", name=name)

def unreachable(*_):
    raise OSError("no network here")

sys.meta_path.insert(0, OnlyLocked())
socket.socket.connect = unreachable
from gi_monitor.cli import run
run()
"""


@pytest.fixture(autouse=True)
def business_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")


def check(*arguments: str | Path, to: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _LEAN, "check", *map(str, arguments), "--to", str(to)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def deliver(folder: Path, content: Rows, **manifest: Any) -> Path:
    folder.mkdir(parents=True)
    for name, written in files(content, **manifest).items():
        (folder / name).write_bytes(written)
    return folder


def spoilt() -> Rows:
    content = good_rows()
    content["caseload"][0]["provincie"] = "PV32"
    return content


@pytest.mark.parametrize("content", [good_rows(), spoilt()], ids=["good", "spoilt"])
def test_the_receipt_is_the_one_that_intake_would_send(warehouse: Path, tmp_path: Path, content: Rows) -> None:
    folder = drop(warehouse, files(content))
    take_in()

    done = check(folder, "--gi", "haagrijn", to=tmp_path / "here")

    assert done.stderr == ""
    here = json.loads((tmp_path / "here" / "ontvangstbewijs.json").read_text())
    sent = receipt(warehouse)
    of_a_trial = {"proef", "wat_nu"}  # it says that nothing was delivered yet
    assert here.keys() == sent.keys()
    assert {name for name in here if here[name] != sent[name]} == of_a_trial
    assert {path.name for path in (tmp_path / "here").iterdir()} >= {"ontvangstbewijs.html", "ontvangstbewijs.xlsx"}


def test_the_exit_code_tells_the_state(tmp_path: Path) -> None:
    def state(name: str, content: Rows, **manifest: Any) -> int:
        folder = deliver(tmp_path / name, content, **manifest)
        return check(folder, "--gi", "haagrijn", to=tmp_path / "receipt").returncode

    held = good_rows() | {"staffing": [post(n, functie="" if n <= 4 else "overig") for n in range(1, 7)]}
    assert state("accepted", good_rows()) == 0
    assert state("accepted_with_findings", spoilt()) == 1
    assert state("on_hold", held, totals={"fte_caseload": 4.80}) == 3
    assert state("rejected", good_rows(), totals={"maatregelen_actief": 9}) == 4


def test_the_previous_month_is_compared_when_it_is_given(tmp_path: Path) -> None:
    def of(count: int) -> Rows:
        return good_rows() | {"caseload": [*good_rows()["caseload"], *(measure(n) for n in range(4, count + 1))]}

    before = deliver(tmp_path / "before", of(40), totals={"maatregelen_actief": 40}, verslagmaand="2024-03")
    now = deliver(tmp_path / "now", of(30), totals={"maatregelen_actief": 30})

    done = check(now, "--gi", "haagrijn", "--previous", before, to=tmp_path / "receipt")

    assert done.returncode == 3
    assert "H01" in done.stdout and "wacht op een beslissing" in done.stdout
    outcomes = {
        rule["regel"]: rule["uitkomst"]
        for rule in json.loads((tmp_path / "receipt" / "ontvangstbewijs.json").read_text())["regels"]
    }
    assert (outcomes["H01"], outcomes["H03"]) == ("FAIL", "PASS")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["{here}/delivery", "--gi", "utrecht"],
            "er is geen instellingsbestand utrecht.yml; er zijn: haagrijn, waddenkust",
        ),
        (["{here}/nowhere", "--gi", "haagrijn"], "nowhere bestaat niet"),
        (["{here}/delivery/caseload.csv", "--gi", "haagrijn"], "levering.json ontbreekt"),
        (
            ["{here}/delivery", "--gi", "haagrijn", "--previous", "{here}/delivery"],
            "de vorige levering is van haagrijn 2024-04, niet van 2024-03",
        ),
    ],
)
def test_what_cannot_be_checked_is_said_and_never_counts_as_passed(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    deliver(tmp_path / "delivery", good_rows())

    done = check(*(argument.format(here=tmp_path) for argument in arguments), to=tmp_path / "receipt")

    assert done.returncode == 2
    assert message in done.stderr
    assert not (tmp_path / "receipt").exists()
