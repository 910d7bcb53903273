"""A disclosure problem of the size of a release: national and per institution, every period since 2023.

Verzonnen gegevens / synthetic data: sizes and shares near the published ones, nothing else.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gi_monitor import indicators
from gi_monitor.disclosure.audit import knowledge
from gi_monitor.disclosure.audit.problem import Cell, Problem, Relation, equal, total, union
from gi_monitor.disclosure.audit.protect import protect

RULES = indicators.load().disclosure
TYPES = {"jb": [f"jb{n}" for n in range(8)], "jr": [f"jr{n}" for n in range(11)]}
LISTS = ["wachtlijst", "doorstroomlijst", "passende_hulp"]
NATIONAL = "NL"


@dataclass
class _Maker:
    """Collects cells of institutions; national cells follow as their sums."""

    random: np.random.Generator
    institutions: Sequence[str]

    def __post_init__(self) -> None:
        self.cells: dict[str, Cell] = {}
        self.relations: list[Relation] = []
        self.exact: dict[str, int] = {}

    def put(self, place: str, owner: str, value: int) -> str:
        name = f"{place} {owner}"
        self.exact[name] = int(value)
        return name

    def breakdown(self, whole: str, owner: str, shares: Mapping[str, float]) -> None:
        """Parts of a whole that is there already, and the identity."""
        parts = self.random.multinomial(self.exact[f"{whole} {owner}"], _normal(list(shares.values())))
        names = [self.put(f"{whole}/{part}", owner, n) for part, n in zip(shares, parts, strict=True)]
        self.relations.append(total(f"{whole} {owner}", names))

    def overlapping(self, whole: str, owner: str, parts: dict[str, int], overlap: float) -> None:
        names = [self.put(f"{whole}/{part}", owner, n) for part, n in parts.items()]
        least, most = max(parts.values()), sum(parts.values())
        value = max(least, most - self.random.binomial(most - least, overlap))
        self.relations += union(self.put(whole, owner, value), names)

    def problem(self) -> Problem:
        places = dict.fromkeys(name.rsplit(" ", 1)[0] for name in self.exact)
        for place in places:
            parts = [f"{place} {gi}" for gi in self.institutions]
            self.exact[f"{place} {NATIONAL}"] = sum(self.exact[part] for part in parts)
            self.relations.append(total(f"{place} {NATIONAL}", parts))
        self.relations += list(self._national())
        for name, value in self.exact.items():
            code, cost = name.rsplit(" ", 1)[1], knowledge.cost(value)
            make = knowledge.net_count if "corrections" in name else knowledge.count
            self.cells[name] = make(value, RULES, owner=None if code == NATIONAL else code, cost=cost)
        return Problem(self.cells, tuple(self.relations))

    def _national(self) -> Iterator[Relation]:
        """What holds for one institution holds for the sums."""
        first = f" {self.institutions[0]}"
        for relation in list(self.relations):
            if all(name.endswith(first) for name, _ in relation.terms):
                terms = tuple((name.removesuffix(first) + f" {NATIONAL}", f) for name, f in relation.terms)
                yield Relation(terms, relation.low, relation.high)


def _normal(shares: Sequence[float]) -> list[float]:
    return [share / sum(shares) for share in shares]


def release_sized(seed: int = 1, periods: int = 6, institutions: int = 13) -> Problem:
    """The whole history as one problem: some 200 counts per institution and period, all linked."""
    random = np.random.default_rng(seed)
    names = [f"gi{n:02}" for n in range(institutions)]
    maker = _Maker(random, names)
    sizes = 33_000 * np.sort(random.dirichlet(np.full(institutions, 2.0)))
    for owner, size in zip(names, sizes, strict=True):
        provinces = dict(enumerate(random.dirichlet(np.full(13, 0.15))))
        type_shares = {family: random.dirichlet(np.full(len(types), 0.5)) for family, types in TYPES.items()}
        stock = {"jb": int(0.8 * size), "jr": int(0.2 * size)}
        for period in range(periods):
            _period(maker, owner, f"T{period}", stock, provinces, type_shares)
    return maker.problem()


def _period(
    maker: _Maker,
    owner: str,
    period: str,
    stock: dict[str, int],
    provinces: Mapping[int, float],
    type_shares: Mapping[str, Sequence[float]],
) -> None:
    _balance(maker, owner, period, stock)
    place, n = f"{period} C1.count", sum(stock.values())
    shares = {family: dict(zip(TYPES[family], type_shares[family], strict=True)) for family in stock}
    for family in stock:
        maker.breakdown(f"{place}/{family}", owner, shares[family])
    maker.breakdown(place, owner, {"0-3": 0.13, "4-11": 0.4, "12-17": 0.42, "18+": 0.05})
    maker.breakdown(place, owner, {f"PV{number}": share for number, share in provinces.items()})
    for unit, share in {"children": 0.93, "families": 0.6}.items():
        maker.overlapping(f"{period} C2.{unit}", owner, {f: int(share * m) for f, m in stock.items()}, 0.1)
    _flat(maker, owner, period, n, shares["jb"] | shares["jr"])
    _waiting(maker, owner, period, n)


def _balance(maker: _Maker, owner: str, period: str, stock: dict[str, int]) -> None:
    """F1 by family, which ends in C1 and begins where the period before ended."""
    random, wholes = maker.random, Counter[str]()
    for family, begin in stock.items():
        flow = {"stock_begin": begin, "inflow": random.poisson(begin / 6), "outflow": random.binomial(begin, 0.17),
                "corrections": random.integers(-3, 4) if begin > 10 else 0}  # fmt: skip
        for what, value in flow.items():
            maker.put(f"{period} F1.{what}/{family}", owner, value)
            wholes[what] += int(value)
        stock[family] = int(begin + flow["inflow"] - flow["outflow"] + flow["corrections"])
        maker.put(f"{period} C1.count/{family}", owner, stock[family])
    maker.put(f"{period} C1.count", owner, sum(stock.values()))
    for what, value in wholes.items():
        maker.put(f"{period} F1.{what}", owner, value)
    for place in (*(f"F1.{what}" for what in wholes), "C1.count"):
        parts = [f"{period} {place}/{family} {owner}" for family in stock]
        maker.relations.append(total(f"{period} {place} {owner}", parts))
    for part in ("", "/jb", "/jr"):
        terms = {f"C1.count{part}": -1, f"F1.stock_begin{part}": 1, f"F1.inflow{part}": 1,
                 f"F1.outflow{part}": -1, f"F1.corrections{part}": 1}  # fmt: skip
        maker.relations.append(Relation(tuple((f"{period} {place} {owner}", sign) for place, sign in terms.items())))
        earlier = f"T{int(period[1:]) - 1} C1.count{part} {owner}"
        if earlier in maker.exact:
            maker.relations.append(equal(earlier, f"{period} F1.stock_begin{part} {owner}"))


def _flat(maker: _Maker, owner: str, period: str, n: int, types: Mapping[str, float]) -> None:
    """Totals with one breakdown: durations, terms, staff."""
    classes = {"met": 0.6, "late": 0.2, "overdue": 0.15, "unknown": 0.05}
    roles = {f"role{number}": share for number, share in enumerate([0.5, 0.1, 0.1, 0.1, *[0.04] * 5])}
    tables: dict[str, tuple[float, Mapping[str, float]]] = {
        "F2.n": (0.17, types), "W3.n": (0.03, {}), "C10.count": (0.3, {}),
        "W5": (0.3, classes), "W6": (0.1, classes), "W7": (0.1, classes), "W8": (0.05, classes),
        "S3.persons": (0.125, roles), "S4.persons_in": (0.01, roles), "S4.persons_out": (0.009, roles),
    }  # fmt: skip
    for place, (share, shares) in tables.items():
        maker.put(f"{period} {place}", owner, maker.random.poisson(share * n))
        if shares:
            maker.breakdown(f"{period} {place}", owner, shares)


def _waiting(maker: _Maker, owner: str, period: str, n: int) -> None:
    """W1 by list, whose lists overlap, and by urgency; W2 as a balance by list."""
    random = maker.random
    waiting = {name: int(random.poisson(0.025 * n)) for name in LISTS[:2]}
    maker.overlapping(f"{period} W1.children", owner, waiting, 0.1)
    maker.breakdown(f"{period} W1.children", owner, {"spoed": 0.1, "hoog": 0.3, "normaal": 0.5, "onbekend": 0.1})
    for name in LISTS:
        begin, on = random.poisson(0.03 * n), random.poisson(0.02 * n)
        off, other = random.binomial(begin + on, 0.4), random.integers(-2, 3)
        end = max(0, begin + on - off + other)
        values = {"begin": begin, "on": on, "off": off, "corrections": end - begin - on + off, "end": end}
        signs = {"begin": 1, "on": 1, "off": -1, "corrections": 1, "end": -1}
        cells = {what: maker.put(f"{period} W2.{what}/{name}", owner, value) for what, value in values.items()}
        maker.relations.append(Relation(tuple((cells[what], sign) for what, sign in signs.items())))


def main() -> None:
    """Protect one such problem and say how long it took; what is suppressed, and how much of everything."""
    problem, start = release_sized(), time.perf_counter()
    protected = protect(problem)
    cells = protected.problem.cells.values()
    print(  # noqa: T201
        f"{len(cells):,} cells, {len(problem.relations):,} relations; {sum(cell.suppressed for cell in cells):,} "
        f"suppressed ({sum(cell.suppressed for cell in cells) / len(cells):.1%}), {len(protected.secondary)} of them "
        f"secondary; {'passes' if protected.passes else 'FAILS'}; {time.perf_counter() - start:.0f} s, "
        f"{time.process_time():.0f} s of processor time"
    )


if __name__ == "__main__":
    main()
