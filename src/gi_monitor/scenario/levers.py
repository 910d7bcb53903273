"""What can be done: each lever is one field under ``levers`` of a scenario, and changes nothing unless it is pulled."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gi_monitor.institutions.dialect import StrictModel

Rule = Literal["as_observed", "hold_path", "two_closed_one_new"]


class Tariff(StrictModel):
    """A tariff that pays for more fte, hired evenly over some months, beside who is hired anyway."""

    fte: float = Field(ge=0, le=10_000)
    months: int = Field(default=12, ge=1, le=120)


class Levers(StrictModel):
    """All hold from the month after the origin.

    ``rule``: when somebody who waits gets a worker. ``hires``: fte a month hired more, in the whole country; below 0
    less. ``turnover`` and ``inflow``: a change as a share; −0.2 is a fifth less. ``training``: months that side
    entrants are longer in training.
    """

    rule: Rule = "as_observed"
    hires: float = Field(default=0.0, ge=-1_000, le=1_000)
    turnover: float = Field(default=0.0, ge=-1, le=5)
    inflow: float = Field(default=0.0, ge=-1, le=5)
    training: int = Field(default=0, ge=-36, le=36)
    tariff: Tariff | None = None

    def hired_more(self, month: int) -> float:
        """fte hired more in a month (0 is the first), in the whole country."""
        paid = self.tariff.fte / self.tariff.months if self.tariff and month < self.tariff.months else 0.0
        return self.hires + paid

    def each_alone(self) -> dict[str, Levers]:
        """Every lever that is pulled, without the others, by its name."""
        pulled = self.model_dump(exclude_defaults=True)
        return {name: Levers.model_validate({name: value}) for name, value in pulled.items()}
