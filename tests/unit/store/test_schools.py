"""The schools of a year, each described by the best table that says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_tables import HEADER, csv_text, written

from codebreakers.store import Store
from codebreakers.store.schools import ROLES, Schools, schools_of

KS4 = [
    ("1", "201", "4000", "100001", "Ash School", "100", "61%", "30", "40%"),
    ("1", "202", "4001", "100002", "", "90", "50%", "20", "30%"),
    ("2", "999", "7000", "100003", "Cedar School", "12", "SUPP", "4", "NE"),
    ("4", "201", "", "", "Not a school", "190", "55%", "34", "38%"),
]
AUTHORITIES = ["LEA", "LA NAME", "REGION", "REGION NAME"]
SPINE = ["URN", "ICLOSE", "NFTYPE", "SCHNAME", "MINORGROUP", "TOWN"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "s.duckdb")
    store.ingest(written(tmp_path / "2012-2013", csv_text(KS4, HEADER)))
    near = [("201", "City", "1", "London Central"), ("202", "Camden", "2", "North West A")]
    far = [("201", "Old City", "1", "East"), ("202", "Old Camden", "2", "East")]
    store.ingest(written(tmp_path / "2013-2014", csv_text(near, AUTHORITIES), "la.csv"))
    store.ingest(written(tmp_path / "2017-2018", csv_text(far, AUTHORITIES), "la.csv"))
    spine = [
        ("100001", "0", "CY", "Ash as the list has it", "Maintained", "Ashford"),
        ("100002", "1", "AC", "Beech School", "Academy", ""),
        ("100009", "0", "CY", "No results of it", "Maintained", "Elsewhere"),
    ]
    store.ingest(written(tmp_path / "2015-2016", csv_text(spine, SPINE), "spine.csv"))
    return store


def test_the_schools_are_those_with_a_row_of_results_that_year(store: Store) -> None:
    schools = schools_of(store, 2013)
    assert schools.year == 2013
    assert schools.keys.tolist() == ["100001", "100002", "100003"]
    assert set(schools.columns) == set(ROLES)
    assert {len(column) for column in schools.columns.values()} == {3}


def test_the_results_say_what_a_school_was_and_a_list_fills_what_they_leave_out(
    store: Store,
) -> None:
    schools = schools_of(store, 2013)
    assert schools["name"].tolist() == ["Ash School", "Beech School", "Cedar School"]
    assert schools["town"].tolist() == ["Ashford", "", ""]
    assert schools["type"].tolist() == ["CY", "AC", ""]
    assert schools["closed"].tolist() == ["0", "1", ""]
    assert schools["record"].tolist() == ["1", "1", "2"]
    assert schools["authority"].tolist() == ["201", "202", "999"]


def test_authority_and_region_come_from_the_nearest_years_list(store: Store) -> None:
    schools = schools_of(store, 2013)
    assert schools["authority_name"].tolist() == ["City", "Camden", ""]
    assert schools["region"].tolist() == ["London", "North West", ""]


def test_a_year_without_results_has_no_schools(store: Store) -> None:
    schools = schools_of(store, 2012)
    assert isinstance(schools, Schools)
    assert schools.keys.tolist() == []
    assert {len(column) for column in schools.columns.values()} == {0}
