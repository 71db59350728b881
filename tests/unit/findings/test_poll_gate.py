"""The gate and polls: nothing of fewer than ten respondents, nor what tells of them."""

from __future__ import annotations

import pytest

from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Column
from codebreakers.findings.disclosure import hidden_parts, protect, tabulate

FEW, BESIDE = Withheld("few"), Withheld("beside")


@pytest.mark.parametrize("value", [0.0, 37.5, 100.0])
@pytest.mark.parametrize("unit", ["percent", "points", "teachers"])
def test_fewer_than_ten_respondents_have_no_figure(value: float, unit: str) -> None:
    assert protect(Estimate(value, n=9), unit, counts="respondents") == FEW
    assert protect(Estimate(value, n=10), unit, counts="respondents") == Estimate(value, n=10)


@pytest.mark.parametrize(
    ("respondents", "hidden"),
    [
        ((50, 40, 30), (None, None, None)),
        ((50, 40, 9), (None, BESIDE, FEW)),
        ((50, 9, 8), (None, FEW, FEW)),
        ((50, 40, 0), (None, None, None)),
        ((50, 1), (BESIDE, FEW)),
        ((3,), (FEW,)),
        ((), ()),
    ],
)
def test_a_part_that_tells_of_a_small_one_is_withheld_too(respondents, hidden) -> None:
    assert hidden_parts(respondents) == hidden


def test_what_goes_with_a_withheld_figure_does_not_pass_either() -> None:
    names = ("group", "share_percent", "low_percent", "respondents", "effective_respondents")
    table = tabulate(
        "t",
        "T",
        [Column(name, name) for name in names],
        [
            ("a", Estimate(20.0, 5.0, 40.0, n=9), 5.0, 9, 8),
            ("b", Estimate(20.0, n=90), 5.0, 90, 80),
        ],
        counts="respondents",
    )
    assert table.rows == (("a", FEW, FEW, FEW, FEW), ("b", 20.0, 5.0, 90, 80))
