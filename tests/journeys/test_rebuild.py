"""A new hash secret: other keys, the same figures, never a key as it was delivered. A lost database: the same rows."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from gi_monitor import steps
from gi_monitor.intake import landing
from gi_monitor.warehouse.connection import Role, connect
from tests import lost
from tests.stored import found_in, tables

KEYS = {"mhr-0005", "mhr-0013", "mwk-0006", "whr-0009", "mwhr-jb0002", "mwwk-jb0003"}


def ask(role: Role, query: str) -> list[tuple[Any, ...]]:
    with connect(role) as connection:
        return [tuple(row.values()) for row in connection.execute(query)]


def observations() -> list[tuple[Any, ...]]:
    return sorted(ask("gi_analyst", "select * from marts.observations"), key=str)


def hashes() -> set[tuple[Any, ...]]:
    return set(ask("gi_quality", "select gi_code, measure_key from core.fct_caseload"))


def die_after(number: int) -> Any:
    """As ``landing.load_rows``, but for a kill when that number of deliveries is done."""
    load_rows, done = landing.load_rows, []

    def load(*arguments: Any) -> None:
        if len(done) == number:
            raise KeyboardInterrupt
        done.append(arguments)
        load_rows(*arguments)

    return load


@pytest.mark.usefixtures("worked_example")
def test_figures_are_equal_before_and_after_and_a_rebuild_that_was_killed_is_finished(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    figures, before = observations(), hashes()
    assert len(figures) > 1000
    assert {"core.fct_caseload", "staging.stg_known", "marts.observations"} <= tables().keys()
    assert found_in(KEYS) == {}

    monkeypatch.setenv("GI_MONITOR_SECRET_KEYS", base64.b64encode(bytes(32)).decode())
    with monkeypatch.context() as patch:
        patch.setattr(landing, "load_rows", die_after(5))
        patch.setattr(steps, "undone", lambda: ["2024-04|haagrijn"])
        with pytest.raises(KeyboardInterrupt):
            steps.rebuild()
        with pytest.raises(steps.GateError, match="not all rows are made again, or hashed by one secret"):
            steps.standardise()
    assert observations() == figures

    assert steps.rebuild() == 24
    assert observations() == figures
    after = hashes()
    assert len(after) == len(before) and after.isdisjoint(before)
    assert found_in({key for _, key in before}) == {}
    assert found_in(KEYS) == {}


@pytest.mark.usefixtures("worked_example")
def test_a_lost_database_is_made_again_row_by_row(
    another_warehouse: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    schemas = ("ledger", "landing", "staging", "core", "marts", "publication")
    before = lost.tables(*schemas)
    assert all(before[name] for name in ("landing.caseload", "core.fct_caseload", "marts.observations"))
    lost.lose(another_warehouse)

    with monkeypatch.context() as patch:
        patch.setattr(landing, "load_rows", die_after(5))
        with pytest.raises(KeyboardInterrupt):
            steps.rebuild()
    with pytest.raises(steps.GateError, match="let `gi-monitor rebuild` finish"):
        steps.standardise()

    assert steps.rebuild() == 24
    assert lost.tables(*schemas) == before
