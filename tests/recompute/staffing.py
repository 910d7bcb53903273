"""S1-S3 and S7-S9: who is in post."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from gi_monitor.month import Month
from tests.recompute.figure import Figure, distinct, ratio, total
from tests.recompute.history import ONE_DAY, Scope

CASELOAD_ROLES = ["jeugdbeschermer", "jeugdreclasseringswerker"]
EXTERNAL = ["inhuur", "zzp"]


def caseload_roles(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows in a caseload role."""
    return rows[rows["role"].isin(CASELOAD_ROLES)]


def child_protection_workers(scope: Scope) -> Iterator[Figure]:
    """S1."""
    posts = scope.in_post()
    registered = posts[(posts["role"] == "jeugdbeschermer") & posts["skj_registered"]]
    for name, rows in {"skj": registered, "caseload_roles": caseload_roles(posts)}.items():
        yield Figure(f"persons_{name}", distinct(rows, "worker_key"))
        yield Figure(f"fte_{name}", total(rows["fte_contract"]))


def _growth(scope: Scope, since: Month, name: str) -> Iterator[Figure]:
    before = child_protection_workers(scope.earlier(since))
    for now, then in zip(child_protection_workers(scope), before, strict=True):
        yield Figure(f"{now.component}_growth_{name}", now.value - then.value)  # type: ignore[operator]


def growth_4m(scope: Scope) -> Iterator[Figure]:
    """S1 against four months earlier."""
    yield from _growth(scope, scope.month - 4, "4m")


def growth_baseline(scope: Scope) -> Iterator[Figure]:
    """S1 against the baseline."""
    yield from _growth(scope, Month.of(scope.parameters.baseline.date()), "baseline")


def carrying_caseload(scope: Scope) -> Iterator[Figure]:
    """S2."""
    posts = scope.in_post()
    yield Figure("fte", total(posts["fte_caseload"]))
    yield ratio("share", total(posts["fte_caseload"]), total(posts["fte_contract"]))


def role_mix(scope: Scope) -> Iterator[Figure]:
    """S3."""
    posts = scope.in_post()
    for role in scope.parameters.categories("functie"):
        rows = posts[posts["role"] == role]
        yield Figure("persons", distinct(rows, "worker_key"), None, None, "role", role)
        yield Figure("fte", total(rows["fte_contract"]), None, None, "role", role)


def external(scope: Scope) -> Iterator[Figure]:
    """S7."""
    posts = caseload_roles(scope.in_post())
    hired = posts[posts["contract_type"].isin(EXTERNAL)]
    yield ratio("value", total(hired["fte_contract"]), total(posts["fte_contract"]))


def vacancies(scope: Scope) -> Iterator[Figure]:
    """S8."""
    vacant = total(scope.history.vacancies_fte(code, scope.month) for code in scope.institutions)  # type: ignore[misc]
    yield ratio("value", vacant, vacant + total(caseload_roles(scope.in_post())["fte_contract"]))


def absence(scope: Scope) -> Iterator[Figure]:
    """S9: the month of d, whatever the period."""
    rows = scope.rows("staffing")
    rows = rows[~rows["contract_type"].isin(EXTERNAL)]
    begin = rows["post_start_date"].clip(lower=pd.Timestamp(scope.month.start))
    # On the day of datum_uit_functie a post is over.
    end = rows["post_end_date"].fillna(scope.d + ONE_DAY).clip(upper=scope.d + ONE_DAY)
    days = (end - begin).dt.days.clip(lower=0)
    available = total(fte * int(n) for fte, n in zip(rows["fte_contract"], days, strict=True))
    yield ratio("value", total(rows["absence_fte_days"]), available)
