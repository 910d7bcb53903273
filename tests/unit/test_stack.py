"""The stack in containers, as far as it can be judged without an engine (issue 9, spec 4.2)."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import yaml

from gi_monitor import institutions, secrets, settings
from gi_monitor.notices import mail

PROJECT = settings.PROJECT
STACK = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = STACK["services"]
DOCKERFILE = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
LOCK = PROJECT / "requirements-stack.lock"
ONCE = "setup"
"""Ends when its work is done, and says so by its exit code."""
AIRFLOWS = ("api-server", "scheduler", "dag-processor", "triggerer", "worker")
PINNED = re.compile(r"[a-z0-9./-]+:v?\d+\.\d+[\w.-]*")
OURS = {
    *(f"GI_MONITOR_{name}" for name in ("MODE", "INSTITUTIONS", "DATA", "HOME", "COMMIT", "DATABASE_URL_FILE")),
    *(f"{secrets.variable(name)}_FILE" for name in secrets.NAMES),
    *(mail.variable(name) for name in mail.FIELDS),
    *(f"OTEL_EXPORTER_OTLP_METRICS_{name}" for name in ("ENDPOINT", "PROTOCOL", "TIMEOUT")),
}


def every_service() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", SERVICES)


def resolved(text: str) -> str:
    """With the defaults of the variables."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def sources(service: dict[str, Any], kind: str) -> list[str]:
    return [each["source"] for each in service.get("volumes", []) if each["type"] == kind]


@every_service()
def test_each_part_is_pinned_watched_and_has_no_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["image"] == "gi-monitor" or PINNED.fullmatch(service["image"])
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"] and "cap_add" not in service and "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["user"].split(":")[0]) > 0
    if name == ONCE:
        assert (service["restart"], "healthcheck" in service) == ("no", False)
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


def test_our_image_is_built_once_and_used_by_every_part_of_airflow() -> None:
    assert [name for name, service in SERVICES.items() if "build" in service] == [ONCE]
    assert {name for name, service in SERVICES.items() if service["image"] == "gi-monitor"} == {ONCE, *AIRFLOWS}
    for name in AIRFLOWS:
        assert SERVICES[name]["depends_on"][ONCE] == {"condition": "service_completed_successfully"}


@every_service()
def test_whatever_it_names_is_there(name: str) -> None:
    service = SERVICES[name]
    for other, how in service.get("depends_on", {}).items():
        assert other in SERVICES
        assert how["condition"] == ("service_completed_successfully" if other == ONCE else "service_healthy")
    assert set(service["networks"]) <= set(STACK["networks"])
    assert set(service.get("secrets", ())) <= set(STACK["secrets"])
    assert set(sources(service, "volume")) <= set(STACK["volumes"])
    for path in sources(service, "bind"):
        assert (PROJECT / resolved(path)).exists()
    said = json.dumps(service.get("command", "")) + json.dumps(service.get("healthcheck", ""))
    read = set(re.findall(r"/run/secrets/(\w+)", said))
    read |= {secret for secret in re.findall(r"/run/secrets/(\w+)", json.dumps(service.get("environment", {})))
             if service["image"] != "gi-monitor"}  # fmt: skip
    assert read <= set(service.get("secrets", ())), "it reads a secret that it is not given"


def test_nothing_is_defined_that_nobody_uses() -> None:
    for kind in ("networks", "secrets"):
        assert {each for service in SERVICES.values() for each in service.get(kind, ())} == set(STACK[kind])
    assert {each for service in SERVICES.values() for each in sources(service, "volume")} == set(STACK["volumes"])


def test_hosts_in_settings_are_services_on_a_shared_network() -> None:
    networks = {name: set(service["networks"]) for name, service in SERVICES.items()}
    environment = SERVICES["worker"]["environment"]
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://api-server:8080/execution/"
    for host in ("api-server", "postgres", "redis", resolved(environment["GI_MONITOR_SMTP_HOST"])):
        assert networks["worker"] & networks[host]
    assert all("inner" in networks[name] for name in AIRFLOWS)


def test_databases_and_queue_are_out_of_reach_of_the_outside() -> None:
    assert STACK["networks"]["inner"] == {"internal": True}
    for name in ("postgres", "redis"):
        assert SERVICES[name]["networks"] == ["inner"]
        assert "ports" not in SERVICES[name]
    for name in ("web", "sftp", "objectstore"):
        assert "inner" not in SERVICES[name]["networks"]


def test_only_the_web_server_listens_on_more_than_loopback() -> None:
    beyond = set()
    for name, service in SERVICES.items():
        for port in service.get("ports", ()):
            host, outside, inside = resolved(port).rsplit(":", 2)
            assert outside.isdigit() and inside.isdigit()
            if not ip_address(host).is_loopback:
                beyond.add(name)
    assert beyond == {"web"}


def test_the_web_server_sees_releases_alone_and_writes_nothing() -> None:
    web = SERVICES["web"]
    data = next(each for each in web["volumes"] if each["type"] == "volume")
    assert data["volume"] == {"subpath": settings.load().releases.name}
    assert all(each["read_only"] for each in web["volumes"])
    assert "secrets" not in web
    assert web["user"] != SERVICES["worker"]["user"], "it could read the trees that are its owner's alone"


def test_secrets_are_files_that_are_given_to_who_needs_them() -> None:
    assert all(secret == {"file": f"secrets/{name}"} for name, secret in STACK["secrets"].items())
    for name in ("keys", "archive", "signing", "warehouse_url"):
        assert {each for each, service in SERVICES.items() if name in service.get("secrets", ())} == {
            ONCE, "triggerer", "worker"
        }  # fmt: skip


@every_service()
def test_no_secret_stands_in_the_file(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if (
            re.search("PASSWORD|SECRET|KEY|TOKEN|CONN|BROKER|BACKEND|DATABASE_URL", variable)
            and "AUTHENT" not in variable
        ):
            assert re.fullmatch(r"(cat )?/(run/secrets|tmp)/[\w.]+", value), variable
        assert "://" not in str(value) or "@" not in str(value)


def airflow_settings() -> dict[str, set[str]]:
    from airflow.configuration import conf

    described = conf.configuration_description
    return {section: {option.lower() for option in about["options"]} for section, about in described.items()}


def sensitive() -> set[tuple[str, str]]:
    from airflow.configuration import conf

    return set(conf.sensitive_config_values)


def asked_of_airflow(section: str | None = None) -> list[tuple[str, str]]:
    """Section and option of every variable that is Airflow's; ``celery`` alone or all but it."""
    environment = {name for each in AIRFLOWS for name in SERVICES[each]["environment"]}
    pairs = [tuple(name.lower().split("__")[1:]) for name in sorted(environment) if name.startswith("AIRFLOW__")]
    return [(of, option) for of, option in pairs if (of == "celery") == (section == "celery")]


def test_every_setting_is_one_that_somebody_reads() -> None:
    for name in AIRFLOWS:
        assert {each for each in SERVICES[name]["environment"] if not each.startswith("AIRFLOW__")} <= OURS
    known = airflow_settings()
    # Airflow reads these without describing them.
    known["api"].add("base_url")
    known["core"].add("execution_api_server_url")
    for section, option in asked_of_airflow():
        plain = option.removesuffix("_cmd")
        assert plain in known[section], f"Airflow has no {section}.{plain}"
        assert option == plain or (section, plain) in sensitive(), f"{section}.{plain} is not read from a command"


def test_every_setting_of_celery_is_one_that_somebody_reads() -> None:
    known = airflow_settings()["celery"]
    assert asked_of_airflow("celery")
    for section, option in asked_of_airflow("celery"):
        plain = option.removesuffix("_cmd")
        assert plain in known
        assert option == plain or (section, plain) in sensitive()


def test_the_example_of_settings_names_each_with_its_default_and_no_other() -> None:
    text = (PROJECT / ".env.example").read_text(encoding="utf-8")
    example = dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))
    used = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")))
    assert example == used


def test_the_image_runs_as_nobody_special_from_pinned_parts() -> None:
    for image in re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE):
        assert PINNED.fullmatch(image)
    assert not re.search(r"^ADD |curl|wget|git clone|https?://", DOCKERFILE, re.MULTILINE)
    assert not re.search(r"(?i)^(ENV|ARG).*(password|secret|token)", DOCKERFILE, re.MULTILINE)
    users = re.findall(r"^USER (\d+):\d+$", DOCKERFILE, re.MULTILINE)
    assert users and users[-1] == SERVICES["worker"]["user"].split(":")[0] != "0"
    assert DOCKERFILE.rindex("\nUSER ") > DOCKERFILE.rindex("\nRUN ")
    assert f"--require-hashes --requirement {LOCK.name}" in DOCKERFILE
    assert f"-o {LOCK.name}" in (PROJECT / "Makefile").read_text(encoding="utf-8")


def test_the_image_has_all_that_is_read_at_run_time_and_the_builder_gets_no_more() -> None:
    copied = {
        word
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for word in line.split()[:-1]
    }  # fmt: skip
    assert {"contracts", "dags", "dbt_project", "expectations", "indicators", "institutions"} <= copied
    assert all((PROJECT / each).exists() for each in copied - {LOCK.name})
    ignored = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[1] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == copied


def test_the_lock_of_the_image_has_what_it_needs_as_it_was_tested_and_no_tools() -> None:
    pinned, tested = (
        dict(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE))
        for path in (LOCK, PROJECT / "requirements.lock")
    )
    assert {"apache-airflow", "apache-airflow-providers-celery", "hatchling", "redis"} <= set(pinned)
    assert not {"pytest", "mypy", "playwright", "ruff"} & set(pinned)
    assert pinned.items() <= tested.items()
    assert len(re.findall("--hash=sha256:", LOCK.read_text(encoding="utf-8"))) >= len(pinned)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``deploy/secrets.sh`` makes, run twice as anybody may, the second time with one institution more."""
    if missing := [name for name in ("openssl", "ssh-keygen") if shutil.which(name) is None]:
        pytest.fail(f"{', '.join(missing)} is missing: apt-get install openssl openssh-client")
    project = tmp_path_factory.mktemp("checkout")
    shutil.copytree(PROJECT / "deploy", project / "deploy")
    shutil.copytree(PROJECT / "institutions", project / "institutions")
    (project / ".env").write_text("GI_MONITOR_USERS=sam:admin,kim:user\n")
    script = project / "deploy" / "secrets.sh"
    subprocess.run(["sh", script], check=True, capture_output=True)
    before = {path.name: path.read_bytes() for path in (project / "secrets").iterdir()}
    (project / "institutions" / "nieuw.yml").touch()
    (project / "institutions" / "nieuw.pub").write_text("ssh-ed25519 AAAA nieuw\n")
    subprocess.run(["sh", script], check=True, capture_output=True)
    after = {path.name: path.read_bytes() for path in (project / "secrets").iterdir()}
    assert {name for name in after if before.get(name) != after[name]} == {"sftp_users"}
    return project / "secrets"


def test_every_secret_of_the_stack_is_made_for_its_owner_alone(made: Path) -> None:
    names = {path.name for path in made.iterdir()}
    assert names - {"sftp_key.pub", "sftp_host_key.pub"} == set(STACK["secrets"])
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert all(path.stat().st_size > 20 for path in made.iterdir())


def test_the_secrets_fit_each_other(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = {path.name: path.read_text() for path in made.iterdir()}
    assert text["warehouse_url"] == f"postgresql://gi_monitor:{text['warehouse_password']}@postgres:5432/gi_monitor"
    assert text["airflow_password"] in text["airflow_url"] and text["airflow_password"] in text["result_backend"]
    assert text["broker_url"] == f"redis://:{text['redis_password']}@redis:6379/0"
    assert f"requirepass {text['redis_password']}\n" in text["redis_conf"]
    assert set(json.loads(text["airflow_passwords"])) == {"sam", "kim"}
    for name in ("keys", "archive", "signing"):
        monkeypatch.delenv(f"GI_MONITOR_SECRET_{name.upper()}", raising=False)
        monkeypatch.setenv(f"GI_MONITOR_SECRET_{name.upper()}_FILE", str(made / name))
    found = {secrets.configured(name) for name in ("keys", "archive", "signing")}
    assert None not in found and len(found) == 3


def test_an_institution_gets_an_account_of_its_own(made: Path) -> None:
    users = {user["username"]: user for user in json.loads((made / "sftp_users").read_text())["users"]}
    ours = (made / "sftp_key.pub").read_text().strip()
    assert set(users) == {*institutions.load(), "nieuw"}
    assert {user["home_dir"] for user in users.values()} == {f"/srv/sftpgo/data/{gi_code}" for gi_code in users}
    assert users["nieuw"]["public_keys"] == [ours, "ssh-ed25519 AAAA nieuw"]
    assert users["haagrijn"]["public_keys"] == [ours]
