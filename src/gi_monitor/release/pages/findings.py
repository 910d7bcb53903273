"""What happened, in sentences written from the published figures by rule, the same in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from gi_monitor.release.pages.blocks import Headline
from gi_monitor.release.pages.figures import parts
from gi_monitor.release.pages.telling import Telling

Movement = Literal["risen", "fallen", "same"]
PROMISED = {"S1.persons_skj": "staff", "C3.value": "workload", "W1.children": "waiting"}
"""The three figures promised to Parliament (spec 2), and the page on which each is worked out."""


def movement(now: Decimal, before: Decimal, rounding: Decimal) -> Movement:
    """What a figure did; a difference of one step of rounding is none."""
    if abs(now - before) <= rounding:
        return "same"
    return "risen" if now > before else "fallen"


@dataclass(frozen=True)
class Findings:
    """The sentences about one place, without their full stop. ``baseline`` is the reference date of the baseline."""

    telling: Telling
    baseline: date

    def headlines(self) -> Sequence[Headline]:
        """The three promised figures."""
        sentences = (self._workers(), self.workload(), self._waiting())
        return [
            self._headline(name, page, sentence)
            for (name, page), sentence in zip(PROMISED.items(), sentences, strict=True)
        ]

    def said(self, name: str) -> str:
        """What one figure did since the period before: risen, fallen or about the same, and where it is now."""
        figures, language = self.telling.figures, self.telling.language
        subject, row = language(f"subjects.{name}"), figures.row(name)
        if row.value is None:
            return language(f"unpublished.{row.status}", subject=subject)
        moved, amount = self.moved(name), self.telling.amount(name, row.value)
        if moved is None:
            return language("said.now", subject=subject, amount=amount)
        before = self.telling.cell(name, figures.before)
        said = "equal" if row.value == figures.value(name, figures.before) else moved
        return language(f"said.{said}", subject=subject, amount=amount, before=before)

    def moved(self, name: str) -> Movement | None:
        """What it did; None where one of the two was not published, or is about other institutions."""
        figures = self.telling.figures
        if figures.before is None:
            return None
        now, before = figures.row(name), figures.row(name, figures.before)
        if now.value is None or before.value is None or now.gi_reported != before.gi_reported:
            return None
        return movement(now.value, before.value, self.telling.step(name))

    def workload(self) -> str:
        """What the workload did, and where it lies against norm and path."""
        language = self.telling.language
        places = [
            self._against(name, language(f"against.{name}"))
            for name in ("C6.gap_to_norm", "C6.gap_to_path")
            if self.telling.figures.value(name) is not None
        ]
        return ", ".join([self.said("C3.value"), *([language("and").join(places)] if places else [])])

    def together(self) -> str:
        """What workload and waiting list did, read together."""
        language = self.telling.language
        workload, waiting = self.moved("C3.value"), self.moved("W1.children")
        if workload is None or waiting is None:
            return language("together.title")
        if workload == waiting:
            return language(f"together.both_{workload}")
        return language(
            "together.apart", workload=language(f"movement.{workload}"), waiting=language(f"movement.{waiting}")
        )

    def relief(self) -> str:
        """At how many institutions workload and waiting list came down together since the baseline (N1)."""
        language, row = self.telling.language, self.telling.figures.row("N1.class/total/both_down")
        if row.value is None:
            return language("relief.title")
        return language("relief.finding", number=language.number(row.value), of=row.gi_reported)

    def most(self, key: str, names: Sequence[str]) -> str:
        """Which category is the largest, where one is by more than rounding; ``key`` has the words.

        Only figures about as many institutions as the first are compared.
        """
        language, figures = self.telling.language, self.telling.figures
        rows = {name: figures.row(name) for name in names}
        behind = rows[names[0]].gi_reported
        comparable = [(row.value, name) for name, row in rows.items() if row.gi_reported == behind]
        known = sorted(((value, name) for value, name in comparable if value is not None), reverse=True)
        if not known or (len(known) > 1 and known[0][0] - known[1][0] <= self.telling.step(names[0])):
            return language(f"exhibits.{key}.title")
        value, name = known[0]
        _, breakdown, code = parts(name)
        category = self.telling.category(breakdown, code)
        return language(f"exhibits.{key}.most", category=category, number=self.telling.text(name, value))

    def compared_with(self) -> str | None:
        """The day of the period that the sentences compare with."""
        figures = self.telling.figures
        return None if figures.before is None else self.telling.language.day(figures.day(figures.before))

    def _workers(self) -> str:
        figures, language = self.telling.figures, self.telling.language
        since = {
            "S1.persons_skj_growth_4m": language("growth.four_months"),
            "S1.persons_skj_growth_baseline": language(
                "growth.baseline", day=language.day(self.baseline + timedelta(days=1))
            ),
        }
        known = [
            f"{self.telling.text(name, value)} {words}"
            for name, words in since.items()
            if (value := figures.value(name)) is not None
        ]
        said = self.said("S1.persons_skj")
        return f"{said}: {', '.join(known)}" if known else said

    def _waiting(self) -> str:
        median, language = self.telling.figures.value("W4.median"), self.telling.language
        said = self.said("W1.children")
        return said if median is None else f"{said}. {language('half_wait', days=language.number(median))}"

    def _headline(self, name: str, page: str, sentence: str) -> Headline:
        language, row = self.telling.language, self.telling.figures.row(name)
        return Headline(
            title=language(f"headlines.titles.{name}"),
            value=self.telling.cell(name),
            unit=language(f"headlines.units.{name}"),
            sentence=f"{sentence}.",
            coverage=language("institutions", coverage=self.telling.coverage(row)),
            page=page,
        )

    def _against(self, gap: str, what: str) -> str:
        value = self.telling.figures.row(gap).value or Decimal(0)
        side = "equal" if value == 0 else "above" if value > 0 else "below"
        return self.telling.language(f"gap.{side}", gap=self.telling.language.number(abs(value)), what=what)
