"""The frames of the screener: whether published data are tidy and everything in them has a name (spec 3.5)."""

from __future__ import annotations

import pandas as pd

from gi_monitor import dictionary
from gi_monitor.dictionary import Entry
from gi_monitor.indicators import Indicators
from gi_monitor.month import Month

_LONGEST_LABEL = 100
_LONGEST_CATEGORY = 120
_EXPLAINED = ("indicator", "status", "revision_status")


def frames_of(published: pd.DataFrame, known: Indicators) -> dict[str, pd.DataFrame]:
    """The frames by the names that the suite uses.

    - ``columns``: one row per column that the data or the dictionary has: ``is_in``, data, dictionary or both.
    - ``names``: one row per column and code of the dictionary: ``name``, ``column`` that it is a code of (empty for a
      column itself), ``decimals`` of a component, and ``is_used`` in the data, yes or no.
    - ``said``: one row per text in the dictionary: ``kind`` (label, meaning or unit), ``language``, ``is_short``.
    - ``texts``: one row per column and text that stands in it; a missing text is empty.
    - ``breakdowns``: one row per figure and way in which it is broken down: ``levels``, and ``has_total``.
    - ``dates``: one row per period and reference date: ``is_last_day`` of the period.
    """
    entries = dictionary.entries(known, known.published(), {})
    return {
        "columns": _columns(published, entries),
        "names": _names(published, entries),
        "said": _said(entries),
        "texts": _texts(published, known),
        "breakdowns": _breakdowns(published, known),
        "dates": _dates(published),
    }


def _columns(published: pd.DataFrame, entries: list[Entry]) -> pd.DataFrame:
    data, described = set(published.columns), {entry.column for entry in entries if not entry.code}
    return pd.DataFrame(
        [
            (name, "both" if name in data & described else "data" if name in data else "dictionary")
            for name in sorted(data | described)
        ],
        columns=["name", "is_in"],
    )


def _names(published: pd.DataFrame, entries: list[Entry]) -> pd.DataFrame:
    places = {"institution": "", "indicator": "", "component": "indicator", "breakdown": "", "category": "breakdown"}
    used = {column: _used(published, column, within) for column, within in places.items()}
    rows = [
        {
            "name": entry.code or entry.column,
            "column": entry.column if entry.code else "",
            "decimals": entry.decimals,
            # A status need not occur.
            "is_used": _yes(
                not entry.code or entry.column not in used or (entry.within, entry.code) in used[entry.column]
            ),
        }
        for entry in entries
    ]
    return pd.DataFrame(rows)


def _yes(condition: bool) -> str:
    return "yes" if condition else "no"


def _used(published: pd.DataFrame, column: str, within: str) -> set[tuple[str, str]]:
    """The codes of a column that occur, with that of the column within which they are named."""
    outer = published[within] if within else [""] * len(published)
    return set(zip(outer, published[column], strict=True))


def _said(entries: list[Entry]) -> pd.DataFrame:
    rows = [
        (entry.column, entry.within, language, kind, text, _yes(kind != "label" or len(text) <= _longest(entry)))
        for entry in entries
        for kind, texts in _texts_of(entry).items()
        for language, text in zip(("nl", "en"), texts, strict=True)
    ]
    return pd.DataFrame(rows, columns=["column", "within", "language", "kind", "text", "is_short"])


def _texts_of(entry: Entry) -> dict[str, tuple[str, str]]:
    """What an entry must say in both languages."""
    said = {"label": (entry.label_nl, entry.label_en)}
    if entry.unit:
        said["unit"] = (entry.unit_nl, entry.unit_en)
    if not entry.code or entry.column in _EXPLAINED:
        said["meaning"] = (entry.meaning_nl, entry.meaning_en)
    return said


def _longest(entry: Entry) -> int:
    return _LONGEST_CATEGORY if entry.column == "category" else _LONGEST_LABEL


def _texts(published: pd.DataFrame, known: Indicators) -> pd.DataFrame:
    textual = [name for name, column in known.vocabulary.columns.items() if column.type == "string"]
    there = published[[name for name in textual if name in published]]
    return there.astype("object").fillna("").melt(var_name="column", value_name="text").drop_duplicates()


def _breakdowns(published: pd.DataFrame, known: Indicators) -> pd.DataFrame:
    figure = ["period", "institution", "indicator", "component"]
    totals = set(published[published["breakdown"].eq("total")][figure].itertuples(index=False, name=None))
    broken_down = published[published["breakdown"].ne("total")]
    found = broken_down.groupby([*figure, "breakdown"])["category"].nunique().rename("levels").reset_index()
    without = {name for name, indicator in known.indicators.items() if not indicator.has_total}
    figures = found[figure].itertuples(index=False, name=None)
    return found.assign(has_total=[_yes(row in totals or row[2] in without) for row in figures])


def _dates(published: pd.DataFrame) -> pd.DataFrame:
    found = published[["period", "reference_date"]].drop_duplicates()
    is_last_day = [_yes(_last_day(period) == str(day)[:10]) for period, day in found.itertuples(index=False, name=None)]
    return found.astype(str).assign(is_last_day=is_last_day)


def _last_day(period: str) -> str:
    year, _, trimester = str(period).partition("-T")
    if not (year.isdigit() and trimester in {"1", "2", "3"}):
        return ""
    return Month(int(year), 4 * int(trimester)).reference_date.isoformat()
