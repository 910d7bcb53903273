"""The way past gate G2: facts, the gate's verdict on them, and marts of what it lets through (spec 4.3)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from gi_monitor.gates import GateError, core, runner
from gi_monitor.gates.core import CoreVerdict
from gi_monitor.intake import arrivals, ledger, outbox, pseudonyms
from gi_monitor.warehouse import build
from gi_monitor.warehouse.build import Builder
from gi_monitor.warehouse.connection import connect


def pass_gate() -> None:
    """Build facts and marts from all that the ledger says is current, and put the marts into use.

    A delivery that alone breaks a promise is put on hold and the rest is built. Raises GateError when no delivery is to
    blame or rows are missing, BuildError when dbt fails; the marts then keep their last good state.
    """
    with connect("gi_quality") as connection:
        if not pseudonyms.is_whole(connection):
            raise GateError("not all rows are made again, or hashed by one secret: let `gi-monitor rebuild` finish")
    with build.building() as builder, ThreadPoolExecutor(1) as beside:
        beside.submit(runner.load_engine)
        # dbt has been started and takes seconds to begin.
        arrivals.note_expectations()
        verdict = _build_and_judge(builder)
        if verdict.attributable:
            _hold(verdict)
            verdict = _build_and_judge(builder)
        if not verdict.passed:
            raise GateError("gate G2 stopped the build, marts keep their last good state: see `gi-monitor gates`")
        builder.swap()


def _build_and_judge(builder: Builder) -> CoreVerdict:
    """Facts, and marts aside while gate G2 judges what they are made of; what it refuses leaves no marts."""
    builder.seed_and_core()
    with ThreadPoolExecutor(1) as beside:
        marts = beside.submit(builder.marts)
        verdict = core.judge()
    if verdict.passed:
        marts.result()
    else:
        builder.drop_marts()
    return verdict


def _hold(verdict: CoreVerdict) -> None:
    for delivery_id in core.hold(verdict.blamed):
        with connect("gi_intake") as connection:
            gi_code = ledger.find(connection, delivery_id).gi_code
        outbox.tell(gi_code)
