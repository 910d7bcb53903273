"""The command line as a person uses it."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[1] / "worked_example"


def gi_monitor(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gi_monitor", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(autouse=True)
def business_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(EXAMPLE / "institutions"))
    monkeypatch.setenv("GI_MONITOR_NOW", "2023-05-10T10:00:00")


def test_help_names_every_step() -> None:
    told = gi_monitor("--help").stdout

    for command in (
        "synthesise",
        "deliver",
        "take-in",
        "check",
        "recheck",
        "deliveries",
        "institution",
        "build",
        "gates",
        "query",
        "archive",
        "rebuild",
        "scenario",
        "release",
        "status",
        "demo",
        "up",
    ):
        assert command in told


def test_a_delivery_from_the_command_line_to_its_row_in_the_ledger(warehouse: Path, tmp_path: Path) -> None:
    folder = tmp_path / "post" / "haagrijn" / "2023-03"
    folder.parent.mkdir(parents=True)
    folder.symlink_to(EXAMPLE / "deliveries" / "haagrijn" / "2023-03")

    assert "haagrijn: 1 accepted" in gi_monitor("deliver", str(tmp_path / "post")).stdout
    assert "accepted" in gi_monitor("deliveries", "list", "--gi", "haagrijn").stdout
    assert "arrived in the inbox" in gi_monitor("deliveries", "show", "1").stdout
    board = gi_monitor("deliveries", "--months", "1").stdout
    assert "✓" in board and "waddenkust" in board and "counts, with findings" in board
    assert "judged again as 2: accepted" in gi_monitor("recheck", "1", "--reason", "regel hersteld").stdout
    back = tmp_path / "back"
    assert "delivery 2 is in" in gi_monitor("archive", "restore", "2", str(back), "--reason", "gevraagd").stdout
    assert (back / "caseload.csv").read_bytes() == (folder / "1" / "caseload.csv").read_bytes()
    assert "bytes of delivery 2 are destroyed" in gi_monitor("archive", "destroy", "2", "--reason", "gevraagd").stdout
    assert "0 deliveries are due" in gi_monitor("archive", "purge", "--dry-run").stdout
    assert "0 data keys wrapped anew" in gi_monitor("archive", "rotate").stdout
    assert "delivery 2 is withdrawn" in gi_monitor("deliveries", "withdraw", "2", "--reason", "verkeerd").stdout
    until = ["--until", "2023-06-01", "--reason", "rechtszaak"]
    assert (
        "haagrijn may deliver 2020-01 until 2023-06-01"
        in gi_monitor("deliveries", "reopen", "haagrijn", "2020-01", *until).stdout
    )
    status = gi_monitor("status").stdout
    assert "waddenkust" in status and "expected" in status
    assert "marts are up to date" in status


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["deliver", "nowhere"], "no <gi_code>/<verslagmaand>/<volgnummer>/levering.json under nowhere"),
        (["deliveries", "accept", "77", "--reason", "x"], "there is no delivery 77"),
        (["recheck", "77", "--reason", "x"], "there is no delivery 77"),
        (["archive", "restore", "77", "x", "--reason", "x"], "there is no delivery 77"),
        (["query", "select * from landing.caseload"], "permission denied"),
        (["query", "drop table marts.observations"], "gi-monitor: "),
        (["synthesise", "x", "--first", "april"], "'april' is not a month such as 2024-04"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_message(warehouse: Path, arguments: list[str], message: str) -> None:
    failed = gi_monitor(*arguments)

    assert failed.returncode != 0
    assert message in " ".join(failed.stderr.split()).replace("│ ", "")
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["take-in", "{code}"],
        ["deliveries", "reopen", "{code}", "2023-03", "--until", "2023-06-01", "--reason", "x"],
        ["check", "{here}", "--gi", "{code}"],
        ["institution", "sample", "{code}", "{here}/sample"],
    ],
)
@pytest.mark.parametrize("code", ["../../elders", "/tmp/elders", "haagrijn/../haagrijn", "HAAGRIJN", "_template", ""])
def test_a_code_is_looked_up_and_never_a_path(warehouse: Path, tmp_path: Path, arguments: list[str], code: str) -> None:
    before = set(tmp_path.parent.rglob("*"))
    failed = gi_monitor(*(argument.format(code=code, here=tmp_path) for argument in arguments))

    assert failed.returncode not in (0, 1)
    assert "Traceback" not in failed.stderr
    assert set(tmp_path.parent.rglob("*")) == before


def test_who_delivers_elsewhere_is_taken_in_from_there(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "haagrijn.yml").write_text(
        "{gi_code: haagrijn, name: Verzonnen, synthetic: true, valid_from: 2015-01-01,"
        " transport: {type: https, base: 'https://127.0.0.1:1'}}"
    )
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(tmp_path))

    (tmp_path / "post").mkdir()
    (tmp_path / "post" / "haagrijn").symlink_to(EXAMPLE / "deliveries" / "haagrijn")

    dropped = gi_monitor("deliver", str(tmp_path / "post"))
    assert dropped.returncode == 2 and "take-in" in dropped.stderr
    assert not (warehouse / "inbox").exists()
    fetched = gi_monitor("take-in", "haagrijn")
    assert fetched.returncode == 2
    assert fetched.stderr.strip() == (
        "gi-monitor: haagrijn: there is no credential: set GI_MONITOR_TRANSPORT_HAAGRIJN_TOKEN"
    )
