"""The trigger on an institution: what it notices, what it remembers, what it survives."""

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from gi_monitor.institutions import Institution
from gi_monitor.institutions.transport import FolderTransport
from gi_monitor.intake import transport
from gi_monitor.intake.transport import Transport
from gi_monitor.orchestration.triggers import NewDeliveryTrigger
from tests.inbox import INSTITUTIONS


class Store:
    """The asset state store of one asset, which outlives every trigger."""

    def __init__(self) -> None:
        self.content: dict[str, Any] = {}
        self.broken = False

    async def aget(self, key: str, default: Any = None) -> Any:
        return self.content.get(key, default)

    async def aset(self, key: str, value: Any) -> None:
        if self.broken:
            raise ConnectionError("the API server is away")
        self.content[key] = value


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(FolderTransport, "poll_seconds", 0)
    monkeypatch.setenv("GI_MONITOR_DATA", str(tmp_path))
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    return tmp_path / "inbox" / "haagrijn"


def put(inbox: Path, place: str, *, manifest: str | None = "{}") -> None:
    (inbox / place).mkdir(parents=True, exist_ok=True)
    (inbox / place / "caseload.csv").write_text("x")
    if manifest is not None:
        (inbox / place / ".levering.json").write_text(manifest)
        (inbox / place / ".levering.json").rename(inbox / place / "levering.json")


def started(store: Store, gi_code: str = "haagrijn") -> AsyncIterator[Any]:
    """A trigger as the triggerer makes it: from its serialised form, with its store."""
    _, arguments = NewDeliveryTrigger(gi_code=gi_code).serialize()
    trigger = NewDeliveryTrigger(**arguments)
    trigger.asset_state_store = store  # type: ignore[assignment]
    return trigger.run()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0)


async def seen(events: AsyncIterator[Any]) -> list[str]:
    async with asyncio.timeout(10):
        event = await anext(events)
    names: list[str] = event.payload["deliveries"]
    return names


def test_only_a_delivery_whose_manifest_is_there_is_noticed_and_all_of_them_at_once(inbox: Path) -> None:
    put(inbox, "2024-11/1", manifest=None)
    put(inbox, "2024-12/1")
    put(inbox, "2024-12/2")
    assert asyncio.run(seen(started(Store()))) == ["2024-12/1", "2024-12/2"]


def test_a_delivery_is_noticed_once_and_again_when_it_changes(inbox: Path) -> None:
    async def story() -> None:
        events = started(Store())
        waiting = asyncio.ensure_future(seen(events))  # while there is no inbox at all
        await asyncio.sleep(0)
        put(inbox, "2024-11/1")
        assert await waiting == ["2024-11/1"]
        put(inbox, "2024-12/1")
        assert await seen(events) == ["2024-12/1"]
        put(inbox, "2024-11/1", manifest='{"volgnummer": 1}')
        assert await seen(events) == ["2024-11/1"]

    asyncio.run(story())


def test_what_was_announced_survives_a_restart_and_what_left_is_forgotten(inbox: Path) -> None:
    store = Store()

    async def first_life() -> None:
        put(inbox, "2024-11/1")
        put(inbox, "2024-12/1")
        events = started(store)
        await seen(events)
        next_event = asyncio.ensure_future(anext(events))  # goes on after the event: remembers
        await until(lambda: "announced" in store.content)
        shutil.rmtree(inbox / "2024-11")
        await until(lambda: list(store.content["announced"]) == ["2024-12/1"])
        next_event.cancel()

    async def second_life() -> None:
        put(inbox, "2024-12/2")
        assert await seen(started(store)) == ["2024-12/2"]

    asyncio.run(first_life())
    asyncio.run(second_life())


def test_killed_between_event_and_memory_it_sends_the_event_again(inbox: Path) -> None:
    store = Store()
    put(inbox, "2024-12/1")
    assert asyncio.run(seen(started(store))) == ["2024-12/1"]
    assert store.content == {}
    assert asyncio.run(seen(started(store))) == ["2024-12/1"]


def test_an_error_is_logged_and_the_looking_goes_on(inbox: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = Store()
    store.broken = True
    put(inbox, "2024-12/1")

    async def story() -> None:
        events = started(store)
        await seen(events)
        following = asyncio.ensure_future(seen(events))
        await until(lambda: "looking again" in caplog.text)
        store.broken = False
        assert await following == ["2024-12/1"]  # rather twice than never

    asyncio.run(story())


def test_servers_that_hang_keep_no_other_institution_waiting(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    over, connect = threading.Event(), transport.connect

    def hanging(institution: Institution) -> AbstractContextManager[Transport]:
        if institution.gi_code == "waddenkust":
            over.wait(30)
        return connect(institution)

    monkeypatch.setattr(transport, "connect", hanging)
    put(inbox, "2024-12/1")

    async def story() -> None:
        waiting = [asyncio.ensure_future(anext(started(Store(), "waddenkust"))) for _ in range(33)]
        await asyncio.sleep(0)
        assert await seen(started(Store())) == ["2024-12/1"]
        over.set()
        for each in waiting:
            each.cancel()

    asyncio.run(story())


def test_no_two_institutions_share_a_trigger_and_none_holds_more_than_its_code() -> None:
    one, other = (NewDeliveryTrigger(gi_code=gi_code).serialize() for gi_code in ("haagrijn", "geuldal"))
    assert one == ("gi_monitor.orchestration.triggers.NewDeliveryTrigger", {"gi_code": "haagrijn"})
    assert one[1] != other[1]
