"""How a stage is measured: in a process of its own, so that its memory is its own, and by its parts."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from types import GeneratorType
from typing import Any

from rich.console import Console

Parts = dict[str, float]


@dataclass(frozen=True)
class Stage:
    """One line of the table: rows, wall-clock seconds, peak memory of our processes (of the largest one) in MiB."""

    name: str
    rows: int
    seconds: float
    memory: int
    parts: Parts = field(default_factory=dict)

    @property
    def rows_per_second(self) -> float:
        """0 where a stage has no rows of its own."""
        return self.rows / self.seconds


class Bench:
    """The stages in order, each in fresh processes."""

    def __init__(self, console: Console) -> None:
        self.stages: list[Stage] = []
        self.console = console

    def stage(
        self, size: str, name: str, work: Callable[..., tuple[int, Parts]], *arguments: object, at_once: int = 1
    ) -> None:
        """Measure ``work``, which says how many rows it did and in what parts.

        ``at_once``: in so many processes, each with its own number behind the arguments.
        """
        name = f"{size}: {name}"
        self.console.print(f"{name} …")
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(at_once, mp_context=spawn) as pool:
            numbered = [(*arguments, number) for number in range(at_once)] if at_once > 1 else [arguments]
            done = [future.result() for future in [pool.submit(_measured, work, each) for each in numbered]]
        parts: Parts = {}
        for each in done:
            parts |= each.parts
        stage = Stage(name, sum(d.rows for d in done), max(d.seconds for d in done), max(d.memory for d in done), parts)
        self.stages.append(stage)
        self.console.print(f"  {stage.seconds:.1f} s")

    def note(self, name: str, memory: int) -> None:
        """A line that has memory (MiB) alone."""
        self.stages.append(Stage(name, 0, 0.0, memory))


@dataclass(frozen=True)
class _Done:
    rows: int
    seconds: float
    memory: int
    parts: Parts


def _measured(work: Callable[..., tuple[int, Parts]], arguments: tuple[object, ...]) -> _Done:
    start = time.perf_counter()
    rows, parts = work(*arguments)
    seconds = time.perf_counter() - start
    return _Done(rows, seconds, _peak_kib() // 1024, parts)


def _peak_kib() -> int:
    """Of this process and those it started; not by ``RUSAGE_SELF``, which goes on where its parent's peak was."""
    own = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return max(int(own.split()[1]), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


@contextmanager
def parts(named: Mapping[str, list[tuple[Any, str]]]) -> Iterator[Parts]:
    """The seconds that pass in these functions and methods (owner, name); in one that another calls, only there."""
    spent: Parts = dict.fromkeys(named, 0.0)
    running: list[str] = []
    since = time.perf_counter()

    def pass_on() -> None:
        nonlocal since
        now = time.perf_counter()
        if running:
            spent[running[-1]] += now - since
        since = now

    def timed(part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            pass_on()
            running.append(part)
            try:
                answer = function(*args, **kwargs)
                return list(answer) if isinstance(answer, GeneratorType) else answer
            finally:
                pass_on()
                running.pop()

        return call

    patched = [(owner, name, getattr(owner, name), part) for part, found in named.items() for owner, name in found]
    for owner, name, function, part in patched:
        setattr(owner, name, timed(part, function))
    try:
        yield spent
    finally:
        for owner, name, function, _ in patched:
            setattr(owner, name, function)
