"""What each exam grade is worth, by the years' scales, in hundredths of a point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["GRADES", "QUALIFICATIONS", "SCALES", "SOURCE", "Grade", "scale_of_year"]

SOURCE = (
    "Department for Education, secondary accountability measures: point scores of GCSE grades. "
    "Vocational grades stand for the GCSE letters they are held equal to."
)

QUALIFICATIONS = ("gcse", "vocational")
"""A GCSE of any size, and what is held equal to one at level 1 or 2."""

SCALES = ("2015", "2016", "2017", "2019")
"""The first results year of each scale, but for 2015: the older points, 58 for A*."""

_NONE = 0
_STANDARD = 1
_STRONG = 2


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade of one kind of qualification.

    Parameters
    ----------
    qualification : str
        One of `QUALIFICATIONS`.
    grade : str
        As exam boards write it: ``A*``, ``9``, ``6-5`` (a double award), ``D*`` (distinction*).
    points : mapping of str to int
        Hundredths of a point for each GCSE it counts as, by scale; a scale on which the grade was
        not awarded is not there.
    passed : int
        0 no pass; 1 a standard pass (C, 4); 2 a strong pass (5, or C where no number was awarded).
    """

    qualification: str
    grade: str
    points: Mapping[str, int]
    passed: int


# On the scales of 2015, 2016 and 2017; from 2019 no letter is awarded.
_LETTERS = {
    "A*": (5800, 800, 850),
    "A": (5200, 700, 700),
    "B": (4600, 600, 550),
    "C": (4000, 500, 400),
    "D": (3400, 400, 300),
    "E": (2800, 300, 200),
    "F": (2200, 200, 150),
    "G": (1600, 100, 100),
}
# The letters a vocational grade is held equal to: the mean of two where it lies between them.
_VOCATIONAL = {
    "D*": ("A*",),
    "D": ("A",),
    "M": ("B",),
    "P": ("C",),
    "L1D": ("D",),
    "L1M": ("E",),
    "L1P": ("F", "G"),
}
_PASSING_LETTERS = frozenset({"A*", "A", "B", "C"})
_LETTER_SCALES = SCALES[:3]
_NUMBER_SCALES = SCALES[2:]


def _ungraded(qualification: str) -> Grade:
    return Grade(qualification, "U", MappingProxyType(dict.fromkeys(SCALES, 0)), _NONE)


def _number(grade: int) -> Grade:
    passed = _STRONG if grade >= 5 else _STANDARD if grade >= 4 else _NONE
    points = dict.fromkeys(_NUMBER_SCALES, 100 * grade)
    return Grade("gcse", str(grade), MappingProxyType(points), passed)


def _double(higher: int, lower: int) -> Grade:
    points = dict.fromkeys(_NUMBER_SCALES, 50 * (higher + lower))
    passed = _number(lower).passed
    return Grade("gcse", f"{higher}-{lower}", MappingProxyType(points), passed)


def _letter(letter: str) -> Grade:
    points = dict(zip(_LETTER_SCALES, _LETTERS[letter], strict=True))
    passed = _STRONG if letter in _PASSING_LETTERS else _NONE
    return Grade("gcse", letter, MappingProxyType(points), passed)


def _vocational(grade: str, letters: tuple[str, ...]) -> Grade:
    alike = [_LETTERS[letter] for letter in letters]
    each = [sum(values) // len(letters) for values in zip(*alike, strict=True)]
    points = dict(zip(_LETTER_SCALES, each, strict=True))
    points["2019"] = points["2017"]
    passed = _STRONG if letters[0] in _PASSING_LETTERS else _NONE
    return Grade("vocational", grade, MappingProxyType(points), passed)


GRADES: tuple[Grade, ...] = (
    *(_number(grade) for grade in range(9, 0, -1)),
    *(
        _double(higher, lower)
        for higher in range(9, 0, -1)
        for lower in (higher, higher - 1)
        if lower > 0
    ),
    *(_letter(letter) for letter in _LETTERS),
    _ungraded("gcse"),
    *(_vocational(grade, letters) for grade, letters in _VOCATIONAL.items()),
    _ungraded("vocational"),
)


def scale_of_year(year: int) -> str:
    """Return the scale that Attainment 8 was counted on in a results year.

    Parameters
    ----------
    year : int
        Results year; before 2016 the first such scale, on which A* is 8.
    """
    return "2019" if year >= 2019 else "2017" if year >= 2017 else "2016"
