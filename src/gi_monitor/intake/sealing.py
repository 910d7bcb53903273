"""Findings that repeat a cell, which may be a key: kept encrypted, so that only the receipt shows it (spec 1.5)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from dataclasses import replace

from gi_monitor import contracts
from gi_monitor.intake import archive
from gi_monitor.intake.archive import DataKey, PurgedError
from gi_monitor.intake.findings import Finding
from gi_monitor.intake.state_changes import Connection

_MARK = "sealed:"
_ABOUT = "finding"
_PURGED = "De waarde is gewist, met de oorspronkelijke bestanden."


def sealed(findings: Iterable[Finding], key: DataKey) -> list[Finding]:
    """The findings as they are kept: what repeats a cell is encrypted under the delivery's data key.

    Whatever the column: where columns are mixed up, a key stands in any of them.
    """
    return [_seal(found, key) if _repeats_a_cell(found) else found for found in findings]


def unsealed(connection: Connection, delivery_id: int, kept: Iterable[Finding]) -> list[Finding]:
    """The findings as they were; without what they repeated where the data key was destroyed.

    Raises archive.ArchiveError when the data key cannot be had.
    """
    findings = list(kept)
    if not any(map(_repeats_a_cell, findings)):
        return findings
    try:
        key = archive.open_key(connection, delivery_id)
    except PurgedError:
        return [_without_cell(found) if _repeats_a_cell(found) else found for found in findings]
    return [_unseal(found, key) if _repeats_a_cell(found) else found for found in findings]


def _repeats_a_cell(found: Finding) -> bool:
    """One about a row does, and so does an unknown column where the header is missing."""
    return found.row is not None or found.rule == "S04"


def _seal(found: Finding, key: DataKey) -> Finding:
    def encrypt(text: str) -> str:
        return _MARK + base64.b64encode(key.encrypt(text.encode("utf-8", "surrogatepass"), _ABOUT)).decode()

    return _with_texts(found, encrypt)


def _unseal(found: Finding, key: DataKey) -> Finding:
    def decrypt(text: str) -> str:
        return key.decrypt(base64.b64decode(text.removeprefix(_MARK)), _ABOUT).decode("utf-8", "surrogatepass")

    return _with_texts(found, decrypt)


def _with_texts(found: Finding, change: Callable[[str], str]) -> Finding:
    return replace(
        found,
        column=change(found.column) if found.row is None and found.column is not None else found.column,
        value=None if found.value is None else change(found.value),
        message=change(found.message),
    )


def _without_cell(found: Finding) -> Finding:
    return replace(
        found,
        column=None if found.row is None else found.column,
        value=None,
        message=f"{_PURGED} {contracts.load().rules[found.rule].remedy}",
    )
