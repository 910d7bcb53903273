"""The board: what counts per institution and month, and what waits."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gi_monitor import steps
from gi_monitor.cli import app
from gi_monitor.intake import board as boards
from gi_monitor.intake.states import LABELS
from gi_monitor.month import Month
from tests.another_home import add_line
from tests.builders import files, good_rows, post
from tests.inbox import INSTITUTIONS, drop, rows, take_in

APRIL = Month(2024, 4)


@pytest.fixture(autouse=True)
def business_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")


def board(months: int = 2) -> boards.Board:
    steps.note_expectations()
    return steps.board(months)


def deliver(data: Path, sequence_number: int = 1) -> None:
    drop(data, files(good_rows(), volgnummer=sequence_number), sequence_number)
    take_in()


def deliver_held(data: Path, sequence_number: int) -> None:
    held = good_rows() | {"staffing": [post(n, functie="" if n <= 4 else "overig") for n in range(1, 7)]}
    drop(data, files(held, {"fte_caseload": 4.80}, volgnummer=sequence_number), sequence_number)
    take_in()


def test_what_counts_and_what_is_expected(warehouse: Path) -> None:
    deliver(warehouse)

    seen = board()

    assert seen.months == [Month(2024, 3), APRIL]
    assert list(seen.names) == ["haagrijn", "waddenkust"]
    assert seen.cells["haagrijn", APRIL].signs == "✓"
    assert seen.cells["waddenkust", APRIL].signs == "·"
    assert ("haagrijn", Month(2024, 3)) not in seen.cells, "nothing is expected before the first delivery of all"
    assert not any(cell.needs_somebody for cell in seen.cells.values())


def test_what_is_late_or_waits_needs_somebody(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(warehouse)
    deliver_held(warehouse, 2)
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-16T10:00:00")

    cells = board().cells

    assert cells["haagrijn", APRIL].signs == "✓ >?"
    assert cells["haagrijn", APRIL].words == "telt mee; nieuwste levering: wacht op een beslissing"
    assert cells["haagrijn", APRIL].delivery_id == 2
    assert cells["waddenkust", APRIL].signs == "!"
    assert all(cells[gi_code, APRIL].needs_somebody for gi_code in ("haagrijn", "waddenkust"))


def test_a_rejected_only_delivery_leaves_the_month_open(warehouse: Path) -> None:
    drop(warehouse, files(good_rows(), {"maatregelen_actief": 9}))
    take_in()

    assert board().cells["haagrijn", APRIL].signs == "· >✗"


def test_every_state_that_can_stand_on_the_board_has_its_own_sign_and_words() -> None:
    assert len(set(boards.SIGNS.values())) == len(boards.SIGNS)
    assert set(boards.SIGNS) == set(LABELS) - {"superseded"}


def test_the_page_shows_it_and_says_what_waits_for_somebody(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(warehouse)
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-16T10:00:00")

    boards.write_page(board(), tmp_path / "bord.html")

    page = (tmp_path / "bord.html").read_text()
    assert '<td data-label="2024-03">niet verwacht</td><td data-label="2024-04">✓</td>' in page
    assert "<li>Regiecentrum Waddenkust, april 2024: te laat</li>" in page
    assert "verzonnen gegevens / synthetic data" in page
    assert "<script" not in page and "http" not in page.replace("http-equiv", "")


def test_what_lies_outside_an_institutions_dates_is_shown_and_not_expected(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(warehouse)
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-06-20T10:00:00")
    assert board().cells["haagrijn", Month(2024, 5)].signs == "!"
    ended = shutil.copytree(INSTITUTIONS, tmp_path / "ended")
    add_line(ended / "haagrijn.yml", "valid_to: 2024-03-31")
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(ended))

    cells = board().cells

    assert ("haagrijn", Month(2024, 5)) not in cells, "what is not expected is not late"
    assert (cells["haagrijn", APRIL].signs, cells["haagrijn", APRIL].needs_somebody) == ("∅", True)
    assert ("late", "not_expected") in rows("select from_state, to_state from ledger.state_change")
    told = CliRunner().invoke(app, ["status"]).output
    assert "outside_its_dates_counts_nowhere" in told and told.count("haagrijn") == 1

    drop(warehouse, files(good_rows(), verslagmaand="2024-05", aangemaakt_op="2024-06-08T09:00:00+02:00"), 1, "2024-05")
    take_in()
    assert board().cells["haagrijn", Month(2024, 5)].signs == "∅ >✗"
    (found,) = rows("select message from quality.finding where rule = 'S08'")
    assert "De maand 2024-05 is van na 31-03-2024, de laatste dag waarover uw instelling aanlevert." in found[0]
