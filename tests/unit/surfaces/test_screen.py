"""What stands on the terminal: rows that fit, and axes with ticks people can read."""

from __future__ import annotations

from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Column, Run
from codebreakers.findings.disclosure import tabulate
from codebreakers.surfaces.school_card import _nice_step
from codebreakers.surfaces.terminal import WIDTH, print_table

RUN = Run("0.1.0", 0, "england.duckdb", ())
QUESTION = "More disadvantaged pupils, if half the gap closed"
REASON = "strong evidence needs 3 years of results; those held: 2013"


def printed(capsys, *rows) -> list[str]:
    columns = (Column("question", ""), Column("counted", "Counted as in 2014", 1))
    print_table(tabulate("national", "England", columns, rows), RUN, "table")
    lines: list[str] = capsys.readouterr().out.splitlines()
    return lines


def test_a_long_reason_stands_below_the_rows_once_and_squeezes_no_column(capsys) -> None:
    lines = printed(
        capsys,
        (QUESTION, Estimate(13_260.0, n=2_577)),
        ("Sure", Withheld("few-years", REASON)),
        ("Surer", Withheld("few-years", REASON)),
    )
    assert any(QUESTION in line and "13,260" in line for line in lines)
    assert [line.split() for line in lines if "not shown (1)" in line] == [
        ["Sure", "not", "shown", "(1)"],
        ["Surer", "not", "shown", "(1)"],
    ]
    assert f"(1) Not shown: {REASON}." in lines
    assert max(map(len, lines)) <= WIDTH
    assert not any("…" in line for line in lines)


def test_a_short_reason_stands_in_its_cell(capsys) -> None:
    lines = printed(capsys, ("Sure", Withheld("few-years", "too few years")))
    assert any(line.split() == ["Sure", "not", "shown:", "too", "few", "years"] for line in lines)


def test_one_figure_alone_has_ticks_of_its_own_size() -> None:
    assert _nice_step(50.7, 50.7) == 10.0
    assert _nice_step(0.0, 0.0) > 0
    assert _nice_step(-0.6, 0.3) == 0.2
