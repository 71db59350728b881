"""What every model refuses, and at which border."""

from __future__ import annotations

import numpy as np
import pytest

from codebreakers.errors import RequestError
from codebreakers.inference.given import (
    at_least_one,
    first_unknown,
    never_known,
    one_table_a_year,
    same_columns,
    same_years,
)

NAN = np.nan


def test_one_draw_is_enough() -> None:
    at_least_one(1)
    for draws in (0, -1):
        with pytest.raises(RequestError, match=f"{draws} draws were asked for"):
            at_least_one(draws)


def test_the_columns_are_those_of_the_fit_in_its_order() -> None:
    same_columns(("a", "b"), ["a", "b"])
    for given in (("b", "a"), ("a",), ("a", "b", "c")):
        with pytest.raises(RequestError, match="fitted to the columns a, b, not to"):
            same_columns(("a", "b"), given)


def test_the_first_thing_that_is_not_known_is_said() -> None:
    columns = {"pupils": np.array([1.0, NAN, 1.0, NAN]), "value": np.array([1.0, 1.0, NAN, NAN])}
    assert first_unknown(columns) == (
        "",
        "pupils is not known",
        "value is not known",
        "pupils is not known",
    )


@pytest.mark.parametrize(
    ("years", "tables", "said"),
    [
        ((), (), "0 years and 0 tables"),
        ((2011, 2012, 2013, 2014), (5, 5, 5, 5), "4 years and 4 tables"),
        ((2011, 2012), (5,), "2 years and 1 tables"),
        ((2012, 2011), (5, 5), "2012, 2011 do not rise"),
        ((2011, 2011), (5, 5), "2011, 2011 do not rise"),
        ((2011, 2012), (5, 6), "tables are of 5, 6 schools"),
    ],
)
def test_years_rise_and_each_has_a_table_of_the_same_schools(years, tables, said) -> None:
    with pytest.raises(RequestError, match=said):
        one_table_a_year(years, tables, 3)


def test_from_one_year_to_the_most() -> None:
    one_table_a_year((2011,), (5,), 3)
    one_table_a_year((2011, 2012, 2014), (5, 5, 5), 3)


def test_a_school_is_left_out_where_no_year_of_it_can_be_used() -> None:
    reasons = [("", "a", "b", ""), ("", "", "c", "d")]
    assert never_known((2011, 2012), reasons) == ("", "", "2011: b; 2012: c", "")


def test_the_years_and_their_columns_are_those_of_the_fit() -> None:
    fitted = ((2011, 2012), (("a", "b"), ("a",)))
    same_years(fitted, ([2011, 2012], [["a", "b"], ["a"]]))
    for given in (
        ((2011, 2013), fitted[1]),
        (fitted[0], (("b", "a"), ("a",))),
        ((2011,), (("a", "b"),)),
    ):
        with pytest.raises(RequestError, match="fitted to 2011 by a, b; 2012 by a, not to"):
            same_years(fitted, given)
