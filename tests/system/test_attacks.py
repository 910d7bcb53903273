"""Every attempt of docs/security/attacks.md on the database and on the file system is refused as it says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from gi_monitor import folders, settings
from gi_monitor.release import files, store
from gi_monitor.warehouse.connection import connect
from tests.attacks import SUCCEEDS, Attempt, listed, surprises
from tests.roles import ROLES, login_of

SURFACES = ("Airflow", "Database", "File system")
FEWEST = 150


def test_the_document_lists_enough_attempts_and_a_control_for_each_surface() -> None:
    attempts = [attempt for surface in SURFACES for attempt in listed(surface)]
    refused = [attempt for attempt in attempts if attempt.refusal != SUCCEEDS]

    assert len(refused) >= FEWEST
    assert [attempt.number for attempt in refused] == [str(number + 1) for number in range(len(refused))]
    assert len({(attempt.who, attempt.how) for attempt in attempts}) == len(attempts)
    for surface in SURFACES:
        assert any(attempt.refusal == SUCCEEDS for attempt in listed(surface)), surface


@pytest.fixture
def candidate(worked_example: Path) -> None:
    """Candidate 1 of the worked example, which the pipeline made, frozen under the content hash ``abc``."""
    with connect("gi_release") as connection:
        connection.execute("select release.draft('2024-T1', '1.0.0', now(), '{1}', '', '', now(), 'airflow', 'x')")
    with connect("gi_quality") as connection:
        connection.execute(
            "insert into quality.verdict (run_id, gate, suite, suite_version, expectation, severity, limit_text,"
            " verdict, judged_at, candidate_id)"
            " values (gen_random_uuid(), 'G3', 'publication', '1.0', 'coverage', 'critical', '', 'PASS', now(), 1)"
        )
    with connect("gi_release") as connection:
        connection.execute("select release.freeze(1, 'abc', now(), 'airflow', 'x')")


def test_no_login_of_the_database_gets_further_than_its_role(candidate: None) -> None:
    with ExitStack() as stack:
        logins = {role: stack.enter_context(login_of(role)) for role in ROLES}
        logins["nobody"] = stack.enter_context(login_of())
        pipeline = stack.enter_context(connect("gi_release"))  # a session to see and to end
        assert surprises(listed("Database"), lambda attempt: state(logins[attempt.who], attempt.how)) == {}
        assert pipeline.execute("select state from release.candidate").fetchall() == [{"state": "rejected"}]


def state(login: psycopg.Connection, statements: str) -> str:
    """Return by what SQLSTATE statements are refused, or whether the last one returns no rows."""
    try:
        cursor = login.execute(statements, prepare=False)  # type: ignore[arg-type]
        while cursor.nextset():
            pass
        return "no rows" if cursor.description is not None and cursor.rowcount == 0 else SUCCEEDS
    except psycopg.Error as error:
        return str(error.sqlstate)
    finally:
        login.rollback()
        login.execute("discard all", prepare=False)


def test_an_advisory_lock_holds_up_nothing(candidate: None) -> None:
    with login_of("gi_analyst") as analyst:
        analyst.execute("select pg_advisory_lock(hashtext('gi-monitor release'))")
        analyst.execute("select pg_advisory_lock(id) from generate_series(0, 999) as id")
        with store.alone(), connect("gi_transform") as connection:
            connection.execute("select ledger.take_lock('build', '1 second')")


ACTIONS = """
import errno, json, os, sys

def opened(path, flags):
    os.close(os.open(path, flags | os.O_NONBLOCK, 0o644))

does = {
    "list": os.listdir,
    "read": lambda path: opened(path, os.O_RDONLY),
    "append": lambda path: opened(path, os.O_WRONLY | os.O_APPEND),
    "write": lambda path: opened(path, os.O_WRONLY | os.O_CREAT),
    "delete": os.unlink,
    "mkdir": os.mkdir,
    "symlink": lambda path: os.symlink("/etc/passwd", path),
    "hardlink": lambda path: os.link(path, sys.argv[1]),
    "fifo": os.mkfifo,
    "chmod": lambda path: os.chmod(path, 0o777),
    "rename": lambda path: os.rename(path, path + ".old"),
}
answers = []
for verb, path in json.load(sys.stdin):
    try:
        does[verb](path)
        answers.append(None)
    except OSError as error:
        answers.append(errno.errorcode[error.errno])
print(json.dumps(answers))
"""


@pytest.fixture
def data(worked_example: Path) -> Iterator[Path]:
    """The worked example, with a candidate, a published release and a withdrawn one, where others can reach it."""
    # pytest keeps its own folders from other users.
    with TemporaryDirectory(prefix="gi-monitor-") as made, pytest.MonkeyPatch.context() as patch:
        Path(made).chmod(folders.OPEN)
        data = Path(made) / "data"
        shutil.copytree(worked_example, data, symlinks=True)
        data.chmod(folders.OPEN)
        patch.setenv("GI_MONITOR_DATA", str(data))
        here = settings.load()
        waiting = folders.private(here.candidates) / "waiting"
        for tree in files.TREES:
            (waiting / tree).mkdir(parents=True)
            (waiting / tree / "index.html").write_text(tree)
            files.write_sums(waiting / tree)
        files.copy(waiting, folders.public(here.releases) / "published")
        files.copy(waiting, folders.private(here.withdrawn) / "old")
        folders.public(here.metrics)
        yield data


def test_no_other_user_of_the_machine_gets_at_what_is_the_owners(data: Path) -> None:
    if os.geteuid() != 0:
        pytest.fail("only root can act as another user of the machine: run `make test-system` as root")
    attempts = listed("File system")
    answers: dict[Attempt, str] = {}
    for who in ("nobody", "root"):
        own = [attempt for attempt in attempts if attempt.who == who]
        answers.update(zip(own, errors(who, data, own), strict=True))
    assert surprises(attempts, answers.__getitem__) == {}


def errors(who: str, data: Path, attempts: list[Attempt]) -> list[str]:
    """Return by what errno each attempt of a user is refused."""
    done = [(verb, str(data / path)) for verb, path in (attempt.how.split(" ", 1) for attempt in attempts)]
    with TemporaryDirectory(prefix="gi-monitor-") as beside:
        Path(beside).chmod(0o777)
        ran = subprocess.run(
            [shutil.which("python3", path=os.defpath) or sys.executable, "-I", "-S", "-c", ACTIONS, f"{beside}/link"],
            input=json.dumps(done),
            capture_output=True,
            text=True,
            check=True,
            user=who,
            group=None if who == "root" else "nogroup",
            extra_groups=None if who == "root" else [],
            cwd="/",
        )
    return [answer or SUCCEEDS for answer in json.loads(ran.stdout)]
