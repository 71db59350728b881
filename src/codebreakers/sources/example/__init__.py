"""Example England: a made-up country, in the Department's own layouts, whose truth is known.

Schools, authorities, trusts, towns and pupils are invented; every file says so in its last column.
How many there are of what, and how results hang together, is calibrated to the published tables.
What was drawn at random was drawn from rates that stand beside it in ``truth/``, so that a method
can be judged by whether it finds them.

The columns of a truth file are, for each mainstream state school that stands in the year's results
(rates in percent, effects on the logit scale of disadvantaged pupils' five good GCSEs):

``TRUE_FIVE_GOOD_ALL``, ``_DISADVANTAGED``, ``_OTHER``
    Rates of five good GCSEs, to 2016. Passes are binomial with those of the two groups; that of all
    is their mean by pupils.
``TRUE_INTAKE_RATE``
    The rate of disadvantaged pupils that intake alone gives: with no effect of the region, the
    authority or the school.
``TRUE_EFFECT_DISADVANTAGED``
    Everything beyond intake: the logit of ``TRUE_FIVE_GOOD_DISADVANTAGED`` less that of
    ``TRUE_INTAKE_RATE``.
``TRUE_AREA``
    The part of that effect that is the region's and the authority's.
``TRUE_LASTING``
    The part that is the school's own and the same in every year. What is left comes and goes. The
    lasting level of some years is the mean over them of the logit of
    ``TRUE_FIVE_GOOD_DISADVANTAGED`` less that of each year's benchmark.
``TRUE_BASICS_ALL``, ``_DISADVANTAGED``, ``_OTHER``
    Rates of grade C (2016) or 4 in English and mathematics, from 2016; binomial.
``TRUE_ATT8_ALL``, ..., ``TRUE_P8_ALL``, ...
    Attainment 8 and Progress 8, from 2016. A group's observed mean is normal about it, with the
    standard deviation of pupils (12.6 and 1.26) over the root of their number.
``TRUE_DESTINATIONS_ALL``, ``_DISADVANTAGED``, ``_OTHER``
    Rates of sustained destinations of this year's pupils, published two years later; to 2016.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from codebreakers.errors import RequestError
from codebreakers.sources import academic_year
from codebreakers.sources.example.destinations import destination_years, write_destinations
from codebreakers.sources.example.figures import YEARS, Floats, Texts
from codebreakers.sources.example.ks4 import write_ks4
from codebreakers.sources.example.register import (
    write_authorities,
    write_inspections,
    write_places,
    write_register,
)
from codebreakers.sources.example.rows import Rows, rows_of
from codebreakers.sources.example.surroundings import (
    write_absence,
    write_census,
    write_workforce,
)
from codebreakers.sources.example.tables import write_table
from codebreakers.sources.example.years import World, Year, build_world, draw_year

__all__ = ["write_example"]

_FEWEST_SCHOOLS, _MOST_SCHOOLS = 30, 5000

# What a measure is called in the columns of a truth file, and its unit there.
_TRUE_NAMES = {
    "five": ("FIVE_GOOD", 100.0),
    "basics": ("BASICS", 100.0),
    "attainment8": ("ATT8", 1.0),
    "progress8": ("P8", 1.0),
    "destinations": ("DESTINATIONS", 100.0),
}


def _check(folder: Path, seed: int, schools: int, years: Sequence[int]) -> None:
    if seed < 0:
        raise RequestError(f"The seed {seed} is negative.", remedy="Give 0 or more.")
    if not _FEWEST_SCHOOLS <= schools <= _MOST_SCHOOLS:
        raise RequestError(
            f"Example England cannot have {schools} schools.",
            remedy=f"Give from {_FEWEST_SCHOOLS} to {_MOST_SCHOOLS}.",
        )
    unknown = [year for year in years if year not in YEARS]
    if unknown or not years:
        raise RequestError(
            f"Example England has no results of {unknown[0]}." if unknown else "No year is given.",
            available=map(str, YEARS),
        )
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise RequestError(
            f"{folder} is not empty.", remedy="Name a new folder: nothing is written over."
        )


def _true_columns(year: Year) -> Iterator[tuple[str, Floats]]:
    """Yield each column of truth and its numbers, shape (sites,)."""
    truth, effects, pupils = year.truth, year.world.effects, year.cohort.pupils
    for measure, (name, unit) in _TRUE_NAMES.items():
        if measure in truth:
            values = unit * truth[measure]
            yield f"TRUE_{name}_ALL", (values * pupils).sum(axis=0) / pupils.sum(axis=0)
            yield f"TRUE_{name}_DISADVANTAGED", values[0]
            yield f"TRUE_{name}_OTHER", values[1]
    if "intake" in truth:
        yield "TRUE_INTAKE_RATE", 100 * truth["intake"][0]
    yield "TRUE_EFFECT_DISADVANTAGED", effects.total(year.year)[0]
    yield "TRUE_AREA", effects.area[0]
    yield "TRUE_LASTING", effects.lasting[0]


def _exactly(values: Floats) -> Texts:
    return np.array(list(map(repr, values.tolist())))


def _write_truth(rows: Rows, folder: Path) -> None:
    mainstream = rows.year.world.sites.kinds.mainstream[rows.site]
    site = rows.site[mainstream]
    found = {name: _exactly(values[site]) for name, values in _true_columns(rows.year)}
    year = np.full(len(site), str(rows.year.year))
    header = ["URN", "YEAR", *found]
    write_table(folder / "truth.csv", header, [rows.urn[mainstream], year, *found.values()])


def _write_year(world: World, year: int, folder: Path) -> None:
    rows = rows_of(draw_year(world, year))
    name = f"{year - 1}-{year}"
    here = folder / name
    write_ks4(rows, here)
    write_census(rows, here)
    write_workforce(rows, here)
    write_absence(rows, here)
    if year in destination_years():
        write_destinations(rows, here)
    write_authorities(world, here)
    _write_truth(rows, folder / "truth" / name)


def _write_all(
    world: World, years: Sequence[int], folder: Path, progress: Callable[[str], None] | None
) -> None:
    for year in years:
        if progress is not None:
            progress(academic_year(year))
        _write_year(world, year, folder)
    write_register(world, folder / "gias")
    write_places(world, folder / "places")
    write_inspections(world, folder / "ofsted")


def write_example(
    path: str | Path,
    *,
    seed: int = 2014,
    schools: int = 3100,
    years: Sequence[int] = YEARS,
    progress: Callable[[str], None] | None = None,
) -> None:
    """Write Example England, in the layouts of the Department's tables.

    Parameters
    ----------
    path : str or Path
        The folder to make; it must be empty or not there. It appears whole or not at all.
    seed : int
        Of everything drawn: the same seed and number of schools give the same bytes, and a year's
        files are the same whichever other years are written.
    schools : int
        Mainstream state schools, from 30 to 5,000; special and independent schools are added.
    years : sequence of int
        Results years, of 2011 to 2018.
    progress : callable, optional
        Told each academic year ("2012/13") before it is written.

    Raises
    ------
    RequestError
        The folder is not empty, or a number is out of range.
    """
    folder = Path(path)
    _check(folder, seed, schools, years)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        whole = Path(scratch) / "whole"
        _write_all(build_world(seed, schools), sorted(set(years)), whole, progress)
        if folder.is_dir():
            folder.rmdir()
        shutil.move(whole, folder)
