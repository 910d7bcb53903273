"""What a reviewer is told of a candidate: what did not pass first, and what the audit found."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from gi_monitor.disclosure.protection import Release
from gi_monitor.release.differences import Comparison, Difference
from gi_monitor.release.pages import review
from tests.released import EDITION, INDICATORS, NATION


def verdict(expectation: str, outcome: str, severity: str = "critical") -> dict[str, Any]:
    return {
        "suite": "publication", "expectation": expectation, "severity": severity, "limit": "0 rows", "verdict": outcome,
    }  # fmt: skip


def told(
    tmp_path: Path, *verdicts: dict[str, Any], earlier: tuple[str, ...] = (), comparison: Comparison | None = None
) -> str:
    released = Release(NATION, NATION, None, {}, {}, earlier)
    review.write(tmp_path, verdicts, released, comparison, EDITION, INDICATORS)
    return unescape(re.sub(r"<[^>]+>", " ", (tmp_path / "index.html").read_text(encoding="utf-8")))


def test_what_did_not_pass_comes_first_and_is_counted(tmp_path: Path) -> None:
    page = told(
        tmp_path, verdict("coverage", "PASS"), verdict("balance_closes", "NOT_RUN"), verdict("cbs_points", "FAIL")
    )

    assert "Of 3 checks 1 failed and 1 could not run" in page
    order = [page.index(text) for text in ("The balance of measures closes", "Every institution expected")]
    assert order == sorted(order)
    assert "could not run" in page


def test_a_candidate_that_passed_is_said_to(tmp_path: Path) -> None:
    assert "All 1 checks of the gate passed" in told(tmp_path, verdict("coverage", "PASS"))


def test_what_was_waived_is_not_said_to_have_passed(tmp_path: Path) -> None:
    page = told(tmp_path, verdict("coverage", "WAIVED"), verdict("cbs_points", "PASS"))

    assert "Of 2 checks 1 did not pass and were waived, the others passed" in page


@pytest.mark.parametrize(
    ("earlier", "said"), [((), "nothing"), (("2024-T1 1.0.0", "2024-T2 1.0.0"), "2024-T1 1.0.0, 2024-T2 1.0.0")]
)
def test_an_audit_that_did_not_run_never_looks_passed(tmp_path: Path, earlier: tuple[str, ...], said: str) -> None:
    page = told(tmp_path, verdict("coverage", "PASS"), earlier=earlier)

    assert "The disclosure audit: could not run" in page
    assert f"What everybody knows already: {said}." in page
    assert "too closely" not in page


def test_suppressed_figures_are_counted_by_indicator(tmp_path: Path) -> None:
    told(tmp_path, verdict("coverage", "PASS"))
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    row = re.search(r"C1 Running measures</th>(.*?)</tr>", page)

    assert row is not None
    figures = [figure for figure in NATION if figure.indicator == "C1"]
    suppressed = sum(figure.status == "suppressed_primary" for figure in figures)
    assert re.findall(r"<td>(\d+)</td>", row[1]) == [str(len(figures)), str(suppressed), "0", "0"]
    assert suppressed > 0


def test_what_differs_is_listed_without_a_cause_first(tmp_path: Path) -> None:
    old, other = (row for row in NATION if row.indicator == "C3" and row.period != "2024-T3")
    explained = Difference(old.key, replace(old, value=Decimal("15.1")), old, "delivery")
    unexplained = Difference(other.key, other, replace(other, value=None, status="suppressed_primary"), None)
    page = told(
        tmp_path,
        verdict("coverage", "PASS"),
        comparison=Comparison((explained, unexplained), lost=(("C9", "mean", "total", "total"),), gained=()),
    )

    assert "2 figures differ from what is out, 1 without a cause" in page
    assert page.index("2024-T2 NL C3 value") < page.index("2023-T1 NL C3 value")
    assert re.search(r"2023-T1 NL C3 value total total\s+15.1\s+15.8\s+another delivery", page)
    assert re.search(r"2024-T2 NL C3 value total total\s+12.8\s+x\s+no cause", page)
    assert "Cells that vanished or appeared: C9 mean total total." in page


def test_before_the_first_release_nothing_is_compared(tmp_path: Path) -> None:
    assert "there is nothing to compare with" in told(tmp_path, verdict("coverage", "PASS"))
