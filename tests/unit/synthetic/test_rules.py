"""Every delivery of the made-up history is good as it is: the row and cross rules of spec 1.3, written by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gi_monitor import contracts
from gi_monitor.synthetic.profiles import PROFILES
from tests.unit.synthetic.conftest import History

KEEPS_A_LIST = {profile.gi_code for profile in PROFILES if profile.waiting}
UNAVAILABLE = {profile.gi_code: profile.unavailable for profile in PROFILES}
JB, JR = {"11", "12", "21", "22", "23"}, {"41", "42", "50", "51", "61", "62", "63"}
REASONS = {"11": "0", "12": "0", "21": "1", "22": "1", "23": "1", "31": "3"} | dict.fromkeys(JR, "2")
KEY = r"[A-Za-z][A-Za-z0-9_-]{7,63}"
DATASETS = {"caseload": "caseload", "wachtlijst": "waitlist", "formatie": "staffing"}


@pytest.fixture(scope="module")
def measures(history: History) -> pd.DataFrame:
    rows = history.dated("caseload")
    rows["start"] = rows["datum_overgekomen"].fillna(rows["datum_aanvang"])
    rows["stop"] = rows["datum_einde"].fillna(rows["datum_overgedragen"] + pd.Timedelta(days=1))
    rows["running"] = (rows["start"] <= rows["d"]) & ~(rows["stop"] <= rows["d"])
    return rows


@pytest.fixture(scope="module")
def stays(history: History) -> pd.DataFrame:
    return history.dated("wachtlijst")


@pytest.fixture(scope="module")
def posts(history: History) -> pd.DataFrame:
    rows = history.dated("formatie")
    for name in ("fte_contract", "fte_caseload", "verzuim_fte_dagen"):
        assert rows[name].str.fullmatch(r"\d+\.\d\d").all()
        rows[name] = rows[name].astype(float)
    return rows


@pytest.mark.parametrize("dataset", DATASETS)
def test_columns_required_values_codes_and_keys_are_those_of_the_contract(history: History, dataset: str) -> None:
    contract, codes = contracts.load().datasets[DATASETS[dataset]], contracts.load().codes
    rows = history.rows(dataset)
    assert list(rows.columns[:-4]) == [column.name for column in contract.columns]
    for column in contract.columns:
        values = rows[column.name]
        assert not (column.required and (values == "").any()), column.name
        filled = values[values != ""]
        if column.type == "code":
            assert set(filled) <= set(codes[column.list]), column.name
        if column.type == "key":
            assert filled.str.fullmatch(KEY).all(), column.name
    assert not rows.duplicated(["gi", "month", *contract.key]).any()


def test_a_file_holds_what_ran_in_the_month_and_ends_not_delivered_before(measures: pd.DataFrame) -> None:
    """Spec 1.1; R11, R12: what stopped before the month is there once, and then for the first time as stopped."""
    assert (measures["start"] <= measures["d"]).all()
    late = measures[measures["stop"] < measures["first"]]
    assert 0 < len(late) < 0.002 * len(measures)
    assert not late.duplicated(["gi", "maatregel_sleutel"]).any()
    assert ((late["first"] - late["stop"]).dt.days <= 31).all()


def test_nothing_that_ran_is_left_out_of_the_next_delivery(measures: pd.DataFrame) -> None:
    """H01, and F1's ``vanished`` and ``reappeared``: 0."""
    present = set(zip(measures["gi"], measures["maatregel_sleutel"], measures["month"], strict=True))
    running = measures[measures["running"] & (measures["month"] < "2024-12")]
    next_month = (running["first"] + pd.DateOffset(months=1)).dt.strftime("%Y-%m")
    assert set(zip(running["gi"], running["maatregel_sleutel"], next_month, strict=True)) <= present
    stopped = measures[measures["stop"] <= measures["d"]].groupby(["gi", "maatregel_sleutel"])["month"].min()
    last_run = measures[measures["running"]].groupby(["gi", "maatregel_sleutel"])["month"].max()
    both = pd.concat([stopped.rename("stopped"), last_run.rename("ran")], axis=1).dropna()
    assert (both["ran"] < both["stopped"]).all()


def test_no_month_looks_like_a_broken_export(measures: pd.DataFrame, posts: pd.DataFrame) -> None:
    """H02: no month differs from the one before by so much that somebody must look at it. H03: hardly any."""
    running = measures[measures["running"]].groupby(["gi", "d"]).size()
    in_post = posts[~(posts["datum_uit_functie"] <= posts["d"])]
    fte = in_post.groupby(["gi", "d"])["fte_caseload"].sum()
    for counted, share, few in ((running, 0.10, 10), (fte, 0.15, 3)):
        before = counted.groupby("gi").shift()
        change = (counted - before).abs()
        assert not ((change > few) & (change > share * before)).any()
    first_seen = measures.groupby(["gi", "maatregel_sleutel"])["d"].transform("min") == measures["d"]
    late = first_seen & (measures["start"] < measures["first"]) & (measures["month"] > "2022-10")
    per_delivery = late.groupby([measures["gi"], measures["month"]])
    assert (per_delivery.sum() > 0.02 * per_delivery.size()).mean() < 0.01


def test_relations_between_the_dates_of_a_measure(measures: pd.DataFrame) -> None:
    """R02, R10, R11, R13, R19, R20, R21, R22."""
    dates = [column for column in measures.columns if column.startswith("datum_")]
    for name in dates:
        assert not (measures[name] > measures["d"]).any(), name
        assert not (measures[name] < pd.Timestamp(1990, 1, 1)).any(), name
    for end in ("datum_einde", "datum_overgedragen"):
        assert not (measures[end] < measures["datum_aanvang"]).any()
        assert not (measures[end] < measures["datum_overgekomen"]).any()
    assert not (measures["datum_einde"].notna() & measures["datum_overgedragen"].notna()).any()
    assert not (measures["datum_overgekomen"] < measures["datum_aanvang"]).any()
    assert not (measures["datum_plan"] < measures["datum_plan_termijn"]).any()
    assert not (measures["datum_hulp_gestart"] < measures["datum_hulp_nodig"]).any()


def test_dates_before_the_ruling_only_where_a_measure_followed_another(measures: pd.DataFrame) -> None:
    """R14: warned of, and rare."""
    before = pd.concat(
        [
            measures[name] < measures["datum_aanvang"]
            for name in ("datum_eerste_contact", "datum_jeugdbeschermer_benoemd", "datum_vaste_jeugdbeschermer")
        ],
        axis=1,
    ).any(axis=1)
    assert 0 < before.mean() < 0.02
    assert measures.loc[before, "type_maatregel"].isin({"11", "21"}).all()


def test_end_reasons(measures: pd.DataFrame) -> None:
    """R15, R16."""
    reports = ~measures["gi"].map(lambda gi: "reden_einde" in UNAVAILABLE[gi])
    stopped = measures["stop"].notna()
    assert ((measures["reden_einde"] != "") == (stopped & reports)).all()
    ended = measures[stopped & reports]
    handed_over = ended["datum_overgedragen"].notna()
    assert ((ended["reden_einde"] == "90") == handed_over).all()
    own = ended[~handed_over & (ended["reden_einde"] != "99")]
    assert (own["reden_einde"].str[0] == own["type_maatregel"].map(REASONS)).all()


def test_age_groups(measures: pd.DataFrame) -> None:
    """R17, R18."""
    assert not (measures["type_maatregel"].isin(JR) & measures["leeftijdsgroep"].isin({"0-3", "4-11"})).any()
    of_age = (measures["leeftijdsgroep"] == "18+") & measures["type_maatregel"].isin(JB)
    assert not (of_age & measures["running"]).any()
    assert set(measures["leeftijdsgroep"]) == {"0-3", "4-11", "12-17", "18+"}


def test_what_an_institution_cannot_report_is_empty(measures: pd.DataFrame, stays: pd.DataFrame) -> None:
    columns = {"hulp": ["datum_hulp_nodig", "datum_hulp_gestart"], "wisselingen": ["wisselingen_jeugdbeschermer"]}
    for name, affected in columns.items():
        cannot = measures["gi"].map(lambda gi, name=name: name in UNAVAILABLE[gi])
        for column in affected:
            empty = measures[column].isna() | (measures[column] == "")
            assert empty[cannot].all() and not empty[~cannot].all()
    assert not stays[stays["gi"].map(lambda gi: "hulp" in UNAVAILABLE[gi])]["lijst"].eq("passende_hulp").any()


def test_stays_on_lists(stays: pd.DataFrame) -> None:
    """R30, R31, R32."""
    assert not (stays["datum_van_lijst"] < stays["datum_op_lijst"]).any()
    assert not (stays["datum_van_lijst"] > stays["d"]).any() and not (stays["datum_op_lijst"] > stays["d"]).any()
    assert (stays["datum_van_lijst"].notna() == (stays["reden_van_lijst"] != "")).all()
    late = stays["datum_van_lijst"] < stays["first"]
    assert 0 < late.mean() < 0.02
    assert set(stays["reden_van_lijst"]) == {
        "", "toegewezen", "hulp_gestart", "maatregel_beeindigd", "overgedragen", "naar_andere_lijst", "anders",
    }  # fmt: skip
    assert set(stays["gi"]) == KEEPS_A_LIST


def test_posts(posts: pd.DataFrame) -> None:
    """R40 to R45, and S9: absence as in a sector that has it."""
    assert not (posts["fte_caseload"] > posts["fte_contract"]).any()
    assert not (posts["datum_uit_functie"] < posts["datum_in_functie"]).any()
    assert not (posts["datum_uit_functie"] > posts["d"]).any() and not (posts["datum_in_functie"] > posts["d"]).any()
    assert (posts["datum_uit_functie"].notna() == (posts["reden_uit"] != "")).all()
    days = posts["d"].dt.day
    assert not (posts["verzuim_fte_dagen"] > days * posts["fte_contract"] + 1e-9).any()
    assert not ((posts["functie"] == "jeugdbeschermer") & (posts["skj_registratie"] == "N")).any()
    assert (posts["datum_uit_functie"] < posts["first"]).mean() < 0.002
    assert 0.04 < posts["verzuim_fte_dagen"].sum() / (days * posts["fte_contract"]).sum() < 0.09


def test_side_entrants_qualify_and_workers_change_role(posts: pd.DataFrame) -> None:
    trainees = set(posts.loc[posts["functie"] == "in_opleiding", "medewerker_sleutel"])
    workers = set(posts.loc[posts["functie"] == "jeugdbeschermer", "medewerker_sleutel"])
    assert len(trainees & workers) > 5
    assert posts.loc[posts["functie"] == "in_opleiding", "herkomst"].eq("zij_instroom").all()
    left_for_another_role = posts[posts["reden_uit"] == "functiewissel"]
    other = posts.merge(left_for_another_role, on=["gi", "month", "medewerker_sleutel"], suffixes=("", "_old"))
    assert (other["datum_in_functie"] == other["datum_uit_functie_old"]).any()
    assert {"inhuur", "zzp"} <= set(posts["dienstverband"])


def test_references_between_the_three_files(measures: pd.DataFrame, stays: pd.DataFrame, posts: pd.DataFrame) -> None:
    """X01, X02, X04, X05, X06: none."""
    place = ["gi", "month", "maatregel_sleutel"]
    joined = stays.merge(measures, on=place, how="left", suffixes=("", "_measure"))
    assert joined["kind_sleutel"].notna().all()
    is_open = joined["datum_van_lijst"].isna()
    assert not (is_open & ~joined["running"].astype(bool)).any()
    assert not (is_open & (joined["lijst"] != "passende_hulp") & (joined["medewerker_sleutel"] != "")).any()
    named = measures[measures["medewerker_sleutel"] != ""]
    assert named["running"].all()
    in_post = posts[~(posts["datum_uit_functie"] <= posts["d"])]
    workers = set(zip(in_post["gi"], in_post["month"], in_post["medewerker_sleutel"], strict=True))
    assert set(zip(named["gi"], named["month"], named["medewerker_sleutel"], strict=True)) <= workers
    running = measures[measures["running"]]
    assert not running.duplicated(["gi", "month", "kind_sleutel", "type_maatregel"]).any()


def test_who_has_no_worker_is_on_a_list(measures: pd.DataFrame, stays: pd.DataFrame) -> None:
    """X03: none; five working days are at least seven days."""
    lists = stays[(stays["lijst"] != "passende_hulp") & stays["datum_van_lijst"].isna()]
    waiting = set(zip(lists["gi"], lists["month"], lists["maatregel_sleutel"], strict=True))
    charged = measures[["datum_gi_belast", "datum_gi_in_kennis"]].max(axis=1, skipna=False)
    clock = charged.fillna(measures["datum_aanvang"])
    clock = np.maximum(clock, measures["datum_overgekomen"].fillna(clock))
    alone = measures[
        measures["running"] & (measures["medewerker_sleutel"] == "") & (measures["d"] - clock).dt.days.gt(7)
    ]
    unlisted = [
        key for key in zip(alone["gi"], alone["month"], alone["maatregel_sleutel"], strict=True) if key not in waiting
    ]
    assert not unlisted
    assert len(waiting) > 1000


def test_families_that_move_arrive_the_day_after_with_new_keys(measures: pd.DataFrame) -> None:
    """Taken over at one institution = handed over at another: same type and ruling, the next day, no key in common."""
    gone = measures[measures["datum_overgedragen"].notna()].drop_duplicates(["gi", "maatregel_sleutel"])
    here = measures[measures["datum_overgekomen"] >= pd.Timestamp(2022, 11, 2)]
    here = here.drop_duplicates(["gi", "maatregel_sleutel"])
    gone = gone.assign(day=gone["datum_overgedragen"] + pd.Timedelta(days=1))
    gone = gone[(gone["day"] >= pd.Timestamp(2022, 11, 2)) & (gone["day"] <= pd.Timestamp(2024, 12, 31))]
    on = ["type_maatregel", "datum_aanvang"]
    pairs = gone.merge(here, left_on=[*on, "day"], right_on=[*on, "datum_overgekomen"], suffixes=("", "_there"))
    assert len(here) == len(gone) > 50
    assert set(pairs["maatregel_sleutel"]) == set(gone["maatregel_sleutel"])
    assert set(pairs["maatregel_sleutel_there"]) == set(here["maatregel_sleutel"])
    for key in ("maatregel_sleutel", "kind_sleutel", "gezin_sleutel"):
        assert (pairs[key] != pairs[f"{key}_there"]).all()
    assert (gone["datum_overgedragen"] == gone["d"]).any()


def test_provisional_measures_become_full_ones(measures: pd.DataFrame) -> None:
    ended = measures[(measures["type_maatregel"] == "12") & measures["datum_einde"].notna()].drop_duplicates(
        "maatregel_sleutel"
    )
    full = measures[measures["type_maatregel"] == "11"].drop_duplicates("maatregel_sleutel")
    on = ["gi", "kind_sleutel"]
    pairs = ended.merge(full, left_on=[*on, "datum_einde"], right_on=[*on, "datum_aanvang"], suffixes=("", "_full"))
    assert 0.5 < len(pairs) / len(ended) < 0.8
