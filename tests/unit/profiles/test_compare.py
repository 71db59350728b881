"""Schools beside one another say what each says alone."""

from __future__ import annotations

import pytest

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.estimates import Withheld
from codebreakers.profiles.compare import compare
from codebreakers.profiles.school import school
from codebreakers.questions.codebreakers import breakers
from codebreakers.store import Store


def test_each_row_is_that_schools_own_card(example: Store) -> None:
    store = Store(example.path)
    urns = [str(u) for u in breakers(store, year=2013, draws=0).column("school_urn")[:3]]
    table = compare(store, urns, year=2013, draws=100)
    assert sorted(map(str, table.column("school_urn"))) == sorted(urns)
    for urn, rate, low, high, level in zip(
        *(table.column(n) for n in ("school_urn", "rate", "low", "high", "level")), strict=True
    ):
        alone = school(store, str(urn), year=2013, draws=100)
        figure = alone["school.rate"].figure
        assert (rate, low, high) == (figure.value, figure.low, figure.high)  # type: ignore[union-attr]
        behind = alone["school.level"].figure
        assert level == (behind if isinstance(behind, Withheld) else behind.value)
        assert table[f"{urn}.school.rate"].sentence == alone["school.rate"].sentence


@pytest.mark.parametrize("names", [[], ["1"], ["1", " "], list("12345")])
def test_two_to_four_schools_are_compared(example: Store, names: list[str]) -> None:
    with pytest.raises(RequestError, match="named"):
        compare(example, names, year=2013, draws=0)


def test_one_school_named_twice_and_one_unknown_are_said(example: Store) -> None:
    urn = str(breakers(example, year=2013, draws=0).column("school_urn")[0])
    with pytest.raises(RequestError, match="twice"):
        compare(example, [urn, urn], year=2013, draws=0)
    with pytest.raises(UnknownNameError):
        compare(example, [urn, "999999"], year=2013, draws=0)
