"""What an institution file says that the contracts do not know, or that its format cannot hold (spec 1.2)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from gi_monitor import contracts
from gi_monitor.dialects import check_format
from gi_monitor.dialects.columns import columns_of, own_names
from gi_monitor.institutions import Institution
from gi_monitor.institutions.dialect import DELIVERED, Dialect
from gi_monitor.institutions.files import suggestion


def problems(institution: Institution) -> list[str]:
    """Every problem, one per line: the dotted path of the field, what is wrong, and what to do."""
    dialect = institution.dialect
    return [
        *_area(institution),
        *_waivers(institution),
        *_columns(dialect),
        *_codes(dialect),
        *_flags(dialect),
        *check_format.problems(institution),
    ]


def _area(institution: Institution) -> Iterator[str]:
    provinces = contracts.load().codes["provincie"]
    for number, province in enumerate(institution.area):
        if province not in provinces:
            yield f"area.{number}: there is no province {province}; use a code of the list provincie"


def _waivers(institution: Institution) -> Iterator[str]:
    rules = contracts.load().rules
    for number, waiver in enumerate(institution.waivers):
        if waiver.rule not in rules:
            yield f"waivers.{number}.rule: there is no rule {waiver.rule}; see contracts/ for all rules"
        elif not rules[waiver.rule].waivable:
            yield f"waivers.{number}.rule: {waiver.rule} cannot be waived; take the waiver out"


def _columns(dialect: Dialect) -> Iterator[str]:
    known = list(dict.fromkeys(column.name for dataset in DELIVERED for column in columns_of(dataset)))
    for name, own in dialect.columns.items():
        if name not in known:
            yield f"dialect.columns.{name}: there is no such column{suggestion(name, known)}"
        yield from _spaces(f"dialect.columns.{name}", own)
    for dataset in DELIVERED:
        by_own: dict[str, list[str]] = {}
        for name, own in own_names(dialect, columns_of(dataset)).items():
            by_own.setdefault(own, []).append(name)
        for own, names in by_own.items():
            if len(names) > 1:
                yield f"dialect.columns: in {dataset}, {' and '.join(names)} are both called {own}; change one of them"


def _codes(dialect: Dialect) -> Iterator[str]:
    known = contracts.load().codes
    for name, labels in dialect.codes.items():
        if name not in known:
            yield f"dialect.codes.{name}: there is no such code list{suggestion(name, list(known))}"
            continue
        for label, code in labels.items():
            path = f"dialect.codes.{name}.{label}"
            if code not in known[name]:
                yield f"{path}: the list has no code {code}; use one of {', '.join(known[name])}"
            if label in known[name] and label != code:
                yield f"{path}: {label} is itself a code of this list, with another meaning; use another label"
            yield from _spaces(path, label)


def _flags(dialect: Dialect) -> Iterator[str]:
    for meaning in ("J", "N"):
        if meaning not in dialect.flags.values():
            yield f"dialect.flags: no label means {meaning}; add one"
    yield from chain.from_iterable(_spaces(f"dialect.flags.{label}", label) for label in dialect.flags)


def _spaces(path: str, word: str) -> Iterator[str]:
    if word != word.strip() or not word:
        yield f"{path}: reading leaves out the space around a word; write it without, and not empty"
