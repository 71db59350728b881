"""A published cell becomes a number or a code, exactly; a row is kept, set aside or refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_tables import HEADER, ROWS, cells, csv_text, frame, stored, written

from codebreakers.errors import ReleaseError
from codebreakers.sources.england import CODES, LAYOUTS
from codebreakers.store import Store

ASH = ROWS[0]


def with_cells(*said: str) -> list[tuple[str, ...]]:
    """Make a row a school, with one of the cells in the column TPUP."""
    return [
        ("1", "201", "4000", f"{100001 + i}", "Ash", cell, "", "", "")
        for i, cell in enumerate(said)
    ]


def pupils(store: Store) -> list[float | str]:
    return [value for (_, column), value in sorted(cells(store).items()) if column == "TPUP"]


def refused(path: Path, content: bytes) -> ReleaseError:
    store = Store(path / "s.duckdb", wait=1)
    with pytest.raises(ReleaseError) as caught:
        store.ingest(written(path, content), year=2013)
    assert caught.value.exit_code == 4
    assert "england_ks4.csv" in caught.value.message
    assert not store.path.exists()
    return caught.value


def test_a_number_has_a_value_and_what_is_not_a_number_has_a_code(tmp_path: Path) -> None:
    store = stored(tmp_path / "s.duckdb")
    found = cells(store)
    assert found["100001", "PTAC5EM"] == 61
    assert found["100002", "PTAC5EM"] == "SUPP"
    assert found["100002", "TFSMCLA"] == "NE"
    assert found["100002", "PTAC5EMFSM"] == "blank"
    assert found["201", "PTAC5EM"] == 55.5
    assert found["England (all schools)", "TPUP"] == 600_000
    for row in frame(store, "results"):
        assert (row["value"] != row["value"]) == (row["code"] != "")


NUMBERS = {
    "0": 0.0,
    "58%": 58.0,
    "£45,884": 45884.0,
    "1,234": 1234.0,
    "12,345,678.5": 12345678.5,
    "-0.26": -0.26,
    "+0.26": 0.26,
    "\u22120.26": -0.26,
    "-£5": -5.0,
    "£-5": -5.0,
    " 12 ": 12.0,
    "12\u00a0": 12.0,
    "12.": 12.0,
    ".5": 0.5,
    "-.5%": -0.5,
    "0.30000000000000004": 0.30000000000000004,
    "1.5e-05": 1.5e-05,
    "999999999999999": 999999999999999.0,
}


def test_numbers_as_publishers_write_them(tmp_path: Path) -> None:
    assert pupils(stored(tmp_path / "s.duckdb", *with_cells(*NUMBERS))) == [*NUMBERS.values()]


@pytest.mark.parametrize(
    "said",
    [
        ["nan", "NaN", "inf", "-inf", "Infinity", "1e999", "1e-999", "0x1A", "0b1", "1_000"],
        ["\u0661\u0662", "\uff11\uff12", "12,5", "1,2345", "1 000", "12abc", "--5", "5-", "-", "+"],
        [".", "%", "£", "\u00bd", "1/2", "1;DROP", "e5", "12\n", "'", "1'2"],
    ],
    ids=["words for numbers", "other digits and signs", "marks alone"],
)
def test_what_only_looks_like_a_number_is_kept_as_it_stands(
    tmp_path: Path, said: list[str]
) -> None:
    assert pupils(stored(tmp_path / "s.duckdb", *with_cells(*said))) == said


def test_a_figure_too_long_to_keep_is_refused(tmp_path: Path) -> None:
    assert "'9999999999999999'" in refused(tmp_path, csv_text(with_cells("9" * 16))).message


def test_every_publishers_code_is_kept(tmp_path: Path) -> None:
    said = [said for code in sorted(CODES) for said in (code, f" {code} ")]
    store = stored(tmp_path / "s.duckdb", *with_cells(*said))
    assert pupils(store) == [cell.strip() for cell in said]
    (holding,) = (h for h in frame(store, "holdings") if h["measure"] == "TPUP")
    assert (holding["numbers"], holding["codes"], holding["blanks"]) == (0, len(said), 0)


def test_a_blank_is_blank_and_never_nought(tmp_path: Path) -> None:
    store = stored(tmp_path / "s.duckdb", *with_cells("", "   ", "0"))
    assert pupils(store) == ["blank", "blank", 0.0]
    (holding,) = (h for h in frame(store, "holdings") if h["measure"] == "TPUP")
    assert (holding["numbers"], holding["codes"], holding["blanks"]) == (1, 0, 2)


def test_holdings_count_what_results_hold(tmp_path: Path) -> None:
    store = stored(tmp_path / "s.duckdb")
    results = frame(store, "results")
    for holding in frame(store, "holdings"):
        alike = [r for r in results if all(r[k] == holding[k] for k in ("level", "grp", "measure"))]
        assert holding["numbers"] == sum(r["code"] == "" for r in alike)
        assert holding["blanks"] == sum(r["code"] == "blank" for r in alike)
        assert holding["codes"] == len(alike) - holding["numbers"] - holding["blanks"]
    assert {h["grp"] for h in frame(store, "holdings")} == {"all", "disadvantaged"}


def test_words_are_kept_as_labels_and_blank_ones_left_out(tmp_path: Path) -> None:
    labels = frame(stored(tmp_path / "s.duckdb"), "labels")
    named = {(r["level"], r["school"], r["measure"]): r["text"] for r in labels}
    assert named["school", "100001", "SCHNAME"] == "Ash School"
    assert ("authority", "201", "SCHNAME") not in named
    assert len(labels) == len(named)


HOSTILE = [
    "Robert'); DROP TABLE results; --",
    'The "Quoted" School',
    "a;b,c\td",
    "two\nlines",
    "\\' OR 1=1",
    "$1 ? :x {0} %s",
    "\u202egnihtyna\u200b",
]


def test_hostile_words_are_only_words(tmp_path: Path) -> None:
    rows = [(*ASH[:3], f"{100001 + i}", said, *ASH[5:]) for i, said in enumerate(HOSTILE)]
    store = stored(tmp_path / "s.duckdb", *rows)
    named = {r["school"]: r["text"] for r in frame(store, "labels") if r["measure"] == "SCHNAME"}
    assert list(dict(sorted(named.items())).values()) == HOSTILE
    assert cells(store)["100001", "PTAC5EM"] == 61


@pytest.mark.parametrize("said", HOSTILE)
def test_hostile_words_in_a_column_of_numbers_are_refused_or_kept(
    tmp_path: Path, said: str
) -> None:
    content = csv_text(with_cells(said))
    if len(said) > 12:
        error = refused(tmp_path, content)
        assert "line 2" in error.message
        assert repr(said)[1:-1] in error.message
    else:
        store = Store(tmp_path / "s.duckdb")
        store.ingest(written(tmp_path, content), year=2013)
        assert pupils(store) == [said]


def test_prose_in_a_column_of_numbers_names_the_first_line_and_the_column(tmp_path: Path) -> None:
    rows = with_cells("5", "NE", "see the note below", "another long remark")
    error = refused(tmp_path, csv_text(rows))
    assert "line 4" in error.message
    assert "TPUP" in error.message
    assert "'see the note below'" in error.message
    assert "SUPP" in error.available
    assert error.remedy


def test_a_few_new_codes_are_kept_and_many_are_a_mistake(tmp_path: Path) -> None:
    few = [f"Q{i}" for i in range(20)]
    assert pupils(stored(tmp_path / "s.duckdb", *with_cells(*few))) == few
    error = refused(tmp_path / "many", csv_text(with_cells("7", *few, "Q20")))
    assert "line 3" in error.message
    assert "'Q0'" in error.message


def test_a_new_code_is_the_same_code_in_the_next_release(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.duckdb", wait=1)
    for said in (("5", "Q9", "NE", "Q9", ""), ("Q9", "6", "Q1"), ("Q1", "Q9", "NE")):
        store.ingest(written(tmp_path, csv_text(with_cells(*said))), year=2013)
        assert pupils(store) == [float(c) if c.isdigit() else c or "blank" for c in said]
        (counted,) = [h for h in frame(store, "holdings") if h["measure"] == "TPUP"]
        assert counted["numbers"] == sum(map(str.isdigit, said))
        assert counted["blanks"] == said.count("")


def test_exact_copies_are_read_once_and_noted(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.duckdb")
    (one,) = store.ingest(written(tmp_path, csv_text([ASH, ROWS[1], ASH, ASH])), year=2013)
    assert (one.rows, one.copies, one.set_aside) == (4, 2, 0)
    (release,) = store.releases()
    assert (release.rows, release.copies, release.set_aside) == (4, 2, 0)
    notes = [(n["kind"], n["school"], n["line"], n["rows"]) for n in frame(store, "notes")]
    assert notes == [("copy", "100001", 4, 1), ("copy", "100001", 5, 1)]
    assert cells(store)["100001", "TPUP"] == 100
    assert len(frame(store, "results")) == 8


def test_two_different_rows_of_one_school_are_refused_naming_both_lines(tmp_path: Path) -> None:
    other = (*ASH[:5], "101", *ASH[6:])
    error = refused(tmp_path, csv_text([ASH, ROWS[1], ASH, other]))
    assert "line 5" in error.message
    assert "line 2" in error.message
    assert "100001" in error.message
    assert error.remedy


def test_rows_that_differ_by_where_their_text_is_cut_are_not_copies(tmp_path: Path) -> None:
    left = ("1", "201", "4000", "100001", "Ash\x1f", "1", "", "", "")
    right = ("1", "201", "4000\x1fAsh", "100001", "", "1", "", "", "")
    assert "two different rows" in refused(tmp_path, csv_text([left, right])).message


def test_rows_that_name_nothing_are_set_aside_and_noted(tmp_path: Path) -> None:
    footnote = ("", "", "", "", "Figures are rounded.", "", "", "", "")
    total = ("9", "", "", "Total", "", "many words in a column of numbers", "", "", "")
    store = Store(tmp_path / "s.duckdb")
    (one,) = store.ingest(written(tmp_path, csv_text([ASH, footnote, total])), year=2013)
    assert (one.rows, one.copies, one.set_aside) == (3, 0, 2)
    notes = [(n["kind"], n["school"], n["line"], n["rows"]) for n in frame(store, "notes")]
    assert notes == [("set aside", "", 3, 1), ("set aside", "", 4, 1)]
    assert {school for school, _ in cells(store)} == {"100001"}


def test_a_table_that_names_nothing_at_all_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, csv_text([("9", *ASH[1:])]))
    assert "no row of it names" in error.message


def test_rows_that_end_early_are_noted_with_their_number(tmp_path: Path) -> None:
    full = ",".join(ASH)
    short = "".join(f"1,201,4000,{100002 + i},Ash,5\r\n" for i in range(40))
    content = f"{','.join(HEADER)}\r\n{full}\r\n{short}".encode()
    store = Store(tmp_path / "s.duckdb")
    (one,) = store.ingest(written(tmp_path, content), year=2013)
    (note,) = frame(store, "notes")
    assert (note["kind"], note["rows"]) == ("trimmed", 40)
    assert one.said.startswith("40 rows ended")
    assert cells(store)["100002", "PTAC5EM"] == "blank"


def test_a_table_written_whole_has_no_note(tmp_path: Path) -> None:
    assert frame(stored(tmp_path / "s.duckdb"), "notes") == []


TIDY = next(layout for layout in LAYOUTS if layout.name == "ks4-2024")
NAMED = (
    *("TIME_PERIOD", "GEOGRAPHIC_LEVEL", "SCHOOL_URN", "SCHOOL_NAME", "BREAKDOWN"),
    *("T_PUPILS", "PT_L2BASICS_94"),
)


def tidy(*rows: tuple[str, ...]) -> bytes:
    more = sorted(TIDY.required - set(NAMED))
    return csv_text([(*row, *("" for _ in more)) for row in rows], [*NAMED, *more])


def of_ash(time: str) -> list[tuple[str, ...]]:
    return [
        (time, "School", "100001", "Ash", "Total", "100", "60"),
        (time, "School", "100001", "Ash", "Disadvantaged", "30", "c"),
        (time, "School", "100001", "Ash", "Boys", "48", "z"),
    ]


def test_a_tidy_table_has_the_year_and_the_groups_that_its_rows_say(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.duckdb")
    (one,) = store.ingest(written(tmp_path, tidy(*of_ash("202324"))))
    assert (one.dataset, one.year, one.state) == ("ks4", 2024, "new")
    (release,) = store.releases()
    assert (release.year, release.year_from) == (2024, "content")
    said = {
        (r["year"], r["grp"]): r["code"] or r["value"]
        for r in frame(store, "results")
        if r["measure"] == "PT_L2BASICS_94"
    }
    assert said == {(2024, "all"): 60, (2024, "disadvantaged"): "c", (2024, "boys"): "z"}
    assert [r["text"] for r in frame(store, "labels") if r["measure"] == "SCHOOL_NAME"] == ["Ash"]


def test_another_year_of_a_tidy_table_does_not_replace_the_first(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.duckdb")
    store.ingest(written(tmp_path / "1", tidy(*of_ash("202324"))))
    (two,) = store.ingest(written(tmp_path / "2", tidy(*of_ash("202425"))))
    assert (two.year, two.state) == (2025, "new")
    assert [r.year for r in store.releases()] == [2024, 2025]
    (again,) = store.ingest(written(tmp_path / "3", tidy(*of_ash("202425")), "other.csv"))
    assert (again.year, again.state) == (2025, "unchanged")


def test_a_tidy_table_of_several_years_is_one_release_whose_rows_say_theirs(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path / "s.duckdb")
    (one,) = store.ingest(written(tmp_path, tidy(*of_ash("202324"), *of_ash("202223"))))
    assert (one.year, one.state, one.rows) == (0, "new", 6)
    assert {r["year"] for r in frame(store, "results")} == {2023, 2024}


def test_a_row_without_a_year_is_refused(tmp_path: Path) -> None:
    rows = of_ash("202324")
    broken = tidy(rows[0], ("2023/4", *rows[1][1:]))
    with pytest.raises(ReleaseError, match=r"line 3: column TIME_PERIOD .*'2023/4'"):
        Store(tmp_path / "s.duckdb").ingest(written(tmp_path, broken))


def test_the_year_of_the_rows_and_the_year_asked_for_have_to_agree(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="2024/25"):
        Store(tmp_path / "s.duckdb").ingest(written(tmp_path, tidy(*of_ash("202324"))), year=2025)


def test_links_join_two_keys_and_only_figures_are_distances(tmp_path: Path) -> None:
    lines = [("100001", "100002", "1.5", "1"), ("100001", "100003", "inf", "2")]
    content = csv_text([*lines, lines[0]], ["URN", "NEIGHBOUR_URN", "DIST", "RANK"])
    store = Store(tmp_path / "s.duckdb")
    (one,) = store.ingest(written(tmp_path, content))
    assert (one.dataset, one.copies) == ("neighbours", 1)
    links = [(r["school"], r["other"], r["distance"], r["rank"]) for r in frame(store, "links")]
    assert links[0] == ("100001", "100002", 1.5, 1)
    assert links[1][:2] == ("100001", "100003")
    assert links[1][2] != links[1][2]
