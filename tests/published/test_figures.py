"""The figures of the report and of the Department, from the published tables."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from codebreakers.findings import Table
from codebreakers.inference.levels import levels_of
from codebreakers.measures.catalogue import CATALOGUE, find
from codebreakers.measures.held import years_held
from codebreakers.measures.summarise import summarise
from codebreakers.peers.gains import PRESETS, gains
from codebreakers.peers.population import population
from codebreakers.questions.codebreakers import breakers
from codebreakers.questions.gaps import gaps
from codebreakers.questions.potential import potential
from codebreakers.store import Store
from codebreakers.store.engines import write_warehouse

pytestmark = pytest.mark.published

ARRAYS = ("pupils", "successes_low", "successes_high", "values", "limits_low", "limits_high")


def shown(table: Table) -> list[str]:
    """The rates of disadvantaged, other and all pupils, to one decimal."""
    return [f"{f.value:.1f}" for f in table.findings[:3] if f.value is not None]


def value(table: Table, finding: str) -> float:
    found = table[finding].value
    assert found is not None
    return found


# How far behind -------------------------------------------------------------------------------


def test_gaps_of_2013_are_the_departments(england: Store) -> None:
    table = gaps(england, year=2013)
    assert shown(table) == ["40.9", "67.8", "60.6"]
    assert set(table.column("source")) == {"national table"}
    assert {p.dataset for f in table.findings for p in f.provenance} == {"national"}


def test_without_equivalents_a_quarter_fewer_disadvantaged_pupils_succeeded(
    england: Store,
) -> None:
    table = gaps(england, year=2013, measure="five_good_gcses_no_equivalents")
    assert f"{value(table, 'gap.disadvantaged'):.1f}" == "32.0"


def test_attainment_8_of_2024_is_the_departments(england: Store) -> None:
    assert shown(gaps(england, year=2024)) == ["34.6", "50.0", "45.9"]


def test_2018_has_the_nations_row_and_nothing_of_the_disadvantaged(england: Store) -> None:
    table = gaps(england, year=2018)
    assert value(table, "gap.all") == 46.4
    assert table["gap.disadvantaged"].value is None
    assert table["gap.difference"].value is None
    assert table.column("source")[2] == "national row of the provisional schools table"


def test_a_final_table_of_schools_comes_before_a_provisional_one(england: Store) -> None:
    status = {release.id: release.status for release in england.releases()}
    found = summarise(england, find("attainment8"), 2018, "all")
    assert (status[found.release], len(found.schools)) == ("final", 3165)


def test_without_the_national_table_gaps_are_sums_over_the_schools_and_say_so(
    data_dir: Path, tmp_path: Path
) -> None:
    path = data_dir / "dfe" / "2012-2013" / "england_ks4.csv"
    store = Store(tmp_path / "schools.duckdb")
    store.ingest(path)
    table = gaps(store, year=2013)
    with path.open(encoding="cp1252", newline="") as lines:
        rows = list(csv.DictReader(lines))
    sums = {
        name: math.fsum(int(r[n]) * float(r[p].rstrip("%")) for r in rows)
        for name, n, p in (("some", "TFSMCLA", "PTAC5EMFSM"), ("all", "TPUP", "PTAC5EM"))
    }
    some, everybody = (sum(int(r[n]) for r in rows) for n in ("TFSMCLA", "TPUP"))
    assert (some, everybody) == (134026, 495147)
    assert value(table, "gap.disadvantaged") == pytest.approx(sums["some"] / some)
    assert value(table, "gap.all") == pytest.approx(sums["all"] / everybody)
    others = (sums["all"] - sums["some"]) / (everybody - some)
    assert value(table, "gap.other") == pytest.approx(others)
    for said in table.column("source"):
        assert "computed from the 2,577 schools held, for want of a national table" in str(said)
    assert "as all pupils less the disadvantaged" in str(table.column("source")[1])


# Code breakers --------------------------------------------------------------------------------


def test_code_breakers_of_2013(england: Store) -> None:
    table = breakers(england, year=2013, draws=0)
    assert (value(table, "breakers.count"), value(table, "breakers.judged")) == (260, 2577)
    assert f"{value(table, 'breakers.share'):.1f}" == "10.1"
    assert len(table) == 260


def test_as_many_are_in_the_least_disadvantaged_fifth_as_in_the_most(england: Store) -> None:
    table = breakers(england, year=2013, draws=0)
    fifths = [value(table, f"breakers.fifth.{number}") for number in range(1, 6)]
    assert (fifths[4], fifths[0], sum(fifths)) == (72, 77, 260)


def test_the_table_of_2014_holds_its_copies_once(england: Store) -> None:
    (release,) = (r for r in england.releases() if (r.dataset, r.year) == ("ks4", 2014))
    assert release.copies == 174
    found = summarise(england, find("five_good_gcses"), 2014, "disadvantaged")
    assert (len(found.schools), int((~np.isnan(found.values)).sum())) == (3257, 2952)
    assert value(breakers(england, year=2014, draws=0), "breakers.judged") == 2952


# How many more pupils -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "preset", "pupils", "base", "percent"),
    [
        (2013, "disadvantage-2014", "13,260", "57,311", "23.1"),
        (2013, "ability-2014", "52,187", "300,786", "17.4"),
        (2014, "ability-2014", "60,382", "315,927", "19.1"),
    ],
)
def test_half_the_gap(
    england: Store, year: int, preset: str, pupils: str, base: str, percent: str
) -> None:
    table = potential(england, year=year, preset=preset, tie_orders=0, draws=0)
    assert f"{value(table, f'potential.{preset}.pupils'):,.0f}" == pupils
    assert f"{value(table, f'potential.{preset}.percent'):.1f}" == percent
    assert f"of the {base} who succeed now" in table[f"potential.{preset}.percent"].sentence


def test_gains_add_up_exactly_over_schools_authorities_regions_and_england(
    england: Store,
) -> None:
    people = population(england, 2013)
    rule = PRESETS["disadvantage-2014"]
    found = gains(people, people.take(find("five_good_gcses"), rule.group), rule)
    sums = {math.fsum(found.gains[~np.isnan(found.gains)].tolist())}
    for by in ("authority", "region", "england"):
        table = potential(england, year=2013, by=by, tie_orders=0, draws=0)
        cells = [cell for cell in table.column("gain_pupils") if isinstance(cell, float)]
        assert len(cells) == len(table)
        sums |= {math.fsum(cells), value(table, f"potential.{rule.name}.pupils")}
    assert len(sums) == 1


# Engines --------------------------------------------------------------------------------------


def test_engines_agree_to_the_last_unit_on_every_measure(england: Store, tmp_path: Path) -> None:
    write_warehouse(england.path, tmp_path / "warehouse")
    other = Store(tmp_path / "warehouse")
    compared = 0
    with england.reading(), other.reading():
        for measure in CATALOGUE.values():
            for group in sorted({g for year in measure.years for g in measure.groups(year)}):
                for year in years_held(england, measure, group):
                    one, two = (summarise(s, measure, year, group) for s in (england, other))
                    where = f"{measure.name} {group} {year}"
                    assert one.release == two.release, where
                    assert one.schools.tolist() == two.schools.tolist(), where
                    assert one.codes.tolist() == two.codes.tolist(), where
                    for name in ARRAYS:
                        first, second = getattr(one, name), getattr(two, name)
                        assert np.array_equal(first, second, equal_nan=True), (where, name)
                    compared += 1
    assert compared > 70


def test_chance_is_about_3_of_the_23_points_of_2013(england: Store) -> None:
    """Methods, section 5: as published +23, allowing for chance +20, luck +12, intake alone +9."""
    table = potential(england, year=2013, tie_orders=0)
    base = value(table, "potential.disadvantage-2014.published") / (
        value(table, "potential.disadvantage-2014.percent") / 100
    )
    shares = {
        line: 100 * value(table, f"potential.disadvantage-2014.{line}") / base
        for line in ("published", "chance_removed", "chance_alone", "intake_alone")
    }
    expected = {"published": 23, "chance_removed": 20, "chance_alone": 12, "intake_alone": 9}
    assert shares == pytest.approx(expected, abs=1)
    left = value(table, "potential.disadvantage-2014.next_year")
    assert left == pytest.approx(63, abs=2)


def test_london_is_not_drawn_towards_the_country(england: Store) -> None:
    """Its posterior rate lies within two standard errors of the one observed."""
    people = population(england, 2013)
    summary = people.take(find("five_good_gcses"), "disadvantaged")
    levels = levels_of(people, summary, draws=500, regions=True)
    there = (people.schools["region"] == "London") & levels.known
    pupils = summary.pupils[there]
    observed = np.average(summary.values[there], weights=pupils)
    drawn = np.average(levels.draws[:, there], weights=pupils, axis=1).mean()
    error = np.sqrt(observed * (100 - observed) / pupils.sum())
    assert abs(drawn - observed) < 2 * error


def test_levels_of_other_schools_are_not_taken_for_these(england: Store) -> None:
    """A school is judged over years by the schools of the year asked, not by those of each."""
    breakers(england, year=2015, draws=50)
    people = population(england, 2014)
    summary = people.take(find("five_good_gcses"), "disadvantaged")
    assert levels_of(people, summary, draws=50).draws.shape == (50, len(people.keys))


def test_no_special_school_is_held_against_mainstream_ones(england: Store) -> None:
    types = np.unique(population(england, 2016).schools["type"].astype(str))
    assert "Community School" in types
    assert not [kind for kind in types if "Special" in kind]
