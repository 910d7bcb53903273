"""A history at a tenth of the country, as it would be delivered, with the truth counted beside it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
import pytest

from gi_monitor import institutions
from gi_monitor.month import Month
from gi_monitor.synthetic import FIRST, LAST
from gi_monitor.synthetic.frames import Frames, canonical_frames
from gi_monitor.synthetic.population import Population
from gi_monitor.synthetic.profiles import PROFILES
from gi_monitor.synthetic.truth import Figure, figures

MONTHS = [FIRST + n for n in range(FIRST.months_until(LAST) + 1)]


@dataclass
class History:
    """What every institution delivers in every month, and the figures of ``waarheid.csv``."""

    delivered: dict[tuple[str, Month], Frames] = field(default_factory=dict)
    truth: list[Figure] = field(default_factory=list)

    def rows(self, dataset: str) -> pd.DataFrame:
        """All rows ever delivered in a dataset, with institution, month, reference date and first of the month."""
        return pd.concat(
            [
                f[dataset].assign(
                    gi=gi, month=str(month), d=pd.Timestamp(month.reference_date), first=pd.Timestamp(month.start)
                )
                for (gi, month), f in self.delivered.items()
            ],
            ignore_index=True,
        )

    def dated(self, dataset: str) -> pd.DataFrame:
        """The same with real dates; a cell that is neither empty nor an ISO date raises."""
        rows = self.rows(dataset)
        for name in [column for column in rows.columns if column.startswith("datum_")]:
            rows[name] = pd.to_datetime(rows[name].replace("", None), format="%Y-%m-%d")
        return rows


def simulate(scale: float, seed: int = 2023) -> History:
    known = institutions.load()
    population = Population(seed, scale, [known[profile.gi_code].area for profile in PROFILES])
    history = History()
    for month in MONTHS:
        population.advance_to(month)
        history.truth.extend(figures(population.state, population.span))
        for number, profile in enumerate(PROFILES):
            history.delivered[profile.gi_code, month] = canonical_frames(population.state, population.span, number)
    return history


@pytest.fixture(scope="session")
def history() -> History:
    return simulate(0.1)
