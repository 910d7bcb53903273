"""From an institution's own words to the specification's: columns, codes, typed values (S03, S04, R01–R06)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gi_monitor import contracts
from gi_monitor.contracts import Column, Contract
from gi_monitor.institutions import Dialect
from gi_monitor.intake.findings import Finding, finding
from gi_monitor.intake.readers import Sheet

KEY_FORM = r"[A-Za-z][A-Za-z0-9_-]{7,63}"
_DATE_FORMS = {"jjjj-mm-dd": (r"\d{4}-\d{2}-\d{2}", "%Y-%m-%d"), "dd-mm-jjjj": (r"\d{2}-\d{2}-\d{4}", "%d-%m-%Y")}

_Parsed = tuple["pd.Series[Any]", "pd.Series[bool]"]


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
    own_names = {dialect.columns.get(column.name, column.name): column.name for column in contract.columns}
    raw = _canonical_columns(sheet, own_names)
    present = set(raw.columns[[own in sheet.header for own in own_names]])
    parsed = {c.name: _PARSERS[c.type](raw[c.name], c, contract, dialect) for c in contract.columns}
    doubled = _doubled(raw, contract)

    def point(rule: str, column: str, mask: pd.Series[bool]) -> list[Finding]:
        if not mask.any():
            return []
        rows, values = sheet.numbers[mask], raw.loc[mask, column]
        return [
            finding(rule, contract.delivered_as, row=row, column=column, value=value)
            for row, value in zip(rows.tolist(), values.tolist(), strict=True)
        ]

    findings = [*_check_header(sheet.header, own_names, contract), *point("R05", contract.key[0], doubled)]
    for column in contract.columns:
        findings += point(_UNREADABLE[column.type], column.name, parsed[column.name][1])
        if column.required and column.name in present:
            findings += point("R01", column.name, raw[column.name].eq(""))
    return Dataset(
        contract=contract,
        numbers=sheet.numbers,
        raw=raw,
        values=pd.DataFrame({name: values for name, (values, _) in parsed.items()}),
        unreadable=pd.DataFrame({name: unreadable for name, (_, unreadable) in parsed.items()}),
        doubled=doubled,
        absent=frozenset(c.name for c in contract.columns if c.required and c.name not in present),
        findings=tuple(findings),
    )


def _canonical_columns(sheet: Sheet, own_names: dict[str, str]) -> pd.DataFrame:
    """The cells under their canonical names; a column that the file lacks is empty."""
    empty = pd.Series("", index=sheet.cells.index, dtype="str")
    return pd.DataFrame(
        {
            canonical: sheet.cells[sheet.header.index(own)].str.strip() if own in sheet.header else empty
            for own, canonical in own_names.items()
        }
    )


def _check_header(header: tuple[str, ...], own_names: dict[str, str], contract: Contract) -> Iterator[Finding]:
    for own in dict.fromkeys(header):
        if own not in own_names:
            yield finding("S04", contract.delivered_as, column=own)
        elif header.count(own) > 1:
            yield finding("S02", contract.delivered_as, column=own, detail=f"de kolom {own} komt meer dan eens voor")
    for own, canonical in own_names.items():
        if contract.column(canonical).required and own not in header:
            yield finding("S03", contract.delivered_as, column=own)


def _doubled(raw: pd.DataFrame, contract: Contract) -> pd.Series[bool]:
    key = raw[list(contract.key)]
    return key.duplicated(keep=False) & (key != "").all(axis=1)


def _date(cells: pd.Series[str], _column: Column, contract: Contract, dialect: Dialect) -> _Parsed:
    shape, form = _DATE_FORMS[dialect.date]
    parsed = pd.to_datetime(cells.where(cells.str.fullmatch(shape)), format=form, errors="coerce")
    parsed = parsed.where(parsed >= pd.Timestamp(contract.earliest_date))
    return parsed, cells.ne("") & parsed.isna()


def _code(cells: pd.Series[str], column: Column, _contract: Contract, dialect: Dialect) -> _Parsed:
    assert column.list is not None
    codes = cells.replace(dict(dialect.codes.get(column.list, {})))
    known = codes.isin(contracts.load().codes[column.list])
    return codes.where(known), cells.ne("") & ~known


def _flag(cells: pd.Series[str], _column: Column, _contract: Contract, dialect: Dialect) -> _Parsed:
    flags = cells.map(dict(dialect.flags)).astype("str")
    return flags, cells.ne("") & flags.isna()


def _key(cells: pd.Series[str], _column: Column, _contract: Contract, _dialect: Dialect) -> _Parsed:
    well_formed = cells.str.fullmatch(KEY_FORM)
    return cells.where(well_formed), cells.ne("") & ~well_formed


def _number(cells: pd.Series[str], column: Column, _contract: Contract, dialect: Dialect) -> _Parsed:
    sign = dialect.decimal.replace(".", r"\.")
    shape = rf"-?\d{{1,9}}({sign}\d{{1,{column.decimals}}}0*)?" if column.decimals else r"-?\d{1,9}"
    text = cells.where(cells.str.fullmatch(shape)).str.replace(dialect.decimal, ".", regex=False)
    numbers = pd.to_numeric(text, errors="coerce").astype("float64")
    within = numbers.ge(float(column.minimum or 0)) & numbers.le(float(column.maximum or 0))
    return numbers.where(within), cells.ne("") & ~within


_PARSERS: dict[str, Callable[[pd.Series[str], Column, Contract, Dialect], _Parsed]] = {
    "date": _date,
    "code": _code,
    "flag": _flag,
    "key": _key,
    "integer": _number,
    "decimal": _number,
}
_UNREADABLE = {"date": "R02", "code": "R03", "flag": "R03", "key": "R06", "integer": "R04", "decimal": "R04"}
