"""Each named defect fails its own rule, on the row and column it says, and none that it does not bring along."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gi_monitor import contracts, institutions
from gi_monitor.cli import app
from gi_monitor.dialects import File
from gi_monitor.institutions import Institution
from gi_monitor.intake import receipt
from gi_monitor.intake.comparison import Previous
from gi_monitor.intake.judgement import Judgement, judge, previous_of
from gi_monitor.intake.receipt import as_json
from gi_monitor.intake.transport import MANIFEST, Place
from gi_monitor.month import Month
from gi_monitor.synthetic import FIRST, Content, Planted, synthesise
from gi_monitor.synthetic.defects import DEFECTS, DELIVERY, Draft, Spot, plant
from gi_monitor.synthetic.frames import canonical_frames
from gi_monitor.synthetic.population import Population
from gi_monitor.synthetic.profiles import PROFILES

APRIL = Month(2024, 4)
SCALE = 0.05
KNOWN = institutions.load()
# Every rule once, every institution (and so every dialect) three or four times; what spoils the form of a file in all.
ONCE = [(rule, PROFILES[number % len(PROFILES)].gi_code) for number, rule in enumerate(DEFECTS)]
_FORM = ("S02", "S03", "S04", "P01", "P02", "P03", "P04", "P05", "R02")
EVERYWHERE = [(rule, profile.gi_code) for rule in _FORM for profile in PROFILES]
# A fixed layout has every column it should have and no other.
NOWHERE = [("S03", "ankerhuis"), ("S04", "ankerhuis"), ("P03", "ankerhuis")]


@dataclass
class Delivered:
    """A good delivery of April, and what its previous month holds."""

    institution: Institution
    content: Content
    previous: Previous
    fails_anyway: set[str]

    def judge(self, draft: Draft, last_sequence: int | None = None) -> Judgement:
        made = datetime.fromisoformat(draft.manifest["aangemaakt_op"])
        return judge(
            _files(draft),
            Place(self.institution.gi_code, APRIL, 1),
            self.institution,
            last_sequence=last_sequence,
            today=made.date(),
            previous=self.previous,
        )


def _files(draft: Draft) -> dict[str, bytes]:
    return {**dict(draft.files.values()), MANIFEST: json.dumps(draft.manifest).encode()}


@pytest.fixture(scope="module")
def delivered() -> dict[str, Delivered]:
    population = Population(2023, SCALE, [KNOWN[profile.gi_code].area for profile in PROFILES])
    drafts: list[list[Draft]] = []
    for month in (APRIL - 1, APRIL):
        population.advance_to(month)
        drafts.append([_good(population, number, month) for number in range(len(PROFILES))])
    return {march.institution.gi_code: _delivered(march, april) for march, april in zip(*drafts, strict=True)}


def _good(population: Population, number: int, month: Month) -> Draft:
    profile = PROFILES[number]
    frames = canonical_frames(population.state, population.span, number)
    return Draft(KNOWN[profile.gi_code], month, Content(frames, 1.0, profile.unavailable))


def _delivered(march: Draft, april: Draft) -> Delivered:
    previous = previous_of(_files(march), march.institution, march.month)
    delivered = Delivered(april.institution, april.content, previous, set())
    good = delivered.judge(april)
    assert {found.severity for found in good.findings} <= {"warn"}
    delivered.fails_anyway = {found.rule for found in good.findings}
    return delivered


def test_there_is_one_for_every_rule() -> None:
    assert DEFECTS.keys() == contracts.load().rules.keys()


@pytest.mark.parametrize(("rule", "gi_code"), sorted({*ONCE, *EVERYWHERE} - {*NOWHERE}))
def test_a_defect_fails_its_rule_there_and_no_other(delivered: dict[str, Delivered], rule: str, gi_code: str) -> None:
    good = delivered[gi_code]
    draft, spot = plant(rule, good.institution, APRIL, good.content)

    judgement = good.judge(draft, last_sequence=1 if rule == "S09" else None)

    messages = {
        (found["dataset"], found["rij"], found["kolom"]): found["melding"]
        for found in _told(judgement, good)
        if found["regel"] == rule
    }
    known = contracts.load().rules[rule]
    message = messages[_place(spot, rule, draft)]
    assert message.endswith(known.remedy)
    assert all(words in message for words in re.split(r"\{\w+\}", known.sentence))
    failed = {found.rule for found in judgement.findings} - good.fails_anyway
    assert failed - {rule} <= known.brings


def _told(judgement: Judgement, good: Delivered) -> list[dict[str, Any]]:
    """The findings of the receipt."""
    place = Place(good.institution.gi_code, APRIL, 1)
    written = as_json.document(receipt.of_judgement(judgement, good.institution, place, datetime.now(UTC), ""))
    findings: list[dict[str, Any]] = json.loads(written)["bevindingen"]
    return findings


def _place(spot: Spot, rule: str, draft: Draft) -> tuple[str, int | None, str | None]:
    """Where a finding says that it is: by the file's own row number, and by its own name for a column it is about."""
    if rule == "S02":
        return spot.dataset, None, draft.files[spot.dataset][0]
    column = spot.column
    if rule in ("S03", "P01", "P02", "P04"):
        column = draft.institution.dialect.columns.get(column or "", column)
    if spot.index is None:
        return spot.dataset, None, column
    sheet = File(draft.files[spot.dataset][1], draft.institution.dialect).sheet(spot.dataset)
    return spot.dataset, int(sheet.numbers.iloc[spot.index]), column


def test_the_same_delivery_gets_the_same_defect_and_stays_good_itself(delivered: dict[str, Delivered]) -> None:
    good = delivered["haagrijn"]
    before = {name: frame.copy() for name, frame in good.content.frames.items()}
    drafts = [plant("R19", good.institution, APRIL, good.content) for _ in range(2)]
    assert drafts[0][1] == drafts[1][1]
    assert _files(drafts[0][0]) == _files(drafts[1][0])
    assert all(frame.equals(good.content.frames[name]) for name, frame in before.items())


@pytest.mark.parametrize(("rule", "gi_code"), NOWHERE)
def test_a_dialect_that_has_no_place_for_a_defect_is_named(
    delivered: dict[str, Delivered], rule: str, gi_code: str
) -> None:
    good = delivered[gi_code]
    with pytest.raises(ValueError, match=f"{gi_code}: its files have a fixed layout"):
        plant(rule, good.institution, APRIL, good.content)


def test_a_delivery_that_is_too_small_is_named(delivered: dict[str, Delivered]) -> None:
    good = delivered["waddenkust"]
    few = {name: frame.head(3) for name, frame in good.content.frames.items()}
    with pytest.raises(ValueError, match="waddenkust 2024-04: too small"):
        plant("H01", good.institution, APRIL, Content(few, 1.0, ()))


def test_a_history_with_defects_says_where_they_are_and_is_good_elsewhere(tmp_path: Path) -> None:
    said: list[str] = []
    asked = (Planted("R19", "haagrijn", FIRST), Planted("S09", "maasmond", FIRST))
    for folder, defects in (("good", ()), ("spoilt", asked)):
        synthesise(tmp_path / folder, scale=0.02, first=FIRST, last=FIRST, defects=defects, progress=said.append)

    planted = [line for line in said if "planted" in line]
    assert planted[0].startswith(f"R19 planted in haagrijn/{FIRST}/1: caseload, datum_einde, data row ")
    assert planted[1] == f"S09 planted in nogmaals/maasmond/{FIRST}/1: {DELIVERY}, volgnummer"
    written = {
        folder: {
            str(path.relative_to(tmp_path / folder)): path.read_bytes()
            for path in (tmp_path / folder).rglob("*")
            if path.is_file()
        }
        for folder in ("good", "spoilt")
    }
    differs = {name for name, content in written["spoilt"].items() if written["good"].get(name) != content}
    assert {name.rsplit("/", 2)[0] for name in differs} == {f"haagrijn/{FIRST}", f"nogmaals/maasmond/{FIRST}"}


def test_the_command_takes_rule_institution_and_month_together(tmp_path: Path) -> None:
    command = ["synthesise", str(tmp_path), "--scale", "0.02", "--last", str(FIRST), "--defect", "R19"]
    where = ["--gi", "haagrijn", "--month", str(FIRST)]

    whole, half = (CliRunner().invoke(app, [*command, *rest]) for rest in (where, where[:2]))

    assert f"R19 planted in haagrijn/{FIRST}/1: caseload, datum_einde" in whole.output
    assert half.exit_code == 2 and "needs its own --gi and --month" in half.output


def test_all_that_is_wrong_with_the_defects_asked_for_is_said_at_once(tmp_path: Path) -> None:
    asked = [
        Planted("R99", "haagrijn", FIRST),
        Planted("R19", "nergens", FIRST),
        Planted("R19", "maasmond", FIRST - 1),
        Planted("H01", "maasmond", FIRST),
        Planted("R01", "geuldal", FIRST),
        Planted("R02", "geuldal", FIRST),
    ]
    with pytest.raises(ValueError) as error:
        synthesise(tmp_path, last=FIRST, defects=asked, progress=lambda line: None)
    for part in ("R99 haagrijn", "H01, H02", "R19 nergens", "eemsland", "R19 maasmond", "H01 maasmond", "R01 geuldal"):
        assert part in str(error.value)
    assert not list(tmp_path.iterdir())
