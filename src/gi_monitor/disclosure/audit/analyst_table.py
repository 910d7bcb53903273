"""A table that an analyst wants to take out: read from CSV, made safe, written as CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gi_monitor.disclosure import rounding
from gi_monitor.disclosure.audit import knowledge
from gi_monitor.disclosure.audit.problem import ANY, CEILING, Cell, Problem, Relation, total
from gi_monitor.publication_rules import DisclosureRules

COUNT, CONTRIBUTOR, INSTITUTION, TOTAL = "count", "gi", "institution", "total"
Place = tuple[str, ...]


class TableError(ValueError):
    """A table that cannot be audited; the message names every problem and its remedy, no count."""


@dataclass(frozen=True)
class AnalystTable:
    """Exact counts by place, a code per dimension, and who contributed what where that is known."""

    dimensions: tuple[str, ...]
    counts: Mapping[Place, int]
    shares: Mapping[Place, Mapping[str, int]]

    def problem(self, rules: DisclosureRules) -> Problem:
        """What an attacker would know of the table under the rules of publication.

        Raises TableError where the parts of a total do not add up to it.
        """
        relations, wrong = list(self._totals()), []
        exact = {name_of(place): value for place, value in self.counts.items()}
        wrong = [relation.terms[0][0] for relation in relations if relation.total(exact)]
        if wrong:
            raise TableError(
                "\n".join(
                    f"row {name}: its parts do not add up to it; add the rows that are missing, or leave it out"
                    for name in wrong
                )
            )
        cells = {name_of(place): self._cell(place, rules) for place in self.counts}
        for place, shares in self.shares.items():
            parts = {f"{name_of(place)} of {who}": Cell(n, ANY, "unpublished", owner=who) for who, n in shares.items()}
            cells |= parts
            relations.append(total(name_of(place), parts))
        return Problem(cells, tuple(relations))

    def _cell(self, place: Place, rules: DisclosureRules) -> Cell:
        owner = None
        if INSTITUTION in self.dimensions:
            code = place[self.dimensions.index(INSTITUTION)]
            owner = None if code == TOTAL else code
        value = self.counts[place]
        return knowledge.count(value, rules, owner=owner, cost=knowledge.cost(value))

    def _totals(self) -> Iterator[Relation]:
        """One identity for each total and each dimension over which it is one."""
        parts = defaultdict(list)
        for place in self.counts:
            for number, code in enumerate(place):
                if code != TOTAL:
                    parts[(*place[:number], TOTAL, *place[number + 1 :]), number].append(place)
        for (whole, _), found in parts.items():
            if whole in self.counts:
                yield total(name_of(whole), map(name_of, found))


def name_of(place: Place) -> str:
    """A row by its codes."""
    return " / ".join(place)


def read(text: str) -> AnalystTable:
    """A table with one row per cell. Raises TableError."""
    reader = csv.DictReader(io.StringIO(text))
    columns = reader.fieldnames or []
    if COUNT not in columns:
        raise TableError(f"there is no column {COUNT}: name the column with exact numbers so, and separate by commas")
    dimensions = tuple(column for column in columns if column not in (COUNT, CONTRIBUTOR))
    if not dimensions:
        raise TableError(f"there is no column beside {COUNT}: add one for each thing the table is broken down by")
    rows, problems = list(reader), []
    shares: dict[Place, Counter[str]] = defaultdict(Counter)
    for number, row in enumerate(rows, start=2):
        place, who = tuple(row[name] or "" for name in dimensions), row.get(CONTRIBUTOR)
        problem = _problem(row, [*place, *([who or ""] if CONTRIBUTOR in columns else [])])
        if not problem and (who or "") in shares[place]:
            problem = "stands there twice; add the two together"
        if problem:
            problems.append(f"line {number}: {problem}")
        else:
            shares[place][who or ""] = int(row[COUNT])
    if problems or not rows:
        raise TableError("\n".join(problems) or "there are no rows under the header")
    counts = {place: sum(found.values()) for place, found in shares.items()}
    return AnalystTable(dimensions, counts, shares if CONTRIBUTOR in columns else {})


def _problem(row: Mapping[str | None, str], codes: Sequence[str]) -> str | None:
    if None in row or any(value is None for value in row.values()):
        return "it has more or fewer fields than the header"
    if not all(codes):
        return f"a code is empty; write {TOTAL} where it is about all"
    if not row[COUNT].isascii() or not row[COUNT].isdigit():
        return f"{COUNT} is not a whole number of 0 or more, written without points"
    if int(row[COUNT]) > CEILING // 100:
        return f"{COUNT} is larger than {CEILING // 100:,}, which no count of people here is"
    if row.get(CONTRIBUTOR) == TOTAL:
        return f"{CONTRIBUTOR} says who contributed, so it is never {TOTAL}: leave the row out"
    return None


def safe(table: AnalystTable, problem: Problem, rules: DisclosureRules) -> str:
    """The table as it may leave: rounded counts, empty with a status where suppressed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*table.dimensions, COUNT, "status"])
    for place, value in table.counts.items():
        cell = problem.cells[name_of(place)]
        shown = "" if cell.suppressed else rounding.count(Decimal(value), rules)
        writer.writerow([*place, shown, f"suppressed_{cell.status}" if cell.suppressed else "observed"])
    return out.getvalue()
