"""A page per rule, for the docs and for an institution's outbox: both made from the contracts (spec 1.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from gi_monitor import contracts, documents
from gi_monitor.contracts import Contract, Rule, Severity, Version

_HERE = Path(__file__).parent

SEVERITIES: Mapping[Severity, str] = {
    "reject": "afkeuring",
    "hold": "wacht op een beslissing",
    "row": "rij terzijde",
    "warn": "aandachtspunt",
}
"""What a severity is called, in Dutch."""

_CONSEQUENCES: Mapping[Severity, str] = {
    "reject": "De hele levering telt niet mee tot zij is hersteld en opnieuw aangeleverd.",
    "hold": "De levering telt pas mee als de databeheerder van de monitor haar accepteert.",
    "row": "De rij telt niet mee en wordt bewaard; de rest van de levering telt wel mee.",
    "warn": "Alles telt gewoon mee; kijk of het klopt.",
}
_GROUPS = {
    "S": "De levering als geheel",
    "P": "Persoonsgegevens",
    "R": "Losse rijen",
    "X": "Bestanden naast elkaar",
    "T": "Controletotalen",
    "H": "Vergeleken met de vorige maand",
}
_LIMITS = {
    frozenset({"rounding_per_row"}): "{rounding_per_row} per rij, voor afronding",
    frozenset({"share"}): "meer dan {share}",
    frozenset({"share", "number"}): "meer dan {share} en meer dan {number}",
    frozenset({"measures_share", "measures", "fte_share", "fte"}): (
        "lopende maatregelen: een verschil van meer dan {measures_share} en meer dan {measures}; "
        "fte_caseload: van meer dan {fte_share} en meer dan {fte} fte"
    ),
}


@dataclass(frozen=True)
class RulePage:
    """What a page says about a rule; texts are plain Dutch, ``facts`` are short remarks by their name."""

    rule: Rule
    sentence: str
    severity: str
    example: tuple[tuple[str, str, str], ...]
    columns: tuple[tuple[str, str], ...]
    facts: Mapping[str, str]


def in_words(rule: Rule) -> str:
    """A rule's sentence with words for what differs per finding."""
    columns = {case.column for case in rule.cases}
    column = columns.pop() if len(columns) == 1 else "‹kolom›"
    return rule.sentence.format(column=column, value="‹waarde›", detail="…").replace("….", "…")


def markdown() -> dict[str, str]:
    """The pages of ``docs/regels/`` by file name."""
    return _pages("md", "README.md")


def html() -> dict[str, bytes]:
    """The pages for an institution, by file name: ``R03.html`` …, and an index."""
    return {name: text.encode() for name, text in _pages("html", "index.html").items()}


def _pages(form: str, index: str) -> dict[str, str]:
    pages = [_page(rule) for rule in contracts.load().rules.values()]
    groups = [(_GROUPS[letter], list(group)) for letter, group in groupby(pages, key=lambda page: page.rule.id[0])]
    texts = {f"{page.rule.id}.{form}": documents.render(_HERE / f"rule.{form}.j2", page=page) for page in pages}
    return texts | {index: documents.render(_HERE / f"index.{form}.j2", groups=groups)}


def _page(rule: Rule) -> RulePage:
    contract = next((c for c in contracts.load().datasets.values() if rule in c.rules), None)
    wrong, right = rule.example.wrong, rule.example.right
    return RulePage(
        rule=rule,
        sentence=in_words(rule),
        severity=SEVERITIES[rule.severity],
        example=tuple((field, wrong.get(field, ""), right.get(field, "")) for field in {**wrong, **right}),
        columns=tuple(_columns(rule, contract)) if contract else (),
        facts=dict(_facts(rule, contract)),
    )


def _columns(rule: Rule, contract: Contract) -> Iterator[tuple[str, str]]:
    for name in dict.fromkeys(case.column for case in rule.cases):
        yield name, contract.column(name).meaning_nl


def _facts(rule: Rule, contract: Contract | None) -> Iterator[tuple[str, str]]:
    yield "Ernst", f"{SEVERITIES[rule.severity]}. {_CONSEQUENCES[rule.severity]}"
    if contract is not None:
        yield "Bestand", f"{contract.delivered_as}."
    if rule.needs:
        names = (contracts.load().datasets[name].delivered_as for name in rule.needs)
        yield "Kijkt ook in", f"{', '.join(names)}."
    if limits := "; ".join(_limits(rule)):
        yield "Grens", f"{limits}."
    yield "Ontheffing", "mogelijk; de regel is dan tijdelijk een aandachtspunt." if rule.waivable else "niet mogelijk."


def _limits(rule: Rule) -> Iterator[str]:
    known = contracts.load()
    if rule.limits:
        values = {name: _limit(name, value) for name, value in rule.limits.items()}
        yield _LIMITS[frozenset(rule.limits)].format(**values)
    if rule.id == "S07":
        yield from map(_months_of, contracts.versions())
    if rule.id == "S08":
        yield f"een maand sluit na {known.open_months} maanden"
    if rule.id == "S10":
        for contract in known.datasets.values():
            limit = contract.set_aside_limit
            share, what_then = _limit("share", limit.share), SEVERITIES[limit.severity]
            yield f"{contract.delivered_as} meer dan {limit.rows} rijen en meer dan {share}: {what_then}"


def _months_of(version: Version) -> str:
    bounds = [f"van {version.first_month}"] if version.first_month else []
    bounds += [f"tot en met {version.last_month}"] if version.last_month else []
    months = f"verslagmaanden {' '.join(bounds)}" if bounds else "elke verslagmaand"
    return f"versie {version.version} geldt voor {months}"


def _limit(name: str, value: float) -> str:
    return f"{value:.0%}" if "share" in name else f"{value:g}".replace(".", ",")
