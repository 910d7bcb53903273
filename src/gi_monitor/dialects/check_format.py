"""What the format of a dialect cannot hold, and places of datasets that are named twice or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import fromstring

from gi_monitor import contracts
from gi_monitor.contracts import Column
from gi_monitor.dialects import dates
from gi_monitor.dialects.columns import columns_of, own_names
from gi_monitor.dialects.fixed_width import places
from gi_monitor.dialects.packaging import leads_outside
from gi_monitor.dialects.values import to_cells, to_text
from gi_monitor.institutions import Institution
from gi_monitor.institutions.dialect import (
    DELIVERED,
    DelimitedDialect,
    Dialect,
    FixedWidthDialect,
    RecordType,
    TextDialect,
    WorkbookDialect,
    XmlDialect,
    ZipPackaging,
)
from gi_monitor.institutions.files import suggestion

_LONGEST_SHEET_NAME = 31
_NOT_IN_A_SHEET_NAME = set("[]:*?/\\")
_LONG_DATE = date(2000, 12, 31)


def problems(institution: Institution) -> Iterator[str]:
    """Every problem, one per line: the dotted path of the field, what is wrong, and what to do."""
    dialect = institution.dialect
    yield from _members(dialect)
    if dialect.record_type is not None:
        yield from _record_type(dialect, dialect.record_type)
    if isinstance(dialect, TextDialect):
        yield from _encoding(institution, dialect)
    if isinstance(dialect, WorkbookDialect):
        yield from _sheets(dialect)
    if isinstance(dialect, XmlDialect):
        yield from _elements(dialect)
    if isinstance(dialect, FixedWidthDialect):
        for dataset in DELIVERED:
            yield from _layout(dialect, dataset)


def _members(dialect: Dialect) -> Iterator[str]:
    if not isinstance(dialect.packaging, ZipPackaging):
        return
    path, members = "dialect.packaging.members", dialect.packaging.members
    if dialect.one_holds_all and len(set(members.values())) > 1:
        yield f"{path}: one file holds all datasets, so name the same member three times"
    if not dialect.one_holds_all:
        yield from _all_different(path, members)
    for dataset, name in members.items():
        if leads_outside(name):
            yield f"{path}.{dataset}: {name} leads outside the archive; name a file inside it"


def _all_different(path: str, places: Mapping[str, str]) -> Iterator[str]:
    if len(set(places.values())) < len(places):
        yield f"{path}: two datasets have the same place; give each its own"


def _record_type(dialect: Dialect, record_type: RecordType) -> Iterator[str]:
    yield from _all_different("dialect.record_type.values", record_type.values)
    if any(record_type.column in own_names(dialect, columns_of(dataset)).values() for dataset in DELIVERED):
        yield f"dialect.record_type.column: {record_type.column} is also the name of another column; change one of them"
    if isinstance(dialect, WorkbookDialect) and dialect.sheets is not None:
        yield "dialect.sheets: the record type already tells the datasets apart; leave one of the two out"
    if isinstance(dialect, FixedWidthDialect) and len({_place(dialect, record_type, of) for of in DELIVERED}) > 1:
        yield f"dialect.layout: {record_type.column} stands elsewhere per dataset; give it one place in all three"


def _place(dialect: FixedWidthDialect, record_type: RecordType, dataset: str) -> tuple[int, int] | None:
    place = places(dialect.layout[dataset]).get(record_type.column)
    return place and (place.start, place.stop)


def _encoding(institution: Institution, dialect: TextDialect) -> Iterator[str]:
    words = dict(_words(dialect))
    if isinstance(dialect, DelimitedDialect) and dialect.title_rows:
        words["name"] = institution.name
    for path, word in words.items():
        try:
            word.encode(dialect.encoding)
        except UnicodeEncodeError:
            yield f"{path}: {word} cannot be written in {dialect.encoding}; use other words or another encoding"


def _words(dialect: TextDialect) -> Iterator[tuple[str, str]]:
    """Every word of the institution's own that stands in its files, by the path that says it."""
    yield from ((f"dialect.columns.{name}", own) for name, own in dialect.columns.items())
    yield from ((f"dialect.flags.{label}", label) for label in dialect.flags)
    for name, labels in dialect.codes.items():
        yield from ((f"dialect.codes.{name}.{label}", label) for label in labels)
    yield "dialect.empty_date", dialect.empty_date
    if dialect.record_type is not None:
        yield "dialect.record_type.column", dialect.record_type.column
        yield from ((f"dialect.record_type.values.{of}", word) for of, word in dialect.record_type.values.items())


def _sheets(dialect: WorkbookDialect) -> Iterator[str]:
    if dialect.sheets is None:
        return
    yield from _all_different("dialect.sheets", dialect.sheets)
    for dataset, name in dialect.sheets.items():
        if not 0 < len(name) <= _LONGEST_SHEET_NAME or _NOT_IN_A_SHEET_NAME & set(name):
            yield f"dialect.sheets.{dataset}: a sheet's name has 1 to 31 signs, none of [ ] : * ? / \\"


def _elements(dialect: XmlDialect) -> Iterator[str]:
    names = {"dialect.root": dialect.root, "dialect.row": dialect.row}
    names |= {f"dialect.columns.{name}": own for name, own in dialect.columns.items()}
    if dialect.record_type is not None:
        names["dialect.record_type.column"] = dialect.record_type.column
    for path, name in names.items():
        if not _is_element(name):
            yield f"{path}: {name} cannot be the name of an XML element; use letters, digits, - and _, a letter first"


def _is_element(name: str) -> bool:
    try:
        return bool(fromstring(f"<{name}/>").tag == name)
    except ParseError:
        return False


def _layout(dialect: FixedWidthDialect, dataset: str) -> Iterator[str]:
    path, layout = f"dialect.layout.{dataset}", dialect.layout[dataset]
    columns = {column.name: column for column in columns_of(dataset)}
    expected = [*columns, *([dialect.record_type.column] if dialect.record_type else [])]
    for name in layout:
        if name not in expected:
            yield f"{path}.{name}: there is no such column{suggestion(name, expected)}"
    # Who still delivers in the oldest version has no place for what a later one adds.
    optional = contracts.read_as(contracts.versions()[0].version).not_yet
    if missing := [name for name in expected if name not in layout and name not in optional]:
        yield f"{path}: {', '.join(missing)} missing; give each column a width"
    for name in [name for name in columns if name in layout]:
        longest = max(map(len, _longest(columns[name], dialect)), default=0)
        if layout[name] < longest:
            yield f"{path}.{name}: a value of {longest} signs does not fit in {layout[name]}; make it wider"


def _longest(column: Column, dialect: Dialect) -> list[str]:
    """Everything that a column can hold, as far as the dialect says."""
    match column.type:
        case "date":
            return [dates.write(_LONG_DATE, dialect.date), dialect.empty_date]
        case "code" | "flag":
            codes = list(contracts.load().codes[column.list]) if column.list else ["J", "N"]
            return [to_text(cell, dialect) for cell in to_cells(codes, column, dialect)]
    return []
