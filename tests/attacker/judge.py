"""Judge what the outsider and each institution know about the suppressed figures of the editions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.attacker.published import MAX_FTE, NATIONAL, Cell, Edition, Figure, Interval, Kind, read_edition
from tests.attacker.search import Target, too_narrow
from tests.attacker.system import Bounds, Propagation, System, build, status_interval

OUTSIDER_WIDTH = 2
INSIDER_WIDTH = 1
FTE_WIDTH = 100
COUNTED_BY = {
    "fte": "persons",
    "fte_skj": "persons_skj",
    "fte_caseload_roles": "persons_caseload_roles",
    "fte_in": "persons_in",
    "fte_out": "persons_out",
}


@dataclass(frozen=True)
class Finding:
    """A suppressed figure that an attacker knows too narrowly. For a national figure of an insider: less his share."""

    edition: str
    figure: Figure
    attacker: str
    status: str
    is_fte: bool
    interval: Interval

    def __str__(self) -> str:
        low, high = (f"{end / 100:.2f}" if self.is_fte else str(end) for end in self.interval)
        rest = " less the own share" if self.attacker != "outsider" and self.figure.institution == NATIONAL else ""
        return f"{self.edition}: {self.figure} ({self.status}): {self.attacker} knows {low}..{high}{rest}"


class _Statuses:
    """What the published statuses and zeros alone tell an insider about one figure of the other institutions."""

    def __init__(self, edition: Edition, insider: str) -> None:
        self._edition, self._insider = edition, insider
        self._institutions = sorted({figure.institution for figure in edition.cells} - {NATIONAL})

    def rest(self, figure: Figure) -> Interval:
        """Return the interval of a figure; of a national figure, less the insider's share."""
        component = figure.term.component
        interval = self._within_sum(figure)
        if component in COUNTED_BY and figure.term.indicator != "S2":
            persons = self.rest(self._other(figure, COUNTED_BY[component]))
            return Interval(max(interval.low, persons.low), min(interval.high, MAX_FTE * persons.high))
        return interval

    @staticmethod
    def _other(figure: Figure, component: str) -> Figure:
        return figure._replace(term=figure.term._replace(component=component))

    def _within_sum(self, figure: Figure) -> Interval:
        national = figure._replace(institution=NATIONAL)
        figures = [figure._replace(institution=institution) for institution in self._institutions]
        cells = {f: cell for f in figures if (cell := self._edition.cells.get(f)) is not None}
        total, own = self._edition.cells.get(national), cells.pop(figure._replace(institution=self._insider), None)
        if total is None or own is None or total.gi_reported != len(cells) + 1:
            return self._alone(figure)
        whole, share = self._alone(national), own.exact
        others = [self._alone(f) for f in cells if f != figure]
        least, most = sum(i.low for i in others), sum(i.high for i in others)
        if figure == national:
            return Interval(max(whole.low - share, least), min(whole.high - share, most))
        alone = self._alone(figure)
        return Interval(max(alone.low, whole.low - share - most), min(alone.high, whole.high - share - least))

    def _alone(self, figure: Figure) -> Interval:
        cell = self._edition.cells[figure]
        if cell.kind is Kind.FTE and cell.shown == 0:
            return Interval(0, 5)
        return status_interval(figure, cell)


class _Attack:
    """An attack on all editions together."""

    def __init__(self, editions: Sequence[Edition]) -> None:
        self._editions = editions
        self._system: System = build(editions)
        self._propagation = Propagation(self._system)
        self._outside = self._propagation.narrow(self._system.bounds)
        self._counts: NDArray[np.bool_] = np.ones(len(self._system.exact), dtype=bool)
        self._suppressed: dict[int, list[tuple[Edition, Figure, Cell]]] = {}
        self._owners: dict[str, list[int]] = {}
        for edition, numbers in zip(editions, self._system.unknowns, strict=True):
            for figure, unknown in numbers.items():
                cell = edition.cells[figure]
                self._owners.setdefault(figure.institution, []).append(unknown)
                self._counts[unknown] = not cell.kind.is_fte
                # A difference is empty because one of its terms is suppressed, and that term is a target.
                if cell.is_suppressed and not cell.kind.is_change:
                    self._suppressed.setdefault(unknown, []).append((edition, figure, cell))

    def findings(self) -> Iterator[Finding]:
        """Yield the findings of the outsider, then of each insider on what is left."""
        everything = [self._target(unknown, OUTSIDER_WIDTH) for unknown in self._suppressed]
        found = set()
        for target, interval in too_narrow(self._system, self._outside, everything, self._counts):
            found.add(target.unknown)
            yield self._finding(target, "outsider", interval)
        left = [unknown for unknown in self._suppressed if unknown not in found]
        for insider in sorted(set(self._owners) - {NATIONAL}):
            yield from self._inside(insider, left)

    def _inside(self, insider: str, unknowns: Sequence[int]) -> Iterator[Finding]:
        low, high = self._outside.low.copy(), self._outside.high.copy()
        own = self._owners[insider]
        low[own] = high[own] = self._system.exact[own]
        bounds = self._propagation.narrow(Bounds(low, high))
        of_others = set(unknowns) - set(own)
        targets = [self._target(unknown, INSIDER_WIDTH) for unknown in unknowns if unknown in of_others]
        statuses = {edition.name: _Statuses(edition, insider) for edition in self._editions}
        for target, interval in too_narrow(self._system, bounds, targets, self._counts):
            shown = self._suppressed[target.unknown]
            known = [statuses[edition.name].rest(figure) for edition, figure, _ in shown]
            if all(rest.high - rest.low >= target.needed for rest in known):
                yield self._finding(target, insider, interval)

    def _target(self, unknown: int, width: int) -> Target:
        kinds = {cell.kind for _, _, cell in self._suppressed[unknown]}
        is_fte = any(kind.is_fte for kind in kinds)
        nonzero = any(
            c.kind is Kind.NET_COUNT and c.status == "suppressed_primary" for *_, c in self._suppressed[unknown]
        )
        return Target(unknown, FTE_WIDTH if is_fte else width, is_fte, nonzero)

    def _finding(self, target: Target, attacker: str, interval: Interval) -> Finding:
        edition, figure, cell = self._suppressed[target.unknown][0]
        share = 0
        if attacker != "outsider" and figure.institution == NATIONAL:
            own = edition.cells.get(figure._replace(institution=attacker))
            share = own.exact if own is not None else 0
        known = Interval(interval.low - share, interval.high - share)
        return Finding(edition.name, figure, attacker, cell.status, target.is_fte, known)


def attack(editions: Sequence[Path]) -> list[str]:
    """Return one line for each suppressed figure that an attacker knows more narrowly than 3.2 allows.

    `editions` are folders of published editions in order of publication. The attackers are the outsider and each
    institution, which knows the exact values of its own rows. Raises AssertionError where the exact values contradict
    the published ones or an equation that the specification defines.
    """
    return [str(finding) for finding in _Attack([read_edition(folder) for folder in editions]).findings()]
