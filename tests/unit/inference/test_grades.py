"""Grades: every case of the table of rules."""

from __future__ import annotations

import numpy as np
import pytest

from codebreakers.inference.grades import GRADES, grade, grade_words

CASES = [
    # chance, years, ever above, grade, words
    (0.95, 3, True, "confirmed", "strong evidence"),
    (0.90, 3, False, "confirmed", "strong evidence"),
    (0.95, 2, True, "likely", "some evidence; too few years"),
    (0.89, 5, True, "likely", "some evidence"),
    (0.50, 1, False, "likely", "some evidence"),
    (0.49, 3, True, "one-off", "one year only"),
    (0.49, 3, False, "not", "not above"),
    (np.nan, 3, True, "cannot say", "cannot say"),
    (0.99, 0, False, "cannot say", "cannot say"),
]


@pytest.mark.parametrize(("chance", "years", "ever", "expected", "words"), CASES)
def test_a_grade_follows_from_the_chance_the_years_and_the_results(
    chance, years, ever, expected, words
):
    found = grade(np.array([chance]), np.array([years]), np.array([ever]))
    assert found.tolist() == [expected]
    assert grade_words(expected, chance, years) == words


def test_every_grade_has_its_words_and_its_case():
    assert {case[3] for case in CASES} == set(GRADES)
