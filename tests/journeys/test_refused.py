"""Deliveries that are refused for privacy, in every dialect, through a real Airflow: nothing of them is anywhere."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
import time
import zipfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from random import Random
from string import ascii_lowercase, ascii_uppercase

import pytest

from gi_monitor import institutions, settings
from gi_monitor.institutions.dialect import FixedWidthDialect
from gi_monitor.intake.archive import keys
from gi_monitor.intake.identifiers import passes_elfproef
from gi_monitor.local.airflow import Airflow
from gi_monitor.local.processes import wait_until
from gi_monitor.month import Month
from gi_monitor.synthetic import Content
from gi_monitor.synthetic.defects import Draft
from gi_monitor.synthetic.defects.privacy import in_a_post
from gi_monitor.synthetic.delivery import write_files
from gi_monitor.synthetic.frames import canonical_frames
from gi_monitor.synthetic.population import Population
from gi_monitor.synthetic.profiles import PROFILES
from gi_monitor.warehouse import embedded
from gi_monitor.warehouse.connection import connect
from tests.inbox import rows
from tests.running import running_airflow
from tests.stored import found_in, tables

MONTH = Month(2022, 10)
PATIENCE_SECONDS = 420
LEFT_OUT = {"postgres", ".git", ".venv"}
"""Of a database every table is searched and the server's log, not its own files."""


def made_up() -> dict[str, str]:
    """Per kind a value that is nowhere else, no source or compiled file of the tests among it."""
    chance = Random()

    def some(signs: str, number: int) -> str:
        return "".join(chance.choices(signs, k=number))

    numbers = (f"{chance.randrange(100_000_000, 999_999_999)}" for _ in iter(int, 1))
    return {
        "service number": next(number for number in numbers if passes_elfproef(number)),
        "e-mail address": f"{some(ascii_lowercase, 6)}@{some(ascii_lowercase, 1)}.nl",
        "postcode": f"{chance.randrange(1000, 9999)}{some(ascii_uppercase.replace('S', ''), 2)}",
        "name column": some(ascii_uppercase, 1) + some(ascii_lowercase, 9),
    }


def deliver(values: dict[str, str], inbox: Path) -> dict[Path, str]:
    """Each kind in each dialect that has a place for it, as volgnummer 1 to 4; the kind by place."""
    known = institutions.load()
    population = Population(2023, 0.05, [known[profile.gi_code].area for profile in PROFILES])
    population.advance_to(MONTH)
    delivered = {}
    for number, profile in enumerate(PROFILES):
        institution = known[profile.gi_code]
        content = Content(canonical_frames(population.state, population.span, number), 1.0, profile.unavailable)
        for sequence_number, (kind, value) in enumerate(values.items(), start=1):
            if kind == "name column" and isinstance(institution.dialect, FixedWidthDialect):
                continue
            draft = Draft(institution, MONTH, content)
            if kind == "name column":
                draft.frames["caseload"] = draft.frames["caseload"].assign(voornaam=value)
            else:
                in_a_post(value)(draft)
            draft.manifest["volgnummer"] = sequence_number
            place = Path(profile.gi_code, str(MONTH), str(sequence_number))
            write_files(inbox / place, draft.files, draft.manifest)
            delivered[place] = kind
    return delivered


def texts(content: bytes) -> Iterator[bytes]:
    """The bytes, and what is packed in them."""
    yield content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from texts(archive.read(name))
    if content.startswith(b"\x1f\x8b"):
        yield gzip.decompress(content)


def files_with(values: Collection[str], files: Iterable[Path]) -> dict[str, set[str]]:
    """Which of the values stand in which file or in its name, in whatever encoding a dialect has."""
    needles = {value: (value.encode(), value.encode("utf-16-le")) for value in values}
    found: dict[str, set[str]] = {}
    for path in files:
        inside = [path.name.encode(), *texts(path.read_bytes())]
        if here := {value for value in values if any(needle in part for needle in needles[value] for part in inside)}:
            found[str(path)] = here
    return found


def files_in(folder: Path, since: float = 0) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and not LEFT_OUT & set(path.relative_to(folder).parts[:-1])
        if path.stat().st_mtime >= since
    ]


def unseal(archive: Path, into: Path) -> list[Path]:
    """What the archive holds, as who has its master key reads it: no original bytes, which have other names."""
    opened = {}
    for path in files_in(archive):
        if path.parent.name == "ledger":
            opened[path] = keys.unseal(path.read_bytes(), path.name)
        elif path.name == "judgement":
            with connect("gi_intake") as connection:
                opened[path] = keys.open_key(connection, int(path.parent.name)).decrypt(path.read_bytes(), path.name)
    assert {path.name for path in files_in(archive) if path not in opened} <= {"database", "releases"}
    written = []
    for path, content in opened.items():
        written.append(into / path.relative_to(archive))
        written[-1].parent.mkdir(parents=True, exist_ok=True)
        written[-1].write_bytes(content)
    return written


@pytest.fixture
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Airflow, its tasks and this process put what is temporary."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@pytest.fixture
def airflow(warehouse: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Airflow]:
    monkeypatch.setenv("GI_MONITOR_NOW", f"{MONTH + 1}-10T09:00:00")
    monkeypatch.setenv("AIRFLOW__LOGGING__LOGGING_LEVEL", "DEBUG")
    with running_airflow(warehouse) as here:
        yield here


def test_no_value_of_a_refused_delivery_is_anywhere(
    airflow: Airflow, warehouse: Path, cluster: Path, temporary: Path
) -> None:
    since, values = time.time(), made_up()
    kinds = deliver(values, warehouse / "inbox")
    assert len(kinds) == 13 * 4 - 1
    packed = files_with(values.values(), files_in(warehouse / "inbox"))
    assert {Path(path).relative_to(warehouse / "inbox").parts[0] for path in packed} >= {"maasmond", "veluwerand"}

    receipts = {place: warehouse / "outbox" / place / "ontvangstbewijs.json" for place in kinds}
    assert wait_until(lambda: all(path.exists() for path in receipts.values()), PATIENCE_SECONDS, pause=1), [
        place for place, path in receipts.items() if not path.exists()
    ]
    intakes = [f"intake_{profile.gi_code}" for profile in PROFILES]
    runs = airflow.client("dana").dag_runs
    assert wait_until(
        lambda: all(run["state"] == "success" for dag_id in intakes for run in runs(dag_id)), PATIENCE_SECONDS, pause=1
    )
    airflow.stop()

    assert rows("select distinct state from ledger.delivery") == [("rejected_privacy",)]
    told = {
        place: {f["regel"] for f in json.loads(path.read_text())["bevindingen"]} for place, path in receipts.items()
    }
    rule = {"service number": "P01", "e-mail address": "P02", "postcode": "P02", "name column": "P03"}
    assert [place for place, kind in kinds.items() if rule[kind] not in told[place]] == []

    unsealed = unseal(warehouse / "archive", into=temporary / "unsealed")
    assert [path for path in unsealed if b"rejected_privacy" in path.read_bytes()] != []
    kept = [*files_in(warehouse), *files_in(temporary), *files_in(settings.load().home, since)]
    servers = [data / "postgres" / "cluster" / "server.log" for data in (warehouse, cluster)]
    assert files_with(values.values(), kept + servers) == {}
    of_airflow = embedded.url(warehouse, "airflow")
    assert found_in(values.values()) == {}
    assert found_in(values.values(), of_airflow) == {}
    # What was searched is what there is: the same ways find what does stand there.
    assert files_with(["rejected_privacy"], files_in(warehouse / "airflow" / "logs")) != {}
    assert {"task_instance", "log"} <= found_in(["intake_haagrijn"], of_airflow).keys()
    assert "xcom" in tables(of_airflow)
