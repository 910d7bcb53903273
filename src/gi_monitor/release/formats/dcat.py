"""``dcat.ttl`` and ``dcat.jsonld``: a release as catalogues take it in, by DCAT-AP-NL 3.0.

Every node has an address of its own and everything outside that is referred to says what it is, so that a file is
complete by itself and always the same for the same release.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rdflib import DCTERMS, FOAF, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from gi_monitor.release import files
from gi_monitor.release.calendar import ReleaseError
from gi_monitor.release.catalogue import Catalogue
from gi_monitor.release.formats.about import About

# That of rdflib is of version 2, without series and versions.
DCAT = Namespace("http://www.w3.org/ns/dcat#")
ADMS = Namespace("http://www.w3.org/ns/adms#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
EU = Namespace("http://publications.europa.eu/resource/authority/")
IANA = Namespace("http://www.iana.org/assignments/media-types/")
_PREFIXES = {"dcat": DCAT, "dct": DCTERMS, "foaf": FOAF, "adms": ADMS, "spdx": SPDX, "vcard": VCARD, "skos": SKOS}
_PROFILE = URIRef("https://modellen.geostandaarden.nl/dcat-ap-nl/3.0/")
_TABLE_SCHEMA = URIRef("https://datapackage.org/standard/table-schema/")

MANDATORY: dict[URIRef, tuple[URIRef, ...]] = {
    DCAT.Dataset: (
        DCTERMS.title, DCTERMS.description, DCTERMS.identifier, DCTERMS.publisher, DCTERMS.creator, DCAT.contactPoint,
        DCAT.theme, DCTERMS.accessRights, DCAT.distribution,
    ),
    DCAT.Distribution: (DCAT.accessURL, DCTERMS.license),
    DCAT.DatasetSeries: (DCTERMS.title, DCTERMS.description),
    DCAT.Catalog: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.contactPoint, DCAT.dataset),
    SPDX.Checksum: (SPDX.algorithm, SPDX.checksumValue),
    FOAF.Agent: (FOAF.name,),
    VCARD.Kind: (VCARD.fn, VCARD.hasEmail),
}  # fmt: skip
"""What DCAT-AP-NL 3.0 asks of each class, and of a contact that somebody can write to it."""


@dataclass(frozen=True)
class _File:
    """A file that is offered for download, with its media type and its code in the EU list of file types."""

    path: str
    title_nl: str
    title_en: str
    media: str
    kind: str


_FILES = (
    _File("data/observations.csv", "Alle cijfers als CSV", "All figures as CSV", "text/csv", "CSV"),
    _File(
        "data/observations.parquet", "Alle cijfers als Parquet", "All figures as Parquet",
        "application/vnd.apache.parquet", "PARQUET",
    ),
    _File(
        "data/tables.xlsx", "Tabellen voor Excel", "Tables for Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX",
    ),
    _File(
        "data/tables.ods", "Tabellen als OpenDocument", "Tables as OpenDocument",
        "application/vnd.oasis.opendocument.spreadsheet", "ODS",
    ),
)  # fmt: skip


def write(tree: Path, first_day: str, about: About) -> None:
    """Write both files in a tree that has the data files; ``first_day`` is where the oldest period starts.

    Raises ReleaseError when a mandatory property is missing.
    """
    for name, text in texts("dcat", release(tree, first_day, about)).items():
        files.write_text(tree / name, text)


def release(tree: Path, first_day: str, about: About) -> Graph:
    """A release as a dataset of the series of all releases."""
    said, graph = about.catalogue, _graph()
    dataset, series = URIRef(f"{about.url}#dataset"), describe_series(graph, about.catalogue)
    graph.add((dataset, RDF.type, DCAT.Dataset))
    _describe(graph, dataset, said)
    _texts(graph, dataset, DCTERMS.title, about.title_nl, about.title_en)
    nl, en = f"{said.description_nl} {about.mark}".strip(), f"{said.description_en} {about.mark}".strip()
    _texts(graph, dataset, DCTERMS.description, nl, en)
    for keyword in said.keywords_nl:
        graph.add((dataset, DCAT.keyword, Literal(keyword, "nl")))
    for keyword in said.keywords_en:
        graph.add((dataset, DCAT.keyword, Literal(keyword, "en")))
    graph.add((dataset, DCTERMS.identifier, Literal(str(dataset))))
    graph.add((dataset, DCAT.inSeries, series))
    graph.add((dataset, DCAT.version, Literal(about.version)))
    graph.add((dataset, DCTERMS.issued, Literal(about.published)))
    _set_status(graph, dataset, "COMPLETED", "voltooid")
    graph.add((dataset, DCAT.theme, _concept(graph, EU["data-theme/SOCI"], "Bevolking en samenleving")))
    graph.add((dataset, DCTERMS.accrualPeriodicity, _typed(graph, EU["frequency/ANNUAL_3"], DCTERMS.Frequency)))
    graph.add((dataset, DCTERMS.spatial, _typed(graph, EU["country/NLD"], DCTERMS.Location)))
    graph.add((dataset, DCTERMS.conformsTo, _typed(graph, _PROFILE, DCTERMS.Standard)))
    graph.add((dataset, DCAT.landingPage, _typed(graph, URIRef(f"{about.url}index.html"), FOAF.Document)))
    for page in ("quality.html", "dictionary.csv"):
        graph.add((dataset, FOAF.page, _typed(graph, URIRef(f"{about.url}{page}"), FOAF.Document)))
    _period(graph, dataset, first_day, about)
    for file in _FILES:
        graph.add((dataset, DCAT.distribution, _distribution(graph, tree, file, about)))
    return graph


def describe_series(graph: Graph, catalogue: Catalogue) -> URIRef:
    """The series that all releases are part of."""
    series = URIRef(f"{catalogue.base_url}#series")
    graph.add((series, RDF.type, DCAT.DatasetSeries))
    _texts(graph, series, DCTERMS.title, catalogue.title_nl, catalogue.title_en)
    _texts(graph, series, DCTERMS.description, catalogue.description_nl, catalogue.description_en)
    graph.add((series, DCTERMS.publisher, _publisher(graph, catalogue)))
    graph.add((series, DCAT.contactPoint, _contact(graph, catalogue)))
    graph.add((series, DCTERMS.accrualPeriodicity, _typed(graph, EU["frequency/ANNUAL_3"], DCTERMS.Frequency)))
    return series


def catalog(releases: Iterable[Graph], catalogue: Catalogue) -> Graph:
    """The catalogue of all releases, each as its own ``dcat.ttl`` describes it."""
    graph = _graph()
    node = URIRef(f"{catalogue.base_url}#catalog")
    graph.add((node, RDF.type, DCAT.Catalog))
    _describe(graph, node, catalogue)
    _texts(graph, node, DCTERMS.title, catalogue.title_nl, catalogue.title_en)
    _texts(graph, node, DCTERMS.description, catalogue.description_nl, catalogue.description_en)
    describe_series(graph, catalogue)
    graph.add((node, DCTERMS.license, _typed(graph, URIRef(catalogue.licence.catalogue_uri), DCTERMS.LicenseDocument)))
    graph.add((node, FOAF.homepage, _typed(graph, URIRef(catalogue.base_url), FOAF.Document)))
    for described in releases:
        graph += described
        for dataset in described.subjects(RDF.type, DCAT.Dataset):
            graph.add((node, DCAT.dataset, dataset))
    return graph


def withdraw(graph: Graph) -> None:
    """Say of the datasets that they were withdrawn, and offer nothing of them for download."""
    for dataset in list(graph.subjects(RDF.type, DCAT.Dataset)):
        _set_status(graph, dataset, "WITHDRAWN", "ingetrokken")
        for file in graph.objects(dataset, DCAT.distribution):
            graph.remove((file, DCAT.downloadURL, None))


def read(tree: Path) -> Graph:
    """The description in a tree."""
    return Graph().parse(tree / "dcat.ttl")


def texts(stem: str, graph: Graph) -> dict[str, str]:
    """A description as ``<stem>.ttl`` and ``<stem>.jsonld``, by name.

    Raises ReleaseError when a mandatory property is missing.
    """
    if missing := sorted(_missing(graph)):
        raise ReleaseError("the catalogue description is not complete: " + "; ".join(missing))
    context = {name: str(space) for name, space in _PREFIXES.items()}
    linked = _ordered(json.loads(graph.serialize(format="json-ld", context=context)))
    return {
        f"{stem}.ttl": graph.serialize(format="turtle"),
        f"{stem}.jsonld": f"{json.dumps(linked, ensure_ascii=False, indent=2)}\n",
    }


def _set_status(graph: Graph, dataset: Node, code: str, label: str) -> None:
    """The one status of a dataset, by the EU list of statuses."""
    graph.set((dataset, ADMS.status, _concept(graph, EU[f"dataset-status/{code}"], label)))


def _missing(graph: Graph) -> Iterable[str]:
    for kind, properties in MANDATORY.items():
        for node in graph.subjects(RDF.type, kind):
            for name in properties:
                if not any(str(value).strip() for value in graph.objects(node, name)):
                    yield f"{node} has no {graph.qname(name)}"


def _ordered(content: Any) -> Any:
    """The same JSON-LD in one order: that of names and of values has no meaning in it."""
    if isinstance(content, dict):
        return {name: _ordered(content[name]) for name in sorted(content)}
    if isinstance(content, list):
        return sorted(map(_ordered, content), key=lambda item: json.dumps(item, sort_keys=True))
    return content


def _graph() -> Graph:
    graph = Graph()
    for name, space in _PREFIXES.items():
        graph.bind(name, space)
    return graph


def _describe(graph: Graph, node: URIRef, catalogue: Catalogue) -> None:
    """What datasets and catalogues have in common: who, in which languages, for whom."""
    publisher = _publisher(graph, catalogue)
    graph.add((node, DCTERMS.publisher, publisher))
    graph.add((node, DCTERMS.creator, publisher))
    graph.add((node, DCAT.contactPoint, _contact(graph, catalogue)))
    _languages(graph, node)
    public = _concept(graph, EU["access-right/PUBLIC"], "openbaar")
    graph.add((node, DCTERMS.accessRights, _typed(graph, public, DCTERMS.RightsStatement)))


def _publisher(graph: Graph, catalogue: Catalogue) -> URIRef:
    agent = _typed(graph, URIRef(catalogue.publisher.url), FOAF.Agent)
    graph.add((agent, FOAF.name, Literal(catalogue.publisher.name, "nl")))
    graph.add((agent, DCTERMS.type, _concept(graph, URIRef(catalogue.publisher.type), "overheidsorganisatie")))
    return agent


def _contact(graph: Graph, catalogue: Catalogue) -> URIRef:
    contact = _typed(graph, URIRef(f"{catalogue.base_url}#contact"), VCARD.Kind)
    graph.add((contact, RDF.type, VCARD.Organization))
    graph.add((contact, VCARD.fn, Literal(catalogue.contact.name, "nl")))
    graph.add((contact, VCARD.hasEmail, URIRef(f"mailto:{catalogue.contact.email}")))
    return contact


def _distribution(graph: Graph, tree: Path, file: _File, about: About) -> URIRef:
    node = URIRef(f"{about.url}#{file.kind.lower()}")
    graph.add((node, RDF.type, DCAT.Distribution))
    _texts(graph, node, DCTERMS.title, file.title_nl, file.title_en)
    graph.add((node, DCAT.accessURL, _typed(graph, URIRef(f"{about.url}index.html"), RDFS.Resource)))
    graph.add((node, DCAT.downloadURL, _typed(graph, URIRef(f"{about.url}{file.path}"), RDFS.Resource)))
    licence = URIRef(about.catalogue.licence.catalogue_uri)
    graph.add((node, DCTERMS.license, _typed(graph, licence, DCTERMS.LicenseDocument)))
    graph.add((node, DCAT.mediaType, _typed(graph, IANA[file.media], DCTERMS.MediaType)))
    graph.add((node, DCTERMS["format"], _typed(graph, EU[f"file-type/{file.kind}"], DCTERMS.MediaTypeOrExtent)))
    size = (tree / file.path).stat().st_size
    graph.add((node, DCAT.byteSize, Literal(size, datatype=XSD.nonNegativeInteger)))
    graph.add((node, DCTERMS.issued, Literal(about.published)))
    graph.add((node, DCTERMS.conformsTo, _typed(graph, _TABLE_SCHEMA, DCTERMS.Standard)))
    _languages(graph, node)
    graph.add((node, SPDX.checksum, _checksum(graph, node, files.sha256(tree / file.path))))
    return node


def _checksum(graph: Graph, of: URIRef, sha256: str) -> URIRef:
    node = URIRef(f"{of}-sha256")
    graph.add((node, RDF.type, SPDX.Checksum))
    graph.add((node, SPDX.algorithm, _typed(graph, SPDX.checksumAlgorithm_sha256, SPDX.ChecksumAlgorithm)))
    graph.add((node, SPDX.checksumValue, Literal(sha256, datatype=XSD.hexBinary, normalize=False)))
    return node


def _period(graph: Graph, dataset: URIRef, first_day: str, about: About) -> None:
    period = URIRef(f"{about.url}#period")
    graph.add((period, RDF.type, DCTERMS.PeriodOfTime))
    graph.add((period, DCAT.startDate, Literal(first_day, datatype=XSD.date)))
    graph.add((period, DCAT.endDate, Literal(about.reference_date)))
    graph.add((dataset, DCTERMS.temporal, period))


def _languages(graph: Graph, node: URIRef) -> None:
    for code in ("NLD", "ENG"):
        graph.add((node, DCTERMS.language, _typed(graph, EU[f"language/{code}"], DCTERMS.LinguisticSystem)))


def _texts(graph: Graph, node: URIRef, name: URIRef, nl: str, en: str) -> None:
    graph.add((node, name, Literal(nl, "nl")))
    graph.add((node, name, Literal(en, "en")))


def _concept(graph: Graph, code: URIRef, label: str) -> URIRef:
    graph.add((code, SKOS.prefLabel, Literal(label, "nl")))
    return _typed(graph, code, SKOS.Concept)


def _typed(graph: Graph, node: URIRef, kind: URIRef) -> URIRef:
    graph.add((node, RDF.type, kind))
    return node
