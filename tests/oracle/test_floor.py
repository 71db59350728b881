"""Below the floor: the question against the obvious, on small tables and on Example England."""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import slow_floor as slow
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from codebreakers.measures.truth import true_values
from codebreakers.questions.floor import floor
from codebreakers.questions.floor.after import FEWEST, compared
from codebreakers.questions.floor.chance import all_at_once, chance_of
from codebreakers.questions.floor.followed import follow
from codebreakers.questions.floor.judged import BELOW, Judged, judge
from codebreakers.sources.example import write_example
from codebreakers.store import Store
from codebreakers.store.lineage import lineages

FEW = settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
SCHOOLS = 400
YEARS = range(2014, 2019)
CODES = ["SUPP", "LOWCOV", "NE", ""]


@st.composite
def one_school(draw):
    score = draw(st.sampled_from(["-0.9", "-0.51", "-0.5", "-0.49", "0.2", *CODES]))
    return {
        "TPUP": draw(st.sampled_from(["5", "6", "10", "11", "100", ""])),
        "PTAC5EM_PTQ": draw(st.sampled_from(["39%", "40%", "41%", *CODES])),
        "PT24ENGPRG_PTQ": draw(st.sampled_from(["60%", "70%", "71%", *CODES])),
        "PT24MATHPRG_PTQ": draw(st.sampled_from(["50%", "60%", "61%", *CODES])),
        "COV24ENGPRG_PTQ": draw(st.sampled_from(["49%", "50%", "95%", ""])),
        "P8MEA": score,
        "P8CIUPP": "" if score in CODES else draw(st.sampled_from(["-0.01", "0", "0.01", ""])),
        "NFTYPE": draw(st.sampled_from(["CY", "IND", "UTC"])),
        "RECTYPE": draw(st.sampled_from(["1", "1", "1", "2"])),
    }


def write(folder: Path, year: int, names: list[str], schools: list[dict[str, str]]) -> Path:
    path = folder / f"{year - 1}-{year}" / "england_ks4.csv"
    path.parent.mkdir()
    with path.open("w", newline="", encoding="cp1252") as out:
        writer = csv.writer(out)
        writer.writerow(["URN", "SCHNAME", "RECTYPE", "NFTYPE", "TPUP", *names])
        for i, school in enumerate(schools):
            row = (100000 + i, f"School {i}", school["RECTYPE"], school["NFTYPE"], school["TPUP"])
            writer.writerow((*row, *(school[name] for name in names)))
    return path


NAMES = {
    2014: ["PTAC5EM_PTQ", "PT24ENGPRG_PTQ", "PT24MATHPRG_PTQ", "COV24ENGPRG_PTQ"],
    2017: ["P8MEA", "P8CIUPP"],
}
ALWAYS = {
    "TPUP": "100",
    "PTAC5EM_PTQ": "80%",
    "PT24ENGPRG_PTQ": "90%",
    "PT24MATHPRG_PTQ": "90%",
    "COV24ENGPRG_PTQ": "95%",
    "P8MEA": "0.2",
    "P8CIUPP": "0.4",
    "NFTYPE": "CY",
    "RECTYPE": "1",
}


@FEW
@given(st.sampled_from([2014, 2017]), st.lists(one_school(), min_size=1, max_size=25))
def test_the_statuses_of_a_year(year, schools):
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), year, NAMES[year], [*schools, ALWAYS])
        expected = slow.status(slow.read(path), year)
        store = Store(Path(folder) / "case.duckdb")
        assert [one.state for one in store.ingest(path)] == ["new"]
        found = floor(store, years=year, everyone=True, draws=0)
    urns, said = found.column("school_urn"), found.column(f"status_{year}")
    assert dict(zip(urns, said, strict=True)) == expected


@given(
    st.lists(st.floats(0, 1, allow_subnormal=False), min_size=2, max_size=3),
    st.sampled_from([0.2, 0.75]),
)
@settings(max_examples=25, deadline=None)
def test_all_at_once(chances, correlation):
    found = all_at_once(np.array(chances)[:, None], correlation)[0]
    assert found == pytest.approx(slow.all_at_once(chances, correlation), abs=2e-4)
    assert np.prod(chances) - 1e-4 <= found <= min(chances) + 1e-4


def test_all_at_once_of_one_is_itself_and_of_what_is_not_known_is_not_known():
    assert all_at_once(np.array([[0.3, np.nan]]), 0.75)[0] == 0.3
    assert np.isnan(all_at_once(np.array([[0.3], [np.nan]]), 0.75)[0])


RISES = st.tuples(
    st.sampled_from(["some", "other", "neither"]), st.integers(30, 34), st.integers(-40, 60)
)


@given(st.lists(RISES, min_size=1, max_size=80))
def test_compared(schools):
    some, other = (np.array([s[0] == kind for s in schools]) for kind in ("some", "other"))
    step, rise = (np.array([float(s[i]) for s in schools]) for i in (1, 2))
    found = compared(some, other, step, rise)
    rows = [(s[0] == "some", s[0] == "other", s[1], s[2]) for s in schools]
    expected = slow.compared(rows, FEWEST)
    if expected is None:
        assert found is None
        return
    rises, theirs, error, n, m = expected
    assert found is not None
    assert (found.schools, found.others, found.among) == (n, m, int(some.sum()))
    assert (found.rise, found.theirs) == pytest.approx((rises, theirs))
    assert (found.high - found.low) / 2 == pytest.approx(error, abs=1e-9)


# Example England ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Store]:
    """Its files, and the store made of them."""
    folder = tmp_path_factory.mktemp("floor")
    write_example(folder / "england", schools=SCHOOLS)
    store = Store(folder / "example.duckdb")
    refused = [one for one in store.ingest(folder / "england") if one.state == "refused"]
    assert not refused, refused
    return folder / "england", store


def published(folder: Path, year: int) -> dict[str, str]:
    here = folder / f"{year - 1}-{year}"
    final = [path for path in sorted(here.glob("*ks4*.csv")) if "pupdest" not in path.name]
    assert len(final) == 1
    return slow.status(slow.read(final[0]), year)


@pytest.mark.parametrize("year", range(2011, 2019))
def test_every_status_of_every_year(country, year):
    folder, store = country
    judged = judge(store, "floor", year)
    assert isinstance(judged, Judged)
    assert not judged.missing
    found = dict(zip(map(str, judged.people.keys), judged.status.tolist(), strict=True))
    assert found == published(folder, year)
    assert "below" in found.values()


def test_runs_of_five_years_through_conversions(country):
    """Below in all five, each URN taken for the school that the register says it is."""
    folder, store = country
    identity = lineages(store).identity
    years = {}
    for year in YEARS:
        said = published(folder, year)
        told = Counter(identity([urn for urn, s in said.items() if s in ("below", "not below")]))
        assert max(told.values()) == 1
        years[year] = dict(zip(identity(list(said)), said.values(), strict=True))
        # A school with two rows is judged by the one that has its results.
        for urn, status in said.items():
            if status in ("below", "not below"):
                years[year][identity([urn])[0]] = status
    expected = slow.runs(years)
    found = floor(store, years=YEARS, run=5, draws=0)
    whole = [
        row for row in found.rows if row[[c.name for c in found.columns].index("years_below")] == 5
    ]
    assert sorted(identity([str(row[0]) for row in whole])) == expected
    assert found["floor.run.count"].value == len(expected) > 0
    assert "5 of 5 years could be judged" in found["floor.run.count"].sentence


def test_a_school_that_converted_is_followed(country):
    """Followed by URN alone, fewer schools have a status in all five years."""
    _, store = country
    judged = [judge(store, "floor", year) for year in YEARS]
    through, alone = (follow(judged, by) for by in (lineages(store), None))
    told = [
        int((np.isin(f.status, (BELOW, "not below"))).all(axis=0).sum()) for f in (through, alone)
    ]
    assert told[0] > told[1]
    assert len(through.schools) < len(alone.schools)


@pytest.mark.parametrize("year", [2016, 2017, 2018])
def test_as_many_are_truly_below_as_are_expected(country, year):
    """Within three standard deviations of the truth: of all schools, and of those counted."""
    _, store = country
    judged = judge(store, "floor", year)
    assert isinstance(judged, Judged)
    chance = chance_of(judged, draws=1000, seed=1)
    assert chance is not None
    schools, values = true_values(store, year, "TRUE_P8_ALL")
    truth = dict(zip(schools, values, strict=True))
    true = np.array([truth.get(key, np.nan) for key in judged.people.keys])
    known = ~np.isnan(true) & ~np.isnan(chance.probability)
    for which in (known, known & (judged.status == BELOW)):
        p = chance.probability[which]
        spread = np.sqrt((p * (1 - p)).sum())
        assert abs(p.sum() - (true[which] < -0.5).sum()) < 3 * spread
    # And it is not that all are told alike.
    assert chance.probability[known & (true < -0.5)].mean() > 0.6
    assert chance.probability[known & (true >= -0.5)].mean() < 0.1
