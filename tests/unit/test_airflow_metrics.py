"""Airflow sends what it measures, with the settings of the stack in containers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
import yaml

from gi_monitor import settings

_STACK = yaml.safe_load((settings.PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
_ENDPOINT = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"
_COUNT = """
from airflow.observability import stats
from airflow.observability.metrics import stats_utils
stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=True)
stats.incr("scheduler_heartbeat")
"""


class Collector(HTTPServer):
    """What was sent, by path."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.sent: list[tuple[str, bytes]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        self.server.sent.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        Thread(target=server.serve_forever).start()
        yield server
        server.shutdown()


def test_what_airflow_counts_arrives_where_the_stack_says(tmp_path: Path, collector: Collector) -> None:
    asked = _STACK["worker"]["environment"]
    endpoint = urlsplit(asked[_ENDPOINT])
    here = endpoint._replace(netloc=f"127.0.0.1:{collector.server_port}")
    metering = {name: value for name, value in asked.items() if "OTEL_" in name}

    environment = {**os.environ, **metering, _ENDPOINT: here.geturl(), "AIRFLOW_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", _COUNT], env=environment, check=True)

    assert {path for path, _ in collector.sent} == {endpoint.path}
    assert any(b"airflow.scheduler_heartbeat" in body for _, body in collector.sent)
    [port] = {each.rpartition(":")[2] for each in _STACK[endpoint.hostname]["ports"]}
    assert endpoint.port == int(port)
    assert "--web.enable-otlp-receiver" in _STACK[endpoint.hostname]["command"]
