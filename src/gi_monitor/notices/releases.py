"""What to tell about gates and releases (spec 3.1, 3.3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from gi_monitor import clock, documents
from gi_monitor.clock import AMSTERDAM
from gi_monitor.notices import links
from gi_monitor.notices.deliveries import WAIVER_ENDS_WITHIN
from gi_monitor.notices.item import Connection, Item

_WAITS_LONG = timedelta(days=1)
_HASH_DIGITS = 12


def gates(connection: Connection) -> Iterator[Item]:
    """Gates that stopped what is behind them the last time they were run."""
    for row in connection.execute(_STOPPED):
        stopped, dag = (row["release_id"], "releases") if row["release_id"] else ("de bouw", "standardise")
        text = f"poort {row['gate']} hield {stopped} tegen: {', '.join(row['broken'])}"
        yield Item("data_manager", f"{row['gate']} {row['release_id']}", text, links.dag(dag))


_STOPPED = """
with last as (
    select distinct on (gate) gate, run_id from quality.verdict order by gate, verdict_id desc
)
select gate, candidate.release_id, array_agg(expectation order by expectation) as broken
from last
inner join quality.verdict using (gate, run_id)
left join release.candidate using (candidate_id)
where (verdict = 'NOT_RUN' or (verdict = 'FAIL' and severity = 'critical'))
    and (candidate_id is null or candidate.state = 'draft')
group by gate, candidate.release_id order by gate
"""


def candidates(connection: Connection) -> Iterator[Item]:
    """Candidates that can be decided on."""
    for row in connection.execute(_CANDIDATES):
        text = f"{_named(row)}, gemaakt door {row['made_by']}"
        yield Item("reviewer", str(row["candidate_id"]), text, links.questions())


def approvals(connection: Connection) -> Iterator[Item]:
    """Candidates that wait for a decision longer than a day, or for that of one person more."""
    for row in connection.execute(_CANDIDATES):
        if row["agreed"] or row["frozen_at"] + _WAITS_LONG <= clock.now():
            since = documents.day(row["frozen_at"].astimezone(AMSTERDAM))
            needed = "nog een akkoord, van iemand anders" if row["agreed"] else "een besluit"
            text = f"{_named(row)}, wacht sinds {since} op {needed}"
            yield Item("reviewer", str(row["candidate_id"]), text, links.questions())


_CANDIDATES = """
select candidate_id, release_id, version, content_hash, made_by,
    (
        select max(changed_at) from release.state_change as change
        where change.candidate_id = candidate.candidate_id and to_state = 'candidate'
    ) as frozen_at,
    exists (select from release.approval where approval.candidate_id = candidate.candidate_id) as agreed
from release.candidate where state = 'candidate' order by candidate_id
"""


def published(connection: Connection) -> Iterator[Item]:
    """Versions that are out."""
    for row in connection.execute(
        "select release_id, version from release.candidate where state = 'published' order by candidate_id"
    ):
        edition = f"{row['release_id']}-{row['version']}"
        link = f"{links.site()}gi-monitor-{edition}/public/"
        yield Item("publisher", edition, f"{row['release_id']}, versie {row['version']}", link)


def waivers(connection: Connection) -> Iterator[Item]:
    """Waivers of releases that are not out yet which end within two weeks."""
    for row in connection.execute(_WAIVERS, {"first": clock.today(), "last": clock.today() + WAIVER_ENDS_WITHIN}):
        about = f", {row['about']}" if row["about"] else ""
        text = f"{row['release_id']}, {row['expectation']}{about}: tot en met {documents.day(row['valid_until'])}"
        yield Item("data_manager", f"waiver {row['waiver_id']}", text, links.dag("waive"))


_WAIVERS = """
select waiver_id, release_id, expectation, about, valid_until from release.waiver
where valid_until between %(first)s and %(last)s and not exists (
    select from release.candidate where candidate.release_id = waiver.release_id and state = 'published'
)
order by waiver_id
"""


def _named(row: dict[str, object]) -> str:
    content = str(row["content_hash"])[:_HASH_DIGITS]
    return f"{row['release_id']}, versie {row['version']} (kandidaat {row['candidate_id']}, inhoud {content})"
