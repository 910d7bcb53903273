"""From an institution's own words to the specification's: columns, codes, typed values (S03, S04, R01–R06)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gi_monitor.contracts import Column, Contract
from gi_monitor.dialects import Sheet
from gi_monitor.dialects.columns import own_names
from gi_monitor.dialects.values import parse, without_empty_dates
from gi_monitor.institutions.dialect import Dialect
from gi_monitor.intake.findings import Finding, finding

_UNREADABLE = {"date": "R02", "code": "R03", "flag": "R03", "key": "R06", "integer": "R04", "decimal": "R04"}


@dataclass(frozen=True)
class Dataset:
    """One dataset under its canonical column names; all frames share one index.

    ``raw`` holds the cells as delivered, ``values`` the typed values (missing where empty or unreadable),
    ``unreadable`` says per column which filled cells could not be read, ``numbers`` the rows' numbers in the file.
    ``absent`` names required columns that the file lacks: rules that need them cannot run.
    """

    contract: Contract
    numbers: pd.Series[int]
    raw: pd.DataFrame
    values: pd.DataFrame
    unreadable: pd.DataFrame
    doubled: pd.Series[bool]
    absent: frozenset[str]
    findings: tuple[Finding, ...]

    @property
    def filled(self) -> pd.DataFrame:
        """Per column, whether the institution delivered anything in it, readable or not."""
        return self.raw != ""


def translate(sheet: Sheet, contract: Contract, dialect: Dialect) -> Dataset:
    """Type every cell; the dataset carries its findings on columns and single values."""
    names = own_names(dialect, contract.columns)
    raw = pd.DataFrame({c.name: _cells(sheet, names[c.name], c, dialect) for c in contract.columns})
    header = tuple(names.values()) if dialect.names_in_rows and sheet.numbers.empty else sheet.header
    present = {canonical for canonical, own in names.items() if own in header}
    parsed = {c.name: _within(parse(raw[c.name], c, dialect), c, contract) for c in contract.columns}
    unreadable = {name: raw[name].ne("") & read.isna() for name, read in parsed.items()}
    doubled = _doubled(raw, contract)

    def point(rule: str, column: Column, mask: pd.Series[bool]) -> list[Finding]:
        if not mask.any():
            return []
        rows, values = sheet.numbers[mask], raw.loc[mask, column.name]
        return [
            finding(rule, contract.delivered_as, row=row, column=column.delivered_as, value=value)
            for row, value in zip(rows.tolist(), values.tolist(), strict=True)
        ]

    key = contract.column(contract.key[0])
    findings = [*_check_header(header, names, contract), *point("R05", key, doubled)]
    for column in contract.columns:
        findings += point(_UNREADABLE[column.type], column, unreadable[column.name])
        if column.required and column.name in present:
            findings += point("R01", column, raw[column.name].eq(""))
    return Dataset(
        contract=contract,
        numbers=sheet.numbers,
        raw=raw,
        values=pd.DataFrame(parsed),
        unreadable=pd.DataFrame(unreadable),
        doubled=doubled,
        absent=frozenset(c.name for c in contract.columns if c.required and c.name not in present),
        findings=tuple(findings),
    )


def _cells(sheet: Sheet, own: str, column: Column, dialect: Dialect) -> pd.Series[str]:
    """The cells of a column without the space around them; one that the file lacks is empty."""
    if own not in sheet.header:
        return pd.Series("", index=sheet.cells.index, dtype="str")
    return without_empty_dates(sheet.cells[sheet.header.index(own)].str.strip(), column, dialect)


def _within(read: pd.Series[Any], column: Column, contract: Contract) -> pd.Series[Any]:
    """Only the values that lie within the limits of the column."""
    if column.type == "date":
        return read.where(read >= pd.Timestamp(contract.earliest_date))
    if column.type in ("integer", "decimal"):
        return read.where(read.ge(float(column.minimum or 0)) & read.le(float(column.maximum or 0)))
    return read


def _check_header(header: tuple[str, ...], names: dict[str, str], contract: Contract) -> Iterator[Finding]:
    for own in header:
        if own not in names.values():
            yield finding("S04", contract.delivered_as, column=own)
    for canonical, own in names.items():
        if contract.column(canonical).required and own not in header:
            yield finding("S03", contract.delivered_as, column=own)


def _doubled(raw: pd.DataFrame, contract: Contract) -> pd.Series[bool]:
    key = raw[list(contract.key)]
    return key.duplicated(keep=False) & (key != "").all(axis=1)
