"""Screening a delivery for what must not be in it, before anything of it is written (spec 1.3, P01–P05).

A finding says which rule, where and in which rows; never what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache

import numpy as np
import pandas as pd

from gi_monitor import contracts, rule_pages
from gi_monitor.contracts import Column
from gi_monitor.dialects import MARK, Beside, Sheet
from gi_monitor.dialects.columns import own_names
from gi_monitor.dialects.packaging import texts_of
from gi_monitor.institutions import Institution
from gi_monitor.intake import manifest_json
from gi_monitor.intake.findings import Finding, finding
from gi_monitor.intake.identifiers import (
    holds_contact_detail,
    holds_service_number,
    is_free_text,
    is_service_number,
    names_an_attribute,
    passes_elfproef,
    runs_in_key,
    words_of,
)
from gi_monitor.intake.manifest import Manifest
from gi_monitor.intake.translate import Dataset
from gi_monitor.intake.transport import MANIFEST

RULES = frozenset({"P01", "P02", "P03", "P04", "P05"})
_SHA256 = re.compile(r"\b[0-9a-f]{64}\b", re.IGNORECASE)
_Predicate = Callable[[str], bool]


def screen_rows(sheet: Sheet, dataset: Dataset, institution: Institution) -> Iterator[Finding]:
    """P01, P02 and P04 in the cells of one dataset, P03 in its column names, P05 in a header that holds more.

    ``dataset`` is the translated sheet: a date, number or code that is one is nothing else.
    """
    contract = dataset.contract
    names = own_names(institution.dialect, contract.columns)
    own = {names[column.name]: column for column in contract.columns}
    for position, name in enumerate(sheet.header):
        column = own.get(name)
        shown = name if column is not None or _is_plain(name) else f"kolom {position + 1}"
        if names_an_attribute(name):
            yield finding("P03", contract.delivered_as, column=name if _is_plain(name) else f"nummer {position + 1}")
        if _identifies(name) or is_free_text(name):
            shown = f"kolom {position + 1}"
            yield finding("P05", contract.delivered_as, column="kopregel")
        cells = sheet.cells[position]
        if column is not None and column.type != "key":
            cells = cells[dataset.unreadable[column.name]]
        for rule, failing in _failing(cells, column):
            for row in sheet.numbers[failing.index[failing]].tolist():
                yield finding(rule, contract.delivered_as, row=row, column=shown)


@cache
def _plain_words() -> frozenset[str]:
    known = contracts.load()
    columns = [word for contract in known.datasets.values() for c in contract.columns for word in words_of(c.name)]
    return frozenset([*known.personal_attributes.words, *known.personal_attributes.endings, *columns])


def _is_plain(name: str) -> bool:
    """Whether a column's name says nothing but what such a column is called: where a row stands for the header, its
    name may be somebody's."""
    return name.isascii() and not re.search("[0-9]", name) and set(words_of(name)) <= _plain_words()


def _failing(cells: pd.Series[str], column: Column | None) -> Iterator[tuple[str, pd.Series[bool]]]:
    """By rule the cells of one column that fail it."""
    codes, unique = pd.factorize(cells)
    texts = unique.tolist()

    def where(predicate: _Predicate) -> pd.Series[bool]:
        hits = np.fromiter(map(predicate, texts), dtype=bool, count=len(texts))
        return pd.Series(hits[codes], cells.index)

    if column is not None and column.type == "key":
        yield "P01", _service_number_keys(texts, where)
    else:
        yield "P01", where(holds_service_number)
        yield "P02", where(holds_contact_detail)
    yield "P04", where(is_free_text)


def _service_number_keys(keys: list[str], where: Callable[[_Predicate], pd.Series[bool]]) -> pd.Series[bool]:
    """Numbers in keys pass the elfproef by chance, one in eleven; more than ``share`` of them is no chance."""
    limits = contracts.load().rules["P01"].limits
    runs = {run for key in keys for run in runs_in_key(key)}
    passing = {run for run in runs if passes_elfproef(run)}
    whole = where(is_service_number)
    if len(passing) > limits["number"] and len(passing) > limits["share"] * len(runs):
        return whole | where(lambda key: not passing.isdisjoint(runs_in_key(key)))
    return whole if whole.sum() > limits["share"] * len(whole) else whole & False


def screen_beside(texts: Iterable[Beside], cells: Collection[str], institution: Institution) -> Iterator[Finding]:
    """P05: the like beside the rows; ``cells`` were screened as such, the institution's own name is nobody's."""
    known = {*cells, institution.name, MARK}
    places = {
        beside.place
        for beside in texts
        if beside.text not in known
        and (_identifies(beside.text) or (not beside.technical and is_free_text(beside.text)))
    }
    return (finding("P05", column=place) for place in sorted(places))


def cells_of(sheets: Iterable[Sheet]) -> set[str]:
    """Every text that stands in the rows of a file or in the names of its columns."""
    texts: set[str] = set()
    for sheet in sheets:
        texts.update(sheet.header, *(sheet.cells[column].unique() for column in sheet.cells))
    return texts


def screen_names(
    files: Mapping[str, bytes], institution: Institution, listed: Collection[str] = ()
) -> Iterator[Finding]:
    """P05 in the names of files, delivered or ``listed``, and in every name, text and number of levering.json."""
    texts = (_SHA256.sub("", text) for text in manifest_json.texts(files[MANIFEST]))
    names = [
        *(Beside("bestandsnaam", name) for name in files),
        *(Beside(MANIFEST, name) for name in listed),
        *(Beside(MANIFEST, text, technical=True) for text in texts),
    ]
    return screen_beside(names, (), institution)


def screen_unlisted(files: Mapping[str, bytes], listed: Collection[str], institution: Institution) -> Iterator[Finding]:
    """P05 in files that levering.json does not list."""
    unlisted = (content for name, content in files.items() if name not in listed and name != MANIFEST)
    texts = (
        Beside("bestand dat niet in levering.json staat", text) for content in unlisted for text in texts_of(content)
    )
    return screen_beside(texts, (), institution)


def _identifies(text: str) -> bool:
    return holds_service_number(text) or holds_contact_detail(text)


def may_be_kept(files: Collection[str], manifest: Manifest | None, findings: Iterable[Finding]) -> set[str]:
    """The files whose bytes may be kept: those that were listed, read and screened, of a delivery without P."""
    found = list(findings)
    if manifest is None or any(one.rule in RULES for one in found):
        return set()
    unreadable = {one.column for one in found if one.rule == "S02"}
    listed = {file.name for file in manifest.files.values()} & set(files)
    return (listed - unreadable) | {MANIFEST}


def without_values(findings: Iterable[Finding]) -> list[Finding]:
    """The findings of a delivery that is refused for privacy: other rules too repeat nothing of it."""
    return [found if found.rule in RULES else _without_value(found) for found in findings]


def _without_value(found: Finding) -> Finding:
    rule = contracts.load().rules[found.rule]
    known = {case.column for case in rule.cases}
    return Finding(
        rule=found.rule,
        severity=found.severity,
        dataset=found.dataset,
        row=found.row,
        # What stands where a column's name should be can be a value: only names that a contract knows are repeated.
        column=found.column if found.column in known else None,
        value=None,
        message=f"{rule_pages.in_words(rule)} {rule.remedy}",
    )
