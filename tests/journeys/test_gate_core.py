"""Gate G2 really stops what is behind it: one delivery when it alone is to blame, else the whole build."""

import csv
import hashlib
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from gi_monitor import steps
from gi_monitor.warehouse.connection import Role, connect
from tests.shapes import EXAMPLE

PLACE = Path("haagrijn", "2024-04")


def rows(role: Role, query: str) -> list[tuple[Any, ...]]:
    with connect(role) as connection:
        cursor = connection.execute(query)
        return [tuple(row.values()) for row in cursor] if cursor.description else []


def workload() -> list[tuple[Any, ...]]:
    return rows(
        "gi_analyst",
        "select period, institution, value, status from marts.observations where indicator = 'C3' order by 1, 2",
    )


def redeliver(data: Path, fte_caseload: str) -> None:
    """haagrijn's last month again, every worker with the same fte for carrying measures."""
    target = data / "inbox" / PLACE / "2"
    shutil.copytree(EXAMPLE / "deliveries" / PLACE / "1", target, ignore=shutil.ignore_patterns("levering.json"))
    posts = list(csv.DictReader(io.StringIO((target / "formatie.csv").read_text())))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, posts[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows({**post, "fte_caseload": fte_caseload} for post in posts)
    (target / "formatie.csv").write_text(text.getvalue())
    manifest = json.loads((EXAMPLE / "deliveries" / PLACE / "1" / "levering.json").read_text())
    file = next(file for file in manifest["bestanden"] if file["dataset"] == "formatie")
    file["sha256"] = hashlib.sha256(text.getvalue().encode()).hexdigest()
    in_post = [post for post in posts if not post["datum_uit_functie"]]
    manifest["controletotalen"]["fte_caseload"] = round(float(fte_caseload) * len(in_post), 2)
    (target / "levering.json").write_text(json.dumps({**manifest, "volgnummer": 2}))


def test_a_delivery_that_alone_breaks_a_promise_is_held_and_the_rest_is_built(worked_example: Path) -> None:
    before = workload()
    redeliver(worked_example, fte_caseload="0.01")
    assert [delivery.sequence_number for delivery in steps.take_in("haagrijn")] == [2]

    steps.standardise()

    assert workload() == before
    assert rows(
        "gi_intake",
        "select sequence_number, state from ledger.delivery"
        " where gi_code = 'haagrijn' and reporting_month = '2024-04-01' order by 1",
    ) == [
        (1, "accepted_with_findings"),
        (2, "on_hold"),
    ]
    receipt = json.loads((worked_example / "outbox" / PLACE / "2" / "ontvangstbewijs.json").read_text())
    assert receipt["status"] == "on_hold"
    assert steps.undone() == []


def test_where_no_delivery_is_to_blame_the_marts_keep_their_last_good_state(worked_example: Path) -> None:
    before = workload()
    rows(
        "gi_transform",
        "insert into core.fct_caseload (delivery_id, gi_code, reporting_month, row_number)"
        " values (9999, 'haagrijn', '2024-04-01', 1)",
    )
    redeliver(worked_example, fte_caseload="0.30")
    steps.take_in("haagrijn")

    with pytest.raises(steps.GateError, match="marts keep their last good state"):
        steps.standardise()

    assert workload() == before
    assert rows("gi_quality", "select to_regnamespace('marts_next') is null") == [(True,)]
    assert rows(
        "gi_quality", "select distinct verdict from quality.verdict where expectation = 'caseload_traceable' order by 1"
    ) == [("FAIL",), ("PASS",)]
    assert steps.undone() == ["2024-04|haagrijn"]

    rows("gi_transform", "delete from core.fct_caseload where delivery_id = 9999")
    assert steps.standardise() == ["2024-04"]
    assert workload() != before
