"""Pupil records of Example England: made-up pupils at any scale, whose truth is known."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from codebreakers.errors import RequestError
from codebreakers.sources.example.pupils import (
    CODES,
    SUBJECT_WORDS,
    Country,
    build_country,
    draw_block,
)
from codebreakers.store.pupil_files import PupilWriter

__all__ = ["LAST_YEAR", "MOST_YEARS", "write_pupils"]

BLOCK = 50_000
LAST_YEAR = 2024
"""The last results year whose pupils had key stage 2 results, until 2027."""

MOST_YEARS = 20
MOST_PUPILS = 5_000_000
FEWEST_PUPILS = 100


def write_pupils(
    path: str | Path,
    *,
    seed: int = 2014,
    pupils: int = 600_000,
    years: Sequence[int] = (LAST_YEAR,),
    progress: Callable[[str], None] | None = None,
) -> None:
    """Write pupil records of Example England, a Parquet file for each 50,000 pupils.

    Parameters
    ----------
    path : str or Path
        The folder to make; it must be empty or not there. It appears whole or not at all.
    seed : int
        Of everything drawn: the same seed and number of pupils give the same records.
    pupils : int
        Pupils a year, each with about nine entries.
    years : sequence of int
        Results years, of 2005 to 2024.
    progress : callable, optional
        Told what is being written.

    Raises
    ------
    RequestError
        The folder is not empty, or a number is out of range.

    Notes
    -----
    Beside them stand ``truth/groups.csv``, the mean Attainment 8 that each prior-attainment group
    was drawn from, and ``truth/schools.csv``, each school's true Progress 8.
    """
    folder = Path(path)
    _check(folder, seed, pupils, years)
    folder.parent.mkdir(parents=True, exist_ok=True)
    country = build_country(seed, pupils)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        whole = Path(scratch) / "whole"
        whole.mkdir()
        _write_all(country, sorted(set(years)), pupils, whole, progress)
        if folder.is_dir():
            folder.rmdir()
        shutil.move(whole, folder)


def _check(folder: Path, seed: int, pupils: int, years: Sequence[int]) -> None:
    if seed < 0:
        raise RequestError(f"The seed {seed} is negative.", remedy="Give 0 or more.")
    if not FEWEST_PUPILS <= pupils <= MOST_PUPILS:
        raise RequestError(
            f"Example England cannot have {pupils:,} pupils a year.",
            remedy=f"Give from {FEWEST_PUPILS:,} to {MOST_PUPILS:,}.",
        )
    first = LAST_YEAR - MOST_YEARS + 1
    unknown = [year for year in years if not first <= year <= LAST_YEAR]
    if unknown or not years:
        raise RequestError(
            f"Example England has no pupil records of {unknown[0]}."
            if unknown
            else "No year is given.",
            remedy=f"Give years from {first} to {LAST_YEAR}.",
        )
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise RequestError(
            f"{folder} is not empty.", remedy="Name a new folder: nothing is written over."
        )


def _write_all(
    country: Country,
    years: Sequence[int],
    pupils: int,
    folder: Path,
    progress: Callable[[str], None] | None,
) -> None:
    with PupilWriter(
        folder,
        schools=country.urn.tolist(),
        subjects=SUBJECT_WORDS,
        qualifications=CODES.qualification,
        grades=CODES.grade,
    ) as writer:
        for year in years:
            if progress is not None:
                progress(str(year))
            for block, first in enumerate(range(0, pupils, BLOCK)):
                drawn = draw_block(country, year, first, min(BLOCK, pupils - first))
                writer.write(year, block, drawn.pupils, drawn.entries)
    _write_truth(country, years, folder / "truth")


def _write_truth(country: Country, years: Sequence[int], folder: Path) -> None:
    folder.mkdir()
    _write_rows(
        folder / "groups.csv",
        ("year", "prior_attainment_group", "attainment8_mean"),
        (
            (year, group, repr(mean))
            for year in years
            for group, mean in enumerate(country.true_means(year).tolist(), 1)
        ),
    )
    _write_rows(
        folder / "schools.csv",
        ("year", "URN", "true_progress8"),
        (
            (year, urn, repr(score))
            for year in years
            for urn, score in zip(
                country.urn.tolist(), country.true_progress(year).tolist(), strict=True
            )
        ),
    )


def _write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
