"""Each statement of the report gets the verdict that its figures have earned."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Table
from codebreakers.findings.disclosure import say, tabulate
from codebreakers.profiles.claims import _judge, claims, verdict
from codebreakers.profiles.statements import CLAIMS, NEAR, VERDICTS, Claim
from codebreakers.sources.example import write_example
from codebreakers.sources.report import PUBLISHED
from codebreakers.store import Store


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("country") / "tables"
    write_example(folder, schools=120, years=[2012, 2014])
    return folder


@pytest.fixture(scope="module")
def made_up(example: Path) -> Table:
    store = Store(example.parent / "made_up.duckdb")
    store.ingest(example / "2011-2012")
    return claims(store)


@pytest.fixture(scope="module")
def unmarked(example: Path) -> Store:
    """The same results and nothing to say that they are made up, as a real year's would come."""
    store = Store(example.parent / "unmarked.duckdb")
    for years in ("2011-2012", "2013-2014"):
        for name in ("england_ks4.csv", "england_census.csv"):
            store.ingest(_without_last_column(example, years, name))
    return store


def _without_last_column(example: Path, years: str, name: str) -> Path:
    source = example / years / name
    target = example.parent / "unmarked" / years / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        source.open(encoding="cp1252", newline="") as lines,
        target.open("w", encoding="cp1252", newline="") as out,
    ):
        csv.writer(out).writerows(line[:-1] for line in csv.reader(lines))
    return target


@pytest.mark.parametrize(
    ("figure", "got", "expected"),
    [
        ("disadvantaged_rate", [40.9], "reproduced"),
        ("disadvantaged_rate", [40.949], "reproduced"),
        ("disadvantaged_rate", [40.96], "near"),
        ("disadvantaged_rate", [36.9], "near"),
        ("disadvantaged_rate", [36.8], "not reproduced"),
        ("code_breaker_share", [10.0], "reproduced"),
        ("code_breaker_share", [9.99], "near"),
        ("code_breaker_share", [9.98], "not reproduced"),
        ("half_gap_disadvantage", [14_499], "reproduced"),
        ("half_gap_disadvantage", [13_501], "reproduced"),
        ("half_gap_disadvantage", [13_499], "near"),
        ("half_gap_disadvantage", [12_599], "not reproduced"),
        ("similar_best_worst", [60.4, 24.6], "reproduced"),
        ("similar_best_worst", [60.4, 24.4], "near"),
        ("similar_best_worst", [60.4, 22.4], "not reproduced"),
        ("similar_best_worst", [25.0, 60.0], "not reproduced"),
    ],
)
def test_the_verdict_is_computed(figure: str, got: list[float], expected: str) -> None:
    assert verdict(PUBLISHED[figure], got) == expected


@given(st.sampled_from(sorted(PUBLISHED)), st.floats(0, 1), st.floats(1.001, 3))
def test_moving_away_never_betters_a_verdict(name: str, nearer: float, further: float) -> None:
    said = PUBLISHED[name]
    order = list(VERDICTS)

    def judged(share: float) -> int:
        beyond = [high * (1 + NEAR * share) for high in said.high]
        return order.index(verdict(said, beyond))

    assert judged(nearer) <= judged(further)


def test_a_figure_for_each_value_is_needed() -> None:
    with pytest.raises(ValueError, match="zip"):
        verdict(PUBLISHED["similar_best_worst"], [60.0])


def test_every_published_figure_is_stated_once() -> None:
    assert sorted(claim.published for claim in CLAIMS) == sorted(PUBLISHED)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.published)
def test_a_statement_is_wholly_declared(claim: Claim) -> None:
    said = claim.figure
    statement = claim.statement.format(*said.numbers)
    assert all(number in statement for number in said.numbers)
    assert statement.endswith(".")
    assert bool(claim.question) != bool(claim.untested), "either asked, or it says why not"
    assert len(claim.findings) == (len(said.values) if claim.question else 0)
    assert claim.verdict in VERDICTS


def test_a_made_up_country_says_nothing_about_the_report(made_up: Table) -> None:
    assert made_up.made_up
    assert "EXAMPLE ENGLAND" in made_up.title
    assert set(made_up.column("verdict")) == {"cannot test here"}
    assert set(made_up.column("we_get")) == {Withheld("not-asked")}
    assert all("made up" in str(why) for why in made_up.column("why"))
    assert made_up["claims.cannot_test_here"].value == len(CLAIMS)
    assert [f.id for f in made_up.findings] == [
        f"claims.{name.replace(' ', '_')}" for name in VERDICTS
    ]


def test_the_nearest_year_is_shown_and_never_judged(unmarked: Store) -> None:
    table = claims(unmarked)
    # 2012 and 2014 are as near: the earlier had the rules of 2013.
    assert table["gap.disadvantaged"].year == 2012
    shown = dict(zip(table.column("claim"), table.column("we_get"), strict=True))
    assert shown["disadvantaged_rate"] == f"{table['gap.disadvantaged'].value:.1f}"
    verdicts = dict(zip(table.column("claim"), table.column("verdict"), strict=True))
    of_another_year = {
        v for name, v in verdicts.items() if PUBLISHED[name].year not in (2012, 2014)
    }
    assert of_another_year == {"cannot test here", "definition unknown"}
    whys = dict(zip(table.column("claim"), table.column("why"), strict=True))
    assert "It is about 2012/13 results; ours beside it are of 2011/12." in whys.values()
    assert any("2011/12 results (the report's are of 2012/13)" in note for note in table.notes)


def test_a_year_that_is_not_held_is_said_in_every_row(unmarked: Store) -> None:
    table = claims(unmarked, year=2013)
    asked = [c.published for c in CLAIMS if c.question and c.figure.year == 2013]
    whys = dict(zip(table.column("claim"), table.column("why"), strict=True))
    assert all("2013" in str(whys[name]) for name in asked)
    assert table["claims.reproduced"].value == 0


def test_a_count_of_another_year_is_judged_by_that_years_tables(unmarked: Store) -> None:
    """Schools below the floor: whatever year the other statements are tested on."""
    table = claims(unmarked, year=2013)
    names = [column.name for column in table.columns]
    rows = {row[0]: dict(zip(names, row, strict=True)) for row in table.rows}
    found = rows["floor_2014"]
    count = table["floor.below.2014.count"]
    assert (count.year, found["results_year"]) == (2014, "2013/14")
    assert found["we_get"] == f"{count.value:,.0f}"
    assert found["verdict"] == verdict(PUBLISHED["floor_2014"], [count.value or 0])
    assert "press count" in str(found["why"])
    assert rows["floor_2016"]["verdict"] == "cannot test here"
    assert "2016" in str(rows["floor_2016"]["why"])


def test_who_falls_is_said_though_the_definition_is_not_known(unmarked: Store) -> None:
    whys = {row[0]: row[-1] for row in claims(unmarked, year=2014).rows}
    assert "most disadvantaged fifth of schools" in str(whys["big_fallers"])
    assert "of its" in str(whys["big_fallers_north_east"])


def test_no_finding_is_given_twice(unmarked: Store) -> None:
    ids = [finding.id for finding in claims(unmarked, year=2014).findings]
    assert len(ids) == len(set(ids))


def test_the_verdicts_add_up(unmarked: Store) -> None:
    table = claims(unmarked, year=2014)
    counts = [f.value for f in table.findings if f.id.startswith("claims.")]
    assert sum(count for count in counts if count is not None) == len(CLAIMS) == len(table)


def test_without_a_store_there_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(CannotAnswerError):
        claims(Store(tmp_path / "none.duckdb"))


PASSES = next(claim for claim in CLAIMS if claim.published == "disadvantaged_passes")


def _gaps(figure: Figure) -> Table:
    found = say("gap.disadvantaged", "", figure, unit="percent", year=2013, definition="")
    return tabulate("gaps", "", (), (), findings=[found])


def test_a_number_of_pupils_is_worked_out_from_their_rate() -> None:
    judged = _judge(PASSES, {"gaps": _gaps(Estimate(40.9, n=149_000))})
    assert (judged.shown, judged.verdict) == ("60,941", "reproduced")


@pytest.mark.parametrize(
    ("figure", "why"),
    [
        (Withheld("SUPP"), "Not shown: too few pupils to publish."),
        (Estimate(40.9), "Not shown: the number of pupils is not in the tables held."),
    ],
)
def test_what_is_withheld_is_not_judged(figure: Figure, why: str) -> None:
    judged = _judge(PASSES, {"gaps": _gaps(figure)})
    assert (judged.verdict, judged.why) == ("cannot test here", why)
    assert judged.shown == Withheld("not-held")


def test_a_question_without_an_answer_says_why() -> None:
    judged = _judge(PASSES, {"gaps": CannotAnswerError("No table held has it.")})
    assert (judged.verdict, judged.why) == ("cannot test here", "No table held has it.")
