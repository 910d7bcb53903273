"""A run as a whole: its tables, its charts, its folder, and two beside each other."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from gi_monitor.month import Month
from gi_monitor.scenario import backtest, charts, comparison, files, folder, results
from gi_monitor.scenario.facts import Facts
from gi_monitor.scenario.files import Scenario, ScenarioError
from gi_monitor.scenario.quantities import NATIONAL, QUANTITIES
from gi_monitor.scenario.results import NONE, TOGETHER, Result

DOCS = Path(__file__).parents[3] / "docs"
ASKED = Scenario.model_validate(
    {
        "name": "proef <1>", "seed": 9, "paths": 200, "horizon": 6, "origin": "2024-06",
        "levers": {"hires": 2, "inflow": -0.1},
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def result(facts: Facts) -> Result:
    return results.run(ASKED, facts)


@pytest.fixture(scope="module")
def written(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("run")
    folder.write(result, place)
    return place


def test_each_lever_stands_alone_and_together(result: Result) -> None:
    national = result.levers.query("institution == @NATIONAL and quantity == 'workload'").set_index("lever")

    assert list(national.index) == [NONE, "hires", "inflow", TOGETHER]
    assert national.loc[NONE, "change"] == 0
    assert national.loc[TOGETHER, "change"] < min(national.loc["hires", "change"], national.loc["inflow", "change"]) < 0
    assert (national["p10"] < national["p50"]).all() and (national["p50"] < national["p90"]).all()


def test_without_an_origin_it_starts_from_the_last_month_that_all_delivered(facts: Facts) -> None:
    few = ASKED.model_copy(update={"origin": None, "paths": 100, "horizon": 1})

    assert results.run(few, facts).scenario.origin == Month(2024, 12)


def test_the_country_is_the_sum_of_its_institutions(result: Result) -> None:
    queue = result.queue.set_index("institution")
    institutions = queue.drop(index=NATIONAL)

    assert queue.loc[NATIONAL, "demand"] == pytest.approx(institutions["demand"].sum())
    assert queue.loc[NATIONAL, "target_queue"] == pytest.approx(institutions["demand"].sum() * 13 / 4)
    assert queue.loc[NATIONAL, "load"] == pytest.approx(queue.loc[NATIONAL, "demand"] / queue.loc[NATIONAL, "capacity"])


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_every_chart_says_how_good_the_back_test_was(result: Result, quantity: str) -> None:
    of_country = result.backtest["institution"] == NATIONAL
    for institution, tested, nl, en in (
        (NATIONAL, result.backtest[of_country], "landelijk", "national"),
        ("haagrijn", result.backtest[~of_country], "van instellingen", "institutions'"),
    ):
        known = backtest.coverage(tested).set_index("quantity").loc[quantity]
        share, months = round(100 * known["share"]), int(known["months"])
        drawn = unescape(charts.svg(charts.fan(result, institution, quantity)))

        assert f"{share} % van {months} waargenomen maanden ({nl}) lag in het interval van 80 %" in drawn
        assert f"{share} % of {months} observed {en} months lay in the 80 % interval" in drawn


def test_where_nobody_keeps_a_list_the_chart_says_that_nothing_was_tested(result: Result) -> None:
    without = replace(result, backtest=result.backtest[result.backtest["quantity"] != "waiting"])

    assert "there was no list to test" in charts.svg(charts.fan(without, NATIONAL, "waiting"))


def test_what_was_observed_is_set_apart(result: Result) -> None:
    drawn = charts.fan(result, NATIONAL, "waiting").to_dict()
    days = {}
    for layer in drawn["layer"]:
        what = layer["encoding"].get("y", {}).get("field", "boundary")
        days[layer["mark"]["type"], what] = [row["day"] for row in drawn["datasets"][layer["data"]["name"]]]

    assert days["line", "value"][-1] == "2024-06-30"
    assert days["rule", "boundary"] == ["2024-06-30"]
    assert days["area", "p10"] == days["point", "value"]
    assert (days["area", "p10"][0], days["area", "p10"][-1]) == ("2024-07-31", "2024-12-31")


def test_every_assumption_stands_beside_the_result_and_in_the_documentation(written: Path) -> None:
    page = (written / "index.html").read_text(encoding="utf-8")
    documented = " ".join((DOCS / "scenarios.md").read_text(encoding="utf-8").split())
    sentences = re.findall(r"(?:nl|en): (.*)", (Path(folder.__file__).parent / "assumptions.yml").read_text("utf-8"))

    assert len(sentences) >= 16
    for sentence in sentences:
        assert sentence.replace('"', "&#34;") in page
        assert sentence in documented
    assert "verzonnen gegevens / synthetic data" in page
    assert "proef &lt;1&gt;" in page
    assert page.count("<svg") == len(QUANTITIES) + 2 * 13


def test_a_kept_run_is_run_again_to_the_same_files(result: Result, written: Path, facts: Facts, tmp_path: Path) -> None:
    again = results.run(files.read(written / "scenario.yml"), facts)
    folder.write(again, tmp_path)

    names = sorted(path.name for path in written.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    for name in names:
        assert (written / name).read_bytes() == (tmp_path / name).read_bytes()


def test_forecasts_are_rounded_and_marked(written: Path) -> None:
    rows = pd.read_csv(written / "forecast.csv")

    assert set(rows["status"]) == {"f"}
    assert (rows.loc[rows["quantity"] == "waiting", "p50"] % 5 == 0).all()
    workload = rows.loc[rows["quantity"] == "workload", "p50"]
    assert (workload.round(1) == workload).all()


def test_two_runs_are_compared_at_the_last_month_of_both(written: Path, facts: Facts, tmp_path: Path) -> None:
    shorter = ASKED.model_copy(update={"horizon": 3, "levers": ASKED.levers.model_copy(update={"hires": 8.0})})
    folder.write(results.run(shorter, facts), tmp_path)
    rows = comparison.compare(written, tmp_path).set_index(["institution", "quantity"])

    assert set(rows["month"]) == {"2024-09"}
    assert rows.loc[(NATIONAL, "fte"), "difference"] > 5
    assert abs(rows.loc[(NATIONAL, "measures"), "difference"]) <= 10
    assert comparison.same_facts(written, tmp_path)


def test_other_facts_are_seen(written: Path, facts: Facts, tmp_path: Path) -> None:
    few = ASKED.model_copy(update={"paths": 100})
    folder.write(results.run(few, facts.until(Month(2024, 11))), tmp_path)

    assert not comparison.same_facts(written, tmp_path)


def test_what_is_no_run_is_said(written: Path, tmp_path: Path) -> None:
    with pytest.raises(
        ScenarioError, match=r"holds no forecast.csv: name a folder that `gi-monitor scenario run` wrote"
    ):
        comparison.compare(written, tmp_path)
