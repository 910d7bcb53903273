"""Which delivery of a month counts: accepted, superseded, held, withdrawn (spec 1.4)."""

from __future__ import annotations

from datetime import datetime

from gi_monitor.intake import expectations, ledger
from gi_monitor.intake.ledger import Delivery
from gi_monitor.intake.state_changes import Connection, StateChange, note
from gi_monitor.warehouse import moments


def settle(connection: Connection, delivery: Delivery, state: str, cause: str, *, who: str | None = None) -> None:
    """Change a delivery's state; an accepted one counts from now on, in place of every earlier one of its month."""
    moment = moments.following(connection)
    if state.startswith("accepted"):
        _supersede(connection, delivery, moment)
        connection.execute(
            "insert into ledger.known (delivery_id, gi_code, reporting_month, known_from) values (%s, %s, %s, %s)",
            [delivery.delivery_id, delivery.gi_code, delivery.month.start, moment],
        )
    change(connection, delivery, state, cause, who=who)
    expectations.note_all(connection, delivery.gi_code)


def retire(connection: Connection, delivery: Delivery, state: str, cause: str) -> bool:
    """A delivery stops counting, and the accepted one before it counts again; False when it did not count."""
    closed = connection.execute(
        "update ledger.known set known_to = %s where delivery_id = %s and known_to is null returning delivery_id",
        [moments.following(connection), delivery.delivery_id],
    ).fetchone()
    if closed is None:
        return False
    before = _before(connection, delivery)
    settle(connection, delivery, state, cause)
    if before is not None:
        settle(connection, before[0], before[1], f"current again: delivery {delivery.delivery_id} is {state}")
    return True


def change(connection: Connection, delivery: Delivery, state: str, cause: str, *, who: str | None = None) -> None:
    """Give a delivery another state and note it; its receipt is to be sent again."""
    connection.execute(
        "update ledger.delivery set state = %s, receipt_sent_at = null where delivery_id = %s",
        [state, delivery.delivery_id],
    )
    note(
        connection,
        StateChange(delivery.gi_code, delivery.month, state, cause, delivery.delivery_id, delivery.state, who),
    )


def _supersede(connection: Connection, delivery: Delivery, moment: datetime) -> None:
    """What counted no longer does; what is held, up to this volgnummer, needs no decision any more."""
    connection.execute(
        "update ledger.known set known_to = %s where gi_code = %s and reporting_month = %s and known_to is null",
        [moment, delivery.gi_code, delivery.month.start],
    )
    older = ledger.select(
        connection,
        """
        gi_code = %s and reporting_month = %s and delivery_id <> %s and (
            state like 'accepted%%' or (state = 'on_hold' and sequence_number <= %s)
        )
        """,
        [delivery.gi_code, delivery.month.start, delivery.delivery_id, delivery.sequence_number],
    )
    for one in older:
        change(connection, one, "superseded", f"replaced by delivery {delivery.delivery_id}")


def _before(connection: Connection, delivery: Delivery) -> tuple[Delivery, str] | None:
    """The newest superseded delivery of the month that once counted, and the state it had."""
    row = connection.execute(
        """
        select older.delivery_id, change.from_state
        from ledger.delivery as older
        cross join lateral (
            select from_state from ledger.state_change
            where delivery_id = older.delivery_id and to_state = 'superseded' order by change_id desc limit 1
        ) as change
        where older.gi_code = %s and older.reporting_month = %s and older.state = 'superseded'
            and change.from_state like 'accepted%%'
        order by older.sequence_number desc, older.delivery_id desc limit 1
        """,
        [delivery.gi_code, delivery.month.start],
    ).fetchone()
    return (ledger.find(connection, row["delivery_id"]), row["from_state"]) if row else None
