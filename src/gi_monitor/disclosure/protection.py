"""From exact observations to those that pass the audit: rules, secondary suppression, rules again (spec 3.2)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gi_monitor.disclosure import control
from gi_monitor.disclosure.audit.editions import Cells, Deliveries, Edition
from gi_monitor.disclosure.audit.problem import Problem, ProblemError
from gi_monitor.disclosure.audit.protect import Protected, measure, suppress
from gi_monitor.disclosure.audit.relations import Relations
from gi_monitor.disclosure.audit.solver import SolverLimitError
from gi_monitor.disclosure.completion import complete
from gi_monitor.disclosure.observation import Number, Observation
from gi_monitor.disclosure.workload_path import WorkloadPath
from gi_monitor.indicators import Indicators

Verdict = Literal["PASS", "FAIL", "NOT_RUN"]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Release:
    """What is published, the exact figures of the same rows, and the audit of it.

    ``audit`` is None where it could not run. ``secondary``: what it suppressed, with the information lost by each.
    ``places``: the edition and number that each cell of the audit stands for. ``earlier``: the editions that it
    reckoned with.
    """

    published: Sequence[Observation]
    exact: Sequence[Observation]
    audit: Protected | None
    secondary: Mapping[Number, int]
    places: Mapping[str, tuple[str, Number]]
    earlier: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """Of the audit: only PASS may leave."""
        if self.audit is None:
            return "NOT_RUN"
        return "PASS" if self.audit.passes else "FAIL"


def release(
    exact: Iterable[Observation],
    indicators: Indicators,
    path: WorkloadPath,
    deliveries: Deliveries = frozenset(),
    earlier: Sequence[Edition] = (),
) -> Release:
    """Publish by the rules, audit, suppress what the audit asks for, and again until it asks for nothing more.

    ``earlier``: what is out already. The audit cannot run where the exact figures contradict an identity, which the
    log names, or where the solver reaches its limit. Raises DisclosureError as ``control.apply`` does.
    """
    completed = complete(exact, indicators)
    secondary: dict[Number, int] = {}
    known = tuple(edition.name for edition in earlier)
    remedy = None
    while True:
        published = control.apply(exact, indicators, path, secondary)
        candidate = Edition("candidate", completed, {row.key: row for row in published}, deliveries, is_out=False)
        shown = [completed[row.key] for row in published]
        try:
            problem, places = audited(candidate, earlier, indicators)
            remedy = suppress(problem, remedy.changes if remedy else ())
            if not remedy.secondary:
                return Release(published, shown, measure(remedy), secondary, places, known)
        except (ProblemError, SolverLimitError) as error:
            _log.error("the audit cannot run: %s", error)
            return Release(published, shown, None, secondary, {}, known)
        secondary |= {places[name][1]: cost for name, cost in remedy.secondary.items()}


def audited(
    candidate: Edition, earlier: Sequence[Edition], indicators: Indicators
) -> tuple[Problem, Mapping[str, tuple[str, Number]]]:
    """All that is known once the candidate is out; which number of which edition each cell is, the candidate first."""
    cells = Cells(indicators)
    names = [(edition, cells.of(edition)) for edition in (candidate, *earlier)]
    relations = dict.fromkeys(
        relation for edition, of_edition in names for relation in Relations(edition, of_edition, cells).all()
    )
    places: dict[str, tuple[str, Number]] = {}
    for edition, of_edition in names:
        for number, name in of_edition.items():
            places.setdefault(name, (edition.name, number))
    return Problem(cells.by_name, tuple(relations)), places
