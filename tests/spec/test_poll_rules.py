"""What do teachers say? Each rule in one small case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.estimates import Withheld
from codebreakers.findings import Table
from codebreakers.inference.holm import holm
from codebreakers.questions.poll import poll, poll_claim, poll_school

QUESTIONS = """
title = "Tea"
people = "teachers"
year = 2026
groups = ["phase", "room"]

[[question]]
id = "tea"
text = "Do you drink tea?"
kind = "single"
options = [{ code = "1", text = "Yes" }, { code = "2", text = "No" }]
no_answer = ["9"]
headline = ["1"]
says = "drink tea"

[[question]]
id = "milk"
text = "With what?"
kind = "multiple"
options = [{ code = "m", text = "Milk" }, { code = "s", text = "Sugar" }]
asked_if = { question = "tea", answers = ["1"] }
"""
HALF = "margin,category,total\nphase,primary,50\nphase,secondary,50\n"


@pytest.fixture
def ask(tmp_path: Path) -> Any:
    """Ask a poll of groups of alike respondents: (how many, phase, room, tea, milk)."""

    def asked(*groups: tuple[int, str, str, str, str], margins: str = HALF, **how: Any) -> Table:
        rows = [",".join(cells) for number, *cells in groups for _ in range(number)]
        (tmp_path / "answers.csv").write_text("\n".join(["phase,room,tea,milk", *rows]) + "\n")
        (tmp_path / "margins.csv").write_text(margins)
        (tmp_path / "tea.toml").write_text(QUESTIONS)
        files = (tmp_path / "answers.csv", tmp_path / "margins.csv")
        return poll(*files, questions=tmp_path / "tea.toml", **how)

    return asked


def cell(table: Table, column: str, **where: str) -> Any:
    (row,) = [
        i
        for i in range(len(table))
        if all(table.column(name)[i] == value for name, value in where.items())
    ]
    return table.column(column)[row]


def test_weights_undo_who_answered(ask) -> None:
    """30 primary teachers all drink tea, 10 secondary do not; both are half of all."""
    found = ask((30, "primary", "a", "1", "m"), (10, "secondary", "a", "2", ""))
    assert found["poll.tea"].value == pytest.approx(50)
    assert found["poll.design_effect"].value == pytest.approx(40 * (30 * (2 / 3) ** 2 + 40) / 1600)
    assert cell(found, "effective_respondents", answer_id="tea") == 30


def test_what_the_margins_already_say_has_no_error(ask) -> None:
    """Tea goes with phase without exception, and phase is known: nothing is left to chance."""
    figure = ask((30, "primary", "a", "1", "m"), (10, "secondary", "a", "2", ""))["poll.tea"].figure
    assert (figure.low, figure.high) == pytest.approx((50, 50))


def test_not_asked_is_not_silent_and_neither_is_nought(ask) -> None:
    found = ask(
        (12, "primary", "a", "1", "m;s"),
        (3, "primary", "a", "1", ""),
        (10, "secondary", "a", "2", ""),
        (5, "secondary", "a", "1", "s"),
        (2, "secondary", "a", "9", ""),
    )
    assert cell(found, "no_answer", answer_id="tea") == 2
    assert cell(found, "not_applicable", answer_id="tea") == 0
    assert cell(found, "respondents", answer_id="milk.m") == 17
    assert cell(found, "no_answer", answer_id="milk.m") == 3
    assert cell(found, "not_applicable", answer_id="milk.m") == 12
    # 12 of weight 16/15 and 5 of 16/17: each phase is half of 32.
    assert found["poll.milk.m"].value == pytest.approx(100 * 12.8 / (12.8 + 80 / 17))
    assert found["poll.milk.s"].value == pytest.approx(100)


def test_a_part_that_nobody_asked_or_that_kept_silent_says_which(ask) -> None:
    rooms = (
        (12, "primary", "asked", "1", "m"),
        (12, "secondary", "asked", "1", "s"),
        (12, "secondary", "silent", "1", ""),
        (12, "primary", "not asked", "2", ""),
    )
    found = ask(*rooms, by="room")
    shares = {
        room: cell(found, "share_percent", answer_id="milk.m", room=room)
        for room in ("asked", "silent", "not asked")
    }
    assert shares["silent"] == Withheld("no-answer")
    assert shares["not asked"] == Withheld("not-applicable")
    assert shares["asked"] == pytest.approx(50)


def test_an_answer_to_a_question_not_asked_is_left_out(ask) -> None:
    found = ask((12, "primary", "a", "1", "m"), (12, "secondary", "a", "2", "s"))
    assert "12 answered milk without being asked it" in " ".join(found.notes)
    assert cell(found, "respondents", answer_id="milk.m") == 12


def test_fewer_than_ten_are_not_shown_nor_a_part_that_tells_of_them(ask) -> None:
    rooms = (
        (9, "primary", "small", "1", "m"),
        (10, "secondary", "next", "2", ""),
        (30, "primary", "large", "1", "m"),
        (30, "secondary", "large", "2", ""),
    )
    found = ask(*rooms, by="room", question="tea")
    row = {c.name: v for c, v in zip(found.columns, found.rows[2], strict=True)}
    assert row["room"] == "small"
    for name in ("share_percent", "low_percent", "respondents", "difference_points", "differs"):
        assert row[name] == Withheld("few")
    assert cell(found, "share_percent", room="next") == Withheld("beside")
    assert cell(found, "share_percent", room="large") == pytest.approx(50, abs=5)


def test_a_poll_of_nine_is_not_shown(ask) -> None:
    found = ask((5, "primary", "a", "1", "m"), (4, "secondary", "a", "2", ""))
    assert set(found.column("share_percent")) == {Withheld("few")}
    assert {f.figure for f in found.findings} == {Withheld("few")}


def test_a_part_is_tested_against_the_rest_and_said_only_where_it_differs(ask) -> None:
    phases = (
        (60, "primary", "a", "1", "m"),
        (40, "primary", "b", "2", ""),
        (20, "secondary", "a", "1", "m"),
        (80, "secondary", "b", "2", ""),
    )
    found = ask(*phases, by="phase", question="tea")
    assert cell(found, "difference_points", phase="secondary") == pytest.approx(-40)
    assert cell(found, "differs", phase="secondary") is True
    assert (
        "40 fewer of every 100 than of other teachers" in found["poll.tea.phase.secondary"].sentence
    )
    same = ask(*((50, p, "a", t, "") for p in ("primary", "secondary") for t in "12"), by="phase")
    assert not [f for f in same.findings if f.id.startswith("poll.tea.phase")]
    assert same["poll.phase.differences"].value == 0


def test_two_parts_are_one_comparison(ask) -> None:
    phases = (
        (60, "primary", "a", "1", ""),
        (40, "primary", "b", "2", ""),
        (45, "secondary", "a", "1", ""),
        (55, "secondary", "b", "2", ""),
    )
    found = ask(*phases, by="phase", question="tea")
    first, second = found.column("probability")
    assert first == second
    assert found["poll.phase.differences"].figure.n == 1


def test_holm_adjusts_for_all_that_is_compared() -> None:
    assert holm(np.array([0.01, 0.04, np.nan, 0.03])) == pytest.approx(
        [0.03, 0.06, np.nan, 0.06], nan_ok=True
    )
    assert holm(np.array([0.6, 0.9])) == pytest.approx([1.0, 1.0])


def test_bounds_hold_or_it_is_refused(ask) -> None:
    groups = ((90, "primary", "a", "1", "m"), (10, "secondary", "a", "2", ""))
    assert ask(*groups, bounds=(0.2, 5.0))["poll.tea"].value == pytest.approx(50)
    with pytest.raises(
        CannotAnswerError, match=r"phase 'secondary' is 50\.0% .* weight of 5"
    ) as no:
        ask(*groups, bounds=(0.2, 3.0))
    assert "Widen the bounds" in no.value.remedy


def staff(folder: Path, yes: int, no: int) -> Path:
    path = folder / "ours.csv"
    path.write_text("tea,milk\n" + "1,m\n" * yes + "2,\n" * no)
    (folder / "tea.toml").write_text(QUESTIONS)
    return path


def test_a_schools_margin_is_of_so_many_staff(tmp_path: Path) -> None:
    ours = staff(tmp_path, 12, 8)
    how = {"questions": tmp_path / "tea.toml"}
    few = poll_school(ours, "100001", staff=1000, **how)["poll.school.tea"].figure
    most = poll_school(ours, "100001", staff=25, **how)["poll.school.tea"].figure
    every = poll_school(ours, "100001", staff=20, **how)["poll.school.tea"].figure
    assert few.value == most.value == every.value == 60
    assert few.low < most.low < 60 < most.high < few.high
    assert (every.low, every.high) == (60, 60)
    assert most.high - most.low == pytest.approx((few.high - few.low) * (5 / 24) ** 0.5, rel=0.15)


def test_a_school_with_nine_replies_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotAnswerError, match="9 of the school's staff replied"):
        poll_school(staff(tmp_path, 5, 4), "100001", staff=40, questions=tmp_path / "tea.toml")
    with pytest.raises(RequestError, match="20 replied, and 19 could have"):
        poll_school(staff(tmp_path, 12, 8), "100001", staff=19, questions=tmp_path / "tea.toml")


def test_the_reports_26_is_tested_against_those_it_is_not_among() -> None:
    found = poll_claim()
    assert found.column("secondary_percent") == (40, 45, 50, 55)
    # Half secondary: 21 of all and 26 of them leave 16 of the rest.
    assert cell(found, "rest_percent", secondary_percent=50) == pytest.approx(16)
    assert cell(found, "difference_points", secondary_percent=50) == pytest.approx(10)
    assert max(found.column("probability")) < 0.001
    assert cell(found, "power_five_points", secondary_percent=50) == pytest.approx(0.53, abs=0.01)
