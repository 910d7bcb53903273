"""Deliveries on disk: repeatable bytes, a manifest that agrees with the rows, nothing half-written."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from gi_monitor import atomic, contracts, institutions
from gi_monitor.dialects import File
from gi_monitor.month import Month
from gi_monitor.synthetic import Content, content_of, synthesise, write_delivery
from gi_monitor.synthetic.profiles import PROFILES
from tests.unit.synthetic.test_truth import _runs

SCALE = 0.03
APRIL = Month(2024, 4)


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _synthesise(folder: Path, seed: int = 2023) -> dict[str, bytes]:
    synthesise(
        folder, seed=seed, scale=SCALE, first=Month(2022, 10), last=Month(2022, 11), progress=lambda message: None
    )
    return _files(folder)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return _synthesise(tmp_path_factory.mktemp("first"))


@pytest.fixture(scope="module")
def content() -> Content:
    return content_of("haagrijn", APRIL, scale=SCALE)


def _manifests(files: dict[str, bytes]) -> Iterator[tuple[str, dict]]:
    for name, content in files.items():
        if name.endswith("levering.json"):
            yield name.removesuffix("levering.json"), json.loads(content)


def test_same_seed_same_bytes_and_a_run_repeated_over_its_own_traces(written: dict[str, bytes], tmp_path: Path) -> None:
    assert _synthesise(tmp_path) == written
    (tmp_path / "haagrijn/2022-11/1/levering.json").unlink()
    (tmp_path / "haagrijn/2022-11/1/caseload_verzonnen-gegevens.csv").write_bytes(b"half")
    assert _synthesise(tmp_path) == written


def test_another_seed_differs_everywhere(written: dict[str, bytes], tmp_path: Path) -> None:
    other = _synthesise(tmp_path, seed=2024)
    data = [name for name in written if "/" in name]
    # Four institutions deliver one file, nine deliver three; and everybody a manifest.
    assert len(data) == 2 * (13 + 9 * 3 + 4)
    # Four institutions keep no list: that file has no rows.
    empty = [name for name in data if "wachtlijst" in name and written[name].count(b"\n") <= 1]
    assert all(written[name] != other[name] for name in data if name not in empty)


def test_everything_says_that_it_is_made_up(written: dict[str, bytes]) -> None:
    data = [name for name in written if not name.endswith(("levering.json", "waarheid.csv", "LEESMIJ.md"))]
    assert all("verzonnen-gegevens" in name for name in data)
    assert "verzonnen gegevens / synthetic data" in written["LEESMIJ.md"].decode()


def test_the_manifest_agrees_with_the_files(written: dict[str, bytes]) -> None:
    schema, seen = contracts.load().manifest, set()
    known = institutions.load()
    for place, manifest in _manifests(written):
        jsonschema.validate(manifest, schema)
        assert place == f"{manifest['gi']}/{manifest['verslagmaand']}/{manifest['volgnummer']}/"
        assert [file["dataset"] for file in manifest["bestanden"]] == ["caseload", "wachtlijst", "formatie"]
        for file in manifest["bestanden"]:
            content = written[place + file["bestand"]]
            assert file["sha256"] == hashlib.sha256(content).hexdigest()
            assert file["rijen"] == len(File(content, known[manifest["gi"]].dialect).sheet(file["dataset"]).cells)
        seen.add((manifest["gi"], manifest["verslagmaand"]))
    assert seen == {(profile.gi_code, month) for profile in PROFILES for month in ("2022-10", "2022-11")}


def test_the_moment_of_creation_is_amsterdam_time_summer_and_winter(written: dict[str, bytes]) -> None:
    created = {manifest["verslagmaand"]: manifest["aangemaakt_op"] for _, manifest in _manifests(written)}
    assert created == {"2022-10": "2022-11-08T09:12:00+01:00", "2022-11": "2022-12-08T09:12:00+01:00"}


def test_control_totals_are_the_counts(content: Content, tmp_path: Path) -> None:
    """Counted here row by row: measures of every type, each child once, fte of who is in post."""
    place = write_delivery(
        institutions.load()["haagrijn"], APRIL, 1, content.frames, content.vacancies_fte, content.unavailable, tmp_path
    )
    totals = json.loads((place / "levering.json").read_text())["controletotalen"]
    running = {
        row["maatregel_sleutel"]: row["kind_sleutel"]
        for row in content.frames["caseload"].to_dict("records")
        if _runs(row, "2024-04-30")
    }
    stays = content.frames["wachtlijst"].to_dict("records")
    lists = ("wachtlijst", "doorstroomlijst")
    waiting = [s["maatregel_sleutel"] for s in stays if s["lijst"] in lists and not s["datum_van_lijst"]]
    posts = content.frames["formatie"].to_dict("records")
    here = [p for p in posts if not p["datum_uit_functie"] or p["datum_uit_functie"] > "2024-04-30"]
    assert totals["maatregelen_actief"] == len(running) > 80
    assert totals["kinderen_wachtend"] == len({running[key] for key in waiting if key in running}) > 3
    assert totals["fte_caseload"] == pytest.approx(sum(float(p["fte_caseload"]) for p in here))


def test_planted_defects_are_written_as_they_stand(content: Content, tmp_path: Path) -> None:
    caseload = content.frames["caseload"].copy()
    caseload.loc[0, ["datum_aanvang", "type_maatregel"]] = ["31-31-2023", "77"]
    caseload["extra"] = "ja"
    frames = content.frames | {"caseload": caseload}
    place = write_delivery(institutions.load()["haagrijn"], APRIL, 2, frames, 1.5, ["hulp"], tmp_path)
    text = (place / "caseload_verzonnen-gegevens.csv").read_bytes().decode("cp1252")
    header, first, *_ = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert header[-1] == "extra" and first[-1] == "ja"
    assert first[6] == "31-31-2023" and first[5] == "77"
    manifest = json.loads((place / "levering.json").read_text())
    assert place == tmp_path / "haagrijn/2024-04/2"
    assert (manifest["vacatures_fte"], manifest["niet_beschikbaar"]) == (1.5, ["hulp"])
    assert manifest["aangemaakt_op"] == "2024-05-09T09:12:00+02:00"


def test_a_dataset_can_be_left_out(content: Content, tmp_path: Path) -> None:
    frames = {name: frame for name, frame in content.frames.items() if name != "wachtlijst"}
    place = write_delivery(institutions.load()["haagrijn"], APRIL, 1, frames, 0.0, [], tmp_path)
    manifest = json.loads((place / "levering.json").read_text())
    assert [file["dataset"] for file in manifest["bestanden"]] == ["caseload", "formatie"]
    assert manifest["controletotalen"]["kinderen_wachtend"] == 0


def test_the_manifest_is_written_last(content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = atomic.write

    def killed(path: Path, content: bytes) -> None:
        if path.name.startswith("formatie"):
            raise KeyboardInterrupt
        whole(path, content)

    monkeypatch.setattr(atomic, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        write_delivery(institutions.load()["haagrijn"], APRIL, 1, content.frames, 0.0, [], tmp_path)
    assert not list(tmp_path.rglob("levering.json"))


def test_never_in_a_real_institutions_name(content: Content, tmp_path: Path) -> None:
    real = institutions.load()["haagrijn"].model_copy(update={"synthetic": False})
    with pytest.raises(ValueError, match="haagrijn"):
        write_delivery(real, APRIL, 1, content.frames, 0.0, [], tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_month_by_itself_is_what_a_whole_history_delivers(written: dict[str, bytes], tmp_path: Path) -> None:
    one = content_of("dommelpeel", Month(2022, 11), scale=SCALE)
    write_delivery(
        institutions.load()["dommelpeel"], Month(2022, 11), 1, one.frames, one.vacancies_fte, one.unavailable, tmp_path
    )
    assert _files(tmp_path) == {name: b for name, b in written.items() if name.startswith("dommelpeel/2022-11/")}
