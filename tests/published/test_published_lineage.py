"""The real register, followed: every link in time, and schools whose history is known."""

from __future__ import annotations

from collections import Counter

import pytest

from codebreakers.store import Store
from codebreakers.store.lineage import Lineages, lineages

pytestmark = pytest.mark.published


@pytest.fixture(scope="module")
def found(england: Store) -> Lineages:
    return lineages(england)


def test_the_whole_register_is_followed(england: Store, found: Lineages) -> None:
    told = {u for e in found.events for u in (*e.before, *e.following)}
    links = england.query(lambda reader: reader.frame("links"))
    assert len(links["school"]) == 35_239
    assert {*links["school"], *links["other"]} <= told


@pytest.mark.parametrize(
    ("before", "after", "kind", "date"),
    [
        ("118900", "136501", "conversion", "2011-03-01"),  # Sir Roger Manwood's School
        ("115365", "137364", "conversion", "2011-09-01"),  # Hassenbrook School
        ("137364", "143424", "re-numbering", "2016-09-01"),  # Hassenbrook into another trust
        ("111465", "137064", "re-numbering", "2011-09-01"),  # Macclesfield High to its Academy
    ],
)
def test_conversions_that_are_known(
    found: Lineages, before: str, after: str, kind: str, date: str
) -> None:
    assert len(set(found.identity([before, after]))) == 1
    (event,) = [
        e for e in found.history(after).events if e.before == (before,) and e.following == (after,)
    ]
    assert (event.kind, event.date) == (kind, date)


def test_a_chain_of_four(found: Lineages) -> None:
    urns = ("115365", "137364", "143424", "151442")  # Hassenbrook, now Mossbourne Port Side
    assert found.history("143424").urns == urns


def test_mergers_are_named_and_join_nothing(found: Lineages) -> None:
    # Pensby High School for Boys went into the girls' school beside it, which took its name.
    assert found.identity(["105100", "105101"]) == ["105100", "105101"]
    (event,) = [e for e in found.history("105100").events if e.kind == "merger"]
    assert event.following == ("105101",)
    assert event.date == "2015-08-20"


def test_what_the_register_says_both_ways_is_not_guessed(found: Lineages) -> None:
    # Hereford Cathedral School and its Junior School each "result" from the other.
    (event,) = found.history("117036").events
    assert event.kind == "ambiguous"
    assert event.before == event.following == ("117036", "117047")


def test_the_table_without_urns_is_joined_by_number(found: Lineages, england: Store) -> None:
    assert found.identity(["886/5428"]) == ["118900"]
    rows = england.query(lambda reader: reader.frame("labels"))
    keys = {k for k, year in zip(rows["school"], rows["year"], strict=True) if year == 2010}
    schools = [key for key in keys if "/" in key]
    joined = [its for its in found.identity(schools) if "/" not in its]
    assert len(schools) == 5_178
    assert len(joined) / len(schools) > 0.9


def test_most_links_are_clear(found: Lineages) -> None:
    kinds = Counter(event.kind for event in found.events)
    assert sum(kinds[kind] for kind in ("conversion", "re-numbering", "succession")) > 12_000
    assert kinds["merger"] > 2_000
    assert 0 < kinds["ambiguous"] < 600
