"""What is agreed is data: the next step of the path and a new code, edited as docs/runbooks.md says."""

from __future__ import annotations

from pathlib import Path

import pytest

from gi_monitor import steps
from gi_monitor.month import Month
from tests.another_home import add_line, another_home
from tests.builders import files, good_rows, measure
from tests.inbox import INSTITUTIONS, drop, rows, take_in
from tests.recompute import warehouse as stored

BASELINE, AT_THE_STEP, AFTER_IT = Month(2023, 4), Month(2024, 4), Month(2024, 8)
WORKLOAD = 20
"""28 measures on 1.4 fte."""


@pytest.mark.usefixtures("warehouse")
def test_the_next_step_of_the_path_and_a_new_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-09-10T09:00:00+02:00")
    for month in (BASELINE, AT_THE_STEP, AFTER_IT):
        drop(tmp_path, _delivery(month, 1), 1, str(month))
    take_in()
    steps.standardise()
    assert _path() == {"2024-04": (WORKLOAD - 3.5, 1), "2024-08": (WORKLOAD - 4.5, 1)}
    assert rows("select distinct rules from quality.set_aside_row") == [(["R03"],)], "the code is not there yet"

    home = another_home(tmp_path, monkeypatch)
    add_line(home / "dbt_project" / "seeds" / "norm_path.csv", "2024-05-01,4.0,made up for a test")
    add_line(home / "contracts" / "code_lists.csv", "provincie,PV98,buitenland,abroad,,,")
    drop(tmp_path, _delivery(AFTER_IT, 2), 2, str(AFTER_IT))
    take_in()
    steps.standardise(anew=True)

    assert _path() == {"2024-04": (WORKLOAD - 4.0, 0), "2024-08": (WORKLOAD - 5.0, 1)}
    found = stored.observations("marts").query("indicator == 'C1' and component == 'count' and category == 'PV98'")
    assert found.set_index(["period", "institution"])["value"].loc["2024-08", "haagrijn"] == 1


def _delivery(month: Month, sequence_number: int) -> dict[str, bytes]:
    abroad = {"provincie": "PV98"} if month == AFTER_IT else {}
    caseload = [*good_rows()["caseload"], *(measure(n) for n in range(4, 28)), measure(28, **abroad)]
    started = [row | {"datum_aanvang": "2023-01-10"} for row in caseload]
    stays = [stay | {"datum_op_lijst": "2023-04-01"} for stay in good_rows()["waitlist"]]
    return files(
        good_rows() | {"caseload": started, "waitlist": stays},
        {"maatregelen_actief": len(caseload)},
        verslagmaand=str(month),
        volgnummer=sequence_number,
    )


def _path() -> dict[str, tuple[float, int]]:
    found = stored.observations("marts").query("institution == 'haagrijn' and indicator == 'C6'")
    figures = found.dropna(subset=["value"]).set_index(["period", "component"])["value"]
    return {
        period: (float(figures[period, "path"]), int(figures[period, "path_assumed"]))
        for period in (str(AT_THE_STEP), str(AFTER_IT))
    }
