"""Institution files: what they may say, and the words in which they are refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from gi_monitor import institutions, settings
from gi_monitor.dialects.check import problems
from gi_monitor.institutions import Institution, InstitutionError
from gi_monitor.institutions.dialect import DelimitedDialect, StrictModel

GOOD = "gi_code: nieuw\nname: Nieuw\nvalid_from: 2024-01-01\n"
TEMPLATE = settings.PROJECT / "institutions" / "_template.yml"


def refused(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "nieuw.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InstitutionError) as error:
        institutions.read(path)
    return str(error.value).splitlines()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: Nieuw\n", ["gi_code: is missing: add it", "valid_from: is missing: add it"]),
        (GOOD.replace("nieuw", "ander"), ["gi_code: ander is not the name of the file; mend one"]),
        (GOOD + "adress: x\n", ["adress: is not a field of this part; did you mean area?"]),
        (
            GOOD + "valid_to: 2023-12-31\n",
            ["valid_to: 2023-12-31 lies before valid_from (2024-01-01): mend one"],
        ),
        (GOOD + "successor: haagrijn\n", ["successor: there is no haagrijn.yml beside this file"]),
        (GOOD + "calendar: {due_day: 29}\n", ["calendar.due_day: Input should be less than or equal to 28"]),
        (
            GOOD + "waivers: [{rule: R14, reason: r, name: n}]\n",
            ["waivers.0.until: is missing: add it"],
        ),
        (
            GOOD + "transport: {type: ftp}\n",
            ["transport: 'type' is ftp; it should be one of 'folder', 'sftp', 'https', 's3'"],
        ),
        (
            GOOD + "transport: {type: sftp, host: sftp.example, host_key: ssh-ed25519 AAAA, password: geheim}\n",
            [
                "transport.host_key: give the type and the key of the server as they stand in known_hosts",
                "transport.password: is not a field of this part",
            ],
        ),
        (
            GOOD + "transport: {type: https, base: 'http://api.example/'}\n",
            ["transport.base: begin it with https:// and end it without a slash"],
        ),
        (
            GOOD + "transport: {type: s3, endpoint: 's3.example'}\n",
            ["transport.endpoint: begin it with https://", "transport.bucket: is missing: add it"],
        ),
        (GOOD + "dialect: {delimiter: ';'}\n", ["dialect: 'format' is missing: say which one"]),
        (
            GOOD + "dialect: {format: csv}\n",
            [
                "dialect: 'format' is csv; it should be one of 'delimited', 'fixed_width', 'json_lines', 'json_pages', "
                "'xml', 'parquet', 'xlsx', 'ods'"
            ],
        ),
        (
            GOOD + "dialect: {format: delimited, delimeter: ';', encoding: latin1, codes: {lijst: {Wacht: 1}}}\n",
            [
                "dialect.codes.lijst.Wacht: should be text: write it between quotes",
                "dialect.encoding: Input should be 'utf-8', 'utf-8-sig', 'cp1252', 'utf-16' or 'ascii'",
                "dialect.delimeter: is not a field of this part; did you mean delimiter?",
            ],
        ),
        (
            GOOD + "dialect: {format: xlsx, sheets: {caseload: A}, packaging: {type: zip}}\n",
            [
                "dialect.packaging.members: is missing: add it",
                "dialect.sheets: name caseload, wachtlijst, formatie: these three and no other",
            ],
        ),
        (
            GOOD + "dialect: {format: delimited, flags: {yes: J, no: N}}\n",
            [
                "dialect.flags.1: should be text: write it between quotes",
                "dialect.flags.0: should be text: write it between quotes",
            ],
        ),
        (GOOD + "name: Oud\n", ['name stands twice in "<unicode string>", line 4, column 1']),
        (GOOD + "dialect: {", ["while parsing a flow node"]),
        ("", ["Input should be a valid dictionary"]),
    ],
)
def test_all_that_is_wrong_in_a_file_with_field_and_remedy(tmp_path: Path, text: str, expected: list[str]) -> None:
    found = refused(tmp_path, text)

    assert len(found) == len(expected)
    for line, words in zip(found, expected, strict=True):
        assert line.startswith(f"nieuw.yml: {words}")


def test_load_names_the_problems_of_every_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(tmp_path))
    (tmp_path / "a.yml").write_text("name: A\n")
    (tmp_path / "b.yml").write_bytes(b"\xff")
    (tmp_path / "_c.yml").write_text("no institution")

    with pytest.raises(InstitutionError) as error:
        institutions.load()

    assert [line.split(":")[0] for line in str(error.value).splitlines()] == ["a.yml", "a.yml", "b.yml"]


def test_an_ended_institution_is_expected_until_its_last_day() -> None:
    ended = institutions.load()["scheldeland"]

    assert ended.expected_on(date(2021, 12, 31)) and not ended.expected_on(date(2022, 1, 1))
    # Its last month is due after its end, and may be delivered again until that month closes.
    assert all(ended.may_deliver_on(day, 24) for day in (date(2021, 12, 31), date(2022, 1, 1), date(2023, 12, 31)))
    assert not ended.may_deliver_on(date(2024, 1, 1), 24)
    early = ended.model_copy(update={"valid_to": date(2021, 12, 30)})
    assert early.may_deliver_on(date(2023, 11, 30), 24) and not early.may_deliver_on(date(2023, 12, 1), 24)
    assert not ended.may_deliver_on(ended.valid_from - timedelta(days=1), 24)


def test_the_template_is_a_good_file_that_names_every_field(tmp_path: Path) -> None:
    text = TEMPLATE.read_text(encoding="utf-8")
    (tmp_path / "voorbeeld.yml").write_text(text, encoding="utf-8")

    institution = institutions.read(tmp_path / "voorbeeld.yml")

    assert problems(institution) == []
    assert institution.dialect == DelimitedDialect(), "what is filled in is what holds when it is left out"
    assert [name for name in sorted(set(fields(StrictModel))) if f"{name}:" not in text] == []


def fields(model: type[StrictModel]) -> Iterator[str]:
    """Of everything that an institution file is made of; other files are read as strictly."""
    yield from model.model_fields
    for part in model.__subclasses__():
        if part.__module__.startswith("gi_monitor.institutions"):
            yield from fields(part)


def test_every_institution_that_ships_is_made_up() -> None:
    known = institutions.load()

    assert len(known) == 15 and all(each.synthetic for each in known.values())
    delivering: list[Institution] = [each for each in known.values() if each.expected_on(date(2024, 4, 30))]
    assert len(delivering) == 13
    assert all(each.contact and each.contact.email.endswith(".example") for each in delivering)
