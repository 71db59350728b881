"""Where teachers go: who is joined, what a slope is, and what is never subtracted."""

from __future__ import annotations

import csv

import pytest

from codebreakers.errors import CannotAnswerError, RequestError, UnknownNameError
from codebreakers.estimates import Withheld
from codebreakers.profiles.incentive import incentive
from codebreakers.questions.workforce import workforce
from codebreakers.store import Store
from codebreakers.store.engines import write_warehouse

RULE = {2013: "", 2014: "_PTQ"}
REGIONS = {True: "London", False: "North East"}


def school(number, **other):
    """A school whose pay is 30,000 + 100 x meals + 50 x result, in one of 24 authorities."""
    meals, result = (number * 7) % 60 + 5, (number * 11) % 70 + 10
    made = {
        "urn": str(100000 + number),
        "authority": 301 + number % 24,
        "estab": 4000 + number,
        "meals": meals,
        "result": result,
        "pay": 30_000 + 100 * meals + 50 * result,
        "pupils": 1000,
        "teachers": 50,
        "ratio": "25.0",
        "london": number % 24 < 12,
    }
    return made | other


def written(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="cp1252", newline="") as out:
        table = csv.DictWriter(out, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


def tables(folder, year, schools):
    """Write results, workforce and census as the Department does; None leaves a row out."""
    where = folder / f"{year - 1}-{year}"
    rule = RULE[year]
    results = [
        {
            "RECTYPE": "1",
            "LEA": s["authority"],
            "ESTAB": s["estab"],
            "URN": s.get("results_urn", s["urn"]),
            "SCHNAME": f"School {s['urn']}",
            "NFTYPE": "CY",
            "REGION": REGIONS[s["london"]],
            "TPUP": "200",
            f"PTAC5EM{rule}": s["result"] if isinstance(s["result"], str) else f"{s['result']}%",
        }
        for s in schools
    ]
    written(where / "england_ks4.csv", results)
    staff = [
        {
            "LA": s["authority"],
            "URN": s["urn"],
            "NTEA": s["teachers"],
            "NTEAAS": 5,
            "NNONTEA": 5,
            "NFTETEA": s["teachers"],
            "NFTETEAAS": 5,
            "NFTENONTEA": 5,
            "RATPUPTEA": s["ratio"],
            "SALARY": s["pay"],
        }
        for s in schools
        if s["pay"] is not None
    ]
    written(where / "england_swf.csv", staff)
    names = (
        "URN LA ESTAB TOTPUPSENDN NORG NORB PNORG PNORB TSENSAP TSENA TOTSENST TOTSENAP PSENSAP "
        "PSENA PTOTSENST PTOTSENAP NUMEAL NUMENGFL NUMUNCFL PNUMEAL PNUMENGFL PNUMUNCFL "
        + ("TOTPUPFSMDN " if year == 2013 else "")
        + "NUMFSM NUMNOFSM PNUMFSM PNUMNOFSM NUMFSMEVER PNUMFSMEVER"
    ).split()
    census = [
        dict.fromkeys(names, 0)
        | {
            "URN": s["urn"],
            "LA": s["authority"],
            "ESTAB": s["estab"],
            "TOTPUPSENDN": s["pupils"],
            "PNUMFSMEVER": s["meals"],
        }
        for s in schools
    ]
    written(where / "england_census.csv", census)


MANY = [school(i) for i in range(240)]
CASES = {
    "exact": {2013: MANY, 2014: MANY},
    "london": {
        2013: [
            s | {"london": dear, "pay": s["pay"] + 5_000 * dear}
            for s in MANY
            for dear in (s["meals"] > 35,)
        ]
    },
    "left_out": {
        2013: [
            *MANY[:200],
            school(200, pay="DNS"),
            school(201, pay=None),
            school(202, result="NE"),
            school(203, meals="SUPP"),
            school(204, teachers=0),
            school(205, results_urn="900205"),
        ]
    },
    "few": {2013: [s | ({} if i < 90 else {"pay": None}) for i, s in enumerate(MANY)]},
}


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    made = {}

    def hold(name):
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            for year, schools in CASES[name].items():
                tables(folder, year, schools)
            store = Store(folder / "case.duckdb")
            refused = [one for one in store.ingest(folder) if one.state == "refused"]
            assert not refused, refused
            made[name] = store.path
        return made[name]

    return hold


@pytest.fixture(params=["duckdb", "polars"])
def hold(request, cases):
    def on_engine(name):
        path = cases(name)
        if request.param == "duckdb":
            return Store(path)
        folder = path.parent / "warehouse"
        if not folder.exists():
            write_warehouse(path, folder)
        return Store(folder)

    return on_engine


def test_a_slope_is_for_ten_points_more_when_the_other_is_equal(hold):
    answer = workforce(hold("exact"), year=2013)
    meals, results = (answer[f"workforce.salary.slope{of}"] for of in ("", ".results"))
    assert (meals.value, results.value) == (pytest.approx(1000), pytest.approx(500))
    assert meals.figure.low == pytest.approx(1000)
    assert meals.unit == "pounds"
    assert meals.figure.n == 240
    assert "where 10 more of every 100 pupils have had free meals" in meals.sentence
    assert "mean pay is £1,000 higher" in meals.sentence
    assert answer["workforce.salary.joined"].value == 100


def test_within_regions_londons_pay_does_not_stand_for_disadvantage(hold):
    store = hold("london")
    answer = workforce(store, year=2013, within="region")
    inside = answer["workforce.salary.slope.within_region"]
    assert inside.value == pytest.approx(1000)
    assert answer["workforce.salary.slope"].value > 1500
    assert "among schools of one region" in inside.sentence
    everyone = workforce(store, year=2013).column("all_pounds")[-1]
    assert answer.column("all_pounds")[-1] == pytest.approx(everyone)


def test_pupils_and_teachers_give_teachers_to_100_pupils_and_who_is_qualified(hold):
    store = hold("exact")
    teachers = workforce(store, year=2013, outcome="teachers")
    assert teachers.column("all_teachers_per_100_pupils")[-1] == pytest.approx(5)
    assert teachers["workforce.teachers.slope"].value == pytest.approx(0, abs=1e-9)
    # 1,000 pupils at 25 to a qualified teacher are 40 of the 50.
    qualified = workforce(store, year=2013, outcome="qualified")
    assert qualified.column("all_percent")[-1] == pytest.approx(80)


def test_cells_of_few_schools_are_not_shown_and_never_nought(hold):
    answer = workforce(hold("exact"), year=2013)
    shown, hidden = 0, 0
    for row in range(6):
        for i in range(1, 6):
            cell = answer.column(f"result_fifth_{i}_pounds")[row]
            number = answer.column(f"result_fifth_{i}_schools")[row]
            assert isinstance(cell, Withheld) == (number < 10)
            shown, hidden = shown + (number >= 10), hidden + (number < 10)
    assert shown
    assert hidden
    assert sum(answer.column("schools")[:5]) == answer.column("schools")[5] == 240


def test_who_could_not_be_joined_is_counted_by_reason(hold):
    found = workforce(hold("left_out"), year=2013)["workforce.salary.joined"]
    assert "201 of 206 schools" in found.sentence
    assert "1 of them by their number, under an earlier or later URN" in found.sentence
    for reason in (
        "1 without pay (DNS",
        "1 not in the workforce census",
        "1 without a result (NE",
        "1 without free meals (SUPP",
        "1 with no teachers counted",
    ):
        assert reason in found.sentence
    assert found.value == pytest.approx(100 * 201 / 206)


def test_nothing_is_said_of_all_where_fewer_than_half_are_joined(hold):
    with pytest.raises(CannotAnswerError, match=r"Only 90 of the 240 schools .* could be joined"):
        workforce(hold("few"), year=2013)


def test_what_no_table_has_is_said_to_be_in_none(hold):
    store = hold("exact")
    with pytest.raises(CannotAnswerError, match="No table that is read here has turnover"):
        workforce(store, outcome="turnover")
    with pytest.raises(CannotAnswerError, match="divides by all teachers"):
        workforce(store, year=2014, outcome="qualified")
    assert workforce(store, outcome="qualified").findings[0].year == 2013
    with pytest.raises(UnknownNameError, match="Did you mean 'salary'"):
        workforce(store, outcome="salery")
    with pytest.raises(UnknownNameError, match="kind of place"):
        workforce(store, within="county")
    with pytest.raises(RequestError, match="Years are asked about"):
        workforce(store, year=2013, years=[2013])
    with pytest.raises(CannotAnswerError, match=r"No workforce census of 2016 is held"):
        workforce(store, year=2016)


def cells(answer, year):
    names = [column.name for column in answer.columns]
    return dict(zip(names, next(r for r in answer.rows if r[0] == year), strict=True))


def test_nothing_is_subtracted_across_a_new_definition(hold):
    answer = workforce(hold("exact"), years=[2012, 2013, 2014])
    assert [f.id for f in answer.findings if ".change." in f.id] == []
    first, last = cells(answer, 2013), cells(answer, 2014)
    assert isinstance(cells(answer, 2012)["slope_alone"], Withheld)
    assert first["slope_meals"] == pytest.approx(1000)
    assert last["since"] == "2012/13"
    for name in ("change_alone", "change_meals"):
        assert last[name].code == "break"
        assert "all teachers count" in last[name].reason
    assert "all teachers count" in last["rules_changed"]
    assert "approved qualifications" in last["rules_changed"]


def test_what_did_not_change_its_definition_is_subtracted(hold):
    """Teachers to 100 pupils are counted alike; the results they stand beside are not."""
    answer = workforce(hold("exact"), years=[2013, 2014], outcome="teachers")
    found = answer["workforce.teachers.change.2013-2014.alone"]
    assert found.value == pytest.approx(0, abs=1e-9)
    assert cells(answer, 2014)["change_meals"].code == "break"


def test_the_schools_of_need_are_in_order_of_name_and_of_nobody_is_it_said_to_be_worst(hold):
    answer = incentive(hold("exact"), teachers=100, year=2013, by="school")
    names = answer.column("name")
    assert list(names) == sorted(names)
    shares = [s["meals"] for s in MANY]
    least = sorted(shares)[-(-4 * 240 // 5) - 1]
    most = sorted(s["result"] for s in MANY)[-(-240 // 5) - 1]
    need = {s["urn"] for s in MANY if s["meals"] > least and s["result"] <= most}
    assert set(answer.column("school_urn")) == need
    assert "worst" not in str(answer).lower()


def test_a_premium_costs_what_its_arithmetic_says(hold):
    store = hold("exact")
    answer = incentive(store, premium=0.25, teachers=2_000, years=3, on_costs=0.2, year=2013)
    pay = sum(s["pay"] for s in MANY) / len(MANY)
    assert answer["incentive.cost.pay"].value == pytest.approx(2_000 * pay * 0.25 * 3)
    assert answer["incentive.cost"].value == pytest.approx(2_000 * pay * 0.25 * 3 * 1.2)
    need = int(answer["incentive.need"].value)
    pool = (240 - need) * 50
    found = answer["incentive.yield"].figure
    assert found.value == pytest.approx(0.15 * pool)
    assert found.low < found.value < 0.63 * pool < found.high
