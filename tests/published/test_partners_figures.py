"""Whom schools of 2013 to 2015 could talk to, on the published tables."""

from __future__ import annotations

import numpy as np
import pytest

from codebreakers.findings import Table
from codebreakers.measures.catalogue import find
from codebreakers.measures.summarise import summarise
from codebreakers.questions.life import LEFT_BEFORE, life
from codebreakers.questions.partners import pairing, partners
from codebreakers.store import Store

MOSELEY = "103519"


def value(table: Table, name: str) -> float:
    found = table[name].value
    assert found is not None
    return found


def test_moseley_has_nobody_near_and_two_are_set_aside_on_inspection(england: Store) -> None:
    """Two similar schools met the test of results and were found inadequate: neither is named."""
    table = partners(england, MOSELEY, year=2013, within_miles=75)
    assert len(table) == 0
    assert table["partners.count"].sentence.startswith("None within 75 miles")
    assert "on inspection outcome (inadequate)" in table["partners.aside"].sentence
    wider = partners(england, MOSELEY, year=2013, within_miles=150)
    assert len(wider) == value(wider, "partners.count") == 2
    assert set(wider.column("inspection")) <= {"good", "outstanding"}


@pytest.mark.parametrize(
    ("year", "needed", "paired", "near"), [(2013, 2300, 354, 314), (2015, 2329, 452, 431)]
)
def test_the_nation_paired_at_five_and_75_miles(
    england: Store, year: int, needed: int, paired: int, near: int
) -> None:
    """Found on these tables; a few schools stand at a grade's edge."""
    table = pairing(england, year=year, capacity=5, within_miles=75)
    assert value(table, "pairing.needed") == pytest.approx(needed, abs=15)
    assert value(table, "pairing.paired") == pytest.approx(paired, abs=25)
    assert value(table, "pairing.nearest.paired") == pytest.approx(near, abs=25)
    assert value(table, "pairing.nearest.paired") <= value(table, "pairing.paired")
    miles = [m for m in table.column("miles") if isinstance(m, float)]
    assert len(miles) == value(table, "pairing.paired")
    assert max(miles) <= 75
    assert value(table, "pairing.miles") == pytest.approx(np.mean(miles))
    taken = np.unique(table.to_dict()["partner_urn"], return_counts=True)
    assert max(n for urn, n in zip(*taken, strict=True) if urn != "no-partner") == 5


def test_destinations_are_of_the_pupils_of_two_years_before(england: Store) -> None:
    """Cohorts in the table of 2016/17 are those of the results of 2014/15, school by school."""
    after = summarise(england, find("sustained_destinations"), 2015 + LEFT_BEFORE, "disadvantaged")
    then = summarise(england, find("five_good_gcses"), 2015, "disadvantaged")
    _, a, b = np.intersect1d(after.schools, then.schools, return_indices=True)
    both = ~np.isnan(after.pupils[a]) & ~np.isnan(then.pupils[b])
    assert both.sum() > 2000
    assert np.mean(after.pupils[a][both] == then.pupils[b][both]) > 0.99


def test_pupils_of_code_breakers_stay_on_more_often(england: Store) -> None:
    table = life(england, year=2015)
    figure = table["life.some"].figure
    assert table["life.some"].value == pytest.approx(4.9, abs=0.5)
    assert getattr(figure, "low", 0) > 2
    assert "matched on disadvantaged share alone" in " ".join(table["life.some"].caveats)
