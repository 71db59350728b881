"""Who has cracked the code? Each rule in one small case, on every engine."""

from __future__ import annotations

import pytest

from codebreakers.errors import CannotAnswerError, RequestError, UnknownNameError
from codebreakers.estimates import Estimate, Withheld
from codebreakers.peers.population import Scope
from codebreakers.questions.codebreakers import Rule, breakers

# All pupils together: (100 x 50 + 100 x 60 + 100 x 70) / 300 = 60.
THREE = """
    school TPUP TFSMCLA PTAC5EM PTAC5EMFSM
    A       100      40     50%        60%
    B       100      20     60%        61%
    C       100      50     70%        30%
"""
PLACES = """
    school TPUP TFSMCLA PTAC5EM PTAC5EMFSM LEA_NAME     REGION
    A       100      40     50%        90%  Leeds       Yorkshire_and_the_Humber
    B       100      20     60%        80%  Birmingham  West_Midlands
    C       100      50     70%        30%  Birmingham  West_Midlands
"""


def names(table):
    return [str(name).removeprefix("School ") for name in table.column("school_name")]


def value(table, finding):
    return table[f"breakers.{finding}"].value


def test_a_school_counts_when_its_disadvantaged_pupils_are_above_all_pupils(store):
    """Equal is not above."""
    table = breakers(store(THREE), year=2013)
    assert names(table) == ["B"]
    assert (value(table, "count"), value(table, "judged")) == (1, 3)
    assert value(table, "share") == 100 / 3
    assert "1 of 3 schools (33.3%)" in table["breakers.count"].sentence


def test_the_rate_to_beat_can_be_given(store):
    table = breakers(store(THREE), year=2013, rule=Rule(national_rate=59.9))
    assert names(table) == ["A", "B"]
    assert "above 59.9" in table["breakers.count"].definition


def test_a_school_whose_result_is_withheld_is_not_judged(store):
    table = breakers(
        store(THREE + "    D  100 4 60% SUPP\n    E 100 0 60% NE\n    F 100 20 60% -\n"), year=2013
    )
    assert value(table, "judged") == 3


def test_a_least_number_of_pupils_leaves_out_those_with_fewer_or_unknown(store):
    held = store(THREE + "    D  100 - 60% 99%\n")
    assert value(breakers(held, year=2013), "judged") == 4
    table = breakers(held, year=2013, rule=Rule(min_pupils=40))
    assert (names(table), value(table, "judged")) == ([], 2)


def test_a_least_share_of_disadvantaged_pupils_includes_the_share_itself(store):
    table = breakers(store(THREE), year=2013, rule=Rule(min_disadvantaged=40))
    assert value(table, "judged") == 2
    assert value(breakers(store(THREE), year=2013), "highly_disadvantaged") == 0


def test_grammar_schools_are_in_or_out_and_both_are_shown(store):
    held = store("""
        school TPUP TFSMCLA PTAC5EM PTAC5EMFSM ADMPOL
        A       100      40     50%        60%   COMP
        B       100      20     60%        61%   COMP
        C       100      50     70%        90%    SEL
    """)
    assert names(breakers(held, year=2013)) == ["B", "C"]
    table = breakers(held, year=2013, rule=Rule(selective="out"))
    assert (names(table), value(table, "judged")) == (["B"], 2)
    assert value(table, "choice.national.in.0") == 100 * 2 / 3
    assert value(table, "choice.national.out.0") == 50


def test_special_and_independent_schools_are_left_out_and_it_is_said(store):
    held = store("""
        school RECTYPE NFTYPE TPUP TFSMCLA PTAC5EM PTAC5EMFSM
        A            1     CY  100      40     60%        70%
        B            2    CYS   20      10     60%        90%
        C            1    IND  100      10     60%        90%
        D            1     AC  100      40     60%        50%
    """)
    table = breakers(held, year=2013)
    assert (names(table), value(table, "judged")) == (["A"], 2)
    said = " ".join(table["breakers.count"].caveats)
    assert "1 special schools, 1 independent and other schools" in said


def test_fifths_of_disadvantage_are_by_rank_the_fifth_the_most_disadvantaged(store):
    held = store("""
        school TPUP TFSMCLA PTAC5EM PTAC5EMFSM
        A       100      10     50%        60%
        J       100      99     50%        40%
        C       100      12     50%        40%
        D       100      13     50%        60%
        E       100      14     50%        40%
        F       100      15     50%        40%
        G       100      16     50%        40%
        H       100      17     50%        60%
        I       100      98     50%        60%
        B       100      11     50%        60%
    """)
    table = breakers(held, year=2013)
    assert [value(table, f"fifth.{n}") for n in range(1, 6)] == [2, 1, 0, 1, 1]
    assert [table[f"breakers.fifth.{n}"].figure.n for n in range(1, 6)] == [2] * 5


def test_the_schools_come_in_order_of_name(store):
    held = store("""
        school SCHNAME TPUP TFSMCLA PTAC5EM PTAC5EMFSM
        A       Zebra   100      40     50%        60%
        B       Abbey   100      20     50%        61%
    """)
    assert names(breakers(held, year=2013)) == ["Abbey", "Zebra"]


def test_a_progress_score_is_held_against_what_it_is_centred_on(store):
    """Not against the national mean of the score, which is near it and is not it."""
    held = store(
        {
            2016: """
            school  TPUP TFSM6CLA1A P8MEA P8MEA_FSM6CLA1A
            England    -          - -0.03           -0.38
            A        100         40 -0.20           -0.02
            B        100         40  0.20            0.01
        """
        }
    )
    table = breakers(held, year=2016, measure="progress8")
    assert names(table) == ["B"]
    assert "above 0.00" in table["breakers.count"].definition
    assert not [f.id for f in table.findings if f.id.startswith("breakers.choice.schools")]
    assert table.columns[4].name == "rate"
    assert table.shown(table.rows[0], 4) == "0.01"


def test_below_ten_pupils_all_or_none_is_not_shown_nor_what_would_tell_it(store):
    held = store("""
        school TPUP TFSMCLA PTAC5EM PTAC5EMFSM
        A       100       8     50%       100%
        B       100      10     50%       100%
        C       100       8     50%        63%
        D       100      60     50%        10%
    """)
    table = breakers(held, year=2013)
    shown = {
        row[1]: [cell if isinstance(cell, Withheld) else True for cell in row[4:7]]
        for row in table.rows
    }
    assert shown == {
        "School A": [Withheld("small")] * 3,
        "School B": [True] * 3,
        "School C": [True] * 3,
    }


def test_few_schools_are_no_secret(store):
    table = breakers(store(THREE), year=2013, rule=Rule(national_rate=99))
    assert table["breakers.share"].figure == Estimate(
        0.0, n=3, method="count", no_interval="no interval until chance is allowed for"
    )


def test_only_the_schools_asked_about_are_judged_against_the_same_rate(store):
    held = store(PLACES)
    for scope in (
        Scope(region="West Midlands"),
        Scope(region="west midlands "),
        Scope(authority="birmingham"),
        Scope(schools=("100002", "100003")),
    ):
        table = breakers(held, year=2013, scope=scope)
        assert (names(table), value(table, "judged")) == (["B"], 2)
        assert "above 60.0" in table["breakers.count"].definition


def test_a_scope_that_leaves_nothing_is_not_known_rather_than_nought(store):
    scope = Scope(region="West Midlands", authority="Leeds")
    table = breakers(store(PLACES), year=2013, scope=scope)
    for finding in ("breakers.count", "breakers.share"):
        assert table[finding].figure == Withheld("not-held", "no school has a result to judge")
        assert table[finding].sentence == "Not known: no school has a result to judge."
    assert (len(table), value(table, "judged")) == (0, 0)


def test_a_name_nobody_has_is_answered_with_the_nearest(store):
    held = store(PLACES)
    for scope, nearest in (
        (Scope(region="West Midland"), "West Midlands"),
        (Scope(authority="Brimingham"), "Birmingham"),
        (Scope(schools=("100009",)), "100003"),
    ):
        with pytest.raises(UnknownNameError) as met:
            breakers(held, year=2013, scope=scope)
        assert nearest in met.value.available
    with pytest.raises(UnknownNameError, match="Did you mean 'five_good_gcses'"):
        breakers(held, year=2013, measure="five_good_gcse")


def test_a_year_not_held_says_which_are(store):
    with pytest.raises(CannotAnswerError, match="No results table for 2015 is held") as met:
        breakers(store(THREE), year=2015)
    assert met.value.available == ("2013",)


@pytest.mark.parametrize(
    "choice",
    [
        {"selective": "maybe"},
        {"min_pupils": -1},
        {"min_disadvantaged": 101},
        {"min_disadvantaged": float("nan")},
        {"national_rate": float("nan")},
        {"national_rate": float("inf")},
    ],
)
def test_a_choice_that_is_none_is_refused(choice):
    with pytest.raises(RequestError):
        Rule(**choice)
