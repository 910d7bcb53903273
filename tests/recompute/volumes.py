"""C1-C10: how much there is to do, and for how many workers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

import pandas as pd

from tests.recompute.figure import Figure, by, distinct, percentile, ratio, total
from tests.recompute.history import WAITING_FOR_A_WORKER, Scope

FAMILIES = ["jeugdbescherming", "jeugdreclassering"]


def running_measures(scope: Scope) -> Iterator[Figure]:
    """C1."""
    running, known = scope.running(), scope.parameters
    breakdowns = {
        "family": ("family", FAMILIES),
        "type": ("measure_type", [code for code in known.categories("type_maatregel") if code != "31"]),
        "age_group": ("age_group", known.categories("leeftijdsgroep")),
        "province": ("province", known.categories("provincie")),
    }
    yield Figure("count", len(running))
    yield Figure("weighted", total(running["weight"]))
    for breakdown, (column, codes) in breakdowns.items():
        for code in codes:
            rows = running[running[column] == code]
            yield Figure("count", len(rows), breakdown=breakdown, category=code)
            yield Figure("weighted", total(rows["weight"]), breakdown=breakdown, category=code)


def children_and_families(scope: Scope) -> Iterator[Figure]:
    """C2."""
    for rows, *cell in by(scope.running(), "family", "family", FAMILIES):
        yield Figure("children", distinct(rows, "child_key"), None, None, *cell)
        yield Figure("families", distinct(rows, "family_key"), None, None, *cell)


def fte_caseload(scope: Scope) -> Fraction:
    """fte_caseload in post at d."""
    return total(scope.in_post()["fte_caseload"])


def organisation_workload(scope: Scope) -> Iterator[Figure]:
    """C3."""
    yield ratio("value", total(scope.running()["weight"]), fte_caseload(scope))


def assigned_workload(scope: Scope) -> Iterator[Figure]:
    """C4: less those of the running measures with an open stay on wachtlijst or doorstroomlijst."""
    stays = scope.open_stays()
    waiting = stays.loc[stays["list"].isin(WAITING_FOR_A_WORKER), ["gi_code", "measure_key"]].drop_duplicates()
    assigned = scope.running().merge(waiting, how="left", indicator=True).query("_merge == 'left_only'")
    yield ratio("value", total(assigned["weight"]), fte_caseload(scope))


def families_per_fte(scope: Scope) -> Iterator[Figure]:
    """C5."""
    yield ratio("value", distinct(scope.running(), "family_key"), fte_caseload(scope))


def workload(scope: Scope) -> Fraction | None:
    """C3's value."""
    (figure,) = organisation_workload(scope)
    return figure.value  # type: ignore[return-value]


def norm(scope: Scope) -> Fraction:
    """12 measures per fte."""
    return scope.parameters.number("norm", "measures_per_fte", scope.d)


def gap_to_norm(scope: Scope) -> Iterator[Figure]:
    """C6."""
    found = workload(scope)
    yield Figure("gap_to_norm", None if found is None else found - norm(scope))


def fte_short(scope: Scope) -> Iterator[Figure]:
    """C7: national from national sums."""
    needed = total(scope.running()["weight"]) / norm(scope)
    yield Figure("value", max(Fraction(0), needed - fte_caseload(scope)))


def caseload_per_worker(scope: Scope) -> Iterator[Figure]:
    """C8: persons (rows added) in post at d with fte_caseload above 0."""
    posts, measures = scope.in_post(), scope.running()
    on_their_name = Counter(zip(measures["gi_code"], measures["worker_key"], strict=True))
    fte: Counter[tuple[str, str]] = Counter()
    for post in posts.itertuples():
        fte[post.gi_code, post.worker_key] += post.fte_caseload
    per_fte = {person: Fraction(on_their_name[person]) / fte[person] for person in fte if fte[person] > 0}
    above = [fte[person] for person, value in per_fte.items() if value > norm(scope)]
    yield Figure("p10", percentile(per_fte.values(), 0.1))
    yield Figure("p50", percentile(per_fte.values(), 0.5))
    yield Figure("p90", percentile(per_fte.values(), 0.9))
    yield ratio("share_above_12", total(above), total(fte.values()))


def _jeugdbescherming(scope: Scope) -> pd.DataFrame:
    running = scope.running()
    return running[running["family"] == "jeugdbescherming"]


def continuity(scope: Scope) -> Iterator[Figure]:
    """C9, over the measures of which the number of changes is filled."""
    changes = _jeugdbescherming(scope)["worker_changes"].dropna()
    yield ratio("mean", int(changes.sum()), len(changes))
    yield ratio("share_two_or_more", int((changes >= 2).sum()), len(changes))


def placements(scope: Scope) -> Iterator[Figure]:
    """C10."""
    rows = _jeugdbescherming(scope)
    placed = int(rows["placement_order"].sum())
    yield Figure("count", placed)
    yield ratio("share", placed, len(rows))
