"""One school through its URNs, slowly and obviously in plain Python, against the way it is done."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from slow_lineage import AFTER, BEFORE, SlowLineage

from codebreakers.store.lineage import traced
from codebreakers.store.succession import JOINING, Link, Numbered, Records

URNS = [str(100001 + i) for i in range(7)]
DATES = ["", "2012-06-29", "2012-06-30", "2012-09-01", "2013-08-31", "2015-01-01"]
NUMBERS = ["330/4001", "330/4002", "331/4001", "332/4009"]


@st.composite
def registers(draw: st.DrawFn) -> Records:
    """A few schools linked at random, often plainly, and what tables say of some of them."""
    plain = st.sampled_from(["Successor", "Predecessor"])
    kind = st.one_of(plain, plain, st.sampled_from([*AFTER, *BEFORE, "Other", "Expansion"]))
    urn = st.sampled_from(URNS)
    lines = draw(
        st.lists(st.builds(Link, urn, urn, kind, st.sampled_from(DATES)), max_size=9, unique=True)
    )
    years = st.integers(2011, 2018)
    spans = st.tuples(years, years).map(lambda span: (min(span), max(span)))
    some = st.lists(urn, unique=True, max_size=3)
    return Records(
        tuple(lines),
        {u: (Numbered(draw(st.sampled_from(NUMBERS)), 2012, 2012),) for u in draw(some)},
        {u: draw(spans) for u in draw(some)},
    )


@settings(max_examples=250, deadline=None)
@given(registers())
def test_what_happened_is_what_the_slow_way_says(records: Records) -> None:
    found = traced(records)
    slow = SlowLineage(records)
    told = [(e.kind, e.before, e.following) for e in found.events if e.kind != "other"]
    assert Counter(told) == Counter(slow.told())
    assert found.identity(URNS) == [slow.first(urn) for urn in URNS]


@settings(max_examples=80, deadline=None)
@given(registers(), st.randoms(use_true_random=False))
def test_the_order_of_the_lines_changes_nothing(records: Records, shuffled: object) -> None:
    lines = list(records.links)
    shuffled.shuffle(lines)  # type: ignore[attr-defined]
    again = traced(Records(tuple(lines), records.numbers, records.rolls))
    found = traced(records)
    assert again.first == found.first
    assert Counter(map(repr, again.events)) == Counter(map(repr, found.events))


@settings(max_examples=80, deadline=None)
@given(registers())
def test_a_school_has_one_before_it_and_one_after_at_most(records: Records) -> None:
    joins = [e for e in traced(records).events if e.kind in JOINING]
    assert all(len(e.before) == len(e.following) == 1 for e in joins)
    assert max(Counter(e.before for e in joins).values(), default=1) == 1
    assert max(Counter(e.following for e in joins).values(), default=1) == 1
