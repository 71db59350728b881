"""The regional divide: each rule in one small case, on every engine."""

from __future__ import annotations

import math

import pytest

from codebreakers.errors import CannotAnswerError, RequestError, UnknownNameError
from codebreakers.estimates import Withheld
from codebreakers.peers.population import Scope
from codebreakers.questions.gaps import gaps

SCHOOLS = """
    school TPUP TFSMCLA TNOTFSMCLA PTAC5EM PTAC5EMFSM PTAC5EMNFSM REGION      LEA LEA_NAME
    A       100      40         60     62%        50%         70% London      201 Camden
    B       300      60        240     56%        40%         60% London      202 Barnet
    C       200      50        150     50%        20%         60% South_West  901 Devon
    D       200      50        150     50%        30%         50% North_East  801 Durham
"""


def cells(table, area):
    names = [column.name for column in table.columns]
    row = next(row for row in table.rows if row[0] == area)
    return dict(zip(names, row, strict=True))


def test_an_areas_figure_is_all_its_pupils_together(store):
    table = gaps(store(SCHOOLS), year=2013, by="region")
    assert table.column("region") == ("London", "North East", "South West")
    london = cells(table, "London")
    assert (london["schools"], london["disadvantaged_pupils"]) == (2, 100)
    assert london["disadvantaged_percent"] == pytest.approx(44)
    assert london["other_percent"] == pytest.approx(62)
    assert london["gap_points"] == pytest.approx(18)
    assert table["gap.region.london"].value == pytest.approx(18)
    assert table["gap.region.north_east"].value == pytest.approx(20)


def test_the_interval_is_of_independent_pupils(store):
    """Newcombe's of Wilson's two: 44 of 100, and 186 of 300."""
    found = gaps(store(SCHOOLS), year=2013, by="region")["gap.region.london"].figure
    z = 1.959964

    def wilson(k, n):
        p, spread = k / n, z * math.sqrt(k / n * (1 - k / n) / n + (z / n / 2) ** 2)
        return [(p + z * z / 2 / n + s * spread) / (1 + z * z / n) for s in (-1, 1)]

    (low, high), (lowest, highest) = wilson(44, 100), wilson(186, 300)
    assert found.low == pytest.approx(18 - 100 * math.hypot(0.62 - lowest, high - 0.44), abs=1e-4)
    assert found.high == pytest.approx(18 + 100 * math.hypot(highest - 0.62, 0.44 - low), abs=1e-4)


def test_best_and_lowest_are_said_as_published_and_picked_anew_on_every_draw(store):
    table = gaps(store(SCHOOLS), year=2013, by="region")
    published = table["gap.region.range"]
    assert published.value == pytest.approx(44 - 20)
    assert "London, 44.0" in published.sentence
    assert "South West, 20.0" in published.sentence
    assert published.figure.low is None
    allowed = table["gap.region.range.chance_removed"].figure
    assert allowed.value < published.value, "the largest of three is part luck"
    assert allowed.low < allowed.value < allowed.high
    assert table["gap.region.range_of_gaps"].value == pytest.approx(40 - 18)


def test_the_same_seed_gives_the_same_answer(store):
    held = store(SCHOOLS)
    same = [gaps(held, year=2013, by="region", seed=3).rows for _ in range(2)]
    assert same[0] == same[1]
    assert same[0] != gaps(held, year=2013, by="region", seed=4).rows


def test_without_draws_nothing_is_said_of_chance_in_the_order(store):
    table = gaps(store(SCHOOLS), year=2013, by="region", draws=0)
    assert table["gap.region.range.chance_removed"].value is None
    assert cells(table, "London")["rank"] == 1
    assert cells(table, "London")["rank_low"] == Withheld("not-asked")


def test_two_areas_are_too_few_to_say_what_chance_leaves(store):
    table = gaps(store(SCHOOLS.replace("North_East", "South_West")), year=2013, by="region")
    assert table["gap.region.range"].value == pytest.approx(44 - 25)
    assert "3 areas" in table["gap.region.range.chance_removed"].sentence


def test_an_authority_is_asked_for_by_its_code_and_listed_by_name(store):
    table = gaps(store(SCHOOLS), year=2013, by="authority")
    assert table.column("authority") == ("Barnet", "Camden", "Devon", "Durham")
    assert table.column("authority_code") == ("202", "201", "901", "801")
    assert table["gap.authority.202"].value == pytest.approx(20)


def test_places_are_by_the_disadvantaged_pupils_result(store):
    table = gaps(store(SCHOOLS), year=2013, by="authority")
    assert table.column("rank") == (2, 1, 4, 3)
    best = table.column("probability_best")
    assert sum(best) == pytest.approx(1)
    assert max(best) == best[1]


def test_london_is_held_against_the_rest_of_england(store):
    found = gaps(store(SCHOOLS), year=2013, by="region")["gap.london.ratio"]
    assert found.value == pytest.approx(44 / 25)
    error = math.sqrt((1 / 0.44 - 1) / 100 + (1 / 0.25 - 1) / 100)
    assert found.figure.low == pytest.approx(44 / 25 * math.exp(-1.959964 * error), rel=1e-5)
    assert "76% more likely" in found.sentence
    against_all = next(c for c in found.caveats if "all of England" in c)
    assert "28% more likely" in against_all, "34.5 of every 100 in all"
    assert any("quoted with 38%" in c for c in found.caveats)


def test_the_report_is_quoted_of_its_own_year_only(store):
    table = SCHOOLS.replace("PTAC5EMNFSM", "PTAC5EMNFSM_PTQ").replace(
        "PTAC5EMFSM ", "PTAC5EMFSM_PTQ "
    )
    held = store({2014: table.replace("PTAC5EM ", "PTAC5EM_PTQ ")})
    found = gaps(held, year=2014, by="region")["gap.london.ratio"]
    assert not any("quoted" in c for c in found.caveats)


def test_london_is_not_singled_out_within_a_part_of_england(store):
    table = gaps(store(SCHOOLS), year=2013, by="authority", scope=Scope(region="London"))
    assert table.column("authority") == ("Barnet", "Camden")
    assert not [f for f in table.findings if "ratio" in f.id]


def test_an_area_with_few_pupils_is_neither_shown_nor_compared(store):
    table = gaps(
        store(SCHOOLS + "    E   100   9  91  60%  100%  56% East_Midlands 830 Derby\n"),
        year=2013,
        by="region",
    )
    derby = cells(table, "East Midlands")
    assert derby["disadvantaged_pupils"] == 9
    hidden = {name for name, cell in derby.items() if cell == Withheld("small")}
    assert {"disadvantaged_percent", "gap_points", "low_gap", "rank", "rank_low"} <= hidden
    assert "low_disadvantaged" in hidden
    assert table["gap.region.east_midlands"].value is None
    assert "100" not in table["gap.region.east_midlands"].sentence
    assert table["gap.region.range"].value == pytest.approx(24)
    assert table["gap.region.range"].figure.n == 3


def test_others_are_what_is_left_where_they_are_not_published(store):
    """Only of schools that show both: B's disadvantaged pupils are withheld, D has none."""
    table = gaps(
        store("""
            school TPUP TFSMCLA PTAC5EM PTAC5EMFSM REGION
            A       100      40     62%        50% London
            B       300      30     56%       SUPP London
            C       200      50     50%        20% South_West
            D        50       0     80%         NE South_West
        """),
        year=2013,
        by="region",
    )
    assert cells(table, "London")["other_pupils"] == 60
    assert cells(table, "London")["other_percent"] == pytest.approx(42 / 60 * 100)
    assert cells(table, "South West")["other_percent"] == pytest.approx(130 / 200 * 100)
    assert any("less the disadvantaged" in c for c in table["gap.region.london"].caveats)


def test_schools_of_no_known_region_are_a_row_that_is_not_compared(store):
    table = gaps(store(SCHOOLS.replace("North_East", "-")), year=2013, by="region")
    unknown = cells(table, "not known")
    assert unknown["disadvantaged_percent"] == pytest.approx(30)
    assert isinstance(unknown["rank"], Withheld)
    assert table["gap.region.range"].figure.n == 2


def test_a_score_without_limits_takes_schools_for_draws_and_says_so(store):
    rows = "\n".join(
        f"    {letter} 100 20 80 {48 + i % 5} {40 + i % 5} {50 + i % 5} {region}"
        for i, (letter, region) in enumerate(
            zip("ABCDEFGHIJKLMNO", ["London", "South_West", "North_East"] * 5, strict=True)
        )
    )
    header = "school TPUP TFSM6CLA1A TNOTFSM6CLA1A ATT8SCR ATT8SCR_FSM6CLA1A ATT8SCR_NFSM6CLA1A"
    table = gaps(store({2016: f"{header} REGION\n{rows}"}), year=2016, by="region")
    found = table["gap.region.london"]
    assert found.value == pytest.approx(10)
    assert found.figure.low < 10 < found.figure.high
    assert any("take schools for draws" in c for c in found.caveats)
    assert not [f for f in table.findings if "ratio" in f.id], "of a score nobody succeeds"


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"by": "county"}, UnknownNameError, "county"),
        ({"by": "region", "years": [2013]}, RequestError, "areas too"),
        ({"year": 2013, "years": [2013]}, RequestError, "one year too"),
        ({"by": "region", "year": 2012}, CannotAnswerError, "2012"),
    ],
)
def test_what_cannot_be_asked_says_why(store, asked, error, said):
    with pytest.raises(error, match=said):
        gaps(store(SCHOOLS), **asked)


def test_tables_that_say_no_region_cannot_answer(store):
    held = store("school TPUP TFSMCLA PTAC5EM PTAC5EMFSM\nA 100 40 62% 50%")
    with pytest.raises(CannotAnswerError, match="which region a school is in"):
        gaps(held, year=2013, by="region")
