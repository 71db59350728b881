"""The table of a year whose measure is a score: nobody succeeds; why chance is absent is said."""

from __future__ import annotations

from codebreakers.profiles.nation import nation
from codebreakers.store import Store


def test_a_score_is_not_said_to_be_pupils_who_succeed(example: Store) -> None:
    table = nation(example, year=2016, measure="attainment8", draws=20)
    words = [str(row[0]) for row in table.rows]
    assert not any("succeed" in said or "of every 100" in said for said in words[:3])
    assert "Disadvantaged pupils, on average" in words
    points = words.index("Points more each of them, if half the gap closed")
    assert 0 < table.rows[points][1] < 30
    assert any(note.startswith("Chance is not allowed for: ") for note in table.notes)
    assert not any("do not subtract" in note for note in table.notes)


def test_a_rate_is_said_in_pupils_and_its_lines_are_said_not_to_subtract(example: Store) -> None:
    table = nation(example, year=2014, draws=20)
    assert table.rows[0][0] == "Disadvantaged pupils who succeed, of every 100"
    assert any("do not subtract" in note for note in table.notes)
    plain = nation(example, year=2014, draws=0)
    assert "Chance is not allowed for." in plain.notes
