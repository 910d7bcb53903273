"""``datapackage.json``: the data files as a Data Package, version 2, with their columns and codes declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from gi_monitor.dictionary import Entry
from gi_monitor.disclosure.observation import Key
from gi_monitor.indicators import Indicators
from gi_monitor.release import files
from gi_monitor.release.formats.about import About

_PROFILES = "https://datapackage.org/profiles/2.0"
_WITH_CODES = ("institution", "indicator", "breakdown", "status", "revision_status")
_CSV = {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True}
_REQUIRED = frozenset({*Key._fields, "reference_date", "gi_reported", "gi_expected", "status", "revision_status"})


def write(tree: Path, entries: Sequence[Entry], known: Indicators, about: About) -> None:
    """Write it in a tree that has the data files and the dictionary."""
    said = about.catalogue
    content = {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": "gi-monitor",
        "id": f"{about.url}datapackage.json",
        "title": about.title_nl,
        "title_en": about.title_en,
        "description": " ".join(filter(None, [said.description_nl, about.mark])),
        "description_en": said.description_en,
        "version": about.version,
        "created": about.published.isoformat(),
        "homepage": about.url,
        "keywords": [*said.keywords_nl, *said.keywords_en],
        "licenses": [{"name": said.licence.name, "title": said.licence.title, "path": said.licence.url}],
        "contributors": [
            {"title": said.publisher.name, "path": said.publisher.url, "roles": ["publisher"]},
            {"title": said.contact.name, "email": said.contact.email, "roles": ["contact"]},
        ],
        "resources": [
            _resource(
                tree, "observations", "data/observations.csv", "text/csv", "Alle cijfers / all figures",
                {"dialect": _CSV, "schema": _observations(entries, known)},
            ),
            _resource(
                tree, "dictionary", "dictionary.csv", "text/csv", "Alle kolommen en codes / all columns and codes",
                {"dialect": _CSV, "schema": _dictionary()},
            ),
            _resource(
                tree, "observations-parquet", "data/observations.parquet", "application/vnd.apache.parquet",
                "Dezelfde cijfers als Parquet / the same figures as Parquet", {},
            ),
        ],
    }  # fmt: skip
    files.write_json(tree / "datapackage.json", content)


def _resource(tree: Path, name: str, path: str, media: str, title: str, more: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "path": path,
        **({"type": "table"} if "schema" in more else {}),
        "format": Path(path).suffix[1:],
        "mediatype": media,
        "encoding": "utf-8",
        "hash": f"sha256:{files.sha256(tree / path)}",
        **more,
    }


def _observations(entries: Sequence[Entry], known: Indicators) -> dict[str, Any]:
    return {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(entry, entries) for entry in entries if not entry.code],
        "fieldsMatch": "exact",
        "primaryKey": list(Key._fields),
        "missingValues": [""],
        "units": dict(_units(entries)),
        "suppression": known.disclosure.version,
    }


def _field(column: Entry, entries: Sequence[Entry]) -> dict[str, Any]:
    """A column; one with codes of its own lists them, and where they are named within another the dictionary does."""
    codes = [entry for entry in entries if entry.column == column.column and entry.code]
    found: dict[str, Any] = {
        "name": column.column,
        "type": column.type,
        "title": column.label_nl,
        "title_en": column.label_en,
        "description": column.meaning_nl,
        "description_en": column.meaning_en,
    }
    constraints: dict[str, Any] = {"required": True} if column.column in _REQUIRED else {}
    if codes:
        constraints["enum"] = list(dict.fromkeys(entry.code for entry in codes))
    if column.column in _WITH_CODES:
        found["categories"] = [{"value": entry.code, "label": entry.label_nl} for entry in codes]
    return found | ({"constraints": constraints} if constraints else {})


def _units(entries: Sequence[Entry]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The unit and the decimals of the value of each component, by its name as in ``C1.count``."""
    for entry in entries:
        if entry.column == "component" and entry.code:
            about: dict[str, Any] = {"unit": entry.unit, "title": entry.unit_nl, "decimals": int(entry.decimals)}
            yield f"{entry.within}.{entry.code}", about


def _dictionary() -> dict[str, Any]:
    required = {"column", "label_nl", "label_en"}
    return {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [
            {"name": field.name, "type": "integer" if field.name == "decimals" else "string"}
            | ({"constraints": {"required": True}} if field.name in required else {})
            for field in fields(Entry)
        ],
        "fieldsMatch": "exact",
        "missingValues": [""],
    }
