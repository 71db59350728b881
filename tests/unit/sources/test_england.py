"""The declarations of every published layout are sound and say what the columns mean."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from codebreakers.estimates import REASONS
from codebreakers.sources import Column, Layout
from codebreakers.sources.england import (
    CODES,
    DATASETS,
    LAYOUTS,
    MADE_UP_COLUMN,
    PUBLISHED_NATIONAL_RATES,
    REGIONS,
)
from codebreakers.sources.england_columns import columns, named

KINDS = {"text", "code", "date", "skip", "pupils", "percent", "score", "points", "money", "number"}
GROUPS = {
    "all",
    "disadvantaged",
    "other",
    "low",
    "middle",
    "high",
    "boys",
    "girls",
    "eal",
    "non_mobile",
}
LEVELS = {"school", "authority", "nation", "trust", "area", "type", "region"}
STATUSES = {"final", "revised", "provisional"}
BY_NAME = {layout.name: layout for layout in LAYOUTS}

every_layout = pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)


def ks4(year: int) -> Layout:
    return BY_NAME[f"ks4-{year}"]


def test_no_two_layouts_have_one_name() -> None:
    assert len(BY_NAME) == len(LAYOUTS)


def test_every_dataset_has_a_layout_and_every_layout_a_dataset() -> None:
    assert {layout.dataset for layout in LAYOUTS} == set(DATASETS)
    assert all(dataset.name == name for name, dataset in DATASETS.items())


@every_layout
def test_columns_are_of_closed_kinds_and_groups(layout: Layout) -> None:
    for name, column in layout.columns.items():
        assert name == column.name == column.name.strip().upper()
        assert column.kind in KINDS
        assert set(column.group.split("-")) <= GROUPS
        assert column.is_number or column.group == "all" or column.name.startswith("AVGRD")


@every_layout
def test_what_a_layout_speaks_of_is_among_its_columns(layout: Layout) -> None:
    melt = layout.melt.filters if layout.melt else ()
    keys = {key for level in layout.levels for key in (*level.keys, level.column) if key}
    spoken = layout.required | keys | set(melt) | set(layout.link.values())
    assert spoken - layout.columns.keys() <= {MADE_UP_COLUMN}
    assert layout.required
    assert not layout.year_column or layout.year_column in layout.columns


@every_layout
def test_levels_name_their_rows(layout: Layout) -> None:
    assert {level.name for level in layout.levels} <= LEVELS
    for level in layout.levels:
        assert bool(level.keys) != bool(level.constant)
        assert bool(level.values) == bool(level.column)
    assert layout.levels or layout.dataset == "dictionary"
    assert bool(layout.link) == layout.repeats


@every_layout
def test_years_are_those_of_results(layout: Layout) -> None:
    assert bool(layout.years) == DATASETS[layout.dataset].dated
    assert all(2000 <= year < 2100 for year in layout.years)
    assert all(before < after for before, after in pairwise(layout.years))
    assert layout.status in STATUSES


@every_layout
def test_tidy_labels_lead_to_groups(layout: Layout) -> None:
    if layout.melt:
        assert set(layout.melt.groups.values()) <= GROUPS
        assert not set(layout.melt.totals) & set(layout.melt.groups)


@pytest.mark.parametrize(
    ("year", "name", "group", "kind"),
    [
        (2013, "TPUP", "all", "pupils"),
        (2013, "TFSMCLA", "disadvantaged", "pupils"),
        (2013, "TNOTFSMCLA", "other", "pupils"),
        (2013, "TPRIORLO", "low", "pupils"),
        (2013, "PTPRIORAV", "middle", "percent"),
        (2013, "BPUP", "boys", "pupils"),
        (2013, "GPUP", "girls", "pupils"),
        (2013, "PTEALGRP2", "eal", "percent"),
        (2013, "KS2APS", "all", "score"),
        (2013, "PTAC5EMFSM", "disadvantaged", "percent"),
        (2013, "PTAC5EMNFSM", "other", "percent"),
        (2013, "PTGAC5EM", "all", "percent"),
        (2013, "AC5EM10", "all", "percent"),
        (2013, "PTAC5EMFSM_11", "disadvantaged", "percent"),
        (2013, "PTAC5EM_3YR", "all", "percent"),
        (2013, "COV24ENGPRG", "all", "percent"),
        (2013, "AVGRDPEPPHI", "high", "text"),
        (2013, "GAP1YR_PTAC5EM", "disadvantaged", "points"),
        (2013, "GAP1N_PTAC5EM_NFSMCLA", "other", "points"),
        (2013, "B8VALOW_FSM", "disadvantaged", "score"),
        (2013, "ENGVAUPP_NFSM", "other", "score"),
        (2014, "TAC5EMFSM_PTQ", "disadvantaged", "pupils"),
        (2015, "PTAC5EMFSM6CLA1A_PTQ_EE", "disadvantaged", "percent"),
        (2017, "ATT8SCR_FSM6CLA1A", "disadvantaged", "score"),
        (2018, "P8MEA", "all", "points"),
        (2018, "P8CILOW_NFSM6CLA1A", "other", "points"),
        (2018, "P8PUP_FSM6CLA1A", "disadvantaged", "pupils"),
        (2018, "P8MEACOV", "all", "percent"),
        (2018, "P8_BANDING", "all", "code"),
        (2018, "DIFFN_P8MEA", "disadvantaged", "points"),
        (2023, "ATT8SCR_NMOB", "non_mobile", "score"),
        (2023, "PTNOTFSM6CLA1ABASICS_94", "other", "percent"),
        (2023, "P8MEA_FSM6CLA1A_22", "disadvantaged", "points"),
        (2010, "P5ACINCLEM07", "all", "percent"),
        (2010, "CVAMEA", "all", "score"),
    ],
)
def test_what_a_results_column_counts(year: int, name: str, group: str, kind: str) -> None:
    column = ks4(year).columns[name]
    assert (column.group, column.kind) == (group, kind)


@pytest.mark.parametrize("year", [*range(2011, 2020), 2022, 2023])
def test_groups_agree_with_the_names_of_the_columns(year: int) -> None:
    """Groups come from the dictionary's sentences; the names say the same in their own way."""
    for column in ks4(year).columns.values():
        if re.search(r"NFSM|NOTFSM", column.name):
            assert column.group == "other", column.name
        elif "FSM" in column.name:
            assert column.group == "disadvantaged", column.name
        elif re.search(r"_(BOYS|GIRLS|EAL)(_|$)", column.name):
            assert column.group in column.name.lower(), column.name
        elif re.search(r"(PRIOR|EM|BASICS_?|VAMEA_|ATT8SCR_|P8MEA_)LO(_|$)", column.name):
            assert column.group == "low", column.name


def test_disadvantage_is_counted_in_other_columns_from_2015() -> None:
    assert "TFSMCLA" in ks4(2014).columns
    assert "TFSMCLA" not in ks4(2015).columns
    assert "TFSM6CLA1A" in ks4(2015).columns


def test_there_are_no_results_of_the_two_years_without_exams() -> None:
    years = {year for layout in LAYOUTS if layout.dataset == "ks4" for year in layout.years}
    assert years == {*range(2010, 2020), *range(2022, 2026)}


def test_a_year_without_a_dictionary_has_the_columns_of_its_neighbours() -> None:
    assert ks4(2022).columns.keys() == ks4(2019).columns.keys() | ks4(2023).columns.keys()
    assert not ks4(2022).closed


@pytest.mark.parametrize("year", [2016, 2017, 2018])
def test_a_provisional_table_is_known_only_when_whole(year: int) -> None:
    layout = BY_NAME[f"ks4-{year}-provisional"]
    assert layout.status == "provisional"
    assert layout.columns.keys() - layout.required <= {"SCHNAME"}


def test_nobody_is_named() -> None:
    for name in ("trusts", "register", "trust-links"):
        people = [c for c in BY_NAME[name].columns.values() if c.name.startswith("HEAD")]
        assert people or name == "trust-links"
        assert all(column.kind == "skip" for column in people)


def test_what_is_read_past_is_not_a_number() -> None:
    assert not Column("HEADLASTNAME", "skip").is_number


def test_regions_are_nine_and_every_name_is_its_own_spelling() -> None:
    assert len(set(REGIONS.values())) == 9
    assert all(REGIONS[name] == name for name in REGIONS.values())


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Yorkshire & Humberside", "Yorkshire and the Humber"),
        ("South and West Yorkshire", "Yorkshire and the Humber"),
        ("Eastern England", "East of England"),
        ("London Central", "London"),
        ("Inner London", "London"),
        ("North East A", "North East"),
        ("South West B", "South West"),
    ],
)
def test_spellings_of_a_region(spelling: str, name: str) -> None:
    assert REGIONS[spelling] == name


def test_publishers_codes_have_reasons_and_are_not_ours() -> None:
    assert REASONS.keys() >= CODES
    assert not CODES & {"blank", "not-held", "small", "no-match", "not-asked"}


def test_published_national_rates_are_percentages() -> None:
    assert PUBLISHED_NATIONAL_RATES == {
        ("five_good_gcses", 2014): 56.6,
        ("five_good_gcses", 2015): 57.1,
    }


def test_a_column_is_declared_once() -> None:
    with pytest.raises(ValueError, match="'URN' is declared twice"):
        columns(named("code", "URN LA"), named("text", "URN"))
