"""What to tell about deliveries: late, on hold, a waiver that ends (spec 1.4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from gi_monitor import clock, documents, institutions
from gi_monitor.intake import ledger
from gi_monitor.notices import links
from gi_monitor.notices.item import Connection, Item

WAIVER_ENDS_WITHIN = timedelta(days=14)
"""So long before its end a waiver is told of."""

_LAST = {
    None: "er is niets ontvangen",
    "rejected": "de laatste levering is afgewezen, zie het ontvangstbewijs",
    "rejected_privacy": "de laatste levering is om privacy geweigerd, zie het ontvangstbewijs",
    "withdrawn": "de laatste levering is ingetrokken",
    "on_hold": "de laatste levering is aangehouden en wacht op een databeheerder",
    "received": "de laatste levering wordt nog gecontroleerd",
}
_OURS_TO_DO = ("on_hold", "received")
"""What an institution waits for us with."""


def late(connection: Connection) -> Iterator[Item]:
    """Months that are past the due day of the institution's file: for the institution, and for us."""
    for row in connection.execute(_LATE):
        month = documents.month(row["reporting_month"])
        what = f"{month}: uiterste dag {documents.day(row['due'])}, {_LAST[row['state']]}"
        if row["state"] not in _OURS_TO_DO:
            yield Item(row["gi_code"], str(row["reporting_month"]), what, links.site())
        about = f"{row['gi_code']} {row['reporting_month']}"
        yield Item("data_manager", about, f"{row['name']}, {what}", links.dag(f"intake_{row['gi_code']}"))


_LATE = """
select e.gi_code, i.name, e.reporting_month, e.due, last.state
from ledger.expectation as e
inner join ledger.institution as i using (gi_code)
left join lateral (
    select d.state from ledger.delivery as d
    where d.gi_code = e.gi_code and d.reporting_month = e.reporting_month order by d.delivery_id desc limit 1
) as last on true
where e.state = 'late' order by e.reporting_month, e.gi_code
"""


def holds(connection: Connection) -> Iterator[Item]:
    """Deliveries that wait for a data manager's decision."""
    for hold in ledger.on_hold(connection):
        delivery = hold.delivery
        place = f"{delivery.gi_code}, {documents.month(delivery.month.start)}, volgnummer {delivery.sequence_number}"
        text = f"levering {delivery.delivery_id} ({place}): {hold.cause}"
        yield Item("data_manager", f"{delivery.delivery_id} {hold.change_id}", text, links.questions())


def waivers(_: Connection) -> Iterator[Item]:
    """Waivers in institution files that end within two weeks: for the institution, and for us."""
    today = clock.today()
    for institution in institutions.load().values():
        for waiver in institution.waivers:
            if today <= waiver.until <= today + WAIVER_ENDS_WITHIN:
                about = f"{institution.gi_code} {waiver.rule} {waiver.until}"
                text = f"regel {waiver.rule}: tot en met {documents.day(waiver.until)}"
                yield Item(institution.gi_code, about, text, links.site())
                link = links.dag(f"intake_{institution.gi_code}")
                yield Item("data_manager", about, f"{institution.name}, {text}", link)
