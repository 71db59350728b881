"""Below the floor on the published tables, beside what was published."""

from __future__ import annotations

from pathlib import Path

import pytest

from codebreakers.findings import Table
from codebreakers.questions.floor import below_in, floor
from codebreakers.sources.report import PUBLISHED
from codebreakers.store import Store

pytestmark = pytest.mark.published

YEARS = range(2014, 2019)


@pytest.fixture(scope="module")
def five_years(england: Store) -> Table:
    return floor(england, years=YEARS, run=5, draws=0)


def counts(table: Table, year: int) -> tuple[float | None, float | None]:
    both = "count", "without_utc_and_studio"
    first, second = (table[f"floor.below.{year}.{name}"].value for name in both)
    return first, second


def test_2014_is_355_and_343_without_technical_colleges_and_studio_schools(
    five_years: Table,
) -> None:
    """The Department's 330 leaves out closed schools, which no table held of that year flags."""
    assert counts(five_years, 2014) == (355, 343)
    medians = [
        five_years[f"floor.below.2014.median.{subject}_progress"].value
        for subject in ("english", "maths")
    ]
    assert medians == [74, 67]
    beside = five_years["floor.below.2014.published"]
    assert beside.value == PUBLISHED["floor_2014"].values[0] == 330
    assert "does not flag schools that closed" in beside.sentence
    assert five_years["floor.below.2014.without_closed"].value is None


def test_2017_provisional_is_400_and_352(five_years: Table) -> None:
    """Against 365: provisional results, and schools flagged as closed, of which 36 are below."""
    assert counts(five_years, 2017) == (400, 352)
    assert five_years["floor.below.2017.without_closed"].value == 364
    beside = five_years["floor.below.2017.published"]
    assert beside.value == PUBLISHED["floor_2017"].values[0] == 365
    assert "provisional" in beside.sentence
    assert "36 here are flagged as closed" in beside.sentence


def test_2018_provisional_is_436_beside_the_final_table(five_years: Table) -> None:
    """The final table also has further education colleges that teach from 14."""
    assert counts(five_years, 2018)[0] == 444
    assert five_years["floor.below.2018.provisional"].value == 436


def test_2018_is_436_where_the_provisional_table_is_all_there_is(
    data_dir: Path, tmp_path: Path
) -> None:
    store = Store(tmp_path / "provisional.duckdb")
    store.ingest(data_dir / "dfe" / "2017-2018" / "england_ks4provisional.csv")
    said = {
        finding.id.removeprefix("floor.below."): finding.value for finding in below_in(store, 2018)
    }
    assert said["count"] == 436
    assert said["2018.without_utc_and_studio"] == 388
    assert said["2018.without_closed"] == 400


def test_three_of_five_years_could_be_judged(five_years: Table) -> None:
    said = five_years["floor.judged"]
    assert (said.value, said.figure.n) == (3, 5)  # type: ignore[union-attr]
    assert "3 of 5 years could be judged: 2014, 2017, 2018." in said.sentence
    assert "2015: no table held has english_progress" in said.sentence
    assert "2016: no table held has any school's upper limit of progress8" in said.sentence
    assert "3 of 5 years could be judged" in five_years["floor.run.count"].sentence


def test_who_runs_is_below_in_all_three_and_known_to_be_above_in_none(five_years: Table) -> None:
    found = five_years.to_dict()
    whole = [i for i, n in enumerate(found["years_below"]) if n == 3]
    assert len(whole) == five_years["floor.run.count"].value
    for i in whole:
        assert [found[f"status_{y}"][i] for y in (2014, 2017, 2018)] == ["below"] * 3
        assert {found[f"status_{y}"][i] for y in (2015, 2016)} == {"cannot tell"}


def test_more_than_a_thousand_were_below_the_coasting_line_in_2014(england: Store) -> None:
    """As was reported when the rule was announced."""
    table = floor(england, years=2014, standard="coasting", draws=0)
    assert table["coasting.below.count"].value == 1017
