"""The receipt as a page: read on a screen, printed on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from gi_monitor import contracts, documents
from gi_monitor.clock import AMSTERDAM
from gi_monitor.contracts import Rule
from gi_monitor.intake.findings import Finding
from gi_monitor.intake.receipt import specification, wording
from gi_monitor.intake.receipt.content import Receipt
from gi_monitor.rule_pages import SEVERITIES

_REMARKABLE = ("FAIL", "NOT_RUN")
_TEMPLATE = Path(__file__).parent / "receipt.html.j2"
MOST_SHOWN = 2000
"""Of more findings of one rule the page shows the first; the workbook has them all."""


@dataclass(frozen=True)
class FindingsOfRule:
    """What one rule found, of one severity: as many findings as are shown, and how many there are."""

    rule: Rule
    severity: str
    number: int
    shown: tuple[Finding, ...]

    def sentence(self, found: Finding) -> str:
        """The finding's message without the remedy, which stands above the table."""
        return wording.visible(found.message.removesuffix(f" {self.rule.remedy}"))


def page(receipt: Receipt, rules: str) -> str:
    """The page; ``rules`` leads to the rule pages."""
    return documents.render(
        _TEMPLATE,
        receipt=receipt,
        specification=receipt.specification and specification.in_words(receipt.specification),
        received=receipt.received_at.astimezone(AMSTERDAM),
        remarkable=[answer for answer in receipt.rules if answer.outcome in _REMARKABLE],
        unremarkable=_unremarkable(receipt),
        groups=list(_groups(receipt.findings)),
        rarity=wording.rarity(receipt.singling_out) if receipt.singling_out else None,
        mirror=[wording.line(figure) for figure in receipt.mirror],
        mark=documents.SYNTHETIC,
        rules=rules,
        visible=wording.visible,
        outcomes=wording.OUTCOMES,
        severities=SEVERITIES,
        no_figure=wording.NO_FIGURE,
    )


def _unremarkable(receipt: Receipt) -> dict[str, list[str]]:
    """The other rules, by what they answered and why."""
    rules: dict[str, list[str]] = {}
    for answer in receipt.rules:
        if answer.outcome not in _REMARKABLE:
            what = ", ".join(filter(None, [wording.OUTCOMES[answer.outcome], answer.reason]))
            rules.setdefault(what, []).append(answer.rule)
    return rules


def _groups(findings: tuple[Finding, ...]) -> Iterator[FindingsOfRule]:
    known = contracts.load().rules
    for (rule, severity), of_rule in groupby(findings, key=lambda found: (found.rule, found.severity)):
        everything = tuple(of_rule)
        yield FindingsOfRule(known[rule], SEVERITIES[severity], len(everything), everything[:MOST_SHOWN])
