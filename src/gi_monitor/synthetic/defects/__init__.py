"""Named defects: for each rule of spec 1.3 a way to spoil one good delivery so that just that rule fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gi_monitor.institutions import Institution
from gi_monitor.month import Month
from gi_monitor.synthetic.defects import privacy, rows, whole
from gi_monitor.synthetic.defects.draft import DELIVERY, Draft, Spoil, Spot
from gi_monitor.synthetic.delivery import Content
from gi_monitor.synthetic.profiles import PROFILES

__all__ = ["DEFECTS", "DELIVERY", "REPEATED", "Draft", "Planted", "Spot", "plan", "plant"]

DEFECTS: Mapping[str, Spoil] = {**whole.DEFECTS, **privacy.DEFECTS, **rows.DEFECTS}
"""By rule: what spoils a draft and says where."""
REPEATED = "S09"
"""This one comes after the good delivery of the same month and volgnummer, so it is written in ``nogmaals/``."""


@dataclass(frozen=True)
class Planted:
    """One defect in one delivery of a history."""

    rule: str
    gi_code: str
    month: Month

    def __str__(self) -> str:
        return f"{self.rule} {self.gi_code} {self.month}"

    @property
    def place(self) -> Path:
        """Where it is written, inside the folder of the history."""
        usual = Path(self.gi_code, str(self.month), "1")
        return "nogmaals" / usual if self.rule == REPEATED else usual


def plant(rule: str, institution: Institution, month: Month, content: Content) -> tuple[Draft, Spot]:
    """Spoil a good delivery: the draft of it, and where it is spoilt. The same content gives the same defect.

    S08 fails on the day of ``aangemaakt_op``, S09 where volgnummer 1 was accepted before; H01–H03 beside the good
    delivery of the month before. Raises ValueError when the delivery is too small for this defect, or its dialect has
    no place for it.
    """
    draft = Draft(institution, month, content)
    return draft, DEFECTS[rule](draft)


def plan(planted: Sequence[Planted], first: Month, last: Month) -> dict[tuple[str, Month], Planted]:
    """The defects by delivery. Raises ValueError that says all that is wrong with them and what there is."""
    by_delivery = {(one.gi_code, one.month): one for one in planted}
    problems = [f"{one}: {problem}" for one in planted for problem in _problems(one, first, last)]
    problems += [f"{one}: one defect per delivery" for one in planted if by_delivery[one.gi_code, one.month] != one]
    if problems:
        raise ValueError("\n".join(problems))
    return by_delivery


def _problems(one: Planted, first: Month, last: Month) -> Iterator[str]:
    institutions = [profile.gi_code for profile in PROFILES]
    if one.rule not in DEFECTS:
        yield f"no defect of that name; there are {', '.join(sorted(DEFECTS))}"
    if one.gi_code not in institutions:
        yield f"no such institution; there are {', '.join(institutions)}"
    if not first <= one.month <= last:
        yield f"the history runs from {first} to {last}"
    elif one.rule.startswith("H") and one.month == first:
        yield f"compares with the month before; the first that can have it is {first + 1}"
