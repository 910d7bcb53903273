"""What all tests share: one database server for the run, and for each test a warehouse of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

from gi_monitor.intake.transport import place
from gi_monitor.warehouse import embedded
from gi_monitor.warehouse.migrate import migrate
from tests.databases import new_database, without_durability
from tests.prepared import Shape, Shelf, copy_folder, locked
from tests.servers.certificates import Certificates
from tests.servers.mailbox import Mailbox
from tests.shapes import WORKED_EXAMPLE

# How long an example takes says what else the machine does.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")


SHARED = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that all processes of the run share; xdist's workers get it from the process that starts them."""
    worker = getattr(config, "workerinput", None)
    config.stash[SHARED] = Path(worker["shared"] if worker else tempfile.mkdtemp(prefix="gi-monitor-tests-"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of xdist where that folder is."""
    node.workerinput["shared"] = str(node.config.stash[SHARED])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and remove the folder, in the process that made it."""
    if not hasattr(config, "workerinput") and SHARED in config.stash:
        embedded.stop(config.stash[SHARED] / "cluster")
        shutil.rmtree(config.stash[SHARED])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need the server, so that ``make test-fast`` can leave them out."""
    for item in items:
        if isinstance(item, pytest.Function) and "cluster" in item.fixturenames:
            item.add_marker("warehouse")


@pytest.fixture(scope="session")
def shared(pytestconfig: pytest.Config) -> Path:
    """The folder that all processes of the run share."""
    return pytestconfig.stash[SHARED]


@pytest.fixture(scope="session")
def cluster(shared: Path) -> Path:
    """The data folder of the run's embedded server, which has a migrated template database."""
    data = shared / "cluster"
    with locked(shared / "cluster.lock"), pytest.MonkeyPatch.context() as patch:
        if not data.exists():
            patch.setenv("GI_MONITOR_DATA", str(data))
            patch.delenv("GI_MONITOR_DATABASE_URL", raising=False)
            without_durability(data)
            migrate()
    return data


@pytest.fixture
def another_database(
    cluster: Path, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], None]]:
    """Makes a database from a template each time it is called, and points the settings at it."""
    with ExitStack() as made:

        def make(template: str) -> None:
            url = made.enter_context(new_database(cluster, template))
            monkeypatch.setenv("GI_MONITOR_DATA", str(tmp_path))
            monkeypatch.setenv("GI_MONITOR_DATABASE_URL", url)
            _keep_what_dbt_parsed(shared / "dbt", tmp_path / "dbt", url.rpartition("/")[2])

        yield make


def _keep_what_dbt_parsed(shared: Path, data: Path, database: str) -> None:
    """Let dbt read and write its parse of this database's project in a file that outlives the test."""
    shared.mkdir(exist_ok=True)
    target = data / database / "target"
    target.mkdir(parents=True, exist_ok=True)
    (target / "partial_parse.msgpack").symlink_to(shared / database)


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


@pytest.fixture
def prepared(
    cluster: Path,
    shared: Path,
    another_database: Callable[[str], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[Shape], Path]:
    """Copies a prepared warehouse, points the settings at the copy, and returns its data folder."""

    def copy(shape: Shape) -> Path:
        template, data = Shelf(cluster, shared / "prepared").get(shape)
        copy_folder(data, tmp_path)
        another_database(template)
        for name, value in shape.settings.items():
            monkeypatch.setenv(name, value)
        return tmp_path

    return copy


@pytest.fixture
def worked_example(prepared: Callable[[Shape], Path]) -> Path:
    """A copy of the worked example, built; its data folder."""
    return prepared(WORKED_EXAMPLE)


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
