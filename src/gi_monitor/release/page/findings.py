"""What happened, in sentences written from the published figures by rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from gi_monitor.publication_rules import DisclosureRules
from gi_monitor.release.page.figures import Figures
from gi_monitor.release.page.wording import Movement, cell, coverage, day, movement, number, signed

_UNPUBLISHED = "niet gepubliceerd"


@dataclass(frozen=True)
class Headline:
    """One of the three promised figures: what it is, how much, what happened and who is behind it."""

    title: str
    value: str
    unit: str
    sentence: str
    coverage: str


class Findings:
    """The sentences of one release.

    ``rules`` say which differences are no more than rounding; ``baseline`` is the reference date of the baseline.
    """

    def __init__(self, figures: Figures, rules: DisclosureRules, baseline: date) -> None:
        self._figures = figures
        self._baseline = baseline + timedelta(days=1)
        self._count_step = Decimal(rules.rounding_base)
        self._ratio_step = Decimal(1).scaleb(-rules.decimals.ratio)

    def headlines(self) -> Sequence[Headline]:
        """The three figures promised to Parliament (spec 2)."""
        return [self._workers_headline(), self._workload_headline(), self._waiting_headline()]

    def workload(self) -> str:
        """What the workload did, and where it lies against norm and path."""
        value = self._figures.value("C3.value")
        if value is None:
            return f"De werklast is {_UNPUBLISHED}"
        moved = self._moved("C3.value", self._ratio_step)
        start = f"De werklast is {moved} op" if moved == "ongeveer gelijk gebleven" else f"De werklast is {moved} tot"
        sentence = f"{start} {number(value)} maatregelen per fte" if moved else f"De werklast is {number(value)}"
        places = [
            f"{self._against(gap)} {what}"
            for gap, what in (
                (self._figures.value("C6.gap_to_norm"), "de norm"),
                (self._figures.value("C6.gap_to_path"), "het afbouwpad"),
            )
            if gap is not None
        ]
        return f"{sentence}, {' en '.join(places)}" if places else sentence

    def together(self) -> str:
        """What workload and waiting list did, read together."""
        workload, waiting = self._moved("C3.value", self._ratio_step), self._moved("W1.children", self._count_step)
        if workload is None or waiting is None:
            return "Werklast en wachtlijst"
        if workload == waiting:
            return f"De werklast en het aantal wachtende kinderen zijn {_plural(workload)}"
        return f"De werklast is {workload}, het aantal wachtende kinderen is {waiting}"

    def workers(self) -> str:
        """What the number of workers did."""
        value, moved = self._figures.value("S1.persons_skj"), self._moved("S1.persons_skj", self._count_step)
        if value is None:
            return f"Het aantal jeugdbeschermers is {_UNPUBLISHED}"
        if moved is None:
            return f"Er zijn {number(value)} jeugdbeschermers"
        joint = "op" if moved == "ongeveer gelijk gebleven" else "tot"
        return f"Het aantal jeugdbeschermers is {moved} {joint} {number(value)}"

    def compared_with(self) -> str | None:
        """The day of the period that the sentences compare with."""
        before = self._figures.before
        return None if before is None else day(self._figures.day(before))

    def _workers_headline(self) -> Headline:
        growth = [
            (self._figures.value("S1.persons_skj_growth_4m"), "in vier maanden"),
            (self._figures.value("S1.persons_skj_growth_baseline"), f"sinds de nulmeting van {day(self._baseline)}"),
        ]
        known = [f"{signed(value)} {since}" for value, since in growth if value is not None]
        sentence = f"{self.workers()}: {', '.join(known)}." if known else f"{self.workers()}."
        return self._headline("Jeugdbeschermers", "S1.persons_skj", "met SKJ-registratie", sentence)

    def _workload_headline(self) -> Headline:
        return self._headline(
            "Gemiddelde organisatiewerklast", "C3.value", "maatregelen per fte", f"{self.workload()}."
        )

    def _waiting_headline(self) -> Headline:
        moved, median = self._moved("W1.children", self._count_step), self._figures.value("W4.median")
        first = f"Hun aantal is {moved}." if moved else ""
        second = "" if median is None else f"De helft van de plaatsingen duurt al {number(median)} dagen of langer."
        sentence = f"{first} {second}".strip() or f"De wachttijd is {_UNPUBLISHED}."
        return self._headline("Wachtende kinderen", "W1.children", "op de wachtlijst of doorstroomlijst", sentence)

    def _headline(self, title: str, component: str, unit: str, sentence: str) -> Headline:
        row = self._figures.row(component)
        return Headline(title, cell(row), unit, sentence, f"{coverage(row)} instellingen")

    def _moved(self, component: str, rounding: Decimal) -> Movement | None:
        if self._figures.before is None:
            return None
        now, before = self._figures.value(component), self._figures.value(component, self._figures.before)
        return None if now is None or before is None else movement(now, before, rounding)

    def _against(self, gap: Decimal) -> str:
        if gap == 0:
            return "gelijk aan"
        return f"{number(abs(gap))} {'boven' if gap > 0 else 'onder'}"


def _plural(moved: Movement) -> str:
    return f"beide {moved}"
