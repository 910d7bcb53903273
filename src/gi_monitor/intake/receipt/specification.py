"""By which version of the specification a delivery was read, until when that holds, and what the next one changes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from gi_monitor import contracts, documents
from gi_monitor.contracts import Contracts, Version


def in_words(specification: str) -> str:
    """The Dutch of it, for an institution."""
    sentences = [f"Gelezen volgens versie {specification} van de specificatie."]
    if end := _version(specification).last_month:
        sentences.append(f"Die versie geldt tot en met verslagmaand {documents.month(end.start)}.")
    for older, newer in pairwise(version.version for version in contracts.versions()):
        if older == specification:
            changes = _changes(contracts.read_as(older), contracts.read_as(newer))
            sentences.append(f"In versie {newer}: {'; '.join(changes)}.")
    return " ".join(sentences)


def last_month(specification: str) -> str | None:
    """The last reporting month of a version, as 2024-06; None when there is no end to it."""
    end = _version(specification).last_month
    return str(end) if end else None


def _version(specification: str) -> Version:
    return next(version for version in contracts.versions() if version.version == specification)


def _changes(older: Contracts, newer: Contracts) -> Iterator[str]:
    for name, contract in newer.datasets.items():
        before = {column.name: column for column in older.datasets[name].columns}
        for column in contract.columns:
            if column.name not in before:
                kind = "nieuwe verplichte kolom" if column.required else "nieuwe kolom"
                yield f"{contract.delivered_as} krijgt een {kind} {column.delivered_as} ({column.meaning_nl})"
            elif before[column.name].delivered_as != column.delivered_as:
                was = before[column.name].delivered_as
                yield f"in {contract.delivered_as} heet {was} {column.delivered_as}"
    for name, codes in newer.codes.items():
        for code in sorted(codes.keys() - older.codes.get(name, {}).keys()):
            yield f"codelijst {name} krijgt {code} ({codes[code].label_nl})"
