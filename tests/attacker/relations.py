"""The relations between figures that follow from the definitions in section 2 of the specification.

A statement is written as `W4.n = W2.end[list=wachtlijst] + W2.end[list=doorstroomlijst]`.
`[family=*]` is the sum over all categories of a breakdown.
`[family=@]` repeats the statement for every category. All fte are in hundredths.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.attacker.published import KINDS, MAX_FTE, NATIONAL, UNBOUNDED, Edition, Figure, Term

PROTECTION = ("11", "12", "21", "22", "23")
PROBATION = ("41", "42", "50", "51", "61", "62", "63")


def _types(component: str, codes: Sequence[str]) -> str:
    return " + ".join(f"{component}[type={code}]" for code in codes)


def _balance(place: str) -> str:
    return f"F1.stock_end{place} = F1.stock_begin{place} + F1.inflow{place} - F1.outflow{place} + F1.corrections{place}"


def _flow(component: str) -> list[str]:
    return [f"F1.{component} = F1.{component}[family=*]"]


def _spells(component: str) -> list[str]:
    return [f"S4.{component} = S4.{component}[role=*]"]


def _term(indicator: str) -> list[str]:
    total = f"{indicator}.met + {indicator}.late + {indicator}.overdue"
    return [f"{indicator}.share/denominator = {total}", f"{indicator}.share/numerator = {indicator}.met"]


def _union(total: str, parts: Sequence[str]) -> list[str]:
    return [f"{total} <= {' + '.join(parts)}", *(f"{part} <= {total}" for part in parts)]


def _staff(persons: str, fte: str) -> list[str]:
    return [f"{persons} <= {fte}", f"{fte} <= {MAX_FTE} {persons}"]


JB, JR = "[family=jeugdbescherming]", "[family=jeugdreclassering]"
WAITING, FLOWING = "[list=wachtlijst]", "[list=doorstroomlijst]"
CASELOAD_ROLES = ("[role=jeugdbeschermer]", "[role=jeugdreclasseringswerker]")
OPEN_STAYS = ("W4.share_over_5_working_days", "W4.share_over_91_days")

EQUATIONS = [
    *(f"C1.count = C1.count[{breakdown}=*]" for breakdown in ("family", "type", "age_group", "province")),
    f"C1.count{JB} = {_types('C1.count', PROTECTION)}",
    f"C1.count{JR} = {_types('C1.count', PROBATION)}",
    *(row for name in ("stock_begin", "inflow", "outflow", "corrections", "stock_end") for row in _flow(name)),
    "F2.n = F2.n[type=*]",
    *(row for name in ("in", "out", "net") for unit in ("persons", "fte") for row in _spells(f"{unit}_{name}")),
    *(f"S4.{u}_net{at} = S4.{u}_in{at} - S4.{u}_out{at}" for u in ("persons", "fte") for at in ("", "[role=@]")),
    _balance(""),
    _balance("[family=@]"),
    "F1.stock_end = C1.count",
    "F1.stock_end[family=@] = C1.count[family=@]",
    "W2.end[list=@] = W2.begin[list=@] + W2.on[list=@] - W2.off[list=@] + W2.corrections[list=@]",
    f"W4.n = W2.end{WAITING} + W2.end{FLOWING}",
    *(f"{share}/denominator = W4.n" for share in OPEN_STAYS),
    "W3.mean/denominator = W3.n",
    *(f"W5.share_{days}/denominator = W5.n" for days in (7, 42, 91)),
    *(row for indicator in ("W6", "W7", "W8") for row in _term(indicator)),
    "C5.value/numerator = C2.families",
    f"C10.share/denominator = C1.count{JB}",
    "C10.share/numerator = C10.count",
    f"C9.mean/denominator = C1.count{JB}",
    f"C9.share_two_or_more/denominator = C1.count{JB}",
    *(f"S1.fte_caseload_roles = S3.fte{a} + S3.fte{b}" for a, b in [CASELOAD_ROLES]),
    "S2.share/numerator = S2.fte",
    "S2.share/denominator = S3.fte[role=*]",
    *(f"{indicator}.value/denominator = S2.fte" for indicator in ("C3", "C4", "C5")),
    "S5.value/denominator = S1.fte_caseload_roles",
    "S7.value/denominator = S1.fte_caseload_roles",
    "S8.value/denominator - S8.value/numerator = S1.fte_caseload_roles",
    "S6.in_training = S3.persons[role=in_opleiding]",
    "S6.share_of_starts/numerator = S6.starts",
    "S6.share_of_starts/denominator = S4.persons_in",
]

BOUNDS = [
    *_union("C2.children", [f"C2.children{JB}", f"C2.children{JR}"]),
    *_union("C2.families", [f"C2.families{JB}", f"C2.families{JR}"]),
    *(f"C2.children{at} <= C1.count{at}" for at in ("", "[family=@]")),
    *(f"C2.families{at} <= C2.children{at}" for at in ("", "[family=@]")),
    f"C10.count <= C1.count{JB}",
    "C4.value/numerator <= C1.count",
    "C1.count - W4.n <= C4.value/numerator",
    *_union("W1.children", [f"W1.children{WAITING}", f"W1.children{FLOWING}"]),
    "W1.children <= W1.children[urgency=*]",
    "W1.children[urgency=@] <= W1.children",
    "W1.children[list=@] <= W2.end[list=@]",
    "W1.children <= W4.n",
    *_union("S1.persons_caseload_roles", [f"S3.persons{at}" for at in CASELOAD_ROLES]),
    f"S1.persons_skj <= S3.persons{CASELOAD_ROLES[0]}",
    f"S1.fte_skj <= S3.fte{CASELOAD_ROLES[0]}",
    "S2.fte <= S2.share/denominator",
    "S6.starts <= S4.persons_in",
    *(f"{share}/numerator <= {share}/denominator" for share in (*OPEN_STAYS, "S5.value", "S7.value", "S8.value")),
    *_staff("S3.persons[role=@]", "S3.fte[role=@]"),
    *_staff("S1.persons_skj", "S1.fte_skj"),
    *_staff("S1.persons_caseload_roles", "S1.fte_caseload_roles"),
    *(
        row
        for way in ("in", "out")
        for at in ("", "[role=@]")
        for row in _staff(f"S4.persons_{way}{at}", f"S4.fte_{way}{at}")
    ),
]

# A figure that is not shown because of a small number (2.2): what the status says about that number.
# The minimum is judged on the published number: a published 10 may stand for 12, a published 50 for 52.
SMALL_NUMBERS = {
    ("C10", "share"): f"C1.count{JB} <= 12",
    ("C9", "mean"): f"C1.count{JB} <= 12",
    ("C9", "share_two_or_more"): f"C1.count{JB} <= 12",
    ("F2", "median"): "F2.n[type=@] <= 12",
    ("F2", "p90"): "F2.n[type=@] <= 52",
    ("S6", "share_of_starts"): "S4.persons_in <= 12",
    **{(indicator, "median"): f"{indicator}.n <= 12" for indicator in ("W3", "W4", "W5")},
    **{(indicator, "p90"): f"{indicator}.n <= 52" for indicator in ("W3", "W4", "W5")},
    ("W3", "mean"): "W3.n <= 12",
    **{("W4", share.removeprefix("W4.")): "W4.n <= 12" for share in OPEN_STAYS},
    **{("W5", f"share_{days}"): "W5.n <= 12" for days in (7, 42, 91)},
    **{(name, "share"): f"{name}.met + {name}.late + {name}.overdue <= 12" for name in ("W6", "W7", "W8")},
}


@dataclass(frozen=True)
class Relation:
    """A linear form of figures that lies between two limits."""

    name: str
    terms: Sequence[tuple[int, Figure]]
    low: int
    high: int


Terms = list[tuple[int, Term]]

_TERM = re.compile(r"([+-]?)(\d*)(\w+)\.(\w+?)(?:/(numerator|denominator))?(?:\[(\w+)=([^\]]+)\])?(?=[+-]|$)")


def _parse(side: str, sign: int) -> Terms:
    terms: Terms = []
    for plus, factor, indicator, component, part, breakdown, category in _TERM.findall(side.replace(" ", "")):
        term = Term(indicator, component, breakdown or "total", category or "total", part or "value")
        terms.append(((-sign if plus == "-" else sign) * int(factor or 1), term))
    return terms


@dataclass(frozen=True)
class Statement:
    """A parsed statement: the terms, moved to one side, lie between `low` and `high`."""

    text: str
    terms: Terms
    low: int
    high: int


def parse(text: str) -> Statement:
    """Parse `left = right`, `left <= right` or `left <= number`."""
    left, operator, right = re.split(r"\s(<?=)\s", text)
    if right.isdigit():
        return Statement(text, _parse(left, 1), -UNBOUNDED, int(right))
    return Statement(text, _parse(left, 1) + _parse(right, -1), 0 if operator == "=" else -UNBOUNDED, 0)


class Relations:
    """Makes the relations that hold between the cells of one edition."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._places: list[tuple[str, str]] = list(dict.fromkeys((f.period, f.institution) for f in edition.cells))
        self._codes: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for figure in edition.rows:
            term = figure.term
            codes = self._codes[term.indicator, term.component, term.breakdown]
            if term.category not in codes:
                codes.append(term.category)

    def equations(self) -> Iterator[Relation]:
        """Yield the equations inside each place, over institutions and from period to period."""
        for statement in map(parse, EQUATIONS):
            yield from self._everywhere(statement)
        yield from self._national_sums()
        yield from self._stocks()

    def bounds(self) -> Iterator[Relation]:
        """Yield the inequalities inside each place, and those that a small number gives."""
        for statement in map(parse, BOUNDS):
            yield from self._everywhere(statement)
        yield from self._small_numbers()

    def _everywhere(self, statement: Statement) -> Iterator[Relation]:
        repeated = next((term for _, term in statement.terms if term.category == "@"), None)
        categories = ["total"]
        if repeated is not None:
            categories = self._codes[repeated.indicator, repeated.component, repeated.breakdown]
        for category in categories:
            terms = self._expanded(statement, category)
            for place in self._places:
                yield from self._at(statement, terms, place)

    def _expanded(self, statement: Statement, category: str) -> Terms:
        terms: Terms = []
        for factor, term in statement.terms:
            codes = [category if term.category == "@" else term.category]
            if term.category == "*":
                codes = self._codes[term.indicator, term.component, term.breakdown] or ["missing"]
            terms.extend((factor, term._replace(category=code)) for code in codes)
        return terms

    def _at(self, statement: Statement, terms: Terms, place: tuple[str, str]) -> Iterator[Relation]:
        figures = [(factor, Figure(*place, term)) for factor, term in terms]
        cells = [self._edition.cells.get(figure) for _, figure in figures]
        if all(cells) and len({cell.gi_reported for cell in cells if cell is not None}) == 1:
            yield Relation(
                f"{self._edition.name} {' '.join(place)}: {statement.text}", figures, statement.low, statement.high
            )

    def _national_sums(self) -> Iterator[Relation]:
        parts: dict[tuple[str, Term], list[Figure]] = defaultdict(list)
        for figure, cell in self._edition.cells.items():
            if figure.institution != NATIONAL and cell.gi_reported:
                parts[figure.period, figure.term].append(figure)
        for (period, term), figures in parts.items():
            national = Figure(period, NATIONAL, term)
            total = self._edition.cells.get(national)
            if total is not None and total.gi_reported == len(figures):
                terms = [(1, national), *((-1, figure) for figure in figures)]
                yield Relation(f"{self._edition.name} {national}: sum of institutions", terms, 0, 0)

    def _stocks(self) -> Iterator[Relation]:
        periods = list(self._edition.dates)
        following = dict(pairwise(periods))
        begins = {("F1", "stock_end"): "stock_begin", ("W2", "end"): "begin"}
        for figure, cell in self._edition.cells.items():
            component = begins.get((figure.term.indicator, figure.term.component))
            if component is None or figure.period not in following:
                continue
            begin = Figure(following[figure.period], figure.institution, figure.term._replace(component=component))
            other = self._edition.cells.get(begin)
            if other is not None and other.gi_reported == cell.gi_reported:
                name = f"{self._edition.name} {figure}: stock at the end = stock at the next beginning"
                yield Relation(name, [(1, figure), (-1, begin)], 0, 0)

    def _small_numbers(self) -> Iterator[Relation]:
        for figure, row in self._edition.rows.items():
            term = figure.term
            text = SMALL_NUMBERS.get((term.indicator, term.component))
            national = self._edition.rows.get(figure._replace(institution=NATIONAL))
            if text is None or row.status != "suppressed_small_n" or (national and national.gi_reported == 1):
                continue
            statement = parse(text)
            if term.category == "total":
                statement = parse(text.replace("[type=@]", ""))
            yield from self._at(
                statement, self._expanded(statement, term.category), (figure.period, figure.institution)
            )


assert all((t.indicator, t.component, t.part) in KINDS for text in (*EQUATIONS, *BOUNDS) for _, t in parse(text).terms)
