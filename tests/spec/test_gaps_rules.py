"""How far behind are disadvantaged pupils? Each rule in one small case, on every engine."""

from __future__ import annotations

import pytest

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Withheld
from codebreakers.questions.gaps import gaps

SCHOOLS = """
    school TPUP TFSMCLA TNOTFSMCLA PTAC5EM PTAC5EMFSM PTAC5EMNFSM
    A       100      40         60     62%        50%         70%
    B       300      60        240     56%        40%         60%
"""
NATIONAL = """
    Characteristic_category NATden_girls_13 NATden_boys_13 KS4_LEVEL2_EM_girls_13 KS4_LEVEL2_EM_boys_13
    Disadvantaged                       100            100                     50                    30
    Not+disadvantaged                   300            500                    240                   260
"""  # noqa: E501


def values(table):
    return {f.id.removeprefix("gap."): f.value for f in table.findings}


def sources(table):
    return set(table.column("source"))


def test_each_group_is_all_its_pupils_together_and_the_gap_is_others_less_disadvantaged(store):
    table = gaps(store(SCHOOLS), year=2013)
    assert values(table) == pytest.approx(
        {
            "disadvantaged": (40 * 50 + 60 * 40) / 100,
            "other": (60 * 70 + 240 * 60) / 300,
            "all": (100 * 62 + 300 * 56) / 400,
            "difference": (60 * 70 + 240 * 60) / 300 - 44,
        }
    )
    assert table.column("pupils") == (100, 300, 400)
    assert "18.0 points behind" in table["gap.difference"].sentence


def test_a_figure_computed_from_the_schools_says_so(store):
    table = gaps(store(SCHOOLS), year=2013)
    assert sources(table) == {"computed from the 2 schools held, for want of a national table"}
    assert "left out of the tables are not in it" in table["gap.all"].caveats[0]


def test_the_national_table_comes_before_the_schools_and_sexes_are_added_up(store):
    table = gaps(store(SCHOOLS, national=NATIONAL), year=2013)
    assert sources(table) == {"national table"}
    assert values(table) == pytest.approx(
        {"disadvantaged": 40, "other": 62.5, "all": 58, "difference": 22.5}
    )
    assert table.column("pupils") == (200, 800, 1000)


def test_a_part_of_the_national_table_is_not_taken_for_the_whole(store):
    """Girls alone would be a figure of somebody else."""
    table = gaps(store(SCHOOLS, national=NATIONAL.replace(" 30\n", " NA\n")), year=2013)
    assert values(table)["disadvantaged"] == 44
    assert values(table)["other"] == 62.5
    assert [str(said).split()[0] for said in table.column("source")] == [
        "computed",
        "national",
        "computed",
    ]


def test_the_row_of_the_nation_comes_before_the_schools(store):
    held = store(SCHOOLS + "    England  5000    2000       3000     58%        40%         70%\n")
    table = gaps(held, year=2013)
    assert values(table) == {"disadvantaged": 40, "other": 70, "all": 58, "difference": 30}
    assert sources(table) == {"national row of the final schools table"}


def test_others_are_all_less_disadvantaged_where_they_are_not_published(store):
    table = gaps(
        store("""
            school TPUP TFSMCLA PTAC5EM PTAC5EMFSM
            A       100      40     62%        50%
            B       300      60     56%        40%
        """),
        year=2013,
    )
    assert table["gap.other"].value == pytest.approx((62 + 168 - 20 - 24) / 300 * 100)
    assert "as all pupils less the disadvantaged" in table.column("source")[1]


def test_others_are_taken_only_of_schools_that_show_both(store):
    """Where the disadvantaged are withheld, what is left would be some of them too."""
    table = gaps(
        store("""
            school TPUP TFSMCLA PTAC5EM PTAC5EMFSM
            A       100      40     62%        50%
            B       300       4     90%       SUPP
            C        50       0     80%         NE
        """),
        year=2013,
    )
    assert table["gap.other"].value == pytest.approx((62 - 20 + 40) / (60 + 50) * 100)
    assert table.column("pupils") == (40, 110, 450)


def test_a_group_that_is_not_held_is_withheld_and_so_is_the_gap(store):
    table = gaps(store("school TPUP TFSMCLA PTAC5EM\nA 100 40 62%"), year=2013)
    assert table["gap.all"].value == 62
    for name in ("disadvantaged", "other", "difference"):
        figure = table[f"gap.{name}"].figure
        assert isinstance(figure, Withheld)
        assert (figure.code, table[f"gap.{name}"].value) == ("not-held", None)
    assert [cell for cell in table.column("pupils") if not isinstance(cell, int)] == [
        Withheld("not-held"),
        Withheld("not-held"),
    ]


def test_how_many_pupils_is_withheld_where_the_nations_row_does_not_say(store):
    held = store({2016: "school TPUP P8MEA P8MEA_FSM6CLA1A\nEngland - -0.03 -0.38\nA 100 0.2 0.1"})
    table = gaps(held, year=2016, measure="progress8")
    assert table["gap.disadvantaged"].value == -0.38
    assert table.column("pupils")[0] == Withheld("not-held")


def test_fewer_than_ten_pupils_of_schools_are_no_national_figure(store):
    table = gaps(
        store("school TPUP TFSMCLA PTAC5EM PTAC5EMFSM\nA 100 9 62%  44%\n"),
        year=2013,
    )
    assert table["gap.disadvantaged"].figure == Withheld("small")
    assert table.column("value_percent")[0] == Withheld("small")
    assert table["gap.difference"].value is None


def test_a_year_nobody_holds_is_an_error_that_says_what_is_held(store):
    with pytest.raises(CannotAnswerError, match=r"for 2012\. Available: 2013"):
        gaps(store(SCHOOLS), year=2012)


def test_a_year_may_be_written_as_people_write_it(store):
    held = store(SCHOOLS)
    assert gaps(held, year="2012/13").findings == gaps(held, year=2013).findings
