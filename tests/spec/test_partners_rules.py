"""Whom a school may talk to, and whether pupils stay on: what the words mean."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.estimates import Withheld
from codebreakers.measures import GROUPS
from codebreakers.measures.held import resolve
from codebreakers.measures.national import to_beat
from codebreakers.measures.truth import true_values
from codebreakers.peers.population import Scope
from codebreakers.questions.life import life
from codebreakers.questions.partners import field_of, offer_of, pairing, partners
from codebreakers.questions.partners.better import better_at
from codebreakers.questions.partners.demand import REASONS, demand_of
from codebreakers.questions.partners.since import since_of
from codebreakers.store import Store
from codebreakers.store.inspections import Inspection
from codebreakers.store.lineage import traced
from codebreakers.store.standings import Standing
from codebreakers.store.succession import Closing, Link, Numbered, Records

YEAR = 2014
EVERYWHERE = 1_000.0
OPEN = {"A": (2013, 2018)}
CONVERTED = {
    "links": [
        Link("A", "B", "Successor", "2014-09-01"),
        Link("B", "A", "Predecessor", "2014-09-01"),
    ],
    "held": {"A": (2013, 2014), "B": (2015, 2018)},
    "numbers": {"A": (Numbered("330/4084", 2013, 2014),), "B": (Numbered("330/4084", 2015, 2018),)},
}


def since(*, links=(), held=OPEN, numbers=None, closings=None, kind="CY", stood=None, seen=None):
    records = Records(tuple(links), numbers or {}, held, held, closings or {})
    register = traced(records)
    return since_of("A", 2013, kind, register, stood or {}, seen or {})


def inspected(outcome, day=date(2014, 3, 28)):
    return {"A": Inspection(day, outcome, 1)}


@pytest.mark.parametrize("outcome", ["inadequate", "requires improvement"])
def test_a_school_found_less_than_good_is_set_aside(outcome):
    assert since(seen=inspected(outcome)).aside == f"on inspection outcome ({outcome})"


@pytest.mark.parametrize("outcome", ["good", "outstanding", ""])
def test_a_school_found_good_or_not_inspected_is_not(outcome):
    assert since(seen=inspected(outcome)).aside == ""
    assert since().aside == ""
    assert since().inspection is None


def test_a_school_that_closed_is_set_aside():
    assert since(closings={"A": Closing("closed", date="2014-08-31")}).aside == "closed since"


def test_a_school_that_went_on_under_another_urn_is_named_with_it():
    """Its inspection under the later URN is looked at too."""
    found = since(**CONVERTED)
    assert (found.aside, found.urn_now) == ("", "B")
    assert found.changes == ("since 2014 URN B",)
    later = {"B": Inspection(date(2016, 1, 5), "inadequate", 1)}
    found = since(**CONVERTED, seen={**inspected("good"), **later})
    assert found.aside == "on inspection outcome (inadequate)"


def test_a_school_that_merged_into_another_is_set_aside():
    links = [Link("A", "C", "Successor - merged", "2014-09-01")]
    assert since(links=links).aside == "merged into another since"


def test_a_school_that_was_given_a_sponsor_since_is_set_aside():
    stood = {"A": Standing(2016, "School A", "AC")}
    assert since(stood=stood).aside == "given a sponsor since"
    assert since(stood=stood, kind="AC").aside == ""
    assert since(stood={"A": Standing(2016, "School A", "ACC")}).aside == ""


def test_a_school_is_called_what_it_is_called_now():
    assert since(stood={"A": Standing(2016, "New Name", "CY")}).name_now == "New Name"
    assert since(stood={"A": Standing(2013, "Old Name", "CY")}).name_now == ""


@pytest.fixture(scope="module")
def field(example: Store):
    measure, year = resolve(example, None, YEAR, "disadvantaged")
    with example.reading():
        return field_of(example, measure, year, draws=2_000, seed=0)


@pytest.fixture(scope="module")
def by_year(example: Store, field):
    """How far each school's level truly was above England's in each year judged, in logits."""
    apart = []
    for year in field.evidence.judged:
        keys, values = true_values(example, year, "TRUE_FIVE_GOOD_DISADVANTAGED")
        rates = dict(zip(keys.tolist(), values.tolist(), strict=True))
        own = np.array([rates.get(key, np.nan) for key in field.people.keys])
        apart.append(logit(own) - logit(to_beat(example, field.measure, year).value))
    return np.array(apart)


@pytest.fixture(scope="module")
def truth(by_year):
    """How far each school's lasting level truly is above England's."""
    return by_year.mean(axis=0)


def logit(percent):
    return np.log(percent / (100 - percent))


def test_a_struggling_school_is_sent_to_the_true_code_breakers_nearest_in_kind(
    field, by_year, truth
):
    tried = 0
    for row in np.flatnonzero(by_year.max(axis=0) < -0.4):
        same = field.from_14 == field.from_14[row]
        true = [other for other in field.similar(row) if truth[other] > 0.4 and same[other]]
        if true:
            tried += 1
            named = [one.row for one in offer_of(field, row, within=EVERYWHERE).named]
            assert true[0] in named
    assert tried >= 5


def test_a_lucky_year_is_not_offered_as_strong_evidence(example, field, truth):
    lucky = set()
    for year in field.evidence.judged:
        values = replace(field.people, year=year).take(field.measure, "disadvantaged").values
        goal = to_beat(example, field.measure, year).value
        lucky |= set(np.flatnonzero((values > goal) & (truth < -0.1)).tolist())
    assert len(lucky) >= 10
    for row in range(len(truth)):
        for one in offer_of(field, row, within=EVERYWHERE).named:
            assert one.row not in lucky or field.evidence.grades[one.row] != "confirmed"


def test_nobody_is_offered_who_is_not_above_the_school_itself(field):
    for row in range(len(field.people.keys)):
        offer = offer_of(field, row, within=EVERYWHERE)
        assert all(one.lead is None or one.lead.value > 0 for one in offer.named)
        assert row not in [one.row for one in offer.named]


def test_what_another_did_better_is_what_was_published_of_the_same_year_and_pupils(field):
    phrase = re.compile(r"20(\d\d)/\d\d ([a-z ]+?) (\d+)% \(here (\d+)%\)")
    groups = {words: name for name, words in GROUPS.items()}
    said = 0
    for row in range(0, len(field.people.keys), 3):
        for one in offer_of(field, row, within=EVERYWHERE).named:
            for words in better_at(field, row, one.row):
                year, group, theirs, ours = phrase.fullmatch(words).groups()
                people = replace(field.people, year=2001 + int(year))
                values = people.take(field.measure, groups[group]).values
                assert values[one.row] > values[row]
                assert (f"{values[one.row]:.0f}", f"{values[row]:.0f}") == (theirs, ours)
                said += 1
    assert said >= 10


def test_a_wider_search_keeps_whoever_was_named_and_finds_the_nearest_miss(field):
    missed = 0
    for row in range(len(field.people.keys)):
        near, far = (offer_of(field, row, within=miles) for miles in (40.0, EVERYWHERE))
        assert {one.row for one in near.named} <= {one.row for one in far.named}
        miss = near.too_far
        if miss is not None:
            missed += 1
            assert miss.miles > 40
            assert miss.row in [one.row for one in far.named]
    assert missed


def test_where_there_is_nobody_the_answer_says_so_and_is_no_error(example, field):
    none = [r for r in range(len(field.people.keys)) if not offer_of(field, r).named]
    table = partners(example, str(field.people.keys[none[0]]), year=YEAR)
    assert len(table) == 0
    assert table["partners.count"].value == 0
    assert table["partners.count"].sentence.startswith("None")
    assert "nearest miss" in table["partners.count"].sentence


def test_without_draws_nobody_is_named_and_it_says_why(example, field):
    table = partners(example, str(field.people.keys[0]), year=YEAR, draws=0)
    assert isinstance(table["partners.count"].figure, Withheld)
    assert "not asked for" in table["partners.count"].sentence


@pytest.fixture(scope="module")
def pairs(example: Store):
    return pairing(example, year=YEAR, capacity=2, within_miles=75)


def test_every_school_that_needs_one_has_a_row_with_a_school_or_a_reason(pairs):
    met, unmet = [], []
    for row in pairs.to_dict()["partner_urn"]:
        (unmet if row == "no-partner" else met).append(row)
    assert len(pairs) == pairs["pairing.needed"].value
    assert len(met) == pairs["pairing.paired"].value
    assert len(unmet) == pairs["pairing.unmet"].value
    reasons = [f.value for f in pairs.findings if f.id.startswith("pairing.unmet.")]
    assert sum(reasons) == len(unmet)
    assert max(met.count(urn) for urn in met) == 2
    names = list(pairs.column("school_name"))
    paired, not_paired = names[: len(met)], names[len(met) :]
    assert list(pairs.column("pairing")) == ["paired"] * len(met) + ["unpaired"] * len(unmet)
    assert paired == sorted(paired)
    assert not_paired == sorted(not_paired)


def test_a_school_without_a_location_is_listed_as_such(field):
    """It is paired with nobody, and nobody is paired with one that has none."""
    owners = demand_of(field, Scope(), 75.0).owners
    for lost, who, reason in (
        (owners[:1], owners[:1], "place"),
        (np.flatnonzero(field.graded), owners, "their-place"),
    ):
        places = field.places.copy()
        places[lost] = np.nan
        found = demand_of(replace(field, places=places), Scope(), 75.0)
        assert not {*lost.tolist()} & {*found.owners.tolist(), *found.others.tolist()}
        assert set(found.lacking[who].tolist()) == {reason}
    assert REASONS["place"] == "its location is not held"


def test_a_scope_asks_for_its_schools_alone_and_seeks_everywhere(example, pairs):
    some = tuple(urn for urn in pairs.column("school_urn"))[:20]
    table = pairing(example, year=YEAR, scope=Scope(schools=some))
    assert sorted(table.column("school_urn")) == sorted(some)


@pytest.mark.parametrize(("option", "value"), [("within_miles", 0), ("capacity", 0)])
def test_no_distance_and_no_room_are_refused(example, option, value):
    with pytest.raises(RequestError):
        pairing(example, year=YEAR, **{option: value})


def test_pupils_who_stay_on_are_compared_with_those_of_similar_schools(example):
    table = life(example, year=2015)
    for finding in table.findings:
        figure = finding.figure
        assert re.search(r"a difference of [+-]\d", finding.sentence)
        assert figure.low is None or figure.low < figure.value < figure.high
    own, similar = (table.column(name) for name in ("rate_percent", "similar_percent"))
    leads = table.column("difference_points")
    assert [o - s for o, s in zip(own, similar, strict=True)] == pytest.approx(list(leads))


def test_where_pupils_went_is_known_two_years_later_or_not_at_all(example):
    with pytest.raises(CannotAnswerError, match="2012/13 went is not held"):
        life(example, year=2013)
    assert life(example)["life.some"].year in (2015, 2016)
