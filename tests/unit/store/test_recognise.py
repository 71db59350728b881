"""A file is known by its columns; what cannot be known is asked, never guessed."""

from __future__ import annotations

import random
import timeit

import pytest

from codebreakers.errors import ReleaseError
from codebreakers.sources import Layout
from codebreakers.sources.england import LAYOUTS, MADE_UP_COLUMN
from codebreakers.store.recognise import Recognition, recognise

BY_NAME = {layout.name: layout for layout in LAYOUTS}

# Columns that the tables of 2011/12 and 2012/13 both have, as an extract of either would.
EXTRACT = [
    *("RECTYPE", "LEA", "ESTAB", "URN", "SCHNAME", "RELDENOM"),
    *("TPUP", "KS2APS", "TFSMCLA", "PTAC5EM", "PTAC5EMFSM"),
]
PROVISIONAL = sorted(BY_NAME["ks4-2018-provisional"].required)


def known(
    header: list[str],
    *,
    folder: int | None = None,
    asked: int | None = None,
    content: int | None = None,
    file: str = "some.csv",
) -> Recognition:
    return recognise(file, header, folder_year=folder, asked_year=asked, content_year=content)


def refused(header: list[str], **said: int) -> ReleaseError:
    with pytest.raises(ReleaseError) as caught:
        known(header, **said)  # type: ignore[arg-type]
    return caught.value


def whole(layout: Layout) -> list[str]:
    return sorted(layout.columns.keys() | layout.required)


@pytest.mark.parametrize(
    ("layout", "year"),
    [
        (layout, year)
        for layout in LAYOUTS
        for year in sorted({*layout.years[:1], *layout.years[-1:]}) or [None]
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_every_layout_is_known_by_its_own_columns(layout: Layout, year: int | None) -> None:
    found = known(whole(layout), folder=year)
    assert (found.layout.name, found.layout.status) == (layout.name, layout.status)
    assert found.unread == ()
    if layout.year_column:
        assert (found.year, found.year_from) == (0, "content")
    elif year is None:
        assert (found.year, found.year_from) == (0, "none")
    else:
        assert (found.year, found.year_from) == (year, "folder")


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_what_is_required_is_enough(layout: Layout) -> None:
    year = layout.years[0] if layout.years else None
    assert known(sorted(layout.required), folder=year).layout.dataset == layout.dataset


@pytest.mark.parametrize("name", ["ks4-2014", "ks4-2018-provisional", "workforce-2018", "trusts"])
def test_neither_order_nor_case_nor_blanks_nor_the_name_of_the_file_matter(name: str) -> None:
    header = whole(BY_NAME[name])
    random.Random(20).shuffle(header)
    year = BY_NAME[name].years[0] if BY_NAME[name].years else None
    changed = [f" {column.lower()}\t" for column in header]
    changed[0] = "\ufeff" + changed[0]
    for file in ("2009-2010/england_census.csv", "england_ks4provisional.csv", "x"):
        assert known(changed, folder=year, file=file).layout.name == name


class TestYears:
    @pytest.mark.parametrize("year", [2012, 2013])
    def test_the_folder_decides_between_years_that_fit(self, year: int) -> None:
        found = known(EXTRACT, folder=year)
        assert (found.layout.name, found.year, found.year_from) == (f"ks4-{year}", year, "folder")

    def test_the_rows_go_before_the_folder_and_the_user_before_both(self) -> None:
        assert known(EXTRACT, folder=2012, content=2013).year_from == "content"
        assert known(EXTRACT, folder=2012, content=2013).year == 2013
        asked = known(EXTRACT, folder=2012, asked=2013)
        assert (asked.year, asked.year_from) == (2013, "option")

    def test_a_column_of_one_year_only_says_the_year(self) -> None:
        found = known([*EXTRACT, "PTAC5EM_3YR"])
        assert (found.layout.name, found.year, found.year_from) == ("ks4-2013", 2013, "layout")

    def test_a_whole_table_of_one_year_says_the_year(self) -> None:
        for year in (2011, 2014, 2017, 2019, 2023):
            columns = [c for c in whole(BY_NAME[f"ks4-{year}"]) if c != "REGION"]
            assert (known(columns).year, known(columns).year_from) == (year, "layout")

    def test_several_years_and_nothing_to_say_which(self) -> None:
        error = refused(EXTRACT)
        assert "2011/12 or 2012/13" in error.message
        assert "--year 2013" in error.remedy
        assert "2012-2013" in error.remedy

    @pytest.mark.parametrize(
        ("said", "speaker"),
        [
            ({"folder": 2014}, "the year of its folder is 2013/14"),
            ({"asked": 2014}, "the year asked for is 2013/14"),
            ({"content": 2014}, "the year its rows give is 2013/14"),
        ],
    )
    def test_a_year_that_contradicts_the_columns(self, said: dict[str, int], speaker: str) -> None:
        error = refused(EXTRACT, **said)
        assert speaker in error.message
        assert "2011/12 or 2012/13" in error.message
        assert "2013/14 has no 'PTAC5EM', 'PTAC5EMFSM'" in error.message

    def test_a_year_in_which_the_table_was_not_published(self) -> None:
        assert "2020/21" in refused(EXTRACT, folder=2021).message

    def test_the_user_and_the_rows_contradict_each_other(self) -> None:
        assert "2011/12" in refused(EXTRACT, asked=2012, content=2013).message

    def test_rows_that_say_their_year_are_believed_whatever_the_folder(self) -> None:
        header = whole(BY_NAME["national-2024"])
        found = known(header, folder=2013)
        assert (found.layout.name, found.year, found.year_from) == ("national-2024", 0, "content")
        assert known(header, content=2024).year == 2024

    def test_a_tidy_table_without_a_year_in_its_rows_takes_that_of_its_layout(self) -> None:
        header = [c for c in whole(BY_NAME["ks4-2024"]) if c != "TIME_PERIOD"]
        found = known(header)
        assert (found.year, found.year_from) == (2024, "layout")

    def test_a_register_has_no_year(self) -> None:
        header = whole(BY_NAME["register-links"])
        for folder in (None, 2013):
            assert (known(header, folder=folder).year, known(header).year_from) == (0, "none")


class TestStatus:
    def test_a_whole_provisional_table_is_provisional(self) -> None:
        found = known(PROVISIONAL)
        assert (found.layout.name, found.year) == ("ks4-2018-provisional", 2018)

    def test_one_more_column_of_the_final_table_makes_it_final(self) -> None:
        found = known([*PROVISIONAL, "KS2APS"], folder=2018)
        assert (found.layout.name, found.layout.status) == ("ks4-2018", "final")

    def test_one_column_fewer_makes_it_an_extract_of_the_final_table(self) -> None:
        header = [c for c in PROVISIONAL if c != "PT5EM_94"]
        assert known(header, folder=2018).layout.name == "ks4-2018"


class TestColumnsThatDoNotBelong:
    @pytest.mark.parametrize("year", [2012, 2013, None])
    def test_a_renamed_column_of_a_closed_list(self, year: int | None) -> None:
        header = [c if c != "PTAC5EMFSM" else "pt_ac5emfsm" for c in EXTRACT]
        error = refused(header) if year is None else refused(header, folder=year)
        assert str(error).startswith("some.csv, line 1: 'pt_ac5emfsm' is not a column of")
        assert "'pt_ac5emfsm' may be 'PTAC5EMFSM' renamed" in error.remedy

    def test_a_renamed_column_where_a_year_beside_has_an_open_list(self) -> None:
        header = [*whole(BY_NAME["ks4-2019"]), "ATT8_SCORE"]
        assert "'ATT8_SCORE'" in refused(header, folder=2019).message
        assert "'ATT8_SCORE'" in refused(header).message
        assert known(header, folder=2022).unread == ("ATT8_SCORE",)

    def test_a_renamed_column_that_the_table_cannot_do_without(self) -> None:
        error = refused(["T_PUP" if c == "TPUP" else c for c in EXTRACT], folder=2013)
        assert "not a table codebreakers knows" in error.message
        assert "Key Stage 4 results" in error.message
        assert "'T_PUP' may be 'TPUP' renamed" in error.remedy

    def test_a_file_that_has_nothing_to_do_with_schools(self) -> None:
        error = refused(["Date", "Payee", "Amount"], folder=2013)
        assert "'Date', 'Payee', 'Amount'" in error.message
        assert "ks4" in error.available

    def test_an_open_list_reports_what_it_does_not_read(self) -> None:
        found = known([*whole(BY_NAME["trusts"]), "Ofsted Group"])
        assert found.unread == ("Ofsted Group",)

    def test_a_column_without_a_name_is_reported(self) -> None:
        assert known(["", *EXTRACT], folder=2013).unread == ("column 1 (no name)",)

    def test_what_is_read_past_on_purpose_is_not_reported(self) -> None:
        found = known(whole(BY_NAME["trusts"]))
        assert "HEAD OF GROUP LAST NAME" in found.layout.columns
        assert found.unread == ()

    def test_one_name_for_two_columns(self) -> None:
        error = refused([*EXTRACT, "tpup"], folder=2013)
        assert "tpup" in error.message
        assert "line 1" in error.message

    @pytest.mark.parametrize("header", [[], [""], ["", " "]])
    def test_no_columns_at_all(self, header: list[str]) -> None:
        assert "line 1" in refused(header).message


class TestExampleEngland:
    def test_any_table_may_say_that_it_is_made_up(self) -> None:
        for name in ("ks4-2013", "register-links", "workforce-2018"):
            year = BY_NAME[name].years[0] if BY_NAME[name].years else None
            header = [*whole(BY_NAME[name]), MADE_UP_COLUMN.lower()]
            found = known(header, folder=year)
            assert (found.layout.name, found.made_up, found.unread) == (name, True, ())

    def test_a_real_table_does_not(self) -> None:
        assert not known(EXTRACT, folder=2013).made_up

    def test_the_truth_has_an_open_list_of_numbers(self) -> None:
        found = known([MADE_UP_COLUMN, "URN", "YEAR", "true_rate", "remark"], folder=2013)
        assert (found.layout.name, found.year, found.year_from) == ("truth", 2013, "folder")
        assert found.layout.columns["TRUE_RATE"].is_number
        assert found.unread == ("remark",)
        assert "TRUE_RATE" not in BY_NAME["truth"].columns


def test_it_takes_less_than_five_milliseconds() -> None:
    header = whole(BY_NAME["ks4-2015"])
    assert len(header) > 500
    seconds = min(timeit.repeat(lambda: known(header, folder=2015), number=1, repeat=20))
    assert seconds < 0.005
