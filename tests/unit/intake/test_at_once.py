"""Deliveries that come at the same moment: one outcome, nothing lost, nothing double (issue of the thirteen)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from gi_monitor import steps
from tests.builders import files, good_rows, measure
from tests.inbox import rows

THIRTEEN = [f"instelling{number:02}" for number in range(1, 14)]


@pytest.fixture(autouse=True)
def thirteen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "institutions"
    folder.mkdir()
    for gi_code in THIRTEEN:
        described = f"gi_code: {gi_code}\nname: Verzonnen\nsynthetic: true\nvalid_from: 2015-01-01\n"
        (folder / f"{gi_code}.yml").write_text(described)
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(folder))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")


def drop(data: Path, gi_code: str, sequence_number: int = 1, measures: int = 3, month: str = "2024-04") -> None:
    content = good_rows()
    content["caseload"] += [measure(number) for number in range(4, measures + 1)]
    totals = {"maatregelen_actief": measures}
    folder = data / "inbox" / gi_code / month / str(sequence_number)
    folder.mkdir(parents=True)
    for name, written in files(content, totals, gi=gi_code, volgnummer=sequence_number, verslagmaand=month).items():
        (folder / name).write_bytes(written)


def at_once(calls: Sequence[Callable[[], object]]) -> None:
    """Let all begin at the same moment, and wait for them; what one of them raises is raised."""
    barrier = Barrier(len(calls))

    def begin(call: Callable[[], object]) -> object:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        list(pool.map(begin, calls))


def taking_in(gi_code: str) -> Callable[[], object]:
    return lambda: steps.take_in(gi_code)


def receipts(data: Path) -> dict[str, str]:
    found = (data / "outbox").glob("*/*/*/ontvangstbewijs*.json")
    return {str(path.relative_to(data / "outbox").parent): json.loads(path.read_text())["status"] for path in found}


def test_thirteen_deliveries_at_once(warehouse: Path) -> None:
    for gi_code in THIRTEEN:
        drop(warehouse, gi_code)

    at_once([taking_in(gi_code) for gi_code in THIRTEEN])

    assert rows("select gi_code, state from ledger.delivery order by gi_code") == [(gi, "accepted") for gi in THIRTEEN]
    assert rows("select count(*) from landing.caseload") == [(39,)]
    assert rows("select count(*) from ledger.expectation where state = 'received'") == [(13,)]
    assert receipts(warehouse) == {f"{gi_code}/2024-04/1": "accepted" for gi_code in THIRTEEN}


def test_thirteen_are_first_with_a_new_month(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is read beside the month before it, while another makes room for the new one."""
    for month in ("2024-04", "2024-05", "2024-06"):
        monkeypatch.setenv("GI_MONITOR_NOW", "2024-07-10T10:00:00")
        for gi_code in THIRTEEN:
            drop(warehouse, gi_code, month=month)

        at_once([taking_in(gi_code) for gi_code in THIRTEEN])

        assert rows(f"select count(*) from landing.caseload where reporting_month = '{month}-01'") == [(39,)]


def test_the_same_delivery_taken_in_by_four_at_once(warehouse: Path) -> None:
    drop(warehouse, "instelling01")

    at_once([taking_in("instelling01")] * 4)

    assert rows("select sequence_number, state from ledger.delivery") == [(1, "accepted")]
    assert rows("select count(*) from landing.caseload") == [(3,)]
    assert rows("select to_state from ledger.state_change where delivery_id is not null order by change_id") == [
        ("received",),
        ("accepted",),
    ]


def test_two_corrections_at_once_the_higher_number_counts(warehouse: Path) -> None:
    drop(warehouse, "instelling01")
    steps.take_in("instelling01")
    drop(warehouse, "instelling01", 2, measures=4)
    drop(warehouse, "instelling01", 3, measures=5)

    at_once([taking_in("instelling01")] * 4)

    assert rows("select sequence_number, state from ledger.delivery order by sequence_number") == [
        (1, "superseded"),
        (2, "superseded"),
        (3, "accepted"),
    ]
    assert rows("select delivery_id, count(*) from landing.caseload group by 1 order by 1") == [(1, 3), (2, 4), (3, 5)]
    assert rows("select count(*) from ledger.known where known_to is null") == [(1,)]
    overlaps = """
        select a.delivery_id from ledger.known as a inner join ledger.known as b
        on a.delivery_id < b.delivery_id and a.known_from < coalesce(b.known_to, 'infinity')
            and b.known_from < coalesce(a.known_to, 'infinity')
    """
    assert rows(overlaps) == []
    assert receipts(warehouse) == {
        "instelling01/2024-04/1": "superseded",
        "instelling01/2024-04/2": "superseded",
        "instelling01/2024-04/3": "accepted",
    }
