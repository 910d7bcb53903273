"""Secrets that Airflow keeps in its connections."""

import base64
from types import SimpleNamespace

import pytest
from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from gi_monitor import secrets, steps
from gi_monitor.orchestration import secrets as of_airflow
from gi_monitor.orchestration import stages

OURS, THEIRS = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))


@pytest.fixture(autouse=True)
def connections(monkeypatch: pytest.MonkeyPatch) -> dict[str, str | None]:
    """Passwords by connection, in an environment that has no secret; gone after the test."""
    for name in secrets.NAMES:
        monkeypatch.setenv(secrets.variable(name), "")
        monkeypatch.delenv(f"{secrets.variable(name)}_FILE", raising=False)
    kept: dict[str, str | None] = {}

    def get(connection: str) -> SimpleNamespace:
        if connection not in kept:
            raise AirflowNotFoundException(f"The conn_id `{connection}` isn't defined")
        return SimpleNamespace(password=kept[connection])

    monkeypatch.setattr(Connection, "get", get)
    return kept


def test_what_the_environment_lacks_comes_from_a_connection(
    connections: dict[str, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    connections |= {"gi_monitor_keys": THEIRS, "gi_monitor_archive": THEIRS, "gi_monitor_archive_previous": None}
    monkeypatch.setenv("GI_MONITOR_SECRET_ARCHIVE", OURS)

    of_airflow.provide()

    assert secrets.configured("keys") == base64.b64decode(THEIRS)
    assert secrets.configured("archive") == base64.b64decode(OURS)
    assert secrets.configured("archive_previous") is None


@pytest.mark.parametrize("stage", ["take_over", "send_receipts"])
def test_every_stage_of_intake_has_them(
    stage: str, connections: dict[str, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    connections["gi_monitor_archive"] = THEIRS
    seen: list[tuple[str, bytes]] = []
    monkeypatch.setattr(steps, stage, lambda gi_code: seen.append((gi_code, secrets.secret("archive"))))

    getattr(stages, stage)("haagrijn")

    assert seen == [("haagrijn", base64.b64decode(THEIRS))]
