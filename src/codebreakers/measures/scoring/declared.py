"""A measure as a TOML file: the ones we ship, and the reform that somebody proposes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.measures.declared_files import read_toml
from codebreakers.measures.scoring import PASSES, Bucket, EntryMeasure, Need, Progress
from codebreakers.sources.grades import GRADES, SCALES
from codebreakers.sources.prior_attainment import PUBLISHED
from codebreakers.store.pupil_tables import SUBJECTS

__all__ = ["SHIPPED", "entry_measure", "read_entry_measure"]

LONGEST = 200
MOST_BUCKETS = 12
MOST_SLOTS = 30
GREATEST_POINTS = 100
_SMALLEST_POINT = 100  # hundredths

SHIPPED: tuple[str, ...] = (
    "attainment8",
    "progress8",
    "progress8_published",
    "five_good_gcses",
    "five_good_gcses_2013_rules",
    "five_good_gcses_2014_rules",
    "basics_94",
    "basics_95",
    "ebacc_entry",
    "ebacc_aps",
)
"""The measures that come with codebreakers."""

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "points": ("of-the-year", *SCALES),
    "discounting": ("of-the-year", "best", "first"),
    "equivalents": ("of-the-year", "by-size", "once", "none"),
}
_KEYS = (
    *("name", "title", "like", *_CHOICES, "points_of", "most_equivalents", "divide"),
    *("bucket", "need", "progress"),
)
_BUCKET_KEYS = ("name", "subjects", "best", "weight", "full_weight_if_taken", "otherwise_weight")
_NEED_KEYS = ("name", "subjects", "at_least", "grade")
_PROGRESS_KEYS = ("expected", "divide", "minimum_share", "minimum_from", "sd")
_ANY = "any"

Declared = Mapping[str, Any]


def entry_measure(text: str) -> EntryMeasure:
    """Return the measure that is named, or declared in a TOML file.

    Parameters
    ----------
    text : str
        One of `SHIPPED`, or a path that ends in ``.toml``.

    Raises
    ------
    UnknownNameError
        It is neither, or names what nobody knows.
    RequestError
        The file cannot be read, or says what cannot be.
    """
    if text.casefold().endswith(".toml"):
        return read_entry_measure(Path(text))
    if text not in SHIPPED:
        raise UnknownNameError("measure of exam entries", text, SHIPPED)
    return _measure(_shipped(text), f"{text}.toml")


def _shipped(name: str) -> Declared:
    return tomllib.loads(files(__package__).joinpath("shipped", f"{name}.toml").read_text("utf-8"))


def read_entry_measure(path: Path) -> EntryMeasure:
    """Return the measure that a TOML file declares.

    Parameters
    ----------
    path : Path

    Raises
    ------
    RequestError, UnknownNameError
        As for `entry_measure`.
    """
    example = 'To begin with: name = "reform" and like = "attainment8".'
    declared = read_toml(path, "declares a measure", example)
    return _measure(declared, str(path))


def _measure(declared: Declared, where: str) -> EntryMeasure:
    _known(declared, _KEYS, where)
    like = declared.get("like")
    if like is not None:
        if like not in SHIPPED:
            raise UnknownNameError(f"measure for like in {where}", str(like), SHIPPED)
        other = "need" if "bucket" in declared else "bucket" if "need" in declared else ""
        base = {key: value for key, value in _whole(like).items() if key != other}
        if other == "bucket":
            base.pop("progress", None)
        declared = {**base, **declared}
    words = {key: _choice(declared, key, where) for key in _CHOICES}
    most = declared.get("most_equivalents")
    measure = EntryMeasure(
        _word(declared, "name", where),
        _word(declared, "title", where, declared.get("name", "")),
        points=words["points"],
        points_of=_points_of(declared, where),
        discounting=words["discounting"],
        equivalents=words["equivalents"],
        most_equivalents=None
        if most is None
        else _whole_number(declared, "most_equivalents", where, 0, MOST_SLOTS),
        buckets=tuple(_bucket(one, where) for one in _tables(declared, "bucket", where)),
        needs=tuple(_need(one, where) for one in _tables(declared, "need", where)),
        divide=_whole_number(declared, "divide", where, 1, MOST_SLOTS, 1),
        progress=_progress(declared, where),
    )
    _check(measure, where)
    return measure


def _whole(name: str) -> dict[str, Any]:
    """Return a shipped declaration with all that it takes from the one it is like."""
    declared = dict(_shipped(name))
    like = declared.pop("like", None)
    return declared if like is None else _whole(like) | declared


def _check(measure: EntryMeasure, where: str) -> None:
    if bool(measure.buckets) == bool(measure.needs):
        raise RequestError(
            f"{where} declares {'both buckets and needs' if measure.buckets else 'nothing'}.",
            remedy="Declare either [[bucket]] tables, which results fill, or [[need]] tables, "
            "which they meet.",
        )
    if measure.needs and measure.progress:
        raise RequestError(
            f"{where} asks for the progress of a measure of needs.",
            remedy="Leave out [progress], or declare buckets.",
        )
    names = [bucket.name for bucket in measure.buckets]
    for name in names:
        if names.count(name) > 1:
            raise RequestError(
                f"{where} has two buckets called {name!r}.", remedy="Give each its own name."
            )


def _known(table: Declared, keys: Sequence[str], where: str) -> None:
    for key in table:
        if key not in keys:
            raise UnknownNameError(f"key in {where}", key, keys)


def _word(table: Declared, key: str, where: str, default: str | None = None) -> str:
    value = table.get(key, default)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
        raise RequestError(
            f"{key} in {where} is {value!r:.60}.",
            remedy=f"Write words, {LONGEST} characters at most.",
        )
    if not value.isprintable():
        raise RequestError(f"{key} in {where} cannot be printed.", remedy="Write words.")
    return value.strip()


def _choice(table: Declared, key: str, where: str) -> str:
    value = table.get(key, _CHOICES[key][0])
    if value not in _CHOICES[key]:
        raise UnknownNameError(f"choice for {key} in {where}", str(value), _CHOICES[key])
    return str(value)


def _whole_number(
    table: Declared, key: str, where: str, low: int, high: int, default: int | None = None
) -> int:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise RequestError(
            f"{key} in {where} is {value!r:.60}.",
            remedy=f"Write a whole number from {low} to {high}.",
        )
    return value


def _number(table: Declared, key: str, where: str, low: float, high: float) -> float:
    value = table[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise RequestError(
            f"{key} in {where} is {value!r:.60}.",
            remedy=f"Write a number from {low:g} to {high:g}.",
        )
    return float(value)


def _tables(declared: Declared, key: str, where: str) -> list[Declared]:
    found = declared.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise RequestError(f"{key} in {where} is no list of tables.", remedy=f"Write [[{key}]].")
    if len(found) > MOST_BUCKETS:
        raise RequestError(
            f"{where} has {len(found)} tables [[{key}]].", remedy=f"{MOST_BUCKETS} at most."
        )
    return found


def _subjects(table: Declared, where: str) -> tuple[str, ...]:
    value = table.get("subjects")
    if value == _ANY:
        return ()
    return _subjects_in(value, f"subjects in {where}")


def _subjects_in(value: object, what: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise RequestError(
            f"{what} is {value!r:.60}.",
            remedy=f'Write "{_ANY}", or a list such as ["maths", "physics"].',
        )
    for subject in value:
        if subject not in SUBJECTS:
            raise UnknownNameError(f"subject in {what}", str(subject), SUBJECTS)
    return tuple(dict.fromkeys(value))


def _bucket(table: Declared, where: str) -> Bucket:
    _known(table, _BUCKET_KEYS, f"a [[bucket]] of {where}")
    name = _word(table, "name", where)
    here = f"the bucket {name} of {where}"
    sets = table.get("full_weight_if_taken", [])
    if not isinstance(sets, list):
        raise RequestError(
            f"full_weight_if_taken in {here} is {sets!r:.60}.",
            remedy='Write lists in a list: [["english_language", "english_literature"]].',
        )
    return Bucket(
        name,
        _subjects(table, here),
        _whole_number(table, "best", here, 1, MOST_SLOTS),
        _whole_number(table, "weight", here, 1, 10, 1),
        tuple(_subjects_in(one, f"full_weight_if_taken in {here}") for one in sets),
        _whole_number(table, "otherwise_weight", here, 0, 10, 1),
    )


def _need(table: Declared, where: str) -> Need:
    _known(table, _NEED_KEYS, f"a [[need]] of {where}")
    name = _word(table, "name", where)
    here = f"the need {name} of {where}"
    grade = table.get("grade", "standard")
    if grade not in PASSES:
        raise UnknownNameError(f"grade in {here}", str(grade), PASSES)
    return Need(
        name, _subjects(table, here), _whole_number(table, "at_least", here, 1, MOST_SLOTS), grade
    )


def _points_of(declared: Declared, where: str) -> dict[str, int]:
    table = declared.get("points_of", {})
    if not isinstance(table, dict):
        raise RequestError(f"points_of in {where} is no table.", remedy="Write [points_of].")
    grades = list(dict.fromkeys(grade.grade for grade in GRADES))
    found = {}
    for grade in table:
        if grade not in grades:
            raise UnknownNameError(f"grade in points_of of {where}", grade, grades)
        value = _number(table, grade, f"points_of of {where}", 0, GREATEST_POINTS)
        hundredths = round(value * _SMALLEST_POINT)
        if abs(hundredths - value * _SMALLEST_POINT) > 1e-6:
            raise RequestError(
                f"The grade {grade} in {where} has {value:g} points.",
                remedy="Points have two decimals at most.",
            )
        found[grade] = hundredths
    return found


def _progress(declared: Declared, where: str) -> Progress | None:
    table = declared.get("progress")
    if table is None:
        return None
    here = f"[progress] of {where}"
    if not isinstance(table, dict):
        raise RequestError(f"progress in {where} is no table.", remedy="Write [progress].")
    _known(table, _PROGRESS_KEYS, here)
    expected = table.get("expected", "cohort")
    if expected not in ("cohort", "published", *PUBLISHED):
        raise UnknownNameError(
            f"choice for expected in {here}",
            str(expected),
            ("cohort", "published", *map(str, PUBLISHED)),
        )
    return Progress(
        expected,
        _whole_number(table, "divide", here, 1, MOST_SLOTS, 10),
        _number(table, "minimum_share", here, 0, 0.5) if "minimum_share" in table else 0.0,
        _whole_number(table, "minimum_from", here, 0, 9999, 0),
        _number(table, "sd", here, 0.001, 100) if "sd" in table else None,
    )
