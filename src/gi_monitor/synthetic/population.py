"""The simulated population as a whole: settled at the start of the burn-in, then advanced month by month."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gi_monitor.month import Month
from gi_monitor.synthetic import caseload, endings, rates, recruitment, staff, waiting
from gi_monitor.synthetic.keys import Keys
from gi_monitor.synthetic.state import State
from gi_monitor.synthetic.table import Span


class Population:
    """The registers of all institutions at the close of ``span``; the same seed gives the same history."""

    def __init__(self, seed: int, scale: float, areas: Sequence[Sequence[str]]) -> None:
        self.state = State(np.random.default_rng(seed), Keys(seed), scale, areas)
        caseload.settle(self.state)
        recruitment.settle(self.state)
        self.span = Span.of(rates.BURN_IN - 1)

    def advance_to(self, month: Month) -> None:
        """Let time pass up to the close of a month. Raises ValueError for a month that has gone by."""
        if month < self.span.month:
            raise ValueError(
                f"{month} has gone by: the simulation stands at {self.span.month} (it starts {rates.BURN_IN})"
            )
        while self.span.month < month:
            self.span = Span.of(self.span.month + 1)
            caseload.arrive(self.state, self.span)
            endings.end(self.state, self.span)
            endings.hand_over(self.state, self.span)
            caseload.change_placements(self.state, self.span)
            staff.advance(self.state, self.span)
            waiting.advance(self.state, self.span)
