"""The dictionary: every column and code of the observations, in Dutch and English, made from ``indicators/``.

``python -m gi_monitor.dictionary`` writes what the database's comments say of the columns again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gi_monitor import indicators, settings
from gi_monitor.indicators import Cell, Indicators, Label, Meaning


@dataclass(frozen=True)
class Entry:
    """A column, where ``code`` is empty, or one of its codes.

    ``within``: the indicator of a component, the breakdown of a category. Components have a unit and decimals,
    columns a type; what does not apply is empty.
    """

    column: str
    within: str
    code: str
    label_nl: str
    label_en: str
    meaning_nl: str = ""
    meaning_en: str = ""
    type: str = ""
    unit: str = ""
    unit_nl: str = ""
    unit_en: str = ""
    decimals: str = ""


def entries(known: Indicators, cells: Iterable[Cell], institutions: Mapping[str, str]) -> list[Entry]:
    """The columns, then the codes of each column in its order, as far as ``cells`` have them.

    ``institutions``: name by code, of those that have rows of their own beside the nation.
    """
    shown = list(cells)
    return [
        *(Entry(name, "", "", *_said(column), type=column.type) for name, column in known.vocabulary.columns.items()),
        _named("institution", "", "NL", known.vocabulary.totals.institution),
        *(Entry("institution", "", code, name, name) for code, name in institutions.items()),
        *_indicators(known, shown),
        *_components(known, shown),
        *_breakdowns(known, shown),
        *_categories(known, shown),
        *(Entry("status", "", code, *_said(said)) for code, said in known.vocabulary.statuses.items()),
        *(
            Entry("revision_status", "", code, *_said(said))
            for code, said in known.vocabulary.revision_statuses.items()
        ),
    ]


def _said(meaning: Meaning) -> tuple[str, str, str, str]:
    return meaning.label_nl, meaning.label_en, meaning.meaning_nl, meaning.meaning_en


def _named(column: str, within: str, code: str, label: Label) -> Entry:
    return Entry(column, within, code, label.label_nl, label.label_en)


def _statuses(column: str, meanings: Mapping[str, Meaning]) -> Iterator[Entry]:
    for code, meaning in meanings.items():
        yield Entry(column, "", code, *_said(meaning))


def _indicators(known: Indicators, cells: list[Cell]) -> Iterator[Entry]:
    for code in dict.fromkeys(cell[0] for cell in cells):
        said = known.indicators[code]
        yield Entry("indicator", "", code, said.name_nl, said.name_en, said.sentence_nl, said.sentence_en)


def _components(known: Indicators, cells: list[Cell]) -> Iterator[Entry]:
    for indicator, code in dict.fromkeys(cell[:2] for cell in cells):
        said = known.component(indicator, code)
        unit = known.units[said.unit]
        yield Entry(
            "component", indicator, code, said.label_nl, said.label_en,
            unit=said.unit, unit_nl=unit.label_nl, unit_en=unit.label_en, decimals=str(known.decimals(said.unit)),
        )  # fmt: skip


def _breakdowns(known: Indicators, cells: list[Cell]) -> Iterator[Entry]:
    for code in dict.fromkeys(cell[2] for cell in cells):
        label = known.vocabulary.totals.breakdown if code == "total" else known.breakdowns[code]
        yield _named("breakdown", "", code, label)


def _categories(known: Indicators, cells: list[Cell]) -> Iterator[Entry]:
    for breakdown, code in dict.fromkeys(cell[2:] for cell in cells):
        yield _named("category", breakdown, code, known.category(breakdown, code))


def column_comments(known: Indicators) -> str:
    """What dbt says of the columns, as ``dbt_project/models/observation_columns.md`` has it."""
    columns = known.vocabulary.columns.items()
    return "".join(f"{{% docs {name} %}}{column.meaning_en}{{% enddocs %}}\n" for name, column in columns)


if __name__ == "__main__":
    (settings.load().home / "dbt_project" / "models" / "observation_columns.md").write_text(
        column_comments(indicators.load()), encoding="utf-8"
    )
