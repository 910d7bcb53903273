"""The facts of the quality report, as the ledger has them."""

from __future__ import annotations

import json
from datetime import date

from gi_monitor.month import Month
from gi_monitor.release import response
from gi_monitor.release.response import Institution, Response, SetAside
from gi_monitor.warehouse.connection import connect
from tests.unit.release.conftest import World

MONTH = Month(2024, 12)


def read(*deliveries: int) -> Response:
    with connect("gi_release") as connection:
        return response.read(connection, MONTH, deliveries)


def accepted(delivery_id: int, moment: str, **rows: tuple[int, int]) -> None:
    counts = {name: {"delivered": delivered, "set_aside": aside} for name, (delivered, aside) in rows.items()}
    with connect("gi_intake") as connection:
        connection.execute("update ledger.known set known_from = %s where delivery_id = %s", [moment, delivery_id])
        connection.execute(
            "update ledger.delivery set row_counts = %s where delivery_id = %s", [json.dumps(counts), delivery_id]
        )


def test_it_tells_who_delivered_and_when_the_last_was_accepted(world: World) -> None:
    accepted(2, "2025-01-10T12:00+01")
    accepted(4, "2025-01-16T00:30+01")

    found = read(1, 2, 3, 4)

    assert found.institutions == (
        Institution("haagrijn", "Jeugdbescherming Haagrijn", True),
        Institution("waddenkust", "Jeugdbescherming Waddenkust", True),
    )
    assert (found.due, found.last_accepted, found.late) == (date(2025, 1, 15), date(2025, 1, 16), 1)
    assert (found.months, found.replaced) == (2, 0)


def test_an_institution_that_is_not_in_the_vintage_did_not_deliver(world: World) -> None:
    found = read(1, 2, 3)
    assert [institution.delivered for institution in found.institutions] == [True, False]
    assert found.delivered == 1


def test_an_institution_that_had_ended_is_not_expected(world: World) -> None:
    with connect("gi_intake") as connection:
        connection.execute("update ledger.institution set valid_to = '2024-12-30' where gi_code = 'haagrijn'")
    assert [institution.gi_code for institution in read(1, 2, 3, 4).institutions] == ["waddenkust"]


def test_a_month_that_was_delivered_again_is_counted_once_as_replaced(world: World) -> None:
    again = world.deliver("haagrijn", "2024-12")
    found = read(1, again, 3, 4)
    assert (found.months, found.replaced) == (2, 1)


def test_rows_set_aside_are_a_national_share_of_the_four_months_and_few_rows_are_none(world: World) -> None:
    accepted(1, "2024-09-10T12:00+01", caseload=(1000, 500))
    accepted(2, "2025-01-10T12:00+01", caseload=(100, 0), formatie=(50, 4), wachtlijst=(0, 0))
    accepted(4, "2025-01-10T12:00+01", caseload=(300, 5))

    assert read(1, 2, 3, 4).set_aside == (SetAside("caseload", 0.013), SetAside("formatie", None))


def test_without_deliveries_there_is_nothing_to_tell_but_who_should_have(world: World) -> None:
    found = read()
    assert (found.delivered, found.last_accepted, found.late, found.months) == (0, None, 0, 0)
    assert len(found.institutions) == 2
