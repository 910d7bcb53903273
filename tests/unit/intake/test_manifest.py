"""The manifest as anybody may write it: refused with a finding, screened as parsed, and never repeated."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gi_monitor.intake.judgement import Judgement
from tests.builders import files, good_rows

from .test_judgement import judged

SECRETS = {"citizen number": "123456782", "mail": "jan@voorbeeld.nl", "telephone": "06-12345678"}
MANIFEST = "levering.json"


def escaped(text: str) -> str:
    """Every sign of a text as an escape of JSON."""
    return "".join(f"\\u{ord(sign):04x}" for sign in text)


def with_manifest(replace: str, by: str) -> Judgement:
    """Judge a good delivery whose manifest has something else for one piece of its text."""
    delivered = files(good_rows())
    described = delivered[MANIFEST].decode()
    assert replace in described
    return judged({**delivered, MANIFEST: described.replace(replace, by, 1).encode()})


def told(judgement: Judgement) -> str:
    return f"{judgement.findings} {judgement.outcomes}"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "-1", "1e400", "100000"])
@pytest.mark.parametrize("field", ['"vacatures_fte": 2.0', '"fte_caseload": 1.4', '"rijen": 3', '"volgnummer": 1'])
def test_a_number_that_is_none_or_out_of_range_is_refused(field: str, number: str) -> None:
    if number == "100000" and ("rijen" in field or "volgnummer" in field):
        number = "1" + "0" * 14
    judgement = with_manifest(field, f"{field.partition(':')[0]}: {number}")
    assert (judgement.state, judgement.manifest) == ("rejected", None)
    assert {found.rule for found in judgement.findings} == {"S02"}


@pytest.mark.parametrize(
    ("replace", "by"),
    [
        ('"volgnummer": 1', '"volgnummer": 1, "volgnummer": 2'),
        ('"volgnummer": 1', f'"volgnummer": {"9" * 5000}'),
        ('"niet_beschikbaar": []', f'"niet_beschikbaar": {"[" * 9000}{"]" * 9000}'),
        ('"bestand": "caseload.csv"', '"bestand": "caseload\\ud800.csv"'),
        ('"bestand": "caseload.csv"', '"bestand": "caseload\\u0000.csv"'),
        ('"2024-05-08T09:12:00+02:00"', '"2024-05-08T09:12:00"'),
        ('"2024-05-08T09:12:00+02:00"', '"gisteren"'),
        ('"gi": "haagrijn"', '"gi": "../elders"'),
        ('"gi": "haagrijn"', '"gi": "haagrijn\\n"'),
        ('"specificatie": "1.0"', '"specificatie": "vader is boos"'),
    ],
)
def test_what_is_no_strict_json_or_has_another_form_is_refused_and_not_repeated(replace: str, by: str) -> None:
    judgement = with_manifest(replace, by)
    assert (judgement.state, judgement.manifest) == ("rejected", None)
    assert {found.rule for found in judgement.findings} == {"S02"}
    for free in ("elders", "boos", "gisteren", "99999", "ud800"):
        assert free not in told(judgement)


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
@pytest.mark.parametrize("spell", [str, escaped], ids=["plain", "escaped"])
@pytest.mark.parametrize(
    ("replace", "by"),
    [
        ('"gi": "haagrijn"', '"gi": "{}"'),
        ('"specificatie": "1.0"', '"specificatie": "{}"'),
        ('"bestand": "caseload.csv"', '"bestand": "{}"'),
        ('"niet_beschikbaar": []', '"niet_beschikbaar": ["{}"]'),
        ('"volgnummer": 1', '"volgnummer": 1, "{}": 1'),
        ('"volgnummer": 1', '"volgnummer": 1, "opmerking": {{"diep": [["{}"]]}}'),
        ('"volgnummer": 1', '"gi": "{}", "volgnummer": 1'),
        ('{"specificatie"', '{{"gi": "{}", "specificatie'),
    ],
)
def test_what_identifies_somebody_is_found_wherever_it_stands_and_however_it_is_spelt(
    secret: str, spell: Any, replace: str, by: str
) -> None:
    judgement = with_manifest(replace, by.format(spell(secret)))
    assert judgement.state == "rejected_privacy"
    assert ("P05", MANIFEST) in {(found.rule, found.column) for found in judgement.findings}
    assert secret not in told(judgement)
    assert {found.value for found in judgement.findings} == {None}


def test_a_manifest_that_is_too_large_is_no_manifest() -> None:
    judgement = with_manifest('"volgnummer": 1', f'"volgnummer": 1{" " * 2**20}')
    assert (judgement.state, judgement.manifest) == ("rejected", None)


def test_a_citizen_number_may_be_a_number_of_json_too() -> None:
    assert with_manifest('"volgnummer": 1', '"volgnummer": 123456782').state == "rejected_privacy"


def test_a_file_that_is_listed_but_not_delivered_is_no_place_for_a_story() -> None:
    judgement = with_manifest('"bestand": "caseload.csv"', '"bestand": "vader belde gisteren boos op"')
    assert judgement.state == "rejected_privacy"
    assert "boos" not in told(judgement)


def test_every_problem_is_named_with_its_field_and_what_is_allowed() -> None:
    described = json.loads(files(good_rows())[MANIFEST])
    described |= {"vacatures_fte": -2, "niet_beschikbaar": ["alles"], "volgnummer": "een", "extra": 1}
    del described["bestanden"][0]["rijen"]
    judgement = judged({**files(good_rows()), MANIFEST: json.dumps(described).encode()})
    messages = " ".join(found.message for found in judgement.findings)
    for words in (
        "vacatures_fte: is lager dan 0",
        "niet_beschikbaar.0: is geen van contact, plan, hulp, wisselingen, reden_einde",
        "volgnummer: is geen geheel getal",
        "bestanden.0: hier ontbreekt rijen",
        "er staat een veld in dat niet is afgesproken",
    ):
        assert words in messages
    assert "alles" not in messages and "extra" not in messages
