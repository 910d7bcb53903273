"""S4-S6: person spells, a person's rows at one institution joined when the gap is at most one day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from typing import Any

import pandas as pd

from gi_monitor.month import Month
from tests.recompute.figure import Figure, distinct, ratio, total
from tests.recompute.history import ONE_DAY, History, Scope
from tests.recompute.staffing import CASELOAD_ROLES, caseload_roles
from tests.recompute.survival import Survival

Posts = list[Any]
"""Rows of formatie, as tuples with names."""


@dataclass(frozen=True)
class Spell:
    """``end`` is the day from which the person is gone; without ``ended``, the last day on which they were seen."""

    gi_code: str
    posts: Posts
    start: pd.Timestamp
    end: pd.Timestamp
    ended: bool

    @property
    def at_start(self) -> Posts:
        """The rows on the first day."""
        return [post for post in self.posts if post.post_start_date == self.start]

    @property
    def at_end(self) -> Posts:
        """The rows on the last day."""
        return [post for post in self.posts if post.post_end_date == self.end]

    @property
    def from_side_entry(self) -> bool:
        """Whether the person came from outside of the field."""
        return bool(_main(self.at_start).origin == "zij_instroom")


def _main(posts: Posts) -> Any:
    """The row with most fte; of equals the first by the role's code."""
    return min(posts, key=lambda post: (-post.fte_contract, post.role))


def spells(scope: Scope) -> list[Spell]:
    """Every spell known at d."""
    return [spell for spell in _of_all(scope.history, scope.month) if spell.gi_code in scope.institutions]


@lru_cache(maxsize=64)
def _of_all(history: History, month: Month) -> list[Spell]:
    rows = _without_corrected(history.latest("staffing", month), pd.Timestamp(month.reference_date))
    rows = rows.assign(until=rows["post_end_date"].fillna(rows["seen"]))
    posts = list(rows.sort_values(["gi_code", "worker_key", "post_start_date"]).itertuples())
    persons = groupby(posts, key=lambda post: (post.gi_code, post.worker_key))
    return [_spell(joined) for _, person in persons for joined in _joined(person)]


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


def _joined(person: Iterator[Any]) -> Iterator[Posts]:
    """A person's rows, told apart where the gap is longer than one day."""
    joined = [next(person)]
    for post in person:
        if post.post_start_date - max(before.until for before in joined) > ONE_DAY:
            yield joined
            joined = []
        joined.append(post)
    yield joined


def _spell(posts: Posts) -> Spell:
    end = max(post.until for post in posts)
    # Who was in post when last seen is not known to have left.
    seen_in_post = any(pd.isna(post.post_end_date) and post.until == end for post in posts)
    return Spell(posts[0].gi_code, posts, posts[0].post_start_date, end, not seen_in_post)


def in_and_out(scope: Scope) -> Iterator[Figure]:
    """S4; counted are spells, so that who left and came back is counted both times."""
    known = spells(scope)
    began = [spell.at_start for spell in known if scope.first <= spell.start <= scope.d]
    ended = [spell.at_end for spell in known if spell.ended and scope.first <= spell.end <= scope.d]
    yield from _flows(began, ended, "total", "total")
    for role in scope.parameters.categories("functie"):
        of_role = ([posts for posts in flow if _main(posts).role == role] for flow in (began, ended))
        yield from _flows(*of_role, "role", role)


def _flows(began: list[Posts], ended: list[Posts], *cell: str) -> Iterator[Figure]:
    fte_in, fte_out = (_fte(post for posts in flow for post in posts) for flow in (began, ended))
    yield Figure("persons_in", len(began), None, None, *cell)
    yield Figure("fte_in", fte_in, None, None, *cell)
    yield Figure("persons_out", len(ended), None, None, *cell)
    yield Figure("fte_out", fte_out, None, None, *cell)
    yield Figure("persons_net", len(began) - len(ended), None, None, *cell)
    yield Figure("fte_net", fte_in - fte_out, None, None, *cell)


def _fte(posts: Iterator[Any]) -> Fraction:
    return total(post.fte_contract for post in posts)


def turnover(scope: Scope) -> Iterator[Figure]:
    """S5: the twelve months up to d, whatever the period."""
    first = pd.Timestamp((scope.month - 11).start)
    left = [spell.at_end for spell in spells(scope) if spell.ended and first <= spell.end <= scope.d]
    fte_left = _fte(post for posts in left for post in posts if post.role in CASELOAD_ROLES)
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
    cohort = [spell for spell in spells(scope) if spell.start >= first[spell.gi_code] and spell.from_side_entry]
    lengths = [(spell.end - spell.start).days for spell in cohort]
    observed = max(((scope.d - spell.start).days for spell in cohort), default=0)
    survival = Survival(lengths, [spell.ended for spell in cohort], observed)
    for days in (182, 365, 730):
        yield Figure(f"retained_{days}", survival.after(days), denominator=survival.n)
