"""What each hostile delivery costs: peak memory of a process that judges it, and seconds. Nothing is asserted.

Run by ``python -m tests.bench.hostile``; a few names behind it run those alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from rich.console import Console

from gi_monitor import institutions
from gi_monitor.intake.judgement import judge
from gi_monitor.intake.transport import Place
from gi_monitor.month import Month
from tests.hostile import HOSTILE, MIB, MONTH, delivery

MAY = date(2024, 5, 10)


def judged(gi_code: str, folder: Path) -> None:
    """In a process of its own: judge the files of a folder, and print what it came to and cost."""
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    start = time.perf_counter()
    judgement = judge(files, Place(gi_code, Month.parse(str(MONTH)), 1), institutions.load()[gi_code], today=MAY)
    cost = {
        "seconds": time.perf_counter() - start,
        "peak": peak(),
        "state": judgement.state,
        "rules": sorted({found.rule for found in judgement.findings}),
    }
    print(json.dumps(cost))  # noqa: T201


def peak() -> int:
    """The most bytes that this process ever had in memory; getrusage would count what its parent had, too."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def measured(name: str) -> list[str]:
    """One line."""
    with tempfile.TemporaryDirectory() as folder:
        place, files = delivery(name)
        for file, content in files.items():
            (Path(folder) / file).write_bytes(content)
        size = sum(map(len, files.values()))
        del files
        command = [sys.executable, "-m", "tests.bench.hostile", "--judge", place.gi_code, folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return [name, f"{size / MIB:.1f}", "", "", f"ended with {done.returncode}"]
    cost = json.loads(done.stdout.splitlines()[-1])
    found = f"{cost['state']}: {', '.join(cost['rules'])}"
    return [name, f"{size / MIB:.1f}", f"{cost['peak'] / MIB:,.0f}", f"{cost['seconds']:.1f}", found]


def main(names: list[str]) -> None:
    """A line as soon as it is there: the largest take a while."""
    console = Console(width=200)
    console.print("verzonnen gegevens / synthetic data")
    console.print("delivery | MiB delivered | peak MiB | seconds | found")
    for name in names:
        console.print(" | ".join(measured(name)))


if sys.argv[1:2] == ["--judge"]:
    judged(sys.argv[2], Path(sys.argv[3]))
else:
    main(sys.argv[1:] or list(HOSTILE))
