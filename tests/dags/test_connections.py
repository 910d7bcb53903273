"""Secrets and credentials that Airflow keeps in its connections."""

import asyncio
import base64
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from gi_monitor import environment, secrets, steps
from gi_monitor.institutions import Institution
from gi_monitor.intake.transport import credentials
from gi_monitor.notices import mail
from gi_monitor.orchestration import connections, stages
from gi_monitor.orchestration.questions import Answer
from gi_monitor.warehouse import dbt

OURS, THEIRS = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
TLS = '{"security": "tls"}'
PREFIX = "GI_MONITOR_TRANSPORT_HAAGRIJN_"


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[str, Connection]:
    """Airflow's connections by name, in an environment that has no secret; gone after the test."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GI_MONITOR_SECRET_", "GI_MONITOR_SMTP_"))
    }
    monkeypatch.setattr(os, "environ", ours)
    known: dict[str, Connection] = {}

    async def get(name: str) -> Connection:
        if name not in known:
            raise AirflowNotFoundException(f"The conn_id `{name}` isn't defined")
        return known[name]

    monkeypatch.setattr(Connection, "async_get", get)
    return known


def keep(kept: dict[str, Connection], name: str, **held: str | None) -> None:
    kept[name] = Connection(conn_id=name, **held)


def remote(gi_code: str) -> Institution:
    return Institution.model_validate(
        {
            "gi_code": gi_code,
            "name": "Verzonnen",
            "valid_from": "2015-01-01",
            "transport": {"type": "https", "base": "https://api.example"},
        }
    )


def lent(gi_code: str = "haagrijn") -> dict[str, str | None]:
    """The credentials that a step has which is lent what Airflow has."""
    with environment.lent(asyncio.run(connections.credential_values(remote(gi_code)))):
        fields = ("USER", "PASSWORD", "TOKEN", "KEY_FILE")
        return {field: credentials.find(gi_code, field) for field in fields if credentials.find(gi_code, field)}


def secret_values(*names: secrets.Name) -> connections.Values:
    return asyncio.run(connections.secret_values(*names))


def test_a_connection_replaces_what_the_environment_has_for_as_long_as_a_step_runs(kept: dict[str, Connection]) -> None:
    os.environ[secrets.variable("archive")] = OURS
    os.environ[f"{PREFIX}USER"] = "uit de omgeving"
    before = dict(os.environ)
    for name in ("keys", "archive"):
        keep(kept, f"gi_monitor_secret_{name}", password=THEIRS)
    keep(kept, "gi_monitor_transport_haagrijn", login="gi", password="geheim", extra='{"key_file": "/sleutel"}')

    with environment.lent(secret_values("keys", "archive")):
        assert secrets.configured("keys") == secrets.configured("archive") == base64.b64decode(THEIRS)
        assert os.environ == before
    assert secrets.configured("keys") is None
    assert secrets.configured("archive") == base64.b64decode(OURS)

    assert lent() == {"USER": "gi", "PASSWORD": "geheim", "TOKEN": "geheim", "KEY_FILE": "/sleutel"}
    keep(kept, "gi_monitor_transport_haagrijn", password="nieuw")
    assert lent() == {"PASSWORD": "nieuw", "TOKEN": "nieuw"}


def test_what_no_connection_is_about_stays_as_the_environment_has_it(kept: dict[str, Connection]) -> None:
    os.environ[secrets.variable("archive")] = OURS
    os.environ[f"{PREFIX}USER"] = "uit de omgeving"

    with environment.lent(secret_values("archive", "archive_previous")):
        assert secrets.configured("archive") == base64.b64decode(OURS)
        assert secrets.configured("archive_previous") is None
    assert lent() == {"USER": "uit de omgeving"}


def test_what_was_emptied_is_used_no_more(
    kept: dict[str, Connection], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secret"
    file.write_text(OURS)
    os.environ[secrets.variable("archive_previous")] = OURS
    os.environ[f"{secrets.variable('archive')}_FILE"] = str(file)
    os.environ[f"{PREFIX}PASSWORD"] = "uit de omgeving"
    for name in ("secret_archive", "secret_archive_previous", "transport_haagrijn"):
        keep(kept, f"gi_monitor_{name}", password=None)

    with environment.lent(secret_values("archive", "archive_previous")):
        assert secrets.configured("archive") is secrets.configured("archive_previous") is None
        monkeypatch.setitem(os.environ, "GI_MONITOR_MODE", "production")
        with pytest.raises(secrets.SecretError, match="production mode needs a secret"):
            secrets.secret("archive")
    assert lent() == {}


@pytest.mark.parametrize("gi_code", secrets.NAMES[:2])
def test_no_institution_is_lent_a_secret_and_no_secret_is_an_institutions(
    kept: dict[str, Connection], gi_code: secrets.Name
) -> None:
    keep(kept, f"gi_monitor_secret_{gi_code}", password=THEIRS)
    assert lent(gi_code) == {}

    kept.clear()
    keep(kept, f"gi_monitor_transport_{gi_code}", password=THEIRS)
    with environment.lent(secret_values(gi_code)):
        assert secrets.configured(gi_code) is None


NEEDED: dict[str, set[str]] = {
    "take_over": {"keys", "archive", "archive_previous"},
    "send_receipts": {"archive", "archive_previous"},
    "note_expectations": {"archive", "archive_previous"},
    "standardise": {"keys", "archive", "archive_previous"},
    "prepare_release": {"signing"},
    "decide_release": set(),
    "publish_due": {"signing"},
    "withdraw_release": {"signing"},
    "notify": set(),
    "waive": set(),
}


def test_each_step_has_the_secrets_that_it_needs_and_no_more(
    kept: dict[str, Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(kept, "gi_monitor_smtp", host="mail.example", port=465, login="gi", password="geheim", extra=TLS)
    for name in secrets.NAMES:
        keep(kept, f"gi_monitor_secret_{name}", password=THEIRS)
    seen: dict[str, set[str]] = {}
    told: set[str] = set()

    def step(name: str) -> Any:
        def note(*_: Any, **__: Any) -> Any:
            seen[name] = {each for each in secrets.NAMES if secrets.configured(each) is not None}
            server = mail.server()
            if server is not None and (server.host, server.port, server.security) == ("mail.example", 465, "tls"):
                told.add(name)
            return [] if name != "prepare_release" else None

        return note

    for name in NEEDED:
        monkeypatch.setattr(steps, name, step(name))
    monkeypatch.setattr(steps, "complete_months", list)
    stages.take_over("haagrijn")
    stages.send_receipts("haagrijn")
    stages.note_expectations()
    stages.refresh()
    stages.prepare(run(), None)
    stages.decide({"candidate_id": 1, "content_hash": "ab"}, Answer(agreed=True, who="robin", reason="gezien"))
    stages.publish()
    stages.withdraw(run(uitgave="2024-T1-1.0.0", reden="fout"))
    stages.notify()
    stages.waive(run(release_id="2024-T3", verwachting="band_c3", reden="tarief", tot_en_met="2025-03-01"))

    assert seen == NEEDED
    assert told == set(NEEDED) - {"waive"}
    assert not any(THEIRS in value or "geheim" in value for value in os.environ.values())


def run(**conf: str) -> SimpleNamespace:
    return SimpleNamespace(triggering_user_name="dana", conf=conf)


def test_dbt_has_no_secret_but_the_password_of_its_database(
    kept: dict[str, Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GI_MONITOR_SECRET_SIGNING", f"{PREFIX}PASSWORD", "GI_MONITOR_SMTP_PASSWORD", "AIRFLOW__X", "OTHER"):
        monkeypatch.setitem(os.environ, name, "geheim")
    monkeypatch.setitem(
        os.environ, "GI_MONITOR_DATABASE_URL", "postgresql://gi:wachtwoord@db/warehouse?sslmode=require"
    )

    had = dbt.environment()

    assert had["DBT_ENV_SECRET_PASSWORD"] == "wachtwoord"
    assert (had["PGHOST"], had["PGUSER"], had["PGDATABASE"], had["PGSSLMODE"]) == ("db", "gi", "warehouse", "require")
    assert "geheim" not in had.values()
    assert [name for name, value in had.items() if "wachtwoord" in value] == ["DBT_ENV_SECRET_PASSWORD"]
