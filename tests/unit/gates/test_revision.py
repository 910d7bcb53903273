"""Suite ``revision``: what a candidate says differently is explained, announced, within its band or waived."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from gi_monitor.gates import publication, suites, waivers
from gi_monitor.warehouse.connection import connect

from .conftest import Execute
from .test_publication import FOLLOWS, NO_LEAKS, exact, judged, published

__all__ = ["exact"]
WITHOUT_HEADLINES = {name: frame for name, frame in FOLLOWS.items() if name != "headlines"}


def headlines(indicator: str, change: float | None, percent: float | None) -> pd.DataFrame:
    """All at rest but one."""
    frame = FOLLOWS["headlines"].set_index("indicator")
    frame.loc[indicator] = [change, percent]
    return frame.reset_index().astype({"change": float, "percent": float})


@pytest.mark.parametrize(
    ("indicator", "change", "percent", "answers"),
    [
        ("C3", -1.0, -8.0, {}),
        ("C3", 1.1, 8.0, {"band_c3": "FAIL"}),
        ("C1", 1280.0, 4.0, {}),
        ("C1", -1300.0, -4.1, {"band_c1": "FAIL"}),
        ("W1", 300.0, 20.1, {"band_w1": "FAIL"}),
        ("S1", -90.0, -5.1, {"band_s1": "FAIL"}),
        ("S1", None, None, {"headlines_comparable": "FAIL"}),
    ],
)
def test_headlines_stay_near_those_of_the_release_before(
    exact: Execute, indicator: str, change: float | None, percent: float | None, answers: dict[str, str]
) -> None:
    assert judged(published(), headlines=headlines(indicator, change, percent)) == answers


def test_a_change_without_a_cause_or_an_announcement_stops(exact: Execute) -> None:
    unexplained = pd.DataFrame({"has_cause": ["yes", "no"]})
    assert judged(published(), changes=unexplained) == {"changes_have_cause": "FAIL"}
    assert judged(published(), cells=pd.DataFrame({"is_announced": ["no"]})) == {"cells_announced": "FAIL"}


def test_what_cannot_be_laid_beside_what_is_out_does_not_pass(exact: Execute) -> None:
    evidence = {"published": published(), "leaks": NO_LEAKS, **WITHOUT_HEADLINES}
    assert not publication.judge(7, "2024-T1", evidence)
    with connect("gi_quality") as connection:
        rows = connection.execute("select expectation from quality.verdict where verdict = 'NOT_RUN'").fetchall()
    bands = {"band_c1", "band_c3", "band_s1", "band_w1"}
    assert {row["expectation"] for row in rows} == {"headlines_comparable", *bands}


def test_what_is_waived_does_not_stop_and_stays_to_be_seen(exact: Execute, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-06-01T12:00:00+02:00")
    give = {"reason": "nieuwe tarieven", "until": date(2024, 7, 1), "who": "noor"}
    waivers.give("2024-T1", "band_w1", about=None, **give)
    waivers.give("2024-T2", "band_s1", about=None, **give)

    assert judged(published(), headlines=headlines("W1", 300.0, 25.0)) == {"band_w1": "WAIVED"}
    assert judged(published(), headlines=headlines("S1", 300.0, 25.0)) == {"band_s1": "FAIL"}
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-07-02T00:00:00+02:00")
    assert judged(published(), headlines=headlines("W1", 300.0, 25.0)) == {"band_w1": "FAIL"}


KEEPS_A_CHILD_FROM_BEING_TOLD = {
    "unobserved_is_empty",
    "unobserved_numerator_empty",
    "unobserved_denominator_empty",
    "no_small_counts",
    "counts_rounded",
    "decimals_kept",
    "disclosure_audit",
}


def test_every_expectation_has_a_way_out_for_a_person(exact: Execute) -> None:
    give = {"about": None, "reason": "late levering", "until": date(2030, 1, 1), "who": "noor"}
    for each in [each for name in waivers.G3 for each in suites.load(name).expectations]:
        if each.id in KEEPS_A_CHILD_FROM_BEING_TOLD:
            with pytest.raises(waivers.WaiverError, match=f"{each.id} cannot be waived: withhold the component"):
                waivers.give("2024-T1", each.id, **give)
        else:
            waivers.give("2024-T1", each.id, **give)
            assert waivers.cover("2024-T1", each.id, [])


def test_a_change_without_a_cause_can_be_waived_and_an_institution_must_exist(exact: Execute) -> None:
    give = {"reason": "nagekeken", "until": date(2030, 1, 1), "who": "noor"}
    waivers.give("2024-T1", "changes_have_cause", about=None, **give)
    assert judged(published(), changes=pd.DataFrame({"has_cause": ["no"]})) == {"changes_have_cause": "WAIVED"}
    with pytest.raises(waivers.WaiverError, match=r"no institution '\.\./elders'"):
        waivers.give("2024-T1", "coverage", about="../elders", **give)
    with pytest.raises(waivers.WaiverError, match="gate G3 has no expectation everything; these can be waived: "):
        waivers.give("2024-T1", "everything", about=None, **give)


def test_each_institution_that_is_missing_needs_its_own_waiver(exact: Execute, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-06-01T12:00:00+02:00")
    give = {"reason": "brand", "until": date(2024, 7, 1), "who": "noor"}
    exact("delete from marts.build_delivery")
    waivers.give("2024-T1", "coverage", about="noord", **give)
    assert judged(published()) == {"coverage": "FAIL"}
    waivers.give("2024-T1", "coverage", about="zuid", **give)
    assert judged(published()) == {"coverage": "WAIVED"}
