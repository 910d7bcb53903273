"""A build makes again only the periods to which something happened, and those are all it should make again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gi_monitor import settings, steps
from gi_monitor.warehouse import build
from gi_monitor.warehouse.connection import connect

EXAMPLE = Path(__file__).parents[1] / "worked_example"
FIRST_MONTHS = ("2023-03", "2023-04", "2023-05", "2023-06")
MARK = 123_456


@pytest.fixture
def inbox(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The inbox of a warehouse that expects the deliveries of the worked example."""
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(EXAMPLE / "institutions"))
    return settings.load().inbox


def deliver(inbox: Path, month: str) -> None:
    for gi_code in ("haagrijn", "waddenkust"):
        shutil.copytree(EXAMPLE / "deliveries" / gi_code / month, inbox / gi_code / month)
        steps.take_over(gi_code)


def mark() -> None:
    """Write a figure over in every period and in both schemas, to see which of them a build makes again."""
    with connect("gi_transform") as connection:
        for schema in ("marts", "publication"):
            connection.execute(f"update {schema}.observations set value = {MARK} where value is not null")


def marked() -> set[str]:
    with connect("gi_release") as connection:
        rows = connection.execute(
            """
            select period from marts.observations where value = %(mark)s
            union
            select period from publication.observations where value = %(mark)s
            """,
            {"mark": MARK},
        )
        return {row["period"] for row in rows}


def final() -> set[str]:
    with connect("gi_release") as connection:
        rows = connection.execute(
            """
            select period from marts.observations where revision_status = 'final'
            union
            select period from publication.observations where revision_status = 'final'
            """
        )
        return {row["period"] for row in rows}


def test_only_what_something_happened_to_is_made_again(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_NOW", "2023-08-20T12:00:00+02:00")
    for month in FIRST_MONTHS:
        deliver(inbox, month)
    steps.standardise()
    mark()
    assert marked() == {*FIRST_MONTHS, "2023-T1"}

    deliver(inbox, "2023-07")
    steps.standardise()
    assert marked() == {*FIRST_MONTHS, "2023-T1"}

    with connect("gi_intake") as connection:
        last = connection.execute("select max(delivery_id) as delivery_id from ledger.delivery").fetchone()
    assert last is not None
    steps.withdraw_delivery(last["delivery_id"], reason="verkeerd")
    mark()
    steps.standardise()
    assert marked() == {*FIRST_MONTHS, "2023-T1"}

    # The first months close, and nothing else happens to them.
    monkeypatch.setenv("GI_MONITOR_NOW", "2025-05-20T12:00:00+02:00")
    deliver(inbox, "2023-08")
    assert final() == set()
    steps.standardise()
    assert final() == {"2023-03", "2023-04", "2023-T1"}
    assert marked() == {"2023-05", "2023-06"}


def test_after_an_upgrade_all_is_made_again(inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_NOW", "2023-08-20T12:00:00+02:00")
    deliver(inbox, "2023-03")
    steps.standardise()
    mark()
    with build.building() as builder:
        builder.marts()
        builder.swap()
    assert marked() == {"2023-03"}

    with connect("gi_intake") as connection:
        connection.execute("update ledger.institution set name = 'Anders' where gi_code = 'haagrijn'")
    with connect("gi_transform") as connection:
        # As in a version that knew fewer columns of it.
        connection.execute("alter table core.policy_moments drop column source cascade")
    with build.building() as builder:
        builder.seed_and_core()
        builder.marts()
        builder.swap()
    assert marked() == set()
