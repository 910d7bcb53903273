"""The board: every institution and month, what counts there and what waits (spec 1.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gi_monitor import atomic, clock, documents
from gi_monitor.intake.state_changes import Connection
from gi_monitor.intake.states import LABELS
from gi_monitor.month import Month

SIGNS = {
    "accepted": "✓",
    "accepted_with_findings": "✓*",
    "expected": "·",
    "late": "!",
    "not_expected": "∅",
    "received": "…",
    "on_hold": "?",
    "rejected": "✗",
    "rejected_privacy": "✗p",
    "withdrawn": "–",
}
"""A sign per state, for people who look rather than read."""

_TEMPLATE = Path(__file__).with_name("board.html.j2")


@dataclass(frozen=True)
class Cell:
    """One institution and month: ``standing`` is the state of what counts, else expected, late or not expected.

    ``newest`` is the state of the newest delivery when that is not the one that counts.
    """

    delivery_id: int | None
    standing: str
    newest: str | None

    @property
    def signs(self) -> str:
        """What counts, and behind ``>`` what came after it and does not."""
        return SIGNS[self.standing] + (f" >{SIGNS[self.newest]}" if self.newest else "")

    @property
    def words(self) -> str:
        """The same in the words of an institution."""
        return LABELS[self.standing] + (f"; nieuwste levering: {LABELS[self.newest]}" if self.newest else "")

    @property
    def needs_somebody(self) -> bool:
        """Whether somebody has something to do here."""
        return self.standing in ("late", "not_expected") or self.newest in ("on_hold", "rejected", "rejected_privacy")


@dataclass(frozen=True)
class Board:
    """The last months of all institutions; without a cell, a month is not expected and nothing came."""

    months: Sequence[Month]
    names: Mapping[str, str]
    cells: Mapping[tuple[str, Month], Cell]
    synthetic: bool


def look(connection: Connection, months: int) -> Board:
    """The board of the last ``months`` months that have ended."""
    last = Month.of(clock.today()) - 1
    chosen = [last - n for n in reversed(range(months))]
    rows = connection.execute(_CELLS, {"first": chosen[0].start}).fetchall()
    return Board(
        months=chosen,
        names={row["gi_code"]: row["name"] for row in rows},
        cells={
            (row["gi_code"], Month.of(row["reporting_month"])): Cell(row["delivery_id"], row["standing"], row["newest"])
            for row in rows
        },
        synthetic=any(row["synthetic"] for row in rows),
    )


_CELLS = """
select e.gi_code, i.name, i.synthetic, e.reporting_month, newest.delivery_id,
    case when e.state = 'not_expected' then e.state else coalesce(counts.state, e.state) end as standing,
    case when newest.delivery_id is distinct from counts.delivery_id then newest.state end as newest
from (
    select gi_code, reporting_month, state from ledger.expectation
    union all
    select distinct gi_code, reporting_month, 'not_expected' from ledger.delivery as d
    where state not in ('superseded', 'withdrawn') and not exists (
        select from ledger.expectation as e where e.gi_code = d.gi_code and e.reporting_month = d.reporting_month
    )
) as e
inner join ledger.institution as i using (gi_code)
left join (
    select d.gi_code, d.reporting_month, d.delivery_id, d.state
    from ledger.known as k inner join ledger.delivery as d using (delivery_id) where k.known_to is null
) as counts using (gi_code, reporting_month)
left join lateral (
    select delivery_id, state from ledger.delivery as d
    where d.gi_code = e.gi_code and d.reporting_month = e.reporting_month and d.state <> 'superseded'
    order by sequence_number desc, delivery_id desc limit 1
) as newest on true
where e.reporting_month >= %(first)s
order by e.gi_code, e.reporting_month
"""


def write_page(board: Board, path: Path) -> None:
    """The board as one page without scripts, in Dutch."""
    page = documents.render(
        _TEMPLATE,
        board=board,
        moment=clock.now(),
        mark=documents.SYNTHETIC,
        legend={SIGNS[state]: LABELS[state] for state in SIGNS},
    )
    atomic.write(path, page.encode())
