"""The results of 2011 to 2016 as columns: five good GCSEs, progress, value added.

Also, for every year, the columns of the English Baccalaureate and of English and mathematics.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from codebreakers.sources.example.figures import ALSO_BASICS, PUPIL_SD, Floats, Ints, Texts
from codebreakers.sources.example.results import BANDS, logit
from codebreakers.sources.example.sites import expit
from codebreakers.sources.example.tables import Cell
from codebreakers.sources.example.years import Year

__all__ = ["baccalaureate", "basics", "disadvantage_words", "five_good", "suffix"]

_STATE = "47"  # rows of authorities and of state-funded schools


def suffix(year: int) -> str:
    """Return what the year's rules add to a column's name."""
    return "" if year < 2014 else "_PTQ" if year < 2015 else "_PTQ_EE"


def disadvantage_words(year: int) -> tuple[str, str]:
    """Return how the year's columns call results of disadvantaged and of other pupils."""
    return ("FSM", "NFSM") if year < 2015 else ("FSM6CLA1A", "NFSM6CLA1A")


def groups(year: Year) -> Iterator[tuple[str, int, Ints, Ints]]:
    """Yield each of the two groups: its word, its index, its pupils, the other group's pupils."""
    pupils = year.drawn.pupils
    for index, word in enumerate(disadvantage_words(year.year)):
        yield word, index, pupils[index], pupils[1 - index]


def five_good(year: Year) -> list[Cell]:
    """Return the columns of five good GCSEs: the fewest in 2016, when little of it was left."""
    end, drawn, codes = suffix(year.year), year.drawn, year.codes
    passed, size = drawn.passed.sum(axis=0), drawn.size
    cells = [Cell(f"PTAC5EM{end}", passed, size, code=codes.results(size))]
    if year.year > 2015:
        return cells
    band_passed = drawn.passed_cells.sum(axis=0).T
    for band, of, n in zip(BANDS, band_passed, drawn.bands, strict=False):
        cells.append(Cell(f"PTAC5EM{band}{end}", of, n, code=codes.group(n), levels=_STATE))
    for word, index, n, others in groups(year):
        code, of = codes.group(n, others), drawn.passed[index]
        cells.append(Cell(f"TAC5EM{word}{end}", of, code=code, levels=_STATE))
        cells.append(Cell(f"PTAC5EM{word}{end}", of, n, code=code, levels=_STATE))
    if year.year > 2011:
        cells += _sex_and_language(year)
    return [*cells, *_no_equivalents(year, passed, size), *_progress(year), *_value_added(year)]


def _sex_and_language(year: Year) -> Iterator[Cell]:
    end, girls, eal = suffix(year.year), year.girls, year.eal
    for name, of, n in (
        ("PBAC5EM", girls.passed_outside, girls.outside),
        ("PGAC5EM", girls.passed, girls.inside),
        ("PTAC5EMEAL", eal.passed, eal.inside),
    ):
        yield Cell(f"{name}{end}", of, n, code=year.codes.group(n), levels=_STATE)


def _no_equivalents(year: Year, passed: Ints, size: Ints) -> list[Cell]:
    """Return five good GCSEs without equivalents: much less before the rules of 2014."""
    usual = 2.1 if year.year < 2014 else 3.2
    effect = 0.8 * year.world.effects.academic + 0.4 * (year.cohort.points - 27.8)
    kept = year.world.rng(year.year, 1).binomial(passed, expit(usual + effect))
    code, end = year.codes.results(size), suffix(year.year)
    return [
        Cell(f"TGAC5EM{end}", kept, code=code),
        Cell(f"PTGAC5EM{end}", kept, size, code=code),
    ]


# Log odds of expected progress by band in 2013/14, and how other years differ from it.
_PROGRESS = {
    "ENG": (
        np.array([0.32, 1.02, 1.86]),
        {2011: 0.0, 2012: -0.17, 2013: -0.06, 2014: 0.0, 2015: -0.02},
    ),
    "MATH": (
        np.array([-0.78, 0.74, 1.72]),
        {2011: -0.03, 2012: 0.14, 2013: 0.24, 2014: 0.0, 2015: 0.06},
    ),
}


def _progress(year: Year) -> Iterator[Cell]:
    """Yield the columns of expected progress in English and mathematics, of matched pupils."""
    rng, end = year.world.rng(year.year, 2), suffix(year.year)
    drawn, effects = year.drawn, year.world.effects
    n = drawn.cells[:, :, :3]
    shared = 1.4 * effects.other_measure(year.year) + 0.2 * (year.cohort.points - 27.8)
    group_shift = np.array([-0.35, 0.12])[:, None]
    for sign, (subject, (bands, drift)) in zip((1, -1), _PROGRESS.items(), strict=True):
        # What a school adds in one subject and not in the other, in every year and in this one.
        own = 0.12 * sign * effects.own + 0.18 * rng.normal(size=n.shape[1])
        level = bands + (shared + own + group_shift + drift[year.year])[:, :, None]
        yield from _progress_cells(year, subject, rng.binomial(n, expit(level)), n, end)


def _progress_cells(year: Year, subject: str, did: Ints, n: Ints, end: str) -> Iterator[Cell]:
    codes, name = year.codes, f"24{subject}PRG"
    matched, size = n.sum(axis=(0, 2)), year.drawn.size
    code = codes.progress(matched)
    yield Cell(f"PT{name}{end}", did.sum(axis=(0, 2)), matched, code=code, levels=_STATE)
    cover = end if year.year == 2014 else ""
    yield Cell(f"COV{name}{cover}", matched, size, code=code, levels=_STATE)
    for index, band in enumerate(BANDS):
        pupils = n[:, :, index].sum(axis=0)
        made, code = did[:, :, index].sum(axis=0), codes.progress(pupils)
        yield Cell(f"PT{name}{band}{end}", made, pupils, code=code, levels=_STATE)
    words = ("FSM", "NOTFSM") if year.year < 2015 else ("FSM6CLA1A", "NOTFSM6CLA1A")
    for index, word in enumerate(words):
        pupils = n[index].sum(axis=1)
        made, code = did[index].sum(axis=1), codes.progress(pupils, n[1 - index].sum(axis=1))
        yield Cell(f"T{word}{name}{end}", made, code=code, levels=_STATE)
        yield Cell(f"PT{word}{name}{end}", made, pupils, code=code, levels=_STATE)


def _value_added(year: Year) -> Iterator[Cell]:
    """Yield best-eight value added about 1000, with its limits."""
    rng, drawn = year.world.rng(year.year, 3), year.drawn
    n, effect = drawn.matched, year.world.effects.other_measure(year.year)
    level = np.array([978.0, 1006.5])[:, None] + 50 * effect
    level = level + 4.0 * (year.cohort.points - 27.8) + 13.0 * rng.normal(size=n.shape[1])
    chance = PUPIL_SD["value_added"] / np.sqrt(np.maximum(n, 1))
    seen = level + chance * rng.normal(size=n.shape)
    total = n.sum(axis=0)
    mean = (seen * n).sum(axis=0) / np.maximum(total, 1)
    end = suffix(year.year)
    yield Cell(f"VACOV{end}", total, drawn.size, code=year.codes.progress(total), levels=_STATE)
    yield from _limits(year, "", mean, total, year.codes.progress(total))
    for index, word in enumerate(disadvantage_words(year.year)):
        code = year.codes.progress(n[index], n[1 - index])
        yield from _limits(year, f"_{word}", seen[index], n[index], code)
    for band, pupils in zip(BANDS, drawn.bands, strict=False):
        spread = PUPIL_SD["value_added"] / np.sqrt(np.maximum(pupils, 1))
        value = mean + spread * rng.normal(size=len(mean))
        yield from _limits(year, f"_{band}", value, pupils, year.codes.progress(pupils))


def _limits(year: Year, group: str, value: Floats, n: Ints, code: Texts) -> Iterator[Cell]:
    """Yield a value-added score and its 95% limits; limits stand at schools only."""
    end = suffix(year.year)
    half = 1.96 * PUPIL_SD["value_added"] / np.sqrt(np.maximum(n, 1))
    for word, shift, levels in (("MEA", 0.0, _STATE), ("LOW", -half, ""), ("UPP", half, "")):
        top = (value + shift) * n
        yield Cell(f"B8VA{word}{group}{end}", top, n, places=1, code=code, levels=levels)


_ENTERED = {
    **dict.fromkeys((2011, 2012), -1.6),
    2013: -0.85,
    **dict.fromkeys((2014, 2015, 2016, 2017, 2018), -0.62),
}  # log odds of entry at the average school, from national entry rates


def baccalaureate(year: Year) -> Iterator[Cell]:
    """Yield the columns of the English Baccalaureate: entered, and achieved."""
    rng, end = year.world.rng(year.year, 4), suffix(year.year)
    n, points = year.drawn.pupils, year.cohort.points - 27.8
    effect = year.world.effects.other_measure(year.year)
    entry = 0.6 * year.world.effects.academic + 0.5 * points + 0.7 * effect
    entry = entry + np.array([[-0.75], [0.2]])
    entered = rng.binomial(n, expit(entry + _ENTERED[year.year]))
    success = 0.3 + 0.35 * points + effect + np.array([[-0.3], [0.3]])
    achieved = rng.binomial(entered, expit(success))
    strong = rng.binomial(achieved, 0.68)
    size, code = year.drawn.size, year.codes.results(year.drawn.size)
    yield Cell(f"TEBACC_E{end}", entered.sum(axis=0), code=code)
    yield Cell(f"PTEBACC_E{end}", entered.sum(axis=0), size, code=code)
    graded = [(f"{end}", achieved)] if year.year < 2017 else [("_94", achieved), ("_95", strong)]
    for mark, got in graded:
        yield Cell(f"PTEBACC{mark}", got.sum(axis=0), size, code=code)
    for word, index, pupils, others in groups(year):
        hidden = year.codes.group(pupils, others)
        yield Cell(f"PTEBACC_E{word}{end}", entered[index], pupils, code=hidden, levels=_STATE)
        for mark, got in graded:
            name = f"PTEBACC_{word}{mark}" if year.year < 2017 else f"PTEBACC{mark}_{word}"
            yield Cell(name, got[index], pupils, code=hidden, levels=_STATE)


_ALSO = (0.015, 0.03)  # of those without five good GCSEs, who have English and mathematics


def basics(year: Year) -> Iterator[Cell]:
    """Yield the columns of English and mathematics, which had other names every few years."""
    rng, drawn = year.world.rng(year.year, 5), year.drawn
    if year.year >= 2017:
        good = expit(logit(np.array([[0.50], [0.655]])) + 0.8 * _departure(year))
        yield from _basics_cells(year, "_94", drawn.passed)
        yield from _basics_cells(year, "_95", rng.binomial(drawn.passed, good))
        return
    also = np.array(ALSO_BASICS.get(year.year, _ALSO))[:, None]
    passed = drawn.passed + rng.binomial(drawn.pupils - drawn.passed, also)
    yield from _basics_cells(year, "_LL_PTQ_EE" if year.year == 2016 else suffix(year.year), passed)


def _departure(year: Year) -> Floats:
    """Return how far each school's true rate is from the middle school's, in logits."""
    level = logit(np.clip(year.truth["basics"], 0.01, 0.99))
    away: Floats = level - np.median(level, axis=1, keepdims=True)
    return away


def _basics_cells(year: Year, mark: str, passed: Ints) -> Iterator[Cell]:
    size = year.drawn.size
    yield Cell(f"PTL2BASICS{mark}", passed.sum(axis=0), size, code=year.codes.results(size))
    words = ("FSM", "NOTFSM") if year.year < 2015 else ("FSM6CLA1A", "NOTFSM6CLA1A")
    for index, word in enumerate(words):
        n, others = year.drawn.pupils[index], year.drawn.pupils[1 - index]
        code = year.codes.group(n, others)
        yield Cell(f"PT{word}BASICS{mark}", passed[index], n, code=code, levels=_STATE)
