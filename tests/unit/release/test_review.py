"""What a reviewer is told of a candidate: what did not pass first, and what the audit found."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from gi_monitor.disclosure.protection import Release
from gi_monitor.release.pages import review
from tests.released import EDITION, INDICATORS, NATION


def verdict(expectation: str, outcome: str, severity: str = "critical") -> dict[str, Any]:
    return {
        "suite": "publication", "expectation": expectation, "severity": severity, "limit": "0 rows", "verdict": outcome,
    }  # fmt: skip


def told(tmp_path: Path, *verdicts: dict[str, Any], earlier: tuple[str, ...] = ()) -> str:
    released = Release(NATION, NATION, None, {}, {}, earlier)
    review.write(tmp_path, verdicts, released, EDITION, INDICATORS)
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
