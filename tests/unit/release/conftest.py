"""A warehouse that is ready for release 2024-T3: two made-up institutions, exact observations of two periods."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path

import pandas as pd
import pytest

from gi_monitor.disclosure.observation import COLUMNS, Observation
from gi_monitor.release.pages import document, rendering
from gi_monitor.warehouse.connection import connect
from tests.prepared import Shape
from tests.unit.disclosure.exact import BEFORE, country

CODES = ("haagrijn", "waddenkust")
TABLES = """
create table core.release_calendar (release_id text, reference_month date, publication_moment timestamptz);
create table core.release_access (release_id text, party text, access_from timestamptz);
create table core.norm_path (reference_date date, reduction_since_baseline numeric);
create table core.parameters (parameter text, key text, value text, valid_from date);
create table core.policy_moments (date date, label_nl text, label_en text);
create table core.cbs_stocks (
    reference_date date, jeugdbescherming_measures integer, jeugdreclassering_measures integer, note text
);
create table marts.build (built_at timestamptz, vintage timestamptz);
create table marts.build_delivery (delivery_id bigint);
create table publication.observations (
    period text, reference_date date, institution text, indicator text, component text, breakdown text, category text,
    value numeric, numerator numeric, denominator numeric, gi_reported integer, gi_expected integer, status text,
    revision_status text
);
create view marts.lineage as
select distinct period, institution, indicator, component, gi_code, reporting_month
from publication.observations cross join marts.build_delivery inner join ledger.delivery using (delivery_id)
where reporting_month <= reference_date and institution in ('NL', gi_code);
insert into core.release_calendar values
    ('2024-T2', '2024-08-01', '2024-10-10T09:30+02'), ('2024-T3', '2024-12-01', '2025-02-06T09:30+01'),
    ('2025-T1', '2025-04-01', '2025-06-05T09:30+02');
insert into core.release_access values ('2024-T3', 'Ministerie van Verzinsels', '2025-02-05T12:00+01');
insert into core.norm_path values ('2023-05-01', 0), ('2023-09-01', 1.5), ('2024-01-01', 2.5);
insert into core.parameters values
    ('norm', 'measures_per_fte', '12', '2022-03-01'), ('norm', 'baseline_reference_date', '2023-04-30', '2023-05-01'),
    ('path', 'assumed_step_per_four_months', '1.0', '2024-01-02');
insert into core.policy_moments values ('2024-10-01', 'Landelijk tarief vastgesteld', 'National tariff set');
insert into core.cbs_stocks values ('2024-06-30', 170, 75, 'provisional'), ('2024-12-31', 165, 75, null);
insert into marts.build values ('2025-01-20T10:00+01', '2025-01-20T10:00+01');
grant usage on schema core, marts, publication to gi_release;
grant select on all tables in schema core, marts, publication to gi_release;
"""


@dataclass(frozen=True)
class World:
    """What tests change about the warehouse."""

    data: Path

    def deliver(self, gi_code: str, month: str, state: str = "accepted", *, shown: bool = True) -> int:
        """A delivery that becomes the current one where it is accepted, and that the marts show unless told."""
        with connect("gi_intake") as connection:
            [row] = connection.execute(
                "insert into ledger.delivery"
                " (gi_code, reporting_month, sequence_number, content_sha256, state, received_at)"
                " values (%s, %s, 1, md5(random()::text), %s, now()) returning delivery_id",
                [gi_code, f"{month}-01", state],
            ).fetchall()
            delivery_id: int = row["delivery_id"]
            if state == "accepted":
                connection.execute(
                    "update ledger.known set known_to = now() where gi_code = %s and reporting_month = %s",
                    [gi_code, f"{month}-01"],
                )
                connection.execute(
                    "insert into ledger.known values (%s, %s, %s, now())", [delivery_id, gi_code, f"{month}-01"]
                )
        if shown and state == "accepted":
            self.show_current()
        return delivery_id

    def show_current(self) -> None:
        """What standardising does: the marts show what is current."""
        with connect("gi_transform") as connection:
            connection.execute("truncate marts.build_delivery")
            connection.execute(
                "insert into marts.build_delivery select delivery_id from ledger.known where known_to is null"
            )

    def observe(self, rows: Sequence[Observation]) -> None:
        places = ", ".join(["%s"] * len(COLUMNS))
        with connect("gi_transform") as connection:
            connection.execute("truncate publication.observations")
            connection.cursor().executemany(
                f"insert into publication.observations values ({places})", [astuple(row) for row in rows]
            )

    def query(self, query: str) -> list[tuple[object, ...]]:
        with connect("gi_release") as connection:
            return [tuple(row.values()) for row in connection.execute(query)]


@dataclass
class Gate:
    """A stand-in for gate G3 that writes its verdict as the real one does."""

    verdict: str = "PASS"
    asked: int = 0
    evidence: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def __call__(self, candidate_id: int, release_id: str, evidence: Mapping[str, pd.DataFrame]) -> bool:
        self.asked += 1
        self.evidence = evidence
        with connect("gi_quality") as connection:
            connection.execute(
                "insert into quality.verdict (run_id, gate, suite, suite_version, expectation, severity, limit_text,"
                " observed, verdict, judged_at, candidate_id) values (gen_random_uuid(), 'G3', 'publication', '1.0+ab',"
                " 'coverage', 'critical', '0 missing', '0', %s, now(), %s)",
                [self.verdict, candidate_id],
            )
        return self.verdict in ("PASS", "WAIVED")


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand-ins for drawing and printing, which are slow and have tests of their own (test_pages, test_document)."""
    monkeypatch.setattr(rendering, "draw", lambda chart, size, locale: "<svg></svg>")
    monkeypatch.setattr(document, "pdf", lambda pages, say, edition, drawn: b"%PDF")


def _ready(data: Path) -> None:
    with connect("gi_intake") as connection:
        for gi_code in CODES:
            connection.execute(
                "insert into ledger.institution (gi_code, name, synthetic, profile, area, valid_from)"
                " values (%s, %s, true, '', '{}', '2015-01-01')",
                [gi_code, f"Jeugdbescherming {gi_code.title()}"],
            )
    with connect("gi_transform") as connection:
        connection.execute(TABLES)
    built = World(data)
    for gi_code in CODES:
        for month in ("2024-08", "2024-12"):
            built.deliver(gi_code, month)
    built.observe([*country("2024-T2", CODES, **BEFORE), *country("2024-T3", CODES)])


READY = Shape("ready_for_release", {"GI_MONITOR_NOW": "2025-01-20T10:00:00+01:00"}, _ready)


@pytest.fixture
def world(prepared: Callable[[Shape], Path], undrawn: None) -> World:
    return World(prepared(READY))
