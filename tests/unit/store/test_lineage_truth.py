"""One school through its URNs: long registers, and the truth of Example England."""

from __future__ import annotations

from itertools import pairwise

import pytest

from codebreakers.profiles.example import example_store
from codebreakers.sources.example.years import World, build_world
from codebreakers.store.cycles import circles
from codebreakers.store.lineage import Lineages, lineages, traced
from codebreakers.store.succession import Link, Records

SEED, SCHOOLS = 2014, 400
LONG = 30_000


def test_a_register_of_one_long_chain_is_one_school() -> None:
    urns = [str(100000 + i) for i in range(LONG)]
    links = [Link(a, b, "Successor") for a, b in pairwise(urns)]
    found = traced(Records(tuple(links)))
    assert set(found.identity(urns)) == {"100000"}


def test_a_register_of_one_long_cycle_is_one_circle() -> None:
    urns = [str(i) for i in range(LONG)]
    steps = list(zip(urns, [*urns[1:], urns[0]], strict=True))
    assert circles(steps) == (frozenset(urns),)


def test_circles_that_only_touch_are_two() -> None:
    steps = [("a", "b"), ("b", "a"), ("b", "c"), ("c", "d"), ("d", "c"), ("d", "e"), ("f", "f")]
    assert set(circles(steps)) == {frozenset("ab"), frozenset("cd"), frozenset("f")}


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(SEED, SCHOOLS)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Lineages:
    path = tmp_path_factory.mktemp("lineage") / "example.duckdb"
    return lineages(example_store(path, seed=SEED, schools=SCHOOLS))


def test_each_school_of_example_england_is_followed_through_its_urns(
    world: World, found: Lineages
) -> None:
    schools, merged = world.history.establishments, set(world.history.merged[:, 0].tolist())
    in_tables = [i for i, urn in enumerate(schools.urn) if urn in found.known]
    site_of = {str(schools.urn[i]): int(schools.site[i]) for i in in_tables}
    identity = dict(zip(site_of, found.identity(list(site_of)), strict=True))
    first: dict[int, str] = {}
    for urn, site in site_of.items():
        if site in merged:  # the merged school is new
            assert identity[urn] == urn
        else:
            assert identity[urn] == first.setdefault(site, urn)
    assert sum(urn != its for urn, its in identity.items()) > SCHOOLS / 4


def test_conversions_keep_the_number_and_renumberings_do_not(world: World, found: Lineages) -> None:
    schools = world.history.establishments
    number = dict(zip(schools.urn.tolist(), schools.number.tolist(), strict=True))
    joins = [e for e in found.events if e.joins and e.before != e.following]
    kept = [number[e.before[0]] == number[e.following[0]] for e in joins]
    assert [e.kind == "conversion" for e in joins] == kept
    assert 0 < sum(kept) < len(kept)


def test_the_mergers_of_example_england_are_named(world: World, found: Lineages) -> None:
    schools = world.history.establishments
    true = set()
    for goes_on, ends, year in world.history.merged.tolist():
        urns = {i: schools.urn[schools.site == i].tolist() for i in (goes_on, ends)}
        true.add((frozenset((urns[goes_on][0], urns[ends][0])), urns[goes_on][1], year))
    told = {(frozenset(e.before), *e.following, e.by) for e in found.events if e.kind == "merger"}
    assert true
    assert told == true


def test_the_closures_of_example_england_are_told(world: World, found: Lineages) -> None:
    schools, links = world.history.establishments, set(world.history.links.urn.tolist())
    newest = int(schools.last.max())
    true = {
        (str(urn), int(last))
        for urn, first, last in zip(schools.urn, schools.first, schools.last, strict=True)
        if first <= last < newest and urn not in links
    }
    assert true
    assert {(e.before[0], e.after) for e in found.events if e.kind == "closure"} == true


def test_the_new_numbers_of_example_england_are_told(world: World, found: Lineages) -> None:
    schools = world.history.establishments
    true = {
        (str(urn), int(year))
        for urn, first, year, last in zip(
            schools.urn, schools.first, schools.renumbered, schools.last, strict=True
        )
        if first < year <= last
    }
    told = {(e.before[0], e.by) for e in found.events if e.joins and e.before == e.following}
    assert true
    assert told == true


def test_nothing_in_example_england_is_unclear(found: Lineages) -> None:
    assert [e for e in found.events if e.kind == "ambiguous"] == []
