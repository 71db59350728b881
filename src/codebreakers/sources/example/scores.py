"""The results of 2016 to 2018 as columns: Attainment 8 and Progress 8."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from codebreakers.sources.example.figures import PUPIL_SD, Floats, Ints, Texts
from codebreakers.sources.example.results import BANDS
from codebreakers.sources.example.tables import Cell
from codebreakers.sources.example.years import Year

__all__ = ["scores"]

_STATE = "47"
# Shares of Attainment 8 and slots of each part: English, mathematics, Baccalaureate, open.
_PARTS = ("ENG", "MAT", "EBAC", "OPEN")
_PART_SHARES = np.array([0.214, 0.194, 0.288, 0.304])
_SLOTS = np.array([2.0, 2.0, 3.0, 3.0])
# How far each way of counting pupils is from all of them, before it is made to add up.
_BAND_SCORES = (np.array([-19.0, -2.5, 13.5, -6.0]), np.array([0.02, 0.0, -0.02, 0.0]))
_SEX_SCORES = (np.array([2.4, -2.4]), np.array([0.12, -0.12]))
_EAL_SCORES = (np.array([0.5, -0.5]), np.array([0.22, -0.22]))


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """Mean scores of groups that make up all pupils, and the pupils, of shape (groups, sites)."""

    attainment: Floats
    progress: Floats
    pupils: Ints
    matched: Ints

    def all_pupils(self) -> tuple[Floats, Floats]:
        """Return the mean scores of all pupils."""
        return _mean(self.attainment, self.pupils), _mean(self.progress, self.matched)


def _mean(values: Floats, weights: Ints) -> Floats:
    mean: Floats = (values * weights).sum(axis=0) / np.maximum(weights.sum(axis=0), 1)
    return mean


def _observe(year: Year, rng: np.random.Generator) -> _Seen:
    """Draw what disadvantaged and other pupils scored: the truth and the chance of who they are."""
    attainment, progress = year.truth["attainment8"], year.truth["progress8"]
    n, matched = year.drawn.pupils, year.drawn.matched
    chance = rng.normal(size=n.shape)
    # Much the same pupils are in both measures, so their chance is much the same.
    other = 0.95 * chance + np.sqrt(1 - 0.95**2) * rng.normal(size=n.shape)
    seen = attainment + PUPIL_SD["attainment8"] * chance / np.sqrt(np.maximum(n, 1))
    gained = progress + PUPIL_SD["progress8"] * other / np.sqrt(np.maximum(matched, 1))
    return _Seen(np.clip(seen, 0.1, 89.9), gained, n, matched)


def _shared_out(
    rng: np.random.Generator, whole: _Seen, pupils: Ints, matched: Ints, away: tuple[Floats, Floats]
) -> _Seen:
    """Draw the scores of other groups of the same pupils, whose means are the same."""
    found = []
    kinds = (
        (whole.all_pupils()[0], pupils, away[0], PUPIL_SD["attainment8"]),
        (whole.all_pupils()[1], matched, away[1], PUPIL_SD["progress8"]),
    )
    for mean, n, apart, sd in kinds:
        values = mean + apart[:, None] + sd * rng.normal(size=n.shape) / np.sqrt(np.maximum(n, 1))
        found.append(values + mean - _mean(values, n))
    return _Seen(found[0], found[1], pupils, matched)


def scores(year: Year) -> Iterator[Cell]:
    """Yield the columns of Attainment 8 and Progress 8, for all pupils and every group."""
    rng, codes, drawn = year.world.rng(year.year, 6), year.codes, year.drawn
    seen = _observe(year, rng)
    attainment, progress = seen.all_pupils()
    size, matched = drawn.size, drawn.matched.sum(axis=0)
    yield from _group(year, "", attainment, progress, (size, matched), None)
    cover = Cell("P8MEACOV", matched, size, code=codes.progress(matched), levels=_STATE)
    yield cover
    yield from _parts(year, rng, "", attainment, progress, (size, matched), None)
    for index, word in enumerate(("_FSM6CLA1A", "_NFSM6CLA1A")):
        pupils, others = (seen.pupils[index], seen.matched[index]), seen.pupils[1 - index]
        means = seen.attainment[index], seen.progress[index]
        yield from _group(year, word, *means, pupils, others)
        yield from _parts(year, rng, word, *means, pupils, others)
    yield from _others(year, rng, seen)
    if year.year == 2018:
        yield from _points(year, seen)


def _others(year: Year, rng: np.random.Generator, seen: _Seen) -> Iterator[Cell]:
    """Yield the columns of prior attainment, sex and language."""
    drawn, cover = year.drawn, seen.matched.sum(axis=0) / np.maximum(year.drawn.size, 1)
    bands = drawn.bands
    known = bands * np.array([1, 1, 1, 0])[:, None]
    by_band = _shared_out(rng, seen, bands, known, _BAND_SCORES)
    for index, word in enumerate(BANDS):
        yield from _of(year, f"_{word}", by_band, index)
    for words, split, away in (
        (("_GIRLS", "_BOYS"), year.girls, _SEX_SCORES),
        (("_EAL",), year.eal, _EAL_SCORES),
    ):
        pupils = np.stack([split.inside, split.outside])
        counted = np.round(pupils * cover).astype(np.int64)
        found = _shared_out(rng, seen, pupils, counted, away)
        for index, word in enumerate(words):
            yield from _of(year, word, found, index)


def _of(year: Year, word: str, seen: _Seen, index: int) -> Iterator[Cell]:
    pupils = seen.pupils[index], seen.matched[index]
    return _group(year, word, seen.attainment[index], seen.progress[index], pupils, None)


def _codes(year: Year, word: str, pupils: Ints, others: Ints | None) -> tuple[Texts, Texts]:
    plain = year.codes.results(pupils) if not word else year.codes.group(pupils, others)
    return plain, year.codes.progress(pupils, others)


def _group(
    year: Year,
    word: str,
    attainment: Floats,
    progress: Floats,
    pupils: tuple[Ints, Ints],
    others: Ints | None,
) -> Iterator[Cell]:
    """Yield a group's Attainment 8, and its Progress 8 with pupils and limits."""
    size, matched = pupils
    plain, _ = _codes(year, word, size, others)
    _, code = _codes(year, word, matched, others)
    levels = _STATE if word else "457"
    yield Cell(f"ATT8SCR{word}", attainment * size, size, 1, plain, levels)
    yield Cell(f"P8PUP{word}", matched, code=code, levels=_STATE)
    half = 1.96 * PUPIL_SD["progress8"] / np.sqrt(np.maximum(matched, 1))
    for name, shift, rows in (
        ("P8MEA", 0.0, _STATE),
        ("P8CILOW", -half, ""),
        ("P8CIUPP", half, ""),
    ):
        yield Cell(f"{name}{word}", (progress + shift) * matched, matched, 2, code, rows)


def _parts(
    year: Year,
    rng: np.random.Generator,
    word: str,
    attainment: Floats,
    progress: Floats,
    pupils: tuple[Ints, Ints],
    others: Ints | None,
) -> Iterator[Cell]:
    """Yield the four parts of both scores, which add up to the whole."""
    size, matched = pupils
    plain, _ = _codes(year, word, size, others)
    _, code = _codes(year, word, matched, others)
    noise = rng.normal(size=(4, len(size)))
    shares = _PART_SHARES[:, None] * np.exp(0.03 * noise)
    shares = shares / shares.sum(axis=0)
    gains = 0.22 * rng.normal(size=(4, len(size)))
    gains = gains - (gains * _SLOTS[:, None]).sum(axis=0) / _SLOTS.sum()
    for part, share, gain in zip(_PARTS, shares, gains, strict=True):
        yield Cell(f"ATT8SCR{part}{word}", attainment * share * size, size, 1, plain, _STATE)
        top = (progress + gain) * matched
        yield Cell(f"P8MEA{part}{word}", top, matched, 2, code, _STATE)


def _points(year: Year, seen: _Seen) -> Iterator[Cell]:
    """Yield the Baccalaureate's average points, which began in 2018."""
    rows = [("", seen.all_pupils()[0], year.drawn.size, None)]
    rows += [
        (word, seen.attainment[index], seen.pupils[index], seen.pupils[1 - index])
        for index, word in enumerate(("_FSM6CLA1A", "_NFSM6CLA1A"))
    ]
    for word, attainment, size, others in rows:
        code, _ = _codes(year, word, size, others)
        yield Cell(f"EBACCAPS{word}", 0.0866 * attainment * size, size, 2, code, _STATE)
