"""Schools are found by what people type."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codebreakers.errors import RequestError
from codebreakers.peers.population import Population, population
from codebreakers.peers.spelling import near
from codebreakers.questions.search import search
from codebreakers.store import Store


@pytest.fixture(scope="module")
def people(example: Store) -> Population:
    return population(example, 2013)


def names(people: Population, text: str, count: int = 20) -> list[str]:
    return [str(people.schools["name"][i]) for i in near(people, text, count)]


def test_a_whole_name_is_found_first(people: Population) -> None:
    for i in range(0, len(people.keys), 17):
        name = str(people.schools["name"][i])
        assert names(people, name)[0] == name


def test_a_number_and_a_postcode_are_found_however_they_are_spaced(people: Population) -> None:
    row = 3
    code = str(people.schools["postcode"][row])
    for text in (str(people.keys[row]), code, code.replace(" ", "").lower(), f" {code} "):
        assert row in near(people, text)[:3]


def test_one_number_is_not_nearly_another(people: Population) -> None:
    known = set(people.keys)
    other = next(str(n) for n in range(900000, 999999) if str(n) not in known)
    assert names(people, other) == []


def test_every_word_has_to_fit(people: Population) -> None:
    name = str(people.schools["name"][0])
    assert name in names(people, name.split()[0])
    assert names(people, f"{name} xylophone") == []


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 30))
def test_a_letter_left_out_is_forgiven(people: Population, which: int, where: int) -> None:
    row = which % len(people.keys)
    first = str(people.schools["name"][row]).split()[0]
    if len(first) < 6:
        return
    at = 1 + where % (len(first) - 2)
    wrong = first[:at] + first[at + 1 :]
    rows = near(people, wrong, len(people.keys))
    assert row in rows


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_answered(people: Population, text: str) -> None:
    rows = near(people, text, 5)
    assert len(rows) <= 5
    assert len(np.unique(rows)) == len(rows)


def test_the_question_says_where_none_fits(example: Store) -> None:
    table = search(example, "xylophone", year=2013)
    assert (len(table), table.made_up) == (0, True)
    assert "None fits" in table.notes[0]


@pytest.mark.parametrize(("text", "count"), [("  ", 5), ("a", 0), ("a", 101)])
def test_nothing_typed_and_too_many_asked_for_are_said(
    example: Store, text: str, count: int
) -> None:
    with pytest.raises(RequestError):
        search(example, text, year=2013, count=count)
