"""Who moves when the measure changes, of pupils' records? Files of scores, written by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from codebreakers.errors import (
    CannotAnswerError,
    CodebreakersError,
    RequestError,
    SourceError,
    UnknownNameError,
)
from codebreakers.estimates import Estimate, Withheld
from codebreakers.profiles.example_pupils import write_pupils
from codebreakers.questions.league import league
from codebreakers.questions.league.scored import limits_apart, scores_of
from codebreakers.questions.pupils import score
from codebreakers.store import Store
from codebreakers.surfaces.export import write_table

HEADER = (
    "time_period,geographic_level,school_urn,region_name,school_name,size_pupils,score_points,"
    "score_points_lower_ci,score_points_upper_ci"
)
Write = Callable[..., Path]


def row(urn: int, score: object, *, pupils: object = 100, year: str = "202324", sd: float = 10):
    """Limits of 100 pupils are 1.96 either way."""
    half = 1.96 * sd / float(pupils) ** 0.5 if isinstance(score, int | float) else 0
    ends = (score - half, score + half) if half else (score, score)
    region = "North" if urn < 100004 else "South"
    return f"{year},School,{urn},{region},School {urn},{pupils},{score},{ends[0]},{ends[1]}"


@pytest.fixture
def file(tmp_path: Path) -> Write:
    def written(name: str, *rows: str, header: str = HEADER) -> Path:
        path = tmp_path / name
        path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
        return path

    return written


@pytest.fixture
def nowhere(tmp_path: Path) -> Store:
    return Store(tmp_path / "none.duckdb")


def asked(store: Store, old: Path, new: Path, **more: object):
    return league(store, **{"old": str(old), "new": str(new), "by": "school", "draws": 0, **more})


OLD = tuple(row(100001 + at, score) for at, score in enumerate((60, 50, 40, 30, 20)))
NEW = tuple(row(100001 + at, score) for at, score in enumerate((20, 50, 40, 30, 60)))


def test_schools_are_ranked_by_either_file_without_a_store(file: Write, nowhere: Store) -> None:
    """Of five schools a place is 25 points: the first and the last change places."""
    table = asked(nowhere, file("old.csv", *OLD), file("new.csv", *reversed(NEW)))
    assert table.column("school_urn") == tuple(str(100001 + at) for at in range(5))
    assert table.column("rank_fall_points") == (100, 0, 0, 0, -100)
    assert table.column("region") == ("North",) * 3 + ("South",) * 2
    assert table["league.fallers.share"].value == 20
    assert {one.file for one in table.findings[0].provenance} == {"old.csv", "new.csv"}
    assert not nowhere.path.exists()


def test_a_withheld_result_is_left_out_and_said(file: Write, nowhere: Store) -> None:
    new = [*NEW[:4], row(100005, "c", pupils="c")]
    table = asked(nowhere, file("old.csv", *OLD), file("new.csv", *new))
    assert "100005" not in table.column("school_urn")
    assert len(table) == 4
    caveats = " ".join(table.findings[0].caveats)
    assert "1 of the 5 schools of new.csv have no result there, since it was withheld." in caveats


def test_one_standard_deviation_of_pupils_is_read_from_the_limits(file: Write) -> None:
    rows = [row(100001 + at, 40.0, pupils=50 + at, sd=12.5) for at in range(20)]
    assert limits_apart(scores_of(file("a.csv", *rows), None, "all")) == pytest.approx(12.5)
    odd = [row(100001 + at, 40.0, sd=5 + at) for at in range(20)]
    assert limits_apart(scores_of(file("b.csv", *odd), None, "all")) is None


def test_limits_of_no_one_standard_deviation_allow_no_chance(file: Write, nowhere: Store) -> None:
    odd = [row(100001 + at, 40.0 + at, sd=5 + at) for at in range(20)]
    sound = [row(100001 + at, 40.0 - at) for at in range(20)]
    table = asked(nowhere, file("old.csv", *odd), file("new.csv", *sound), draws=200)
    said = table["league.chance"]
    assert isinstance(said.figure, Withheld)
    assert "not all of one standard deviation" in said.sentence


def test_progress_is_another_thing_than_attainment(file: Write, nowhere: Store) -> None:
    gained = [row(100001 + at, score) for at, score in enumerate((-1.0, 0.5, 0.2, 0.1, 0.0))]
    table = asked(nowhere, file("old.csv", *OLD), file("new.csv", *gained), draws=200)
    assert "measure different things" in table["league.chance"].sentence


def test_a_year_and_a_group_are_chosen(file: Write, nowhere: Store) -> None:
    both = (*OLD, *(row(100001 + at, 10 + at, year="202223") for at in range(5)))
    old, new = file("old.csv", *both), file("new.csv", *NEW)
    assert asked(nowhere, old, new).findings[0].year == 2024
    earlier = asked(nowhere, old, new, old_year=2023, by_urn=True)
    assert earlier.column("rank_old") == (5, 4, 3, 2, 1)
    everyone, others = ([f"{line},{group}" for line in OLD] for group in ("all", "others"))
    of = file("groups.csv", *everyone, *others[::2], header=f"{HEADER},group")
    assert len(asked(nowhere, of, new)) == 5
    assert (
        len(asked(nowhere, of, file("g.csv", *others, header=f"{HEADER},group"), group="other"))
        == 3
    )
    with pytest.raises(UnknownNameError, match="group"):
        asked(nowhere, of, of, group="disadvantaged")
    with pytest.raises(CannotAnswerError, match="no groups"):
        asked(nowhere, new, of, group="other")


WRONG = {
    "no such column": ((), "time_period,school_urn\n202324,1", UnknownNameError),
    "no rows": ((), HEADER, SourceError),
    "twice": ((OLD[0], OLD[0]), HEADER, RequestError),
    "a word": ((row(100001, "about fifty"),), HEADER, SourceError),
    "a formula": ((row(100001, "=1+1"),), HEADER, SourceError),
    "not a number": ((row(100001, "nan"),), HEADER, SourceError),
    "too great": ((row(100001, "1e300"),), HEADER, SourceError),
    "half a pupil": ((row(100001, 40, pupils=10.5),), HEADER, SourceError),
    "no URN": ((row(100001, 40).replace("100001,", "<script>,", 1),), HEADER, SourceError),
    "no year": ((row(100001, 40, year="yesterday"),), HEADER, SourceError),
    "a long cell": ((row(100001, 40).replace("School 1", "S" * 301 + "1"),), HEADER, SourceError),
    "a short row": (("202324,School,100001",), HEADER, SourceError),
    "two columns of one name": ((OLD[0] + ",1",), f"{HEADER},score_points", SourceError),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_file_that_is_not_sound_is_one_clear_error(
    name: str, file: Write, nowhere: Store
) -> None:
    rows, header, kind = WRONG[name]
    broken = file("broken.csv", *rows, header=header)
    with pytest.raises(kind, match=r"broken\.csv") as caught:
        asked(nowhere, broken, file("new.csv", *NEW))
    assert isinstance(caught.value, CodebreakersError)


def test_a_file_that_is_no_text_or_is_not_there(
    tmp_path: Path, file: Write, nowhere: Store
) -> None:
    new = file("new.csv", *NEW)
    for name, data in (("bytes.csv", b"\xff\xfe\x00\x01" * 50), ("quote.csv", b'"a\n')):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(SourceError, match=name):
            asked(nowhere, tmp_path / name, new)
    (tmp_path / "folder.csv").mkdir()
    for name in ("folder.csv", "absent.csv"):
        with pytest.raises(SourceError, match=name):
            asked(nowhere, tmp_path / name, new)


def test_a_file_is_not_held_against_itself(file: Write, nowhere: Store) -> None:
    old = file("old.csv", *OLD)
    with pytest.raises(RequestError, match="both the old and the new"):
        asked(nowhere, old, file("same.csv", *OLD))


def test_schools_that_the_store_knows_have_its_regions_and_features(
    example: Store, file: Write
) -> None:
    public = league(example, year=2016, by="school", draws=0)
    urns = public.column("school_urn")[:30]
    rows = [
        f"201516,School,{urn},x,x,100,{40 + at},{38.04 + at},{41.96 + at}"
        for at, urn in enumerate(urns)
    ]
    old, new = file("old.csv", *rows[:-1], row(999999, 1, year="201516")), file("new.csv", *rows)
    table = asked(example, old, new)
    known = dict(zip(public.column("school_urn"), public.column("region"), strict=True))
    assert len(table) == 29
    found = zip(table.column("school_urn"), table.column("region"), strict=True)
    assert all(known[urn] == region for urn, region in found)
    assert "1 of the 30 schools of old.csv are not among" in " ".join(table.findings[0].caveats)
    mixed = league(example, old="attainment8", new=str(new), by="fifth", draws=0)
    assert sum(mixed.column("schools")) == 60  # each in its fifth, and all of them


def test_scores_of_pupils_go_from_the_records_into_the_league(
    tmp_path: Path, nowhere: Store
) -> None:
    write_pupils(tmp_path / "records", pupils=4_000)
    for measure in ("attainment8", "five_good_gcses"):
        found = score(tmp_path / "records", measure, rounding=5)
        write_table(found, tmp_path / f"{measure}.csv")
    table = asked(
        nowhere, tmp_path / "attainment8.csv", tmp_path / "five_good_gcses.csv", draws=300
    )
    assert len(table) == len(found)
    assert isinstance(table["league.chance"].figure, Estimate)
    assert table.made_up
    assert {"fell", "rose", "cannot tell"} >= set(table.column("move"))
