"""Real transports through a real Airflow: a delivery at each kind of server, and the receipt that goes back there."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
import yaml

from gi_monitor.institutions import Institution
from gi_monitor.intake.transport import MANIFEST, Place
from gi_monitor.local.airflow import Airflow
from gi_monitor.local.processes import wait_until
from gi_monitor.month import Month
from tests.builders import paged
from tests.inbox import rows
from tests.running import running_airflow
from tests.servers import api, s3, sshd
from tests.servers.api import Api, Fault
from tests.servers.certificates import Certificates
from tests.servers.folders import Folders
from tests.servers.side import Side

_RECEIPT = "ontvangstbewijs.json"
_PATIENCE_SECONDS = 120
_RECEIPT_SECONDS = 60


@pytest.fixture
def sides(
    certificates: Certificates,
    warehouse: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[dict[str, Side]]:
    """Four institutions, each with another transport; the token of the API is Airflow's to keep."""
    folder = tmp_path_factory.mktemp("institutions")
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(folder))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")
    with ExitStack() as stack:
        server = stack.enter_context(sshd.serve(tmp_path_factory.mktemp("sshd"), "ankerhuis"))
        server.empty()
        monkeypatch.setenv("GI_MONITOR_TRANSPORT_ANKERHUIS_USER", server.user)
        monkeypatch.setenv("GI_MONITOR_TRANSPORT_ANKERHUIS_KEY_FILE", str(server.key_file))
        monkeypatch.setenv("GI_MONITOR_TRANSPORT_GEULDAL_USER", s3.USER)
        monkeypatch.setenv("GI_MONITOR_TRANSPORT_GEULDAL_PASSWORD", s3.PASSWORD)
        sides: dict[str, Side] = {
            "ankerhuis": server,
            "dommelpeel": stack.enter_context(api.serve(certificates, "dommelpeel")),
            "geuldal": stack.enter_context(s3.serve(certificates, "geuldal")),
            "haagrijn": Folders(warehouse, "haagrijn"),
        }
        for side in sides.values():
            _write(side.institution, folder)
        yield sides


def _write(institution: Institution, folder: Path) -> None:
    content = json.loads(institution.model_dump_json())
    (folder / f"{institution.gi_code}.yml").write_text(yaml.safe_dump(content))


@pytest.fixture
def airflow(sides: dict[str, Side], warehouse: Path) -> Iterator[Airflow]:
    with running_airflow(warehouse) as here:
        command = ["airflow", "connections", "add", "gi_monitor_transport_dommelpeel", "--conn-type", "generic"]
        token = ["--conn-password", api.TOKEN]
        subprocess.run([sys.executable, "-m", *command, *token], env=here.environment(), check=True)
        yield here


def reached(what: Callable[[], object], seconds: float) -> None:
    assert wait_until(lambda: bool(what()), seconds, pause=0.5), "it never came"


def test_each_transport_wakes_its_intake_and_gets_its_receipt_within_a_minute(
    sides: dict[str, Side], airflow: Airflow, warehouse: Path
) -> None:
    dommelpeel = sides["dommelpeel"]
    assert isinstance(dommelpeel, Api)
    reached(lambda: dommelpeel.asked, _PATIENCE_SECONDS)
    for gi_code, side in sides.items():
        half = Place(gi_code, Month(2024, 3), 1)
        side.put(half, {name: content for name, content in paged(half).items() if name != MANIFEST})
        place = Place(gi_code, Month(2024, 4), 1)
        side.put(place, paged(place))

    since = time.monotonic()
    for side in sides.values():
        reached(partial(_has_receipt, side, "2024-04/1"), since + _RECEIPT_SECONDS - time.monotonic())
    for side in sides.values():
        assert json.loads(side.in_outbox()[f"2024-04/1/{_RECEIPT}"])["status"] == "accepted"
        assert "regels/R01.html" in side.in_outbox()
    accepted = "select gi_code, reporting_month::text, state from ledger.delivery order by gi_code"
    assert rows(accepted) == [(gi_code, "2024-04-01", "accepted") for gi_code in sorted(sides)]
    assert airflow.client("dana").import_errors() == []

    # One that is refused for privacy is removed at the other side too.
    for gi_code, side in sides.items():
        private = Place(gi_code, Month(2023, 12), 1)
        files = paged(private)
        remark = {**json.loads(files[MANIFEST]), "opmerking": "jan@voorbeeld.nl"}
        side.put(private, {**files, MANIFEST: json.dumps(remark).encode()})
    for side in sides.values():
        reached(partial(_has_receipt, side, "2023-12/1"), _PATIENCE_SECONDS)
        reached(partial(_is_gone, side, "2023-12/1"), _PATIENCE_SECONDS)
        assert json.loads(side.in_outbox()[f"2023-12/1/{_RECEIPT}"])["status"] == "rejected_privacy"
        assert f"2024-04/1/{MANIFEST}" in side.in_inbox()

    # One that cannot be read fails its run, where somebody sees it, and keeps no other waiting.
    broken, good = (Place("dommelpeel", Month(2024, number), 1) for number in (1, 2))
    dommelpeel.faults += [Fault(f"{broken.name}/caseload", 404)] * 20
    for place in (broken, good):
        dommelpeel.put(place, paged(place))
    airflow.client("dana").trigger("intake_dommelpeel")
    reached(partial(_has_receipt, dommelpeel, good.name), _PATIENCE_SECONDS)
    runs = airflow.client("dana").dag_runs
    reached(lambda: [run for run in runs("intake_dommelpeel") if run["state"] == "failed"], _PATIENCE_SECONDS)
    assert rows("select reporting_month::text from ledger.look where problem is not null") == [("2024-01-01",)]
    assert _secrets_in(airflow.home) == []


def _has_receipt(side: Side, place: str) -> bool:
    return f"{place}/{_RECEIPT}" in side.in_outbox()


def _is_gone(side: Side, place: str) -> bool:
    return not any(name.startswith(f"{place}/") for name in side.in_inbox())


def _secrets_in(home: Path) -> list[Path]:
    """Files of Airflow, its logs among them, in which a credential can be read."""
    secrets = [secret.encode() for secret in (api.TOKEN, s3.PASSWORD)]
    files = [path for path in home.rglob("*") if path.is_file()]
    return [path for path in files if any(secret in path.read_bytes() for secret in secrets)]
