"""Parameters as they were valid on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from gi_monitor import parameters


@pytest.fixture
def another_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "dbt_project" / "seeds").mkdir(parents=True)
    (tmp_path / "contracts" / "holidays.csv").write_text(
        "day,name_nl\n2024-04-27,Koningsdag\n2024-04-01,Tweede Paasdag\n"
    )
    (tmp_path / "dbt_project" / "seeds" / "parameters.csv").write_text(
        "parameter,key,value,valid_from,source\n"
        "weight,11,1.5,2024-01-01,later\n"
        "weight,11,1.0,2015-01-01,first\n"
        "weight,12,1.0,2015-01-01,first\n"
        "term,contact_working_days,5,2015-01-01,law\n"
        "designated_day,2022-05-27,1,2022-05-27,decree\n"
    )
    monkeypatch.setenv("GI_MONITOR_HOME", str(tmp_path))


@pytest.mark.usefixtures("another_home")
def test_the_value_that_began_last_holds() -> None:
    assert parameters.weights(date(2023, 12, 31)) == {"11": Decimal(1), "12": Decimal(1)}
    assert parameters.weights(date(2024, 1, 1)) == {"11": Decimal("1.5"), "12": Decimal(1)}
    assert parameters.weights(date(2014, 12, 31)) == {}
    assert parameters.terms(date(2024, 1, 1)) == {"contact_working_days": 5}


@pytest.mark.usefixtures("another_home")
def test_holidays_are_the_public_ones_and_the_designated_days() -> None:
    days = np.array(["2022-05-27", "2024-04-01", "2024-04-27"], dtype="datetime64[D]")
    assert parameters.holidays().tolist() == days.tolist()


def test_the_path_comes_down_from_the_day_after_a_reference_date() -> None:
    """As ``core.dim_norm`` has it (spec 2.2, C6): agreed steps, then an assumed one every four months."""
    days = [
        "2023-04-30",
        "2023-08-30",
        "2023-08-31",
        "2023-12-31",
        "2024-04-29",
        "2024-04-30",
        "2024-08-31",
        "2025-12-31",
    ]

    assert [parameters.path_reduction(date.fromisoformat(day)) for day in days] == [0, 0, 1.5, 2.5, 2.5, 3.5, 4.5, 8.5]
    assert parameters.norm(date(2024, 1, 1)) == 12
    assert parameters.baseline_reference_date() == date(2023, 4, 30)


def test_before_the_baseline_there_is_no_path() -> None:
    with pytest.raises(LookupError, match="the path to the norm begins after 2023-04-29"):
        parameters.path_reduction(date(2023, 4, 29))
