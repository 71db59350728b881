"""Who moves when the measure changes? Each rule in one small case, on every engine."""

from __future__ import annotations

import pytest

from codebreakers.errors import CannotAnswerError, RequestError, UnknownNameError
from codebreakers.estimates import Withheld
from codebreakers.peers.population import Scope
from codebreakers.questions.league import league

# By five good GCSEs A is 1st, B and C share 2.5, D is 4th, E 5th; by value added E, B, C, D, A.
FIVE = """
    school TPUP TFSMCLA PTAC5EM B8VAMEA REGION LEA_NAME
    A       100      40     90%     900 North   Ash
    B       100      20     70%    1010 North   Ash
    C       100      50     70%    1000 South   Elm
    D       100      10     40%     990 South   Elm
    E       100      30     20%    1020 South   Elm
"""
PUBLISHED = {"draws": 0}


def by_school(table):
    names = [column.name for column in table.columns]
    return {row[0][-1]: dict(zip(names, row, strict=True)) for row in table.rows}


def test_ranks_start_with_the_best_and_ties_share_their_mean(store):
    rows = by_school(league(store(FIVE), year=2013, by="school", **PUBLISHED))
    assert [rows[urn]["rank_old"] for urn in "12345"] == [1, 2.5, 2.5, 4, 5]
    assert [rows[urn]["rank_new"] for urn in "12345"] == [5, 2, 3, 4, 1]


def test_a_fall_is_the_new_percentile_rank_less_the_old(store):
    """Of five schools a place is 25 points."""
    rows = by_school(league(store(FIVE), year=2013, by="school", **PUBLISHED))
    falls = [rows[urn]["rank_fall_points"] for urn in "12345"]
    assert falls == [100, -12.5, 12.5, 0, -100]


def test_a_school_that_falls_just_as_far_as_the_threshold_is_counted(store):
    held = store(FIVE)
    shares = [
        league(held, year=2013, threshold=t, **PUBLISHED)["league.fallers.share"].value
        for t in (12.5, 12.6, 100)
    ]
    assert shares == [40, 20, 20]
    assert league(held, year=2013, **PUBLISHED)["league.risers.share"].value == 20


def test_the_whole_curve_has_a_row_a_threshold_and_the_one_asked_about(store):
    table = league(store(FIVE), year=2013, threshold=12.5, **PUBLISHED)
    assert table.column("threshold_points") == (10, 12.5, 15, 20, 25, 30, 35, 40, 45, 50)
    assert table.column("falling_percent") == (40, 40, *[20] * 8)


def test_a_region_has_both_readings_of_its_share(store):
    table = league(store(FIVE), year=2013, threshold=10, **PUBLISHED)
    assert table["league.fallers.north"].value == 50  # A, of A and B
    assert table["league.fallers.north.of_fallers"].value == 50  # A, of A and C
    assert table["league.fallers.south"].value == pytest.approx(100 / 3)
    rows = league(store(FIVE), year=2013, threshold=10, by="region", **PUBLISHED).rows
    assert [row[:3] for row in rows] == [("North", 2, 1), ("South", 3, 1), ("all of them", 5, 2)]
    assert [row[-1] for row in rows] == [50, 50, 100]


def test_only_schools_with_both_are_ranked(store):
    held = store(FIVE + "    F 100 30 99% NA North Ash\n    G 100 30 SUPP 1099 North Ash\n")
    table = league(held, year=2013, by="school", **PUBLISHED)
    assert set(by_school(table)) == set("12345")
    assert table["league.fallers.share"].figure.n == 5


def test_all_are_ranked_and_the_schools_asked_about_are_counted(store):
    table = league(store(FIVE), year=2013, scope=Scope(region="South"), **PUBLISHED)
    assert table.column("school_name") == ("School C", "School D", "School E")
    assert table.column("rank_new") == (3, 4, 1)
    assert table["league.fallers.share"].value == 0
    wide = league(store(FIVE), year=2013, scope=Scope(authority="Ash"), by="authority", **PUBLISHED)
    assert [row[:3] for row in wide.rows] == [("Ash", 2, 1), ("all of them", 2, 1)]


def test_fifths_of_disadvantage_and_the_slope(store):
    """Falls by share: D (10) 0, B (20) -12.5, E (30) -100, A (40) 100, C (50) 12.5."""
    table = league(store(FIVE), year=2013, by="fifth", **PUBLISHED)
    assert [row[1:3] for row in table.rows] == [(1, 0), (1, 0), (1, 0), (1, 1), (1, 0), (5, 1)]
    most = league(store(FIVE), year=2013, threshold=10, **PUBLISHED)
    assert most["league.fallers.most_disadvantaged_fifth"].value == 100
    assert isinstance(most["league.slope"].figure, Withheld)  # of five schools
    twice = FIVE + "".join(
        line.replace(f"    {a} ", f"    {b} ") + "\n"
        for line in FIVE.splitlines()
        for a, b in zip("ABCDE", "FGHIJ", strict=True)
        if line.startswith(f"    {a} ")
    )
    slope = league(store(twice), year=2013, **PUBLISHED)["league.slope"].figure
    # Places double; the least squares line of falls on shares, for 10 points of share.
    falls = {10: 0, 20: -100 / 9, 30: -800 / 9, 40: 800 / 9, 50: 100 / 9}
    line = sum((x - 30) * fall for x, fall in falls.items()) / sum((x - 30) ** 2 for x in falls)
    assert slope.value == pytest.approx(10 * line)
    assert slope.low < slope.value < slope.high


def test_two_things_measured_give_a_rank_that_differs_and_no_chance(store):
    table = league(store(FIVE), year=2013)
    figure = table["league.chance"].figure
    assert isinstance(figure, Withheld)
    assert "measure different things" in figure.reason
    assert "no limits are published around the best 8 value added score in 2013" in figure.reason
    assert "not a real fall" in table["league.fallers.share"].caveats[0]
    assert not [f.id for f in table.findings if f.id.startswith("league.real")]


ONE = {"year": 2013, "old": "five_good_gcses", "new": "five_good_gcses", "old_year": 2012}
TWO_YEARS = {
    2012: """
    school TPUP TFSMCLA PTAC5EM
    A       100      40     90%
    B       100      20     70%
    C       100      50     50%
    D       100      10     30%
""",
    2013: """
    school TPUP TFSMCLA PTAC5EM
    B       100      20     70%
    C       100      50     80%
    D       100      10     30%
    E       100      10     99%
""",
}


def test_one_measure_in_two_years_follows_schools_by_urn(store):
    """B, C and D have both: C passes B."""
    for by_urn in (False, True):
        table = league(store(TWO_YEARS), by="school", by_urn=by_urn, **ONE, **PUBLISHED)
        rows = by_school(table)
        assert {urn: rows[urn]["rank_fall_points"] for urn in rows} == {"2": 50, "3": -50, "4": 0}
        said = " ".join(table["league.fallers.share"].caveats)
        # No register is held that says which URN followed which.
        assert "by URN: one that was given another is not here" in said
        assert not [f for f in table.findings if f.id == "league.by_urn"]


def test_a_measure_and_a_year_against_itself_is_no_change(store):
    with pytest.raises(RequestError, match="both the old and the new measure of 2013"):
        league(store(FIVE), year=2013, old="five_good_gcses", new="five_good_gcses")


PARTS = """
    school TPUP TFSM6CLA1A ATT8SCR P8MEA P8PUP P8MEAENG P8MEAMAT
    A       100         40    50.1   1.0    90      1.2      0.2
    B       100         20    40.1   0.5    90      0.2      1.0
    C       100         50    30.1   0.0    90      0.1      NA
    D       100         10    60.1  -0.5    90     -0.5     -0.5
"""


def test_a_proposed_measure_is_its_parts_times_their_weights(store):
    """Twice English and mathematics once: 2.6, 1.4, -1.5; C has no mathematics."""
    table = league(
        store({2016: PARTS}),
        year=2016,
        old="attainment8",
        new="2*p8_english + 1*p8_maths",
        by="school",
        **PUBLISHED,
    )
    rows = by_school(table)
    assert {urn: rows[urn]["new_points"] for urn in rows} == {"1": 2.6, "2": 1.4, "4": -1.5}
    assert [rows[urn]["rank_new"] for urn in "124"] == [1, 2, 3]


def test_sums_that_are_equal_tie_whatever_their_fractions(store):
    """0.1 * 1.2 + 0.3 * 0.2 and 0.1 * 0.6 + 0.3 * 0.4 are both 0.18."""
    parts = PARTS.replace("0.2      1.0", "0.6      0.4")
    table = league(
        store({2016: parts}), year=2016, new="0.1*p8_english+0.3*p8_maths", by="school", **PUBLISHED
    )
    assert [row["rank_new"] for row in by_school(table).values()] == [1.5, 1.5, 3]


def test_chance_of_a_proposed_measure_is_never_invented(store):
    held = store({2016: PARTS})
    table = league(held, year=2016, old="progress8", new="0.5*p8_english+0.5*p8_maths")
    assert "no table says how" in table["league.chance"].sentence
    assert isinstance(table["league.chance"].figure, Withheld)


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"threshold": 0}, RequestError, "threshold of 0"),
        ({"threshold": float("nan")}, RequestError, "threshold of nan"),
        ({"correlation": 1.1}, RequestError, "correlation of 1.1"),
        ({"by": "shoe-size"}, UnknownNameError, "no grouping 'shoe-size'"),
        ({"new": "progress9"}, UnknownNameError, "no measure 'progress9'"),
        ({"new": "disadvantaged_percent"}, RequestError, "who the pupils are"),
        ({"old_year": 2012}, CannotAnswerError, "2012"),
        ({"new": "progress8"}, CannotAnswerError, "progress8"),
        ({"scope": Scope(region="West")}, UnknownNameError, "no region 'West'"),
        ({"by": "prior"}, CannotAnswerError, "ks2_points"),
    ],
)
def test_what_cannot_be_asked_is_said(store, asked, error, words):
    with pytest.raises(error, match=words):
        league(store(FIVE), **({"year": 2013} | PUBLISHED | asked))


def test_without_a_year_it_is_the_newest_that_has_both(store):
    held = store({2012: FIVE, 2013: FIVE.replace("B8VAMEA", "KS2APS").replace(" 900", "  28")})
    assert league(held, **PUBLISHED)["league.fallers.share"].year == 2012
