"""What all tests share: an embedded Postgres for the whole run and an empty, migrated warehouse per test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from gi_monitor.intake.transport import place
from gi_monitor.warehouse import embedded
from gi_monitor.warehouse.migrate import migrate
from tests.databases import new_database
from tests.servers.certificates import Certificates
from tests.servers.mailbox import Mailbox

# How long an example takes says what else the machine does.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of an embedded server with a migrated template database."""
    data = tmp_path_factory.mktemp("cluster")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GI_MONITOR_DATA", str(data))
        patch.delenv("GI_MONITOR_DATABASE_URL", raising=False)
        migrate()
    yield data
    embedded.stop(data)
    shutil.rmtree(data)


@pytest.fixture
def another_database(cluster: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Makes a database from a template each time it is called, and points the settings at it."""
    with ExitStack() as made:

        def make(template: str) -> None:
            monkeypatch.setenv("GI_MONITOR_DATA", str(tmp_path))
            monkeypatch.setenv("GI_MONITOR_DATABASE_URL", made.enter_context(new_database(cluster, template)))

        yield make


@pytest.fixture
def another_warehouse(another_database: Callable[[str], None]) -> Callable[[], None]:
    """Makes an empty migrated warehouse each time it is called, and points the settings at it."""
    return lambda: another_database("gi_monitor")


@pytest.fixture
def unmigrated(another_database: Callable[[str], None], tmp_path: Path) -> Path:
    """A database without any schema of ours and an empty data folder; the data folder's path."""
    another_database("template0")
    return tmp_path


@pytest.fixture
def warehouse(another_warehouse: Callable[[], None], tmp_path: Path) -> Path:
    """An empty migrated warehouse and an empty data folder, both this test's own; the data folder's path."""
    another_warehouse()
    return tmp_path


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A certificate authority for the whole run."""
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def inbox_log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The log, as of a process that has not yet said what it leaves alone."""
    place.left_alone.cache_clear()
    return caplog


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """The mailbox of everybody, which every process of this test hands its mail in at."""
    box = Mailbox()
    box.start()
    monkeypatch.setenv("GI_MONITOR_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("GI_MONITOR_SMTP_PORT", str(box.port))
    monkeypatch.setenv("GI_MONITOR_SMTP_SECURITY", "none")
    yield box
    box.stop()
