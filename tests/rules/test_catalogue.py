"""Every declared measure is read from columns that the year's layout declares."""

from __future__ import annotations

import pytest

from codebreakers.measures import GROUPS, Measure
from codebreakers.measures.catalogue import CATALOGUE, default_measure, find
from codebreakers.sources.england import LAYOUTS

_COLUMNS = {
    year: {
        name
        for layout in LAYOUTS
        if year in layout.years and layout.dataset in ("ks4", "destinations")
        for name in layout.columns
    }
    for year in range(2007, 2026)
}


@pytest.mark.parametrize("measure", CATALOGUE.values(), ids=lambda m: m.name)
def test_its_columns_are_declared_in_every_year(measure: Measure) -> None:
    undeclared = [
        (year, group, name)
        for year in measure.years
        for group in measure.groups(year)
        if (term := measure.term(year, group)) is not None
        for name in (term.value, term.count, term.pupils, term.share, term.low, term.high)
        if name and name not in _COLUMNS[term.held_in or year]
    ]
    assert undeclared == []


@pytest.mark.parametrize("measure", CATALOGUE.values(), ids=lambda m: m.name)
def test_it_is_wholly_declared(measure: Measure) -> None:
    assert measure.kind in ("proportion", "mean", "progress")
    assert measure.unit in ("percent", "points")
    assert measure.better in ("higher", "lower")
    assert (measure.kind == "proportion") == (measure.unit == "percent")
    assert measure.source
    assert measure.years
    for year in measure.years:
        groups = measure.groups(year)
        assert len(groups) == len(set(groups)), f"{year} declares a group twice"
        assert set(groups) <= GROUPS.keys()
    for first in measure.breaks:
        assert min(measure.years) < first <= max(measure.years)


def test_the_default_measure_of_every_year_is_one_of_them() -> None:
    for year in range(2007, 2026):
        assert year in find(default_measure(year)).years or year in (2020, 2021)
