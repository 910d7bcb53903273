"""Receipts for tests: of a small delivery, or with findings of any kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import cache

from gi_monitor.clock import AMSTERDAM
from gi_monitor.intake.findings import Finding
from gi_monitor.intake.judgement import judge
from gi_monitor.intake.receipt import Receipt, of_judgement
from tests.builders import INSTITUTION, PLACE, files, good_rows

HOSTILE = [
    '=HYPERLINK("http://example.org","klik")',
    "=1+1",
    "+31612",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "|cmd",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "_x0041_",
    "\u202eomgekeerd",
    "\x00\x07",
    "\ud800",
    "\ufffe",
    "x" * 40_000,
    "café ✓ 你好",
]
"""Delivered values that somebody might be surprised by."""


@cache
def good_receipt() -> Receipt:
    """The receipt of a good delivery."""
    return receipt_of(files(good_rows()))


def receipt_of(delivered: dict[str, bytes]) -> Receipt:
    """The receipt of a delivery of April 2024."""
    judgement = judge(delivered, PLACE, INSTITUTION, today=date(2024, 5, 10))
    moment = datetime(2024, 5, 10, 9, 12, tzinfo=AMSTERDAM)
    return replace(of_judgement(judgement, INSTITUTION, PLACE, moment, "ab" * 32), trial=False)


def found(value: str | None, *, rule: str = "R03", row: int | None = 2, column: str | None = "provincie") -> Finding:
    """A finding about a delivered value, which is also in its message."""
    return Finding(rule, "row", "caseload", row, column, value, f"{column} ({value}) staat niet in de codelijst.")


def with_findings(*findings: Finding) -> Receipt:
    """A receipt with these findings."""
    return replace(good_receipt(), state="accepted_with_findings", findings=findings)
