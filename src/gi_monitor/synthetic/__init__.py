"""Made-up deliveries: one simulated population of children, measures, workers and lists (verzonnen gegevens)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, fields
from pathlib import Path

from gi_monitor import atomic, institutions
from gi_monitor.dialects import MARK
from gi_monitor.institutions import Institution
from gi_monitor.month import Month
from gi_monitor.synthetic.defects import REPEATED, Planted, plan, plant
from gi_monitor.synthetic.delivery import Content, write_delivery, write_files
from gi_monitor.synthetic.frames import canonical_frames
from gi_monitor.synthetic.population import Population
from gi_monitor.synthetic.profiles import PROFILES
from gi_monitor.synthetic.truth import Figure, figures

__all__ = ["FIRST", "LAST", "Content", "Planted", "content_of", "synthesise", "write_delivery"]

FIRST = Month(2022, 10)
LAST = Month(2024, 12)

_README = f"""# {MARK}

Alles in deze map is verzonnen: de instellingen, de kinderen, de medewerkers en de cijfers.
Everything in this folder is invented: the institutions, the children, the workers and the figures.

- `<gi_code>/<verslagmaand>/<volgnummer>/`: leveringen, elk in het dialect van de instelling / deliveries
- `nogmaals/`: wat na de goede levering van dezelfde plek komt (fout S09) / what comes after the good one
- `waarheid.csv`: cijfers geteld in de gesimuleerde populatie zelf / figures counted in the simulated population

Seed {{seed}}, schaal / scale {{scale:g}}, {{first}} – {{last}}.
"""


def synthesise(
    folder: Path,
    *,
    progress: Callable[[str], None],
    seed: int = 2023,
    scale: float = 1.0,
    first: Month = FIRST,
    last: Month = LAST,
    defects: Sequence[Planted] = (),
) -> None:
    """Write the deliveries of all thirteen institutions for the months asked for, and the truth behind them.

    ``scale`` multiplies the country (1 is the Netherlands). The same seed, scale and months give the same bytes;
    the history before ``first`` does not depend on it. ``waarheid.csv`` comes last and holds the figures that the
    pipeline must find again; ``progress`` hears of each month and of each defect. Raises ValueError for defects that
    do not exist or cannot be planted where they are asked for.
    """
    planned = plan(defects, first, last)
    known, population = _population(seed, scale)
    atomic.write(folder / "LEESMIJ.md", _README.format(seed=seed, scale=scale, first=first, last=last).encode())
    truth: list[Figure] = []
    for number in range(first.months_until(last) + 1):
        month = first + number
        population.advance_to(month)
        truth.extend(figures(population.state, population.span))
        for profile in PROFILES:
            institution, content = known[profile.gi_code], _content(population, profile.gi_code)
            planted = planned.get((profile.gi_code, month))
            if planted is None or planted.rule == REPEATED:
                write_delivery(
                    institution, month, 1, content.frames, content.vacancies_fte, content.unavailable, folder
                )
            if planted is not None:
                progress(_write_planted(planted, institution, content, folder))
        progress(f"{month}: {len(PROFILES)} leveringen ({MARK})")
    atomic.write(folder / "waarheid.csv", _csv(truth))


def _write_planted(planted: Planted, institution: Institution, content: Content, folder: Path) -> str:
    """Write a spoilt delivery; says where it is and what is wrong there."""
    draft, spot = plant(planted.rule, institution, planted.month, content)
    write_files(folder / planted.place, draft.files, draft.manifest)
    return f"{planted.rule} planted in {planted.place}: {spot}"


def content_of(gi_code: str, month: Month, *, seed: int = 2023, scale: float = 1.0) -> Content:
    """What an institution delivers about one month, in canonical frames, without writing anything."""
    _, population = _population(seed, scale)
    population.advance_to(month)
    return _content(population, gi_code)


def _population(seed: int, scale: float) -> tuple[dict[str, Institution], Population]:
    known = institutions.load()
    return known, Population(seed, scale, [known[profile.gi_code].area for profile in PROFILES])


def _content(population: Population, gi_code: str) -> Content:
    number = next(n for n, profile in enumerate(PROFILES) if profile.gi_code == gi_code)
    return Content(
        canonical_frames(population.state, population.span, number),
        float(population.state.vacancies[number]),
        PROFILES[number].unavailable,
    )


def _csv(truth: Iterable[Figure]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in fields(Figure))
    writer.writerows(astuple(figure) for figure in truth)
    return text.getvalue().encode()
