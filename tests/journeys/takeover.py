"""A small country over a year in which one institution is taken over, one leaves and one is new."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from gi_monitor.month import Month
from tests.recompute.accepted import Accepted, typed

Row = dict[str, Any]
MONTHS = [Month(2023, 4), *(Month(2023, 12) + n for n in range(13))]
LAST_DAY, FIRST_DAY = date(2024, 6, 30), date(2024, 7, 1)
ENDED, GONE, NEW = date(2024, 8, 31), date(2024, 10, 31), date(2024, 5, 1)
LONG_AGO, LISTED = date(2022, 3, 1), date(2024, 2, 1)
INSTITUTIONS: list[Row] = [
    {"gi_code": "noord", "valid_from": "2015-01-01", "valid_to": ENDED, "successor": "zuid"},
    {"gi_code": "oost", "valid_from": NEW, "valid_to": None, "successor": None},
    {"gi_code": "west", "valid_from": "2015-01-01", "valid_to": GONE, "successor": None},
    {"gi_code": "zuid", "valid_from": "2015-01-01", "valid_to": None, "successor": None},
]


def year() -> Accepted:
    """Noord hands 26 measures, 2 waiting children and 3 workers over to zuid on 30 June 2024, under new keys.

    It delivers July, in which they stop, and August, with nothing in it. West's 20 measures end in September and it
    leaves; oost begins in May.
    """
    deliveries: list[Row] = []
    rows: dict[str, list[Row]] = {"caseload": [], "waitlist": [], "staffing": []}
    measures, posts = list(_measures()), list(_posts())
    for institution in INSTITUTIONS:
        for month in MONTHS:
            if not _expected(institution, month):
                continue
            gi_code, number = institution["gi_code"], {"delivery_id": len(deliveries) + 1}
            deliveries.append(_delivery(gi_code, month) | number)
            rows["caseload"] += [row | number for row in _told(measures, gi_code, month)]
            rows["waitlist"] += [row | number for row in _told(list(_stays()), gi_code, month)]
            rows["staffing"] += [row | number for row in _told(posts, gi_code, month)]
    return typed(INSTITUTIONS, deliveries, rows)


def _expected(institution: Row, month: Month) -> bool:
    day, end = month.reference_date, institution["valid_to"]
    return str(institution["valid_from"]) <= str(day) and (end is None or day <= end)


def _delivery(gi_code: str, month: Month) -> Row:
    known_from = datetime.combine((month + 1).start + timedelta(days=7), time(9), UTC)
    about = {"gi_code": gi_code, "reporting_month": month.start, "unavailable": [], "vacancies_fte": "1.00"}
    return about | {"known_from": known_from, "known_to": None}


def _told(lives: list[tuple[str, date, date | None, Row]], gi_code: str, month: Month) -> Iterator[Row]:
    """What is delivered about a month of who, from, stop and cells; an end that is still to come is not."""
    for who, start, stop, cells in lives:
        if who == gi_code and start <= month.reference_date and (stop is None or stop >= month.start):
            to_come = {"end_date", "handed_over_date", "end_reason", "delisted_date", "delisting_reason"}
            to_come |= {"post_end_date", "leaving_reason"}
            running = stop is None or stop > month.reference_date
            # A measure that is handed over on the reference date says so while it still counts.
            if running and cells.get("handed_over_date") != month.reference_date:
                yield cells | dict.fromkeys(to_come & cells.keys())
            else:
                yield cells


def _measures() -> Iterator[tuple[str, date, date | None, Row]]:
    for number in range(30):
        if number < 4:
            yield _measure("noord", number, end_date=date(2024, 5, 20), end_reason="04")
        else:
            yield _measure("noord", number, handed_over_date=LAST_DAY, end_reason="90")
            yield _measure("zuid", 100 + number, taken_over_date=FIRST_DAY)
    yield from (_measure("zuid", number) for number in range(40))
    yield from (_measure("west", number, end_date=date(2024, 9, 15), end_reason="04") for number in range(20))
    yield from (_measure("oost", number, ruling_date=NEW) for number in range(10))


def _measure(gi_code: str, number: int, **cells: Any) -> tuple[str, date, date | None, Row]:
    key = f"{gi_code}-{number:04}"
    row: Row = {
        "measure_key": f"m-{key}", "child_key": f"k-{key}", "family_key": f"g-{key}", "age_group": "4-11",
        "province": "PV28", "measure_type": "11", "ruling_date": LONG_AGO, "charged_date": LONG_AGO,
        "notified_date": LONG_AGO, "taken_over_date": None, "placement_order": False, "worker_changes": 0,
        "worker_key": f"p-{gi_code}-0", "end_date": None, "handed_over_date": None, "end_reason": None, **cells,
    }  # fmt: skip
    handed_over = row["handed_over_date"]
    stop = handed_over + timedelta(days=1) if handed_over else row["end_date"]
    return gi_code, row["taken_over_date"] or row["ruling_date"], stop, row


def _stays() -> Iterator[tuple[str, date, date | None, Row]]:
    for number in (10, 11):
        left = {"delisted_date": FIRST_DAY, "delisting_reason": "overgedragen"}
        yield _stay("noord", number, LISTED, left)
        yield _stay("zuid", 100 + number, FIRST_DAY, {"delisted_date": None, "delisting_reason": None})


def _stay(gi_code: str, number: int, start: date, left: Row) -> tuple[str, date, date | None, Row]:
    key = f"{gi_code}-{number:04}"
    about = {"stay_key": f"w-{key}", "measure_key": f"m-{key}", "list": "wachtlijst", "listed_date": LISTED}
    return gi_code, start, left["delisted_date"], about | left | {"urgency": "hoog", "bridged": True}


def _posts() -> Iterator[tuple[str, date, date | None, Row]]:
    for number in range(3):
        left = {"post_end_date": FIRST_DAY, "leaving_reason": "ander_werk"}
        yield _post("noord", number, LONG_AGO, left)
        yield _post("zuid", 100 + number, FIRST_DAY, {})
    yield from (_post("zuid", number, LONG_AGO, {}) for number in range(4))
    west_left = {"post_end_date": date(2024, 10, 1), "leaving_reason": "ander_werk"}
    yield from (_post("west", number, LONG_AGO, west_left) for number in range(2))
    yield _post("oost", 0, NEW, {})


def _post(gi_code: str, number: int, start: date, left: Row) -> tuple[str, date, date | None, Row]:
    row = {
        "worker_key": f"p-{gi_code}-{number}", "role": "jeugdbeschermer", "contract_type": "vast",
        "skj_registered": True, "fte_contract": "1.00", "fte_caseload": "1.00", "absence_fte_days": "0.00",
        "post_start_date": start, "post_end_date": None, "origin": "onbekend", "leaving_reason": None, **left,
    }  # fmt: skip
    return gi_code, start, row["post_end_date"], row
