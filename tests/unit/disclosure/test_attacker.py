"""Hand-made editions that show what the attacker finds and what it leaves alone."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.attacker import attack

P, S = "suppressed_primary", "suppressed_secondary"
Line = tuple[str, str, str, float]  # institution, figure, what is shown, exact value
DATES = {"2024-T1": "2024-04-30", "2024-T2": "2024-08-31"}


def _cells(period: str, reported: int, line: Line) -> tuple[dict[str, str], dict[str, str]]:
    institution, figure, shown, exact = line
    indicator, component, breakdown, category = [*figure.split(), "total", "total"][:4]
    number = str(reported if institution == "NL" else 1)
    status = shown if shown.startswith("suppressed") else "observed"
    common = {
        "period": period,
        "reference_date": DATES[period],
        "institution": institution,
        "indicator": indicator,
        "component": component,
        "breakdown": breakdown,
        "category": category,
        "gi_reported": number,
        "gi_expected": number,
        "numerator": "",
        "denominator": "",
        "revision_status": "provisional",
    }
    published = {**common, "value": shown if status == "observed" else "", "status": status}
    return published, {**common, "value": str(exact), "status": "observed"}


def _write(path: Path, rows: Sequence[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _edition(folder: Path, lines: Sequence[Line], sha256: str = "1") -> Path:
    """Write an edition with these figures; `sha256` names the deliveries of all institutions."""
    institutions = sorted({line[0] for line in lines} - {"NL"})
    cells = [_cells("2024-T1", len(institutions), line) for line in lines]
    vintage = [{"institution": g, "month": "2024-04", "sha256": sha256 + g} for g in institutions]
    return _folder(folder, cells, vintage)


def _folder(
    folder: Path, cells: Sequence[tuple[dict[str, str], dict[str, str]]], vintage: Sequence[dict[str, str]] = ()
) -> Path:
    _write(folder / "restricted" / "data" / "observations.csv", [published for published, _ in cells])
    _write(folder / "review" / "observations.csv", [exact for _, exact in cells])
    (folder / "public").mkdir()
    (folder / "public" / "manifest.json").write_text(json.dumps({"vintage": list(vintage)}), encoding="utf-8")
    return folder


def _across(figure: str, *values: tuple[str, float]) -> list[Line]:
    return [(place, figure, *value) for place, value in zip(("NL", "a", "b", "c"), values, strict=False)]


def test_a_safe_table_has_no_findings(tmp_path: Path) -> None:
    # The total is 8-12 and the shown part 5-7, so the suppressed part can still be any of 1-4.
    lines = _across("F2 n type 51", ("10", 8), ("5", 6), (P, 2), ("0", 0))
    assert attack([_edition(tmp_path / "one", lines)]) == []


def test_a_count_that_the_national_total_gives_away_is_found(tmp_path: Path) -> None:
    # The total is 5-7 and the shown part 5-7, so the suppressed part is at most 2.
    lines = _across("F2 n type 51", ("5", 7), ("5", 5), (P, 2), ("0", 0))
    finding = "one: 2024-T1 b F2 n type/51 (suppressed_primary): outsider knows 1..2"
    assert attack([_edition(tmp_path / "one", lines)]) == [finding]


def test_a_category_that_the_total_of_its_breakdown_gives_away_is_found(tmp_path: Path) -> None:
    lines = [
        *_across("C1 count", ("5", 6), ("5", 6)),
        *_across("C1 count age_group 0-3", ("5", 5), ("5", 5)),
        *_across("C1 count age_group 4-11", (S, 1), (P, 1)),
    ]
    findings = attack([_edition(tmp_path / "one", lines)])
    assert "one: 2024-T1 a C1 count age_group/4-11 (suppressed_primary): outsider knows 1..2" in findings


def test_a_suppressed_stock_at_the_begin_of_the_next_period_is_found(tmp_path: Path) -> None:
    first = [_cells("2024-T1", 1, line) for line in _across("F1 stock_end", (S, 0), (S, 0))]
    second = [_cells("2024-T2", 1, line) for line in _across("F1 stock_begin", ("0", 0), ("0", 0))]
    findings = attack([_folder(tmp_path / "one", [*first, *second])])
    assert "one: 2024-T1 a F1 stock_end (suppressed_secondary): outsider knows 0..0" in findings


def test_an_insider_whose_share_gives_away_the_other_is_found(tmp_path: Path) -> None:
    # The total is at least 5 and a primary suppressed part at most 4. An institution with 1 knows that the other has 4.
    lines = _across("F2 n type 51", ("5", 5), (P, 1), (P, 4), ("0", 0))
    finding = "one: 2024-T1 b F2 n type/51 (suppressed_primary): a knows 4..4"
    assert attack([_edition(tmp_path / "one", lines)]) == [finding]
    lines = _across("F2 n type 51", ("5", 5), (P, 2), (P, 3), ("0", 0))
    assert attack([_edition(tmp_path / "two", lines)]) == []


def test_a_median_that_is_not_shown_limits_its_count(tmp_path: Path) -> None:
    # The two types add up to 23-27. Where both medians are withheld for small numbers, each is at most 12.
    def lines(median: str) -> list[Line]:
        counts = [("F2 n", "25", 24), ("F2 n type 50", S, 12), ("F2 n type 51", S, 12)]
        of_types = [line for figure, shown, n in counts for line in _across(figure, (shown, n), (shown, n), ("0", 0))]
        return [
            *of_types,
            *(line for code in (50, 51) for line in _across(f"F2 median type {code}", *[(median, 30)] * 2)),
        ]

    findings = attack([_edition(tmp_path / "small", lines("suppressed_small_n"))])
    assert "small: 2024-T1 a F2 n type/50 (suppressed_secondary): outsider knows 11..12" in findings
    assert attack([_edition(tmp_path / "other", lines(S))]) == []


def test_what_the_status_alone_tells_an_insider_is_no_finding(tmp_path: Path) -> None:
    lines = _across("F2 n type 51", (P, 4), (P, 4), ("0", 0), ("0", 0))
    assert attack([_edition(tmp_path / "one", lines)]) == []


def test_the_fte_of_a_suppressed_role_is_found_in_the_margin(tmp_path: Path) -> None:
    role = "role teammanager"
    lines = [
        *_across(f"S3 persons {role}", ("15", 13), ("5", 5), (P, 3), ("5", 5)),
        *_across(f"S3 fte {role}", ("10.0", 10.03), ("4.0", 4.0), (P, 2.03), ("4.0", 4.0)),
    ]
    (line,) = attack([_edition(tmp_path / "one", lines)])
    assert line == "one: 2024-T1 b S3 fte role/teammanager (suppressed_primary): outsider knows 1.85..2.15"


def test_two_editions_with_the_same_deliveries_are_put_together(tmp_path: Path) -> None:
    first = _edition(tmp_path / "first", _across("F2 n type 51", ("5", 6), (S, 5), (P, 1)))
    withheld = _across("F2 n type 51", (S, 6), ("5", 5), (P, 1))
    same = _edition(tmp_path / "same", withheld)
    other = _edition(tmp_path / "other", withheld, sha256="2")
    assert attack([first]) == attack([same]) == []
    assert "first: 2024-T1 b F2 n type/51 (suppressed_primary): outsider knows 1..2" in attack([first, same])
    assert attack([first, other]) == []


def test_exact_values_that_break_an_equation_are_an_error(tmp_path: Path) -> None:
    lines = _across("F2 n type 51", ("10", 9), ("5", 5), ("5", 5))
    with pytest.raises(AssertionError, match="sum of institutions"):
        attack([_edition(tmp_path / "one", lines)])
