"""Pre-flight: the same judgement on the institution's own machine, before it sends anything (spec 1.4).

No database and no network: what only the ledger knows (the last volgnummer, a reopened month) is not asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gi_monitor import clock, institutions
from gi_monitor.institutions import Institution
from gi_monitor.intake import digests, manifest, receipt
from gi_monitor.intake.judgement import judge, previous_of
from gi_monitor.intake.receipt import Receipt
from gi_monitor.intake.transport import MANIFEST, Place
from gi_monitor.month import Month


def check(gi_code: str, paths: Iterable[Path], previous: Path | None = None) -> Receipt:
    """The receipt of a delivery that was not sent: ``paths`` are its folder, or its files with levering.json.

    ``previous`` is the folder of the previous month's delivery, for rules H01–H03. Raises ValueError when files are
    missing, the institution is unknown, or the previous delivery cannot be read.
    """
    institution = _institution(gi_code)
    files = _files(paths)
    place = _place(gi_code, files[MANIFEST])
    before = previous_of(_files([previous]), institution, place.month - 1) if previous else None
    judgement = judge(files, place, institution, today=clock.today(), previous=before)
    content_sha256 = digests.of_delivery(digests.of_files(files))
    return receipt.of_judgement(judgement, institution, place, clock.now(), content_sha256)


def _institution(gi_code: str) -> Institution:
    known = [path.stem for path in institutions.paths()]
    if gi_code not in known:
        raise ValueError(f"er is geen instellingsbestand {gi_code}.yml; er zijn: {', '.join(known)}")
    return institutions.find(gi_code)


def _files(paths: Iterable[Path]) -> dict[str, bytes]:
    """The delivered files by name; a folder stands for the files in it."""
    found: dict[str, bytes] = {}
    for path in paths:
        if not path.exists():
            raise ValueError(f"{path} bestaat niet")
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            if file.is_file() and not file.name.startswith("."):
                found[file.name] = file.read_bytes()
    if MANIFEST not in found:
        raise ValueError(f"{MANIFEST} ontbreekt: noem de map van de levering, of alle bestanden en {MANIFEST}")
    return found


def _place(gi_code: str, content: bytes) -> Place:
    """Where the delivery would arrive; this month's first when its manifest cannot be read."""
    described, _ = manifest.parse(content)
    if described is None:
        return Place(gi_code, Month.of(clock.today()), 1)
    return Place(gi_code, described.month, described.sequence_number)
