"""The recomputation has the worked example right, so that it may judge others."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from tests.recompute.accepted import Accepted, of_folder
from tests.recompute.comparison import differences, names
from tests.recompute.history import History
from tests.recompute.observations import observations
from tests.recompute.parameters import Parameters

EXAMPLE = Path(__file__).parents[2] / "worked_example"
LATER = datetime(2024, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def accepted() -> Accepted:
    return of_folder(EXAMPLE / "deliveries")


@pytest.fixture(scope="module")
def recomputed(accepted: Accepted) -> pd.DataFrame:
    return observations(History(accepted, Parameters.read(), LATER), "month")


def test_every_value_comes_out(recomputed: pd.DataFrame) -> None:
    expected = pd.read_csv(EXAMPLE / "expected_observations.csv", dtype={"category": str})
    assert names(expected) == names(recomputed)
    assert differences(expected, recomputed) == []


def test_a_month_is_as_it_was_known_at_the_time(accepted: Accepted) -> None:
    """haagrijn's first delivery of August 2023 forgot a measure; the second came on 20 September."""
    before = observations(History(accepted, Parameters.read(), datetime(2023, 9, 15, tzinfo=UTC)), "month")
    after = observations(History(accepted, Parameters.read(), datetime(2023, 9, 21, tzinfo=UTC)), "month")
    counts = [
        rows.query("indicator == 'C1' and component == 'count' and category == 'total' and institution == 'haagrijn'")
        .set_index("period")
        .at["2023-08", "value"]
        for rows in (before, after)
    ]
    assert counts[1] - counts[0] == 1


def test_a_release_is_about_four_months(accepted: Accepted, recomputed: pd.DataFrame) -> None:
    release = observations(History(accepted, Parameters.read(), LATER), "trimester")
    assert list(release["period"].unique()) == ["2023-T1", "2023-T2", "2023-T3", "2024-T1"]
    flows = "indicator == 'F1' and component == 'inflow' and category == 'total' and institution == 'NL'"
    of_months = recomputed.query(flows + " and '2023-08' < period < '2024-01'")["value"].sum()
    assert release.query(flows + " and period == '2023-T3'")["value"].tolist() == [of_months]


def test_every_difference_is_named(recomputed: pd.DataFrame) -> None:
    """The comparison itself must be able to fail."""
    found = recomputed.copy()
    cell = (found["indicator"] == "C3") & (found["period"] == "2024-04") & (found["institution"] == "NL")
    found.loc[cell, ["value", "gi_reported"]] = [12.6, 1]
    count = (found["indicator"] == "C1") & (found["category"] == "PV28") & (found["period"] == "2024-04")
    found = found[~(count & (found["institution"] == "haagrijn") & (found["component"] == "count"))]
    assert [line.split(":")[0] for line in differences(found, recomputed)] == [
        "2024-04 NL C3 value total total",
        "2024-04 NL C3 value total total",
        "2024-04 haagrijn C1 count province PV28",
    ]
    assert differences(found[found["indicator"] == "C9"], recomputed) == []
