"""Secrets and credentials that Airflow keeps in its connections."""

import asyncio
import base64
import os
from types import SimpleNamespace

import pytest
from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from gi_monitor import secrets, steps
from gi_monitor.institutions import Institution
from gi_monitor.notices import mail
from gi_monitor.orchestration import connections, stages

OURS, THEIRS = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
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


def lent(gi_code: str = "haagrijn") -> dict[str, str]:
    """The credentials in the environment after Airflow lent what it has."""
    asyncio.run(connections.lend_credentials(remote(gi_code)))
    return {name.removeprefix(PREFIX): value for name, value in os.environ.items() if name.startswith(PREFIX)}


def test_a_connection_replaces_what_the_environment_has(kept: dict[str, Connection]) -> None:
    os.environ[secrets.variable("archive")] = OURS
    os.environ[f"{PREFIX}USER"] = "uit de omgeving"
    for name in ("keys", "archive"):
        keep(kept, f"gi_monitor_secret_{name}", password=THEIRS)
    keep(kept, "gi_monitor_transport_haagrijn", login="gi", password="geheim", extra='{"key_file": "/sleutel"}')

    asyncio.run(connections.lend_secrets())

    assert secrets.configured("keys") == secrets.configured("archive") == base64.b64decode(THEIRS)
    assert lent() == {"USER": "gi", "PASSWORD": "geheim", "TOKEN": "geheim", "KEY_FILE": "/sleutel"}
    keep(kept, "gi_monitor_transport_haagrijn", password="nieuw")
    assert lent()["TOKEN"] == "nieuw"


def test_what_no_connection_holds_stays_as_the_environment_has_it(kept: dict[str, Connection]) -> None:
    os.environ[secrets.variable("archive")] = OURS
    os.environ[f"{PREFIX}USER"] = "uit de omgeving"
    keep(kept, "gi_monitor_secret_archive", password=None)

    asyncio.run(connections.lend_secrets())

    assert secrets.configured("archive") == base64.b64decode(OURS)
    assert secrets.configured("archive_previous") is None
    assert lent() == {"USER": "uit de omgeving"}


@pytest.mark.parametrize("gi_code", secrets.NAMES[:2])
def test_no_institution_is_lent_a_secret_and_no_secret_is_an_institutions(
    kept: dict[str, Connection], gi_code: str
) -> None:
    keep(kept, f"gi_monitor_secret_{gi_code}", password=THEIRS)
    asyncio.run(connections.lend_credentials(remote(gi_code)))
    assert not [name for name in os.environ if name.startswith(f"GI_MONITOR_TRANSPORT_{gi_code.upper()}_")]

    kept.clear()
    keep(kept, f"gi_monitor_transport_{gi_code}", password=THEIRS)
    asyncio.run(connections.lend_secrets())
    assert secrets.configured(gi_code) is None  # type: ignore[arg-type]


def test_every_step_that_tells_people_has_the_mail_server(
    kept: dict[str, Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(
        kept,
        "gi_monitor_smtp",
        host="mail.example",
        port=465,
        login="gi",
        password="geheim",
        extra='{"security": "tls"}',
    )
    monkeypatch.setattr(steps, "notify", lambda: None)
    stages.notify()
    server = mail.server()
    assert server is not None
    assert (server.host, server.port, server.security) == ("mail.example", 465, "tls")
    assert (server.user, server.password) == ("gi", "geheim")


@pytest.mark.parametrize("stage", ["take_over", "send_receipts"])
def test_every_stage_of_intake_has_them(
    stage: str, kept: dict[str, Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(kept, "gi_monitor_secret_archive", password=THEIRS)
    seen: list[tuple[str, bytes]] = []
    monkeypatch.setattr(steps, stage, lambda gi_code: seen.append((gi_code, secrets.secret("archive"))))

    getattr(stages, stage)("haagrijn")

    assert seen == [("haagrijn", base64.b64decode(THEIRS))]


def test_making_and_publishing_a_release_have_the_key_that_signs(
    kept: dict[str, Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(kept, "gi_monitor_secret_signing", password=THEIRS)
    seen: list[bytes] = []
    monkeypatch.setattr(steps, "prepare_release", lambda *_, **__: seen.append(secrets.secret("signing")))
    monkeypatch.setattr(steps, "publish_due", lambda: seen.append(secrets.secret("signing")))

    stages.prepare(SimpleNamespace(triggering_user_name=None, conf=None))
    os.environ.pop(secrets.variable("signing"))
    stages.publish()

    assert seen == 2 * [base64.b64decode(THEIRS)]
