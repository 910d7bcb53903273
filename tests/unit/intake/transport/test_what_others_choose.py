"""Names and manifests are whatever somebody else made of them: nothing in them may lead us astray."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gi_monitor.intake.transport import MANIFEST, Place
from gi_monitor.intake.transport.listed import Listed, is_delivered, is_whole, listed
from gi_monitor.month import Month

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["dataset", "bestand", "sha256"]), inner),
    max_leaves=8,
)


@given(st.binary() | JSON.map(lambda lines: json.dumps({"bestanden": lines}).encode()))
@example(b"[" * 100_000)
@example(b"1" * 100_000)
def test_any_manifest_lists_lines_of_text_or_none(manifest: bytes) -> None:
    assert all(isinstance(field, str) for line in listed(manifest) for field in line)


def test_a_good_manifest_lists_its_lines() -> None:
    line = {"dataset": "caseload", "bestand": "a.csv", "sha256": "0f", "rijen": 3}
    manifest = json.dumps({"bestanden": [line]}).encode()
    assert listed(manifest) == listed(b"\xef\xbb\xbf" + manifest) == [Listed("caseload", "a.csv", "0f")]


def test_a_file_that_is_not_there_is_not_taken_for_an_empty_one() -> None:
    of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    line = {"dataset": "caseload", "bestand": "a.csv", "sha256": of_nothing}
    manifest = {MANIFEST: json.dumps({"bestanden": [line]}).encode()}
    assert is_whole({**manifest, "a.csv": b""})
    assert not is_whole(manifest)


@given(st.text())
@example("..")
@example("a/b")
@example("a\\b")
@example("\udcff")
def test_a_delivered_name_stays_in_its_folder_and_can_be_read(name: str) -> None:
    if is_delivered(name):
        assert PurePosixPath("map", name).parent == PurePosixPath("map")
        assert name.encode().decode() == name and "\n" not in name and "\\" not in name


@given(st.text(), st.text())
@example("2024-04", "01")
@example("2024-04", "0")
@example("2024-04", "-1")
@example("2024-04", "1_0")
@example("2024-04", "٣")
@example("2024-04\n", "1")
@example("2024-04", "9999999999")
def test_two_names_are_a_place_only_when_they_are_exactly_its_names(month: str, number: str) -> None:
    place = Place.parse("haagrijn", month, number)
    assert place is None or place.name == f"{month}/{number}"


def test_a_place_says_where_it_is() -> None:
    place = Place.parse("haagrijn", "2024-04", "12")
    assert place == Place("haagrijn", Month(2024, 4), 12)
    assert place.name == "2024-04/12" and place.path.as_posix() == "haagrijn/2024-04/12"


def test_what_is_no_place_is_said_once_and_without_its_name(inbox_log: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        Place.parse("haagrijn", "123456782", "1")
    assert inbox_log.messages == ["inbox of haagrijn: something that is no <verslagmaand>/<volgnummer> is left alone"]
