"""Services: found again by anybody, ended with everything they started, also after a crash."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gi_monitor.local.processes import Service, wait_until

# A leader with a child in a process group of its own, as Airflow's tasks are; both write down who they are.
_TREE = """
import os, sys, time
from pathlib import Path
folder, polite = Path(sys.argv[1]), sys.argv[2] == "polite"
if os.fork() == 0:
    import signal
    os.setpgid(0, 0)
    if not polite:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    (folder / f"child.{os.getpid()}").touch()
else:
    (folder / f"leader.{os.getpid()}").touch()
print("started", flush=True)
time.sleep(600)
"""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    found = Service(tmp_path / "processes", "tree")
    yield found
    found.stop()


def start(service: Service, folder: Path, manner: str = "polite") -> None:
    service.start([sys.executable, "-c", _TREE, str(folder), manner], os.environ)


def pids(folder: Path, role: str) -> list[int]:
    return sorted(int(path.suffix[1:]) for path in folder.glob(f"{role}.*"))


def alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    try:
        return "State:\tZ" not in status.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def both_there(folder: Path, number: int = 1) -> None:
    assert wait_until(lambda: len(pids(folder, "leader")) == len(pids(folder, "child")) == number, 20)


def test_started_twice_it_runs_once_and_another_process_finds_it(service: Service, tmp_path: Path) -> None:
    assert not service.runs()
    start(service, tmp_path)
    both_there(tmp_path)
    again = Service(tmp_path / "processes", "tree")
    assert again.runs()
    start(again, tmp_path)
    assert len(pids(tmp_path, "leader")) == 1
    assert service.log.read_text().count("started") == 2  # leader and child


def test_stop_ends_what_it_started_in_other_process_groups_too(service: Service, tmp_path: Path) -> None:
    start(service, tmp_path)
    both_there(tmp_path)
    service.stop()
    assert not service.runs()
    assert not any(map(alive, pids(tmp_path, "leader") + pids(tmp_path, "child")))


def test_what_a_killed_one_left_behind_is_gone_when_it_is_started_again(service: Service, tmp_path: Path) -> None:
    start(service, tmp_path, "stubborn")
    both_there(tmp_path)
    service.kill()
    [orphan] = pids(tmp_path, "child")
    assert not service.runs()
    assert alive(orphan)
    start(service, tmp_path)
    both_there(tmp_path, 2)
    assert not alive(orphan)
    assert service.runs()


def test_a_number_that_was_given_to_another_process_is_left_alone(service: Service, tmp_path: Path) -> None:
    start(service, tmp_path)
    both_there(tmp_path)
    stranger = Service(tmp_path / "elsewhere", "tree")
    stranger.folder.mkdir()
    identity = (tmp_path / "processes" / "tree.json").read_text()
    known = identity.replace('"created": ', '"created": 1')  # the same number, long before
    (stranger.folder / "tree.json").write_text(known)
    assert not stranger.runs()
    stranger.stop()
    assert service.runs()


def test_waiting_ends_with_the_condition_or_with_the_time() -> None:
    answers = iter([False, False, True])
    assert wait_until(lambda: next(answers), 10, pause=0)
    assert not wait_until(lambda: False, 0, pause=0)
