"""No exact number leaves the review tree: planted ones are looked for in every file, in every way of writing them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq

from gi_monitor import indicators
from gi_monitor.disclosure.observation import Observation
from gi_monitor.release import candidate
from tests.unit.disclosure.exact import BEFORE, country
from tests.unit.release.conftest import CODES, Gate, World

_SCALE = 1009
"""Makes large numbers of counts, that stand nowhere by chance, and keeps what adds up adding up."""
_SIZE = re.compile(r'("bytes": |byteSize\D{0,9})\d+')
_KNOWN = indicators.load()


def enlarged(rows: Sequence[Observation]) -> list[Observation]:
    return [
        replace(
            row,
            value=_enlarged(row.value) if _is_amount(row) else row.value,
            numerator=_enlarged(row.numerator),
            denominator=_enlarged(row.denominator),
        )
        for row in rows
    ]


def _is_amount(row: Observation) -> bool:
    unit = _KNOWN.component(row.indicator, row.component).unit
    return _KNOWN.units[unit].kind in ("count", "fte")


def _enlarged(number: Decimal | None) -> Decimal | None:
    return None if number is None else number * _SCALE


def planted(rows: Sequence[Observation]) -> set[str]:
    """Counts that are no multiple of 5 and fte with two decimals, which no rule publishes, as digits alone."""
    numbers = {
        n for row in rows for n in (row.value, row.numerator, row.denominator) if n is not None and n > 9 * _SCALE
    }
    return {_digits(f"{n.normalize():f}") for n in numbers if (n % 5 if n == int(n) else 10 * n % 1)}


def _digits(text: str) -> str:
    return re.sub(r"[.,\s]", "", text)


def texts(path: Path) -> Iterator[str]:
    if path.suffix in (".xlsx", ".ods"):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    elif path.suffix == ".parquet":
        for row in pq.read_table(path).to_pylist():
            yield " ".join(map(str, row.values()))
    elif path.suffix == ".csv":
        yield path.read_text(encoding="utf-8").replace(",", " ")
    else:
        yield path.read_bytes().decode("utf-8", "replace")


def found(tree: Path, numbers: set[str]) -> set[str]:
    """Those of the numbers that stand in a tree, and where."""
    written = re.compile(r"(?<![\w.,])\d[\d.,\u00a0\u202f]*\d(?![\w])")
    return {
        f"{path.relative_to(tree)}: {match}"
        for path in sorted(tree.rglob("*"))
        if path.is_file()
        for text in texts(path)
        for match in written.findall(_SIZE.sub("", text))
        if _digits(match) in numbers
    }


def test_no_exact_number_stands_outside_the_review(world: World, gate: Gate) -> None:
    rows = enlarged([*country("2024-T2", CODES, **BEFORE), *country("2024-T3", CODES)])
    numbers = planted(rows)
    assert len(numbers) > 20
    world.observe(rows)

    prepared = candidate.prepare(made_by="airflow", judge=gate)

    assert prepared.state == "candidate", prepared.reason
    trees = world.data / "candidates" / "2024-T3-1.0.0-1"
    assert {place.split(": ")[1] for place in found(trees / "review", numbers)} >= {f"{23 * _SCALE}", f"{61 * _SCALE}"}
    assert found(trees / "public", numbers) == set()
    assert found(trees / "restricted", numbers) == set()
