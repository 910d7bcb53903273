"""The files of a release beside its pages: one module per format, each the same bytes for the same content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from gi_monitor import dictionary as dictionaries
from gi_monitor.disclosure import audience
from gi_monitor.disclosure.observation import NATIONAL, Observation
from gi_monitor.indicators import Cell, Indicators
from gi_monitor.month import Month
from gi_monitor.release.formats import (
    changelog,
    datapackage,
    dcat,
    dictionary,
    observations,
    ods,
    quality,
    revisions,
    tables,
    xlsx,
)
from gi_monitor.release.formats.about import About
from gi_monitor.release.formats.changelog import Changes
from gi_monitor.release.response import Response

_MONTHS_OF_A_PERIOD = 4


def write(
    trees: Path,
    published: Sequence[Observation],
    known: Indicators,
    response: Response,
    changes: Changes,
    about: About,
) -> list[Observation]:
    """Write them in the trees ``public`` and ``restricted``; the observations that the public sees.

    Raises ReleaseError when the description for catalogues is not complete.
    """
    public, restricted = trees / "public", trees / "restricted"
    shown = audience.public(published, known)
    marks = {"release": about.release_id, "version": about.version} | ({"data": about.mark} if about.synthetic else {})
    observations.write(public / "data", shown, marks)
    # Whoever serves the public tree as another user cannot even read what lies beside it.
    restricted.mkdir(mode=0o700, parents=True, exist_ok=True)
    observations.write(restricted / "data", published, marks)
    dictionary.write(restricted, _entries(published, known.published(), known, response))
    entries = _entries(shown, audience.public_cells(known), known, response)
    dictionary.write(public, entries)
    sheets = tables.sheets(shown, entries, known, about)
    xlsx.write(public / "data" / "tables.xlsx", sheets, about)
    ods.write(public / "data" / "tables.ods", sheets, about)
    datapackage.write(public, entries, known, about)
    dcat.write(public, _first_day(shown), about)
    quality.write(public, shown, response, known, about)
    revisions.write(public, [found for found in changes.differences if audience.public([found.row], known)])
    revisions.write(restricted, changes.differences)
    changelog.write(public, changes, about)
    return shown


def _entries(
    rows: Sequence[Observation], cells: Iterable[Cell], known: Indicators, response: Response
) -> list[dictionaries.Entry]:
    """The dictionary of these rows; an institution that has ended goes by its code."""
    names = {institution.gi_code: institution.name for institution in response.institutions}
    codes = dict.fromkeys(row.institution for row in rows if row.institution != NATIONAL)
    return dictionaries.entries(known, cells, {code: names.get(code, code) for code in codes})


def _first_day(shown: Sequence[Observation]) -> str:
    oldest = Month.of(min(row.reference_date for row in shown))
    return (oldest - (_MONTHS_OF_A_PERIOD - 1)).start.isoformat()
