"""Reading the files of a delivery, and screening in and around them what must not be there (spec 1.2, 1.3)."""

from __future__ import annotations

from collections.abc import Mapping

from gi_monitor import contracts
from gi_monitor.dialects import File, Sheet, UnreadableError, in_version
from gi_monitor.institutions import Institution
from gi_monitor.intake import privacy
from gi_monitor.intake.findings import Finding, finding
from gi_monitor.intake.manifest import DeliveredFile, Manifest
from gi_monitor.intake.memory import without_collecting
from gi_monitor.intake.translate import Dataset, translate


@without_collecting()
def read_all(
    files: Mapping[str, bytes], manifest: Manifest, institution: Institution
) -> tuple[dict[str, Dataset], list[Finding]]:
    """The datasets that can be read and screened, and what is found while doing so."""
    known = contracts.read_as(manifest.specification)
    institution = institution.model_copy(update={"dialect": in_version(institution.dialect, known)})
    datasets: dict[str, Dataset] = {}
    findings: list[Finding] = []
    for name, listed in _by_file(manifest).items():
        if name not in files:
            continue
        sheets, problems = _read_file(files[name], name, [file.dataset for file in listed], institution)
        findings += problems
        for file in listed:
            if (sheet := sheets.get(file.dataset)) is None:
                continue
            contract = known.datasets[file.dataset]
            datasets[file.dataset] = translate(sheet, contract, institution.dialect)
            findings += privacy.screen_rows(sheet, datasets[file.dataset], institution)
            if len(sheet.cells) != file.rows:
                detail = f"{name} telt {len(sheet.cells)} rijen, levering.json zegt {file.rows}"
                findings.append(finding("S05", contract.delivered_as, column="rijen", detail=detail))
    return {name: datasets[name] for name in contracts.DATASETS if name in datasets}, findings


def _by_file(manifest: Manifest) -> dict[str, list[DeliveredFile]]:
    listed: dict[str, list[DeliveredFile]] = {}
    for file in manifest.files.values():
        listed.setdefault(file.name, []).append(file)
    return listed


def _read_file(
    content: bytes, name: str, datasets: list[str], institution: Institution
) -> tuple[dict[str, Sheet], list[Finding]]:
    """The sheets in one file, screened around; whole or not at all, because what is not read cannot be screened."""
    file = File(content, institution.dialect)
    sheets: dict[str, Sheet] = {}
    findings: list[Finding] = []
    for dataset in datasets:
        delivered_as = contracts.load().datasets[dataset].delivered_as
        try:
            sheets[dataset] = file.sheet(delivered_as)
        except UnreadableError as error:
            findings.append(finding("S02", delivered_as, column=name, detail=str(error)))
    if findings:
        return {}, findings
    try:
        around = file.beside()
    except UnreadableError as error:
        return {}, [finding("S02", column=name, detail=str(error))]
    cells = privacy.cells_of(sheets.values()) if around else ()
    return sheets, list(privacy.screen_beside(around, cells, institution))
