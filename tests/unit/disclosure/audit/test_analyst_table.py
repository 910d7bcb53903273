"""``gi-monitor disclosure audit``: a table in, a safe table and a review file out."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest
from typer.testing import CliRunner

from gi_monitor import indicators
from gi_monitor.cli import app
from gi_monitor.disclosure.audit import analyst_table, protect

RULES = indicators.load().disclosure
SMALL = """province,family,count
PV20,jb,12
PV20,jr,3
PV20,total,15
total,jb,12
total,jr,3
total,total,15
"""


def audited(folder: Path, text: str) -> tuple[int, str, str | None]:
    path = folder / "table.csv"
    path.write_text(text)
    result = CliRunner().invoke(app, ["disclosure", "audit", str(path)])
    safe = folder / "table-safe.csv"
    return result.exit_code, (folder / "table-audit.md").read_text(), safe.read_text() if safe.exists() else None


def test_small_counts_are_suppressed_and_others_rounded(tmp_path: Path) -> None:
    code, review, safe = audited(tmp_path, SMALL)

    assert code == 0
    assert safe is not None
    assert safe.splitlines()[:3] == [
        "province,family,count,status",
        "PV20,jb,10,observed",
        "PV20,jr,,suppressed_primary",
    ]
    assert "Verdict: **passes**" in review
    assert "| PV20 / jr | primary | 1 - 4 |" in review


def secondary(safe: str | None) -> list[str]:
    assert safe is not None
    return [line for line in safe.splitlines() if line.endswith("suppressed_secondary")]


def test_further_cells_are_suppressed_where_one_could_be_computed(tmp_path: Path) -> None:
    """The first row, 5-7 with one of them 5-7, says at most 2; the first column, 8-12 with one of 5-7, at least 1."""
    code, review, safe = audited(
        tmp_path, "row,column,count\nr,a,2\nr,b,5\nr,total,7\ns,a,6\ns,b,20\ns,total,26\ntotal,a,8\ntotal,b,25\n"
    )

    assert code == 0
    assert secondary(safe) == ["r,b,,suppressed_secondary"]
    assert "1 secondary; information lost by those: 15" in review


@pytest.mark.parametrize("shares", [(3, 1), (1, 1, 1, 1)])
def test_a_small_count_whose_status_tells_is_not_said_to_be_small(tmp_path: Path, shares: tuple[int, ...]) -> None:
    """Four parts of 1-4 in a total of 1-4 are 1 each; who has the 3 of 1-4 knows the other, which is 1-4 as well."""
    rows = "".join(f"g{number},{n}\n" for number, n in enumerate(shares))
    code, review, safe = audited(tmp_path, f"institution,count\n{rows}total,4\n")

    assert code == 0
    assert secondary(safe) == ["total,,suppressed_secondary"]
    assert "1 secondary; information lost by those: 1" in review


def test_a_table_that_cannot_be_made_safe_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "table-safe.csv").write_text("of an earlier run")
    with patch.object(protect, "cheapest", return_value=()):
        code, review, safe = audited(tmp_path, "institution,count\ng1,3\ng2,1\ntotal,4\n")

    assert code == 1
    assert safe is None
    assert "Verdict: **FAILS**" in review
    assert "- g2: g1 narrows it to 1 - 1" in review


def test_who_contributed_is_not_published(tmp_path: Path) -> None:
    code, _, safe = audited(tmp_path, "kind,gi,count\na,g1,11\na,g2,12\n")

    assert (code, safe) == (0, "kind,count,status\na,25,observed\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind,aantal\na,1\n", "there is no column count"),
        ("count\n1\n", "there is no column beside count"),
        ("kind,count\n", "there are no rows"),
        ("kind,count\na,1.5\nb,-2\n", r"line 2: count is not a whole number.*\n?.*line 3"),
        ("kind,count\n,1\n", "line 2: a code is empty; write total"),
        ("kind,count\na,1,2\n", "line 2: it has more or fewer fields"),
        ("kind,count\na,1\na,2\n", "line 3: stands there twice"),
        ("kind,gi,count\na,total,2\n", "line 2: gi says who contributed"),
        ("kind,count\na,11\ntotal,12\n", "row total: its parts do not add up to it"),
    ],
)
def test_a_table_that_cannot_be_read_says_what_to_do(text: str, message: str) -> None:
    with pytest.raises(analyst_table.TableError, match=message):
        analyst_table.read(text).problem(RULES)
