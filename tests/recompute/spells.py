"""S4-S6: person spells, a person's rows at one institution joined when the gap is at most one day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from tests.recompute.figure import Figure, distinct, ratio, total
from tests.recompute.history import ONE_DAY, Scope
from tests.recompute.staffing import caseload_roles
from tests.recompute.survival import Survival


@dataclass(frozen=True)
class Spell:
    """``end`` is the day from which the person is gone; without ``ended``, the last day on which they were seen."""

    gi_code: str
    rows: pd.DataFrame
    start: pd.Timestamp
    end: pd.Timestamp
    ended: bool

    @property
    def at_start(self) -> pd.DataFrame:
        """The rows on the first day."""
        return self.rows[self.rows["post_start_date"] == self.start]

    @property
    def at_end(self) -> pd.DataFrame:
        """The rows on the last day."""
        return self.rows[self.rows["post_end_date"] == self.end]

    @property
    def from_side_entry(self) -> bool:
        """Whether the person came from outside of the field."""
        return _main(self.at_start)["origin"] == "zij_instroom"


def _main(rows: pd.DataFrame) -> pd.Series:
    """The row with most fte; of equals the first by the role's code."""
    first = min(rows.index, key=lambda row: (-rows.at[row, "fte_contract"], rows.at[row, "role"]))
    return rows.loc[first]


def spells(scope: Scope) -> list[Spell]:
    """Every spell known at d."""
    rows = _without_corrected(scope.looked_back_on("staffing"), scope.d)
    return [spell for _, person in rows.groupby(["gi_code", "worker_key"]) for spell in _joined(person)]


def _without_corrected(rows: pd.DataFrame, d: pd.Timestamp) -> pd.DataFrame:
    """Without open rows no longer delivered of whom the same role is delivered later with another start."""
    same = rows.reset_index().merge(
        rows[["gi_code", "worker_key", "role", "post_start_date", "seen"]],
        on=["gi_code", "worker_key", "role"],
        suffixes=("", "_other"),
    )
    replaced = same[
        same["post_end_date"].isna()
        & (same["seen"] < d)
        & (same["seen_other"] > same["seen"])
        & (same["post_start_date_other"] != same["post_start_date"])
    ]
    return rows.drop(index=replaced["index"].unique())


def _joined(person: pd.DataFrame) -> Iterator[Spell]:
    person = person.assign(until=person["post_end_date"].fillna(person["seen"])).sort_values("post_start_date")
    group, reached = 0, None
    groups = []
    for row in person.itertuples():
        if reached is not None and row.post_start_date - reached > ONE_DAY:
            group, reached = group + 1, None
        reached = row.until if reached is None else max(reached, row.until)
        groups.append(group)
    for _, rows in person.groupby(groups):
        end = rows["until"].max()
        # Who was in post when last seen is not known to have left.
        seen_in_post = rows["post_end_date"].isna() & (rows["until"] == end)
        yield Spell(rows["gi_code"].iloc[0], rows, rows["post_start_date"].min(), end, not seen_in_post.any())


def in_and_out(scope: Scope) -> Iterator[Figure]:
    """S4; counted are spells, so that who left and came back is counted both times."""
    known = spells(scope)
    began = [spell.at_start for spell in known if scope.first <= spell.start <= scope.d]
    ended = [spell.at_end for spell in known if spell.ended and scope.first <= spell.end <= scope.d]
    yield from _flows(began, ended, "total", "total")
    for role in scope.parameters.categories("functie"):
        of_role = ([rows for rows in flow if _main(rows)["role"] == role] for flow in (began, ended))
        yield from _flows(*of_role, "role", role)


def _flows(began: list[pd.DataFrame], ended: list[pd.DataFrame], *cell: str) -> Iterator[Figure]:
    fte_in, fte_out = (_fte(flow) for flow in (began, ended))
    yield Figure("persons_in", len(began), None, None, *cell)
    yield Figure("fte_in", fte_in, None, None, *cell)
    yield Figure("persons_out", len(ended), None, None, *cell)
    yield Figure("fte_out", fte_out, None, None, *cell)
    yield Figure("persons_net", len(began) - len(ended), None, None, *cell)
    yield Figure("fte_net", fte_in - fte_out, None, None, *cell)


def _fte(flow: list[pd.DataFrame]) -> Fraction:
    return total(fte for rows in flow for fte in rows["fte_contract"])


def turnover(scope: Scope) -> Iterator[Figure]:
    """S5: the twelve months up to d, whatever the period."""
    first = pd.Timestamp((scope.month - 11).start)
    left = [spell.at_end for spell in spells(scope) if spell.ended and first <= spell.end <= scope.d]
    fte_left = _fte([caseload_roles(rows) for rows in left])
    yield ratio("value", fte_left, total(caseload_roles(scope.in_post())["fte_contract"]))


def side_entrants(scope: Scope) -> Iterator[Figure]:
    """S6: spells started in the period."""
    began = [spell for spell in spells(scope) if scope.first <= spell.start <= scope.d]
    from_side_entry = sum(spell.from_side_entry for spell in began)
    yield Figure("starts", from_side_entry)
    yield ratio("share_of_starts", from_side_entry, len(began))


def in_training(scope: Scope) -> Iterator[Figure]:
    """S6: in opleiding in post at d."""
    posts = scope.in_post()
    yield Figure("in_training", distinct(posts[posts["role"] == "in_opleiding"], "worker_key"))


def retained(scope: Scope) -> Iterator[Figure]:
    """S6: of the side entrants who started in a delivered month, the share still in post."""
    first = {code: pd.Timestamp(scope.history.first_month(code).start) for code in scope.institutions}
    cohort = [spell for spell in spells(scope) if spell.from_side_entry and spell.start >= first[spell.gi_code]]
    lengths = [(spell.end - spell.start).days for spell in cohort]
    observed = max(((scope.d - spell.start).days for spell in cohort), default=0)
    survival = Survival(lengths, [spell.ended for spell in cohort], observed)
    for days in (182, 365, 730):
        yield Figure(f"retained_{days}", survival.after(days), denominator=survival.n)
