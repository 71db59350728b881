"""A poll's files as people send them: each fault is a clear error, or a note in the answer."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from codebreakers.errors import (
    CannotAnswerError,
    CodebreakersError,
    ReleaseError,
    RequestError,
    UnknownNameError,
)
from codebreakers.findings import Table
from codebreakers.questions.poll import TEACHERS, poll
from codebreakers.questions.poll.questionnaire import read_questionnaire

ASKED = """
title = "Tea"
people = "teachers"
year = 2026
id = "who"
groups = ["phase"]
[[question]]
id = "tea"
text = "Tea?"
kind = "single"
options = [{ code = "1", text = "Yes" }, { code = "2", text = "No" }]
headline = ["1"]
says = "drink tea"
"""
HEADER = "who,phase,tea"
ROWS = [f"{i},{'primary' if i % 2 else 'secondary'},{1 + i % 3 // 2}" for i in range(1, 41)]
MARGINS = "margin,category,total\nphase,primary,50\nphase,secondary,50\n"


class Files:
    """Writes the three files, one of them changed, and asks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ask(
        self,
        rows: list[str] | bytes = ROWS,
        *,
        header: str = HEADER,
        margins: str = MARGINS,
        asked: str = ASKED,
        name: str = "answers.csv",
    ) -> Table:
        text = rows if isinstance(rows, bytes) else "\n".join([header, *rows, ""]).encode()
        (self.folder / name).write_bytes(text)
        (self.folder / "margins.csv").write_text(margins)
        (self.folder / "asked.toml").write_text(asked)
        return poll(
            self.folder / name,
            self.folder / "margins.csv",
            questions=self.folder / "asked.toml",
        )


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


@pytest.fixture
def clean(files: Files) -> Table:
    return files.ask()


@pytest.mark.parametrize(
    "text",
    [
        "\n".join([HEADER, *ROWS, ""]).encode("utf-8-sig"),
        "\r\n".join([HEADER, *ROWS, ""]).encode(),
        "\n".join([HEADER + ",note", *(f"{row},caf\xe9" for row in ROWS), ""]).encode("cp1252"),
        "\n".join([HEADER, *ROWS, ",,", " , ,\xa0", ""]).encode(),
        "\n".join([HEADER + ",,", *(f"{row},," for row in ROWS), ""]).encode(),
        "\n".join(
            [HEADER, *(r.replace(",p", ", P").replace("y,", "y ,") for r in ROWS), ""]
        ).encode(),
        "\n".join([HEADER, *(f"{row}.0" for row in ROWS), ""]).encode(),
        "\n".join([HEADER, *(r[:-1] + {"1": "yes", "2": "NO"}[r[-1]] for r in ROWS), ""]).encode(),
        "\n".join([HEADER, *ROWS, ROWS[0], ROWS[7], ""]).encode(),
    ],
    ids=[
        "bom",
        "crlf",
        "cp1252",
        "blank rows",
        "blank columns",
        "stray blanks",
        "floats",
        "words",
        "copies",
    ],
)
def test_what_does_not_matter_changes_nothing(files: Files, clean: Table, text: bytes) -> None:
    found = files.ask(text)
    assert found.rows == clean.rows
    assert [f.figure for f in found.findings] == [f.figure for f in clean.findings]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([*ROWS, ROWS[0]], "1 exact copies of respondents were read once"),
        ([*ROWS, ",,"], "1 rows of the answers are blank"),
        ([*ROWS, "41,,1"], "1 of 41 respondents do not say their phase, and are left out"),
        (
            [f"{i},primary,1" for i in range(30)] + [f"{i},secondary,2" for i in range(30, 34)],
            "Only 4 who answered are of phase 'secondary'",
        ),
    ],
)
def test_what_was_met_is_noted(files: Files, rows: list[str], said: str) -> None:
    found = poll_unbounded(files, rows) if len(rows) < 40 else files.ask(rows)
    assert said in " ".join(found.notes)


def poll_unbounded(files: Files, rows: list[str]) -> Table:
    files.ask()
    (files.folder / "answers.csv").write_text("\n".join([HEADER, *rows, ""]))
    named = (files.folder / "answers.csv", files.folder / "margins.csv")
    return poll(*named, questions=files.folder / "asked.toml", bounds=None)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([*ROWS, "41,primary,7"], r"tea has the answer '7' \(1 respondents, first number 41\)"),
        ([*ROWS, "41,primary,=1+1"], "tea has the answer '=1\\+1'"),
        ([*ROWS, "41,primary,\x1b[31m"], "tea has the answer '\ufffd"),
        ([*ROWS, f"41,primary,{'x' * 300}"], r"tea has the answer 'x{60}\.\.\.'"),
        ([*ROWS, f"41,{'p' * 300},1"], "phase has a cell of 300 characters"),
        ([*ROWS, "41,pri\x1b[31mmary,1"], "phase has a cell of 12 characters"),
        ([*ROWS, "41,nursery,1"], "no phase in margins.csv 'nursery'"),
        ([*ROWS, "1,primary,2"], "who '1' is there twice, with another tea"),
        ([f"{i},primary,1" for i in range(40)], "Nobody who answered is of phase 'secondary'"),
        (b"", "the file is empty"),
        (b"who,phase,tea\n", "a header and no rows"),
        (b"who,phase,tea\n,,\n", "nothing but blanks"),
        (b"who,phase\n1,primary\n", "no column in answers.csv 'tea'"),
        (b"\x89PNG\r\n", "a PNG picture"),
        (b"who,phase,tea\n1,primary\n", "the row has 2 cells"),
    ],
)
def test_what_cannot_be_read_says_where(files: Files, rows: list[str] | bytes, said: str) -> None:
    with pytest.raises(CodebreakersError, match=said) as error:
        files.ask(rows)
    assert error.value.remedy or error.value.available or isinstance(rows, bytes)
    assert "\x1b" not in str(error.value)


def test_too_many_groups_are_free_text(files: Files) -> None:
    with pytest.raises(ReleaseError, match="phase has 70 different values"):
        files.ask([f"{i},phase {i},1" for i in range(70)])


@pytest.mark.parametrize(
    ("margins", "said"),
    [
        ("margin,category,total\nphase,primary,=A1\nphase,secondary,5", "is '=A1', which is no"),
        ("margin,category,total\nphase,primary,-5\nphase,secondary,5", "is '-5'"),
        ("margin,category,total\nphase,primary,nan\nphase,secondary,5", "is 'nan'"),
        ("margin,category,total\nphase,primary,5\nphase,Primary,5", "phase has 'primary' twice"),
        ("margin,category,total\nphase,primary,0\nphase,secondary,0", "comes to nobody"),
        ("margin,category,total\nphase,primary,5", "no phase in margins.csv 'secondary'"),
        ("margin,category,total\n,primary,5\nphase,secondary,5", "row 1 names no margin"),
        ("margin,category\nphase,primary", "no column in margins.csv 'total'"),
        ("margin,category,total\nsex,female,5\nsex,male,5", "no column in answers.csv 'sex'"),
        (
            MARGINS + "tea,1,300\ntea,2,100\n",
            "phase comes to 100 and tea to 400: they are of different people",
        ),
    ],
)
def test_margins_that_cannot_be_used_say_why(files: Files, margins: str, said: str) -> None:
    with pytest.raises(CodebreakersError, match=said):
        files.ask(margins=margins)


def test_margins_may_be_percentages_with_commas_and_crosses(files: Files) -> None:
    counts = files.ask(margins="margin,category,total\nphase,primary,60\nphase,secondary,40\n")
    other = files.ask(
        margins='\ufeffmargin,category,total\nphase,Primary,"60,000"\n phase ,secondary,"40,000"\n'
    )
    assert [f.figure for f in other.findings] == [f.figure for f in counts.findings]


def test_margins_that_contradict_one_another_name_the_furthest(files: Files) -> None:
    """Only primary teachers drink tea, and more are to drink it than teach in a primary."""
    rows = [f"{i},primary,1" for i in range(20)] + [f"{i},secondary,2" for i in range(20, 40)]
    margins = MARGINS + "tea,1,60\ntea,2,40\n"
    with pytest.raises(CannotAnswerError, match=r"cannot be met together: \w+ .* comes to"):
        files.ask(rows, margins=margins)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("title", "titel"), "has the key 'titel'.*Did you mean 'title'"),
        (('title = "Tea"', ""), "the questionnaire has no title"),
        (('title = "Tea"', "title = 3"), "title of the questionnaire should be words"),
        (("year = 2026", "year = true"), "year of the questionnaire should be a whole number"),
        (("year = 2026", "year = 7"), "the year is 7"),
        (('kind = "single"', 'kind = "slider"'), "is of kind 'slider'"),
        (('id = "tea"', 'id = "Tea time"'), "has the id 'Tea time'"),
        (('id = "tea"', 'id = "phase"'), "the column 'phase' is there twice"),
        (('code = "2"', 'code = "1"'), "the answer of question 'tea' '1' is there twice"),
        (('code = "2"', "code = 2"), "code of an option of question 'tea' should be words"),
        (('headline = ["1"]', 'headline = ["3"]'), "names '3', which is no code"),
        (('says = "drink tea"', ""), "has a headline and no words for it"),
        (('says = "drink tea"', 'asked_if = { question = "x", answers = ["1"] }'), "no words"),
        (("[[question]]", "[[question"), "this is not TOML"),
        (('text = "Tea?"', f'text = "{"t" * 501}"'), "longer than 500 characters"),
        (('text = "Tea?"', 'text = "\\u001b[31m"'), "or a control character"),
        (
            ('text = "Tea?"', 'text = "Tea?"\nasked_if = { question = "x", answers = ["1"] }'),
            "depends on 'x', which is not asked before it",
        ),
        (('text = "Tea?"', 'text = "Tea?"\nno_answer = ["2"]'), "has '2' as an answer and as none"),
        (('text = "Tea?"', 'text = "Tea?"\nno_answer = [[]]'), "holds \\[\\]"),
        (("options = [{", "options = [3, {"), "an option of question 'tea' is 3"),
    ],
)
def test_a_questionnaire_is_checked_key_by_key(
    files: Files, change: tuple[str, str], said: str
) -> None:
    with pytest.raises(ReleaseError, match=said):
        files.ask(asked=ASKED.replace(*change, 1))


def test_a_questionnaire_has_limits(files: Files, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="more than a megabyte"):
        files.ask(asked=ASKED + "#" * 1_000_001)
    with pytest.raises(ReleaseError, match="this is not TOML"):
        files.ask(asked="a = " + "[" * 5_000)
    with pytest.raises(ReleaseError, match="cannot be read"):
        read_questionnaire(tmp_path / "none.toml")
    one = ASKED[ASKED.index("[[question]]") :]
    many = ASKED + "".join(one.replace('"tea"', f'"q{i}"') for i in range(200))
    with pytest.raises(ReleaseError, match="201 questions"):
        files.ask(asked=many)


def test_the_likert_headline_has_no_hole(files: Files) -> None:
    five = ", ".join(f'{{ code = "{i}", text = "Answer {i}" }}' for i in range(1, 6))
    asked = ASKED.replace('kind = "single"', 'kind = "likert"')
    asked = asked.replace(
        asked[asked.index("options") : asked.index("headline")], f"options = [{five}]\n"
    )
    assert files.ask(asked=asked.replace('["1"]', '["1", "2"]'))["poll.tea"].value is not None
    with pytest.raises(ReleaseError, match="leaves out an answer between"):
        files.ask(asked=asked.replace('["1"]', '["1", "3"]'))


def test_a_workbook_is_read_as_a_table(files: Files, clean: Table, tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "answers.xlsx") as book:
        sheet = book.add_worksheet()
        for r, line in enumerate([HEADER, *ROWS]):
            for c, text in enumerate(line.split(",")):
                sheet.write(r, c, float(text) if text.isdigit() else text)
    named = (tmp_path / "answers.xlsx", tmp_path / "margins.csv")
    assert poll(*named, questions=tmp_path / "asked.toml").rows == clean.rows


def test_formulas_do_not_run_in_what_is_written(files: Files) -> None:
    rows = [row.replace("primary", "=cmd()") for row in ROWS]
    margins = MARGINS.replace("primary", "=cmd()")
    files.ask(rows, margins=margins)
    named = (files.folder / "answers.csv", files.folder / "margins.csv")
    text = poll(*named, questions=files.folder / "asked.toml", by="phase").to_csv()
    assert ",'=cmd()," in text
    assert ",=cmd()," not in text


def test_what_was_asked_for_is_checked(files: Files) -> None:
    files.ask()
    named = {
        "responses": files.folder / "answers.csv",
        "margins": files.folder / "margins.csv",
        "questions": files.folder / "asked.toml",
    }
    with pytest.raises(UnknownNameError, match=r"no grouping 'phases'.*Did you mean 'phase'"):
        poll(**named, by="phases")
    with pytest.raises(UnknownNameError, match="no question 'coffee'"):
        poll(**named, question="coffee")
    with pytest.raises(RequestError, match="need a store"):
        poll(**named, by="fifth")
    with pytest.raises(RequestError, match="leave no room"):
        poll(**named, bounds=(1.5, 3.0))
    with pytest.raises(RequestError, match="Known totals are not given"):
        poll(named["responses"], questions=named["questions"])
    (files.folder / "asked.toml").write_text(ASKED.replace("year = 2026", ""))
    with pytest.raises(RequestError, match="When the poll was held is not said"):
        poll(**named)


def test_without_the_extra_the_error_names_it(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "svy", None)
    with pytest.raises(CannotAnswerError, match=r"codebreakers\[poll\]"):
        files.ask()


def test_the_questionnaire_that_is_shipped_can_be_asked() -> None:
    asked = read_questionnaire(TEACHERS)
    assert [q.id for q in asked.questions if q.report] == [
        "lower_expectations",
        "seek_challenge",
        "pressure_deterrent",
        "salary",
    ]
    assert asked.question("look_again").asked_if is not None
