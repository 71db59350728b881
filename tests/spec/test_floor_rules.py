"""Who was below the floor? Each rule in one small case, on every engine."""

from __future__ import annotations

import pytest
from tiny_tables import urn

from codebreakers.errors import CannotAnswerError, RequestError, UnknownNameError
from codebreakers.peers.population import Scope
from codebreakers.questions.floor import below_in, floor

# English medians 70, maths 60; A alone is below in all three.
FIVE_2014 = """
    school TPUP PTAC5EM_PTQ PT24ENGPRG_PTQ PT24MATHPRG_PTQ REGION
    A       100      39%          69%            59%       North
    B       100      40%          60%            50%       North
    C       100      39%          70%            50%       South
    D       100      39%          60%            60%       South
    E       100      80%          90%            90%       South
    F       100      90%          90%            90%       South
"""
# A is below; B is not, for equal is not below; C's limits reach nought.
EIGHT_2017 = """
    school TPUP P8MEA P8CILOW P8CIUPP
    A       100 -0.51   -0.90   -0.01
    B       100 -0.50   -0.90   -0.01
    C       100 -0.80   -1.60    0.00
    D       100  0.30    0.10    0.50
"""


def table(store, tables, **asked):
    return floor(store(tables), everyone=True, draws=0, **asked)


def statuses(found, year):
    return "".join(
        {"below": "X", "not below": ".", "no standard": "-", "cannot tell": "?"}[cell]
        for cell in found.column(f"status_{year}")
    )


def whys(found, year):
    return dict(zip(found.column("school_name"), found.column(f"why_{year}"), strict=True))


def test_below_is_below_all_three(store):
    """39 is below 40 and 40 is not; at a national median is not below it."""
    found = table(store, {2014: FIVE_2014}, years=2014)
    assert statuses(found, 2014) == "X....."
    assert found["floor.below.count"].value == 1
    assert found["floor.below.count"].figure.n == 6


def test_medians_are_of_schools_in_the_whole_country(store):
    found = table(store, {2014: FIVE_2014}, years=2014, scope=Scope(region="North"))
    assert found["floor.below.2014.median.english_progress"].value == 69.5
    assert statuses(found, 2014) == "X."


def test_progress_8_is_below_with_its_upper_limit_below_nought(store):
    found = table(store, {2017: EIGHT_2017}, years=2017)
    assert statuses(found, 2017) == "X..."


def test_coasting_is_the_same_with_a_higher_bar(store):
    found = table(store, {2014: FIVE_2014}, years=2014, standard="coasting")
    assert statuses(found, 2014) == "XX...."
    assert "coasting.below.count" in {f.id for f in found.findings}


def test_no_standard_is_in_force_from_2019(store):
    held = {2017: EIGHT_2017, 2019: EIGHT_2017}
    found = table(store, held, years=(2017, 2019))
    assert statuses(found, 2019) == "----"
    assert set(found.column("why_2019")) == {"no floor standard is in force"}


def test_the_smallest_are_not_judged_and_are_in_no_median(store):
    """Fewer than 11 until 2015: with G the English median would be lower, and without H higher."""
    small = FIVE_2014 + "    G 10 0% 0% 0% South\n    H 11 0% 0% 0% South\n"
    found = table(store, {2014: small}, years=2014)
    assert statuses(found, 2014) == "......-X"
    assert whys(found, 2014)["School G"] == "fewer than 11 pupils"
    assert found["floor.below.2014.median.english_progress"].value == 69


def test_from_2016_five_are_too_few_and_six_are_not(store):
    rows = EIGHT_2017 + "    E 5 -0.9 -1.2 -0.6\n    F 6 -0.9 -1.2 -0.6\n"
    found = table(store, {2017: rows}, years=2017)
    assert statuses(found, 2017) == "X...-X"


def test_under_half_the_cohort_with_earlier_results_is_not_judged(store):
    rows = """
        school TPUP P8MEA P8CIUPP P8MEACOV
        A       100 -0.90   -0.50      49%
        B       100 -0.90   -0.50      50%
        C       100 LOWCOV LOWCOV      10%
    """
    found = table(store, {2018: rows}, years=2018)
    assert statuses(found, 2018) == "-X-"
    assert "less than half the cohort" in whys(found, 2018)["School A"]


def test_the_publishers_code_alone_says_that_too_few_could_be_matched(store):
    rows = EIGHT_2017 + "    E 100 LOWCOV LOWCOV LOWCOV\n"
    found = table(store, {2017: rows}, years=2017)
    assert statuses(found, 2017) == "X...-"


def test_an_unpublished_result_cannot_be_told_and_its_code_says_why(store):
    rows = EIGHT_2017 + "    E 100 SUPP SUPP SUPP\n    F 100 - - -\n    G 100 -0.9 -1.2 -\n"
    found = table(store, {2017: rows}, years=2017)
    assert statuses(found, 2017) == "X...???"
    assert list(whys(found, 2017).values())[4:] == [
        "too few pupils to publish",
        "left blank in the published file",
        "its upper limit of progress8 is not in the tables held",
    ]


def test_special_and_independent_schools_are_not_asked_about(store):
    rows = EIGHT_2017.replace("TPUP", "TPUP RECTYPE NFTYPE").replace(" 100 ", " 100 1 CY ")
    rows += "    E 100 2 CYS -2 -3 -1\n    F 100 1 IND -2 -3 -1\n"
    found = table(store, {2017: rows}, years=2017)
    assert len(found) == 4


def test_one_condition_that_does_not_hold_settles_it(store):
    """Without expected progress nobody is found below, and who has 40% is known not to be."""
    rows = """
        school TPUP PTAC5EM_PTQ_EE
        A       100            39%
        B       100            40%
    """
    found = table(store, {2014: FIVE_2014, 2015: rows}, years=(2014, 2015))
    assert statuses(found, 2015)[:2] == "?."
    assert whys(found, 2015)["School A"].startswith("no table held has english_progress")
    assert found["floor.judged"].value == 1
    assert "1 are known not to be below" in found["floor.judged"].sentence


def test_without_limits_who_has_the_score_is_known_not_to_be_below(store):
    rows = """
        school TPUP P8MEA
        A       100 -0.51
        B       100 -0.50
    """
    found = table(store, {2016: rows, 2017: EIGHT_2017}, years=(2016, 2017))
    assert statuses(found, 2016)[:2] == "?."
    assert "no table held has any school's upper limit" in whys(found, 2016)["School A"]


def test_a_school_that_is_not_in_a_years_table_cannot_be_told(store):
    found = table(store, {2014: FIVE_2014, 2017: EIGHT_2017}, years=(2014, 2017))
    assert statuses(found, 2017) == "X...??"
    assert whys(found, 2017)["School E"] == "not in the tables of 2016/17"


def test_a_year_that_is_not_held_cannot_be_told(store):
    found = table(store, {2014: FIVE_2014}, years=range(2013, 2015))
    assert statuses(found, 2013) == "??????"
    assert "no results table for 2013" in whys(found, 2013)["School A"]


def test_a_year_without_a_declared_rule_cannot_be_told(store):
    found = table(store, {2014: FIVE_2014}, years=(2013, 2014), standard="coasting")
    assert statuses(found, 2013) == "??????"
    assert set(found.column("why_2013")) == {"the coasting rule of 2012/13 is not known"}


def test_where_no_year_can_be_judged_it_says_why_of_each(store):
    with pytest.raises(CannotAnswerError, match=r"2019, no floor standard.*2020, no floor"):
        table(store, {2014: FIVE_2014}, years=(2019, 2020))


def test_technical_colleges_and_studio_schools_are_counted_both_ways(store):
    rows = EIGHT_2017.replace("TPUP", "TPUP NFTYPE").replace(" 100 ", " 100 CY ")
    rows += "    E 100 UTC -2 -3 -1\n    F 100 SS -2 -3 -1\n"
    found = table(store, {2017: rows}, years=2017)
    assert found["floor.below.2017.count"].value == 3
    assert found["floor.below.2017.without_utc_and_studio"].value == 1
    assert found.column("utc_or_studio") == (False, False, False, False, True, True)


def test_those_flagged_as_closed_are_counted_both_ways(store):
    rows = EIGHT_2017.replace("TPUP", "TPUP ICLOSE").replace(" 100 ", " 100 0 ")
    found = table(store, {2017: rows + "    E 100 1 -2 -3 -1\n"}, years=2017)
    assert found["floor.below.2017.count"].value == 2
    assert found["floor.below.2017.without_closed"].value == 1


def test_without_a_flag_of_closed_schools_that_count_is_withheld(store):
    found = table(store, {2017: EIGHT_2017}, years=2017)
    assert found["floor.below.2017.without_closed"].value is None


# Runs ---------------------------------------------------------------------------------------


def eights(**years):
    """Progress 8 of 2016 to 2018, a word a school: X below, . not below, ? not published."""
    cells = {"X": "100 -1 -1.4 -0.6", ".": "100 1 0.6 1.4", "?": "100 SUPP SUPP SUPP"}
    tables = {}
    for y, year in enumerate((2016, 2017, 2018)):
        lines = [f"{who} {cells[marks[y]]}" for who, marks in years.items() if marks[y] != " "]
        tables[year] = "\n".join(["school TPUP P8MEA P8CILOW P8CIUPP", *lines])
    return tables


def test_a_run_is_below_in_every_year_that_could_be_judged(store):
    held = store(eights(A="XXX", B="XX.", C="XX?", D=" XX", E="X??", F="..."))
    found = floor(held, years=range(2016, 2019), run=3, draws=0)
    assert found["floor.run.count"].value == 1
    assert found["floor.run.fewer"].value == 2
    judged = dict(zip(found.column("school_name"), found.column("judged"), strict=True))
    assert judged == {"School A": "3 of 3", "School C": "2 of 3", "School D": "2 of 3"}


def test_a_run_counts_only_years_that_could_be_judged_and_says_how_many(store):
    """In 2015, without expected progress, A cannot be told, and B is known not to be below."""
    marks = eights(A="XXX", B="XXX", C="XXX")
    marks[2015] = "school TPUP PTAC5EM_PTQ_EE\n A 100 30%\n B 100 50%"
    found = floor(store(marks), years=range(2015, 2019), run=4, draws=0)
    assert found["floor.run.count"].value == 2
    assert "3 of 4 years could be judged" in found["floor.run.count"].sentence
    assert found.column("school_name") == ("School A", "School C")


def test_a_year_without_a_standard_is_no_part_of_a_run(store):
    tables = eights(A="XXX")
    found = floor(store(tables | {2019: tables[2018]}), years=range(2017, 2020), run=3, draws=0)
    assert found["floor.run.count"].value == 1
    assert "In 2019 no standard was in force" in found["floor.run.count"].sentence


def test_one_year_that_could_be_judged_is_no_run(store):
    found = floor(store({2017: EIGHT_2017}), years=range(2016, 2018), run=2, draws=0)
    assert found["floor.run.count"].value is None
    assert len(found) == 0


def test_a_run_is_of_the_last_of_the_years(store):
    held = store(eights(A="XX.", B=".XX"))
    found = floor(held, years=range(2016, 2019), run=2, draws=0)
    assert found.column("school_name") == ("School B",)


def test_coasting_asks_for_three_years_running_by_itself(store):
    held = store(eights(A="XXX", B="XX."))
    found = floor(held, years=range(2016, 2019), standard="coasting", draws=0)
    assert found["coasting.run.count"].value == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"years": range(2016, 2019), "run": 4}, "run of 4 years cannot be found in 3"),
        ({"years": range(2016, 2019), "run": 1}, "run of 1 years"),
        ({"years": (2016, 2018), "run": 2}, "do not follow one another"),
        ({"years": ()}, "No year"),
        ({"years": "soon"}, "not a results year"),
    ],
)
def test_a_wrong_request_is_refused(store, asked, said):
    with pytest.raises(RequestError, match=said):
        floor(store(eights(A="XXX")), draws=0, **asked)


# Who is asked about -------------------------------------------------------------------------


def test_only_those_below_are_listed_unless_schools_or_all_are_asked_for(store):
    held = store({2017: EIGHT_2017})
    assert floor(held, years=2017, draws=0).column("school_name") == ("School A",)
    listed = Scope(schools=(urn("B"), urn("A"), "999999"))
    found = floor(held, years=2017, scope=listed, draws=0)
    assert found.column("school_name") == ("School A", "School B")
    missing = "1 of the 3 schools listed have no results in those years: 999999."
    assert missing in found.notes


def test_a_place_or_school_that_no_year_has_is_refused(store):
    held = store({2014: FIVE_2014, 2017: EIGHT_2017})
    with pytest.raises(UnknownNameError, match="Atlantis"):
        floor(held, years=(2014, 2017), scope=Scope(region="Atlantis"), draws=0)
    with pytest.raises(UnknownNameError, match="999999"):
        floor(held, years=(2014, 2017), scope=Scope(schools=("999999",)), draws=0)


def test_by_default_the_five_years_to_the_newest_with_a_standard(store):
    tables = eights(A="XXX")
    found = floor(store(tables | {2019: tables[2018]}), draws=0)
    assert [c.name for c in found.columns if c.name.startswith("status")] == [
        f"status_{y}" for y in range(2014, 2019)
    ]


def test_the_national_answer_counts_or_says_why_not(store):
    said = {f.id: f for f in below_in(store({2017: EIGHT_2017}), 2017)}
    assert said["floor.below.count"].value == 1
    assert said["floor.run.count"].value is None
    with pytest.raises(CannotAnswerError, match="no floor standard is in force"):
        below_in(store({2017: EIGHT_2017}), 2019)


# What came after ----------------------------------------------------------------------------


def thirteen_low(then, now):
    """A in the North, B to M in the South, all as low in 2017; N above them in both years."""
    letters = "ABCDEFGHIJKLMN"
    tables = {}
    for year, scores in ((2017, then), (2018, now)):
        lines = ["school TPUP P8MEA P8CILOW P8CIUPP REGION"]
        for letter in letters:
            score = {"A": scores, "N": 0.3}.get(letter, -0.9)
            where = "North" if letter == "A" else "South"
            lines.append(f"{letter} 100 {score} {score - 0.2:.1f} {score + 0.2:.1f} {where}")
        tables[year] = "\n".join(lines)
    return tables


def test_a_rise_is_beside_that_of_equally_low_schools_elsewhere(store):
    """Of 14, thirteen tie at place 46; then A is at 100 and the twelve at 42."""
    held = store(thirteen_low(-0.9, 2.0))
    north = Scope(region="North")
    found = floor(held, years=(2017, 2018), after=True, scope=north, draws=0)
    assert found["floor.after.rise"].value == pytest.approx(100 - 600 / 13)
    assert found["floor.after.difference"].value == pytest.approx(100 - 550 / 13)
    assert found["floor.after.difference"].figure.n == 1
    assert len(found) == 1
    assert found.column("others") == (12,)


def test_a_step_away_is_not_equally_low(store):
    held = store(thirteen_low(-1.1, 2.0))
    north = Scope(region="North")
    found = floor(held, years=(2017, 2018), after=True, scope=north, draws=0)
    assert found["floor.after.difference"].value is None
    assert "fewer than 10" in found["floor.after.difference"].sentence
    assert len(found) == 0


def test_where_limits_decide_nobody_as_low_is_compared_with_in_the_whole_country(store):
    """Who is as low and not below has wide limits: it is small, and rises by chance."""
    found = floor(store(thirteen_low(-0.9, 2.0)), years=(2017, 2018), after=True, draws=0)
    assert found["floor.after.rise"].figure.n == 13
    assert "rises by chance" in found["floor.after.difference"].sentence


def test_a_school_without_a_later_result_is_counted_and_has_no_rise(store):
    tables = thirteen_low(-0.9, 2.0)
    tables[2018] = "\n".join(line for line in tables[2018].splitlines() if line[0] != "B")
    found = floor(store(tables), years=(2017, 2018), after=True, draws=0)
    assert "Of 13 schools below in 2016/17, 12 have a result" in found["floor.after.rise"].sentence


def test_after_needs_a_later_year_with_results_and_a_school_that_was_below(store):
    held = store(thirteen_low(-0.9, 2.0))
    with pytest.raises(CannotAnswerError, match="a later one"):
        floor(held, years=(2016, 2017), after=True, draws=0)
    listed = Scope(schools=(urn("N"),))
    with pytest.raises(CannotAnswerError, match="No school asked about was below"):
        floor(held, years=(2017, 2018), after=True, scope=listed, draws=0)


def test_the_chance_of_being_truly_below_is_shown_for_each_year_and_for_a_run(store):
    """Twelve at -0.95 with narrow limits surely are, twelve are not; one at the line may be."""
    scores = ("100 -0.95 -1.15 -0.75", "100 0.1 -0.1 0.3")
    lines = [f"{chr(65 + i)} {scores[i % 2]}" for i in range(24)]
    lines = ["school TPUP P8MEA P8CILOW P8CIUPP", *lines, "Z 100 -0.51 -0.71 -0.31"]
    table = "\n".join(lines)
    found = floor(store({2017: table, 2018: table}), years=(2017, 2018), run=2)
    chance = dict(zip(found.column("school_name"), found.column("probability_2018"), strict=True))
    assert chance["School A"] > 0.99
    assert 0.2 < chance["School Z"] < 0.8
    low, high = (found.column(f"{end}_probability_run")[-1] for end in ("low", "high"))
    each = [found.column(f"probability_{year}")[-1] for year in (2017, 2018)]
    assert low == pytest.approx(each[0] * each[1])
    assert high == min(each)
    wrong = sum(1 - value for value in chance.values())
    assert found["floor.below.2018.expected_wrong"].value == pytest.approx(wrong)
