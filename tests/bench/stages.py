"""The stages of the line, each as one function that says how many rows it did and in what parts the time went."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from gi_monitor import atomic, contracts, institutions, settings, steps
from gi_monitor.contracts import DATASETS
from gi_monitor.dialects import File
from gi_monitor.gates import core
from gi_monitor.gates import publication as gate
from gi_monitor.intake import archive, comparison, judgement, landing, privacy, pseudonyms, reading, totals
from gi_monitor.intake import manifest as manifests
from gi_monitor.intake.transport import MANIFEST, Place
from gi_monitor.month import Month
from gi_monitor.release import draft
from gi_monitor.synthetic import synthesise
from gi_monitor.warehouse.build import Builder
from gi_monitor.warehouse.connection import connect
from tests.bench.measure import Parts, parts

_INTAKE = {
    "read": [(File, "sheet"), (File, "beside")],
    "type": [(reading, "translate")],
    "screen": [(privacy, name) for name in ("screen_rows", "screen_beside", "screen_names", "screen_unlisted")],
    "check": [(judgement, "judge_rows"), (comparison, "check"), (totals, "count"), (totals, "check")],
    "re-key": [(pseudonyms.Pseudonyms, "of_all")],
    "archive": [(archive, "store")],
    "load": [(landing, "load")],
}
_BUILD = {"core": [(Builder, "seed_and_core")], "gate G2": [(core, "judge")], "marts": [(Builder, "marts")]}
_RELEASE = {"audit": [(draft.protection, "release")], "gate G3": [(gate, "judge")]}


def at(moment: str) -> None:
    """Set the clock of this process and of what it starts."""
    os.environ["GI_MONITOR_NOW"] = moment


def make_up(folder: Path, scale: float, first: Month, last: Month) -> tuple[int, Parts]:
    """Made-up deliveries."""
    synthesise(folder, scale=scale, first=first, last=last, progress=lambda _line: None)
    return 0, {}


def delivered(folder: Path, first: Month, last: Month) -> Iterator[Place]:
    """Where every first delivery of these months lies, by month."""
    for number in range(first.months_until(last) + 1):
        for path in sorted(folder.glob(f"*/{first + number}/1/{MANIFEST}")):
            yield Place(path.parts[-4], first + number, 1)


def read(folder: Path, month: Month) -> tuple[int, Parts]:
    """Cells out of the files of one month, nothing else."""
    rows = 0
    for place in delivered(folder, month, month):
        files = {path.name: path.read_bytes() for path in (folder / place.path).iterdir()}
        manifest, _ = manifests.parse(files[MANIFEST])
        assert manifest is not None
        dialect = institutions.load()[place.gi_code].dialect
        for contract in contracts.load().datasets.values():
            delivered_as = contract.delivered_as
            listed = manifest.files[contract.dataset].name
            rows += len(File(files[listed], dialect).sheet(delivered_as).cells)
    return rows, {}


def take_in(folder: Path, first: Month, last: Month, workers: int = 1, worker: int = 0) -> tuple[int, Parts]:
    """Everybody's deliveries of these months, each month on the day on which it is due; a worker has its share of the
    institutions."""
    mine = sorted(institutions.load())[worker::workers]
    before = landed(mine)
    with parts(_INTAKE) as spent:
        for place in delivered(folder, first, last):
            if place.gi_code in mine:
                _take(folder, place)
    return landed(mine) - before, spent


def _take(folder: Path, place: Place) -> None:
    at(f"{place.month.due}T09:00:00")
    inbox = settings.load().inbox / place.gi_code
    shutil.copytree(folder / place.path, settings.load().inbox / place.path)
    steps.take_over(place.gi_code)
    shutil.rmtree(inbox)


def take_again(folder: Path, gi_code: str, month: Month, clock: str) -> tuple[int, Parts]:
    """The same rows of one institution and month under the next volgnummer."""
    at(clock)
    before = landed()
    deliver_again(folder, gi_code, month)
    with parts(_INTAKE) as spent:
        steps.take_over(gi_code)
    return landed() - before, spent


def deliver_again(folder: Path, gi_code: str, month: Month) -> None:
    """Put the rows of a first delivery in the inbox once more, the manifest last."""
    place = Path(gi_code, str(month))
    again = settings.load().inbox / place / "2"
    shutil.copytree(folder / place / "1", again, ignore=shutil.ignore_patterns(MANIFEST))
    manifest = json.loads((folder / place / "1" / MANIFEST).read_text())
    atomic.write(again / MANIFEST, json.dumps({**manifest, "volgnummer": 2}).encode())


def send_receipts() -> tuple[int, Parts]:
    """Every receipt that waits, as JSON, XLSX and HTML."""
    for gi_code in institutions.load():
        steps.send_receipts(gi_code)
    return 0, {}


def standardise(clock: str) -> tuple[int, Parts]:
    """Core, gate G2 and marts of what is undone; the rows are those of the deliveries that were."""
    at(clock)
    before = rows_of_facts()
    with parts(_BUILD) as spent:
        steps.standardise()
    return rows_of_facts() - before, spent


def release(release_id: str, clock: str) -> tuple[int, Parts]:
    """A candidate: disclosure control with its audit, gate G3, files."""
    at(clock)
    with parts(_RELEASE) as spent:
        assert steps.prepare_release(release_id, made_by="bench") is not None
    return 0, spent


def rows_of_facts() -> int:
    """All rows of facts, which only grow; 0 before the first build."""
    with connect("gi_quality") as connection:
        tables = connection.execute(
            "select relation.oid::regclass::text as name from pg_class as relation"
            " where relnamespace = to_regnamespace('core') and relname ~ '^fct_' and relkind = 'r'"
        ).fetchall()
        return sum(
            connection.execute(f"select count(*) as number from {table['name']}").fetchone()["number"]
            for table in tables
        )


def landed(gi_codes: list[str] | None = None) -> int:
    """All rows that were ever loaded, of these institutions or of all."""
    deliveries = "select delivery_id from ledger.delivery where %(all)s or gi_code = any(%(gi_codes)s)"
    counts = (f"(select count(*) from landing.{name} where delivery_id in ({deliveries}))" for name in DATASETS)
    with connect("gi_intake") as connection:
        row = connection.execute(
            f"select {' + '.join(counts)} as number", {"all": gi_codes is None, "gi_codes": gi_codes}
        ).fetchone()
    assert row is not None
    return int(row["number"])
