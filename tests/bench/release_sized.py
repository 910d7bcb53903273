"""A disclosure problem of the size of a release: national and per institution, every period since 2023.

Verzonnen gegevens / synthetic data: sizes and shares near the published ones, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gi_monitor import indicators
from gi_monitor.disclosure.audit import knowledge
from gi_monitor.disclosure.audit.problem import Cell, Problem, Relation, equal, total, union

RULES = indicators.load().disclosure
TYPES = {"jb": [f"jb{n}" for n in range(8)], "jr": [f"jr{n}" for n in range(11)]}
ROLES = [f"role{n}" for n in range(9)]
LISTS = ["wachtlijst", "doorstroomlijst", "passende_hulp"]
CLASSES = ["met", "late", "overdue", "unknown"]
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

    def breakdown(self, whole: str, owner: str, shares: dict[str, float]) -> dict[str, int]:
        """Parts of a whole that is there already, and the identity."""
        parts = self.random.multinomial(self.exact[f"{whole} {owner}"], _normal(shares.values()))
        names = [self.put(f"{whole}/{part}", owner, n) for part, n in zip(shares, parts, strict=True)]
        self.relations.append(total(f"{whole} {owner}", names))
        return dict(zip(shares, map(int, parts), strict=True))

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
            owner = name.rsplit(" ", 1)[1]
            make = knowledge.net_count if "corrections" in name else knowledge.count
            self.cells[name] = make(value, RULES, owner=None if owner == NATIONAL else owner, cost=max(1, abs(value)))
        return Problem(self.cells, tuple(self.relations))

    def _national(self) -> Iterator[Relation]:
        """What holds for one institution holds for the sums."""
        first = f" {self.institutions[0]}"
        for relation in list(self.relations):
            if all(name.endswith(first) for name, _ in relation.terms):
                terms = tuple((name.removesuffix(first) + f" {NATIONAL}", f) for name, f in relation.terms)
                yield Relation(terms, relation.low, relation.high)


def _normal(shares: Sequence[float]) -> list[float]:
    values = list(shares)
    return [value / sum(values) for value in values]


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


def _period(maker: _Maker, owner: str, period: str, stock: dict[str, int], provinces: dict, type_shares: dict) -> None:
    random = maker.random
    flows = {"inflow": 0, "outflow": 0, "corrections": 0, "stock_begin": 0}
    for family, begin in stock.items():
        flow = {"stock_begin": begin, "inflow": random.poisson(begin / 6), "outflow": random.binomial(begin, 0.17),
                "corrections": random.integers(-3, 4) if begin > 10 else 0}  # fmt: skip
        for what, value in flow.items():
            maker.put(f"{period} F1.{what}/{family}", owner, value)
            flows[what] += int(value)
        stock[family] = int(begin + flow["inflow"] - flow["outflow"] + flow["corrections"])
    for what, value in flows.items():
        whole = maker.put(f"{period} F1.{what}", owner, value)
        maker.relations.append(total(whole, [f"{period} F1.{what}/{family} {owner}" for family in stock]))
    place = f"{period} C1.count"
    maker.put(place, owner, sum(stock.values()))
    maker.relations.append(total(f"{place} {owner}", [maker.put(f"{place}/{f}", owner, n) for f, n in stock.items()]))
    for part in ("", "/jb", "/jr"):
        terms = {f"{place}{part}": -1, f"{period} F1.stock_begin{part}": 1, f"{period} F1.inflow{part}": 1,
                 f"{period} F1.outflow{part}": -1, f"{period} F1.corrections{part}": 1}  # fmt: skip
        maker.relations.append(Relation(tuple((f"{name} {owner}", factor) for name, factor in terms.items())))
        earlier = f"T{int(period[1:]) - 1} C1.count{part} {owner}"
        if earlier in maker.exact:
            maker.relations.append(equal(earlier, f"{period} F1.stock_begin{part} {owner}"))
    for family in stock:
        maker.breakdown(f"{place}/{family}", owner, dict(zip(TYPES[family], type_shares[family], strict=True)))
    maker.breakdown(place, owner, dict(zip(["0-3", "4-11", "12-17", "18+"], [0.13, 0.4, 0.42, 0.05], strict=True)))
    maker.breakdown(place, owner, {f"PV{n}": share for n, share in provinces.items()})
    for unit, share in {"children": 0.93, "families": 0.6}.items():
        maker.overlapping(f"{period} C2.{unit}", owner, {f: int(share * n) for f, n in stock.items()}, 0.1)
    n = sum(stock.values())
    for place, mean in {"F2.n": 0.17 * n, "W3.n": 0.03 * n, "C10.count": 0.3 * n}.items():
        maker.put(f"{period} {place}", owner, random.poisson(mean))
    maker.breakdown(
        f"{period} F2.n", owner, {t: s for f in TYPES for t, s in zip(TYPES[f], type_shares[f], strict=True)}
    )
    waiting = {name: int(random.poisson(mean * n)) for name, mean in zip(LISTS[:2], (0.02, 0.03), strict=True)}
    maker.overlapping(f"{period} W1.children", owner, waiting, 0.1)
    maker.breakdown(f"{period} W1.children", owner, {"spoed": 0.1, "hoog": 0.3, "normaal": 0.5, "onbekend": 0.1})
    for name in LISTS:
        values = {"begin": random.poisson(0.03 * n), "on": random.poisson(0.02 * n)}
        values["off"] = random.binomial(values["begin"] + values["on"], 0.4)
        values["corrections"] = random.integers(-2, 3)
        values["end"] = max(0, values["begin"] + values["on"] - values["off"] + values["corrections"])
        values["corrections"] = values["end"] - values["begin"] - values["on"] + values["off"]
        cells = {what: maker.put(f"{period} W2.{what}/{name}", owner, value) for what, value in values.items()}
        signs = {"begin": 1, "on": 1, "off": -1, "corrections": 1, "end": -1}
        maker.relations.append(Relation(tuple((cells[what], sign) for what, sign in signs.items())))
    for place, mean in {"W6": 0.1 * n, "W7": 0.1 * n, "W8": 0.05 * n, "W5": 0.3 * n}.items():
        maker.put(f"{period} {place}", owner, random.poisson(mean))
        maker.breakdown(f"{period} {place}", owner, dict(zip(CLASSES, [0.6, 0.2, 0.15, 0.05], strict=True)))
    for place, mean in {"S3.persons": n / 8, "S4.persons_in": n / 100, "S4.persons_out": n / 110}.items():
        maker.put(f"{period} {place}", owner, random.poisson(mean))
        maker.breakdown(f"{period} {place}", owner, dict(zip(ROLES, [0.5, 0.1, 0.1, 0.1, *[0.04] * 5], strict=True)))
