"""Years one after another, each kept when finished, so that a run that was stopped goes on."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from codebreakers.errors import RequestError, SourceError, UnknownNameError
from codebreakers.measures.scoring import EntryMeasure
from codebreakers.measures.scoring.schools import ScoredYear, score_year
from codebreakers.store.pupil_records import PupilRecords

__all__ = ["VERSION", "score_years"]

VERSION = 1
"""Of what a finished year is computed and written as: another is computed anew."""


def score_years(
    records: PupilRecords,
    measure: EntryMeasure,
    *,
    years: Sequence[int] = (),
    by: str = "",
    keep: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> tuple[ScoredYear, ...]:
    """Score years of pupil records.

    Parameters
    ----------
    records : PupilRecords
    measure : EntryMeasure
    years : sequence of int
        Results years; all that are held by default.
    by : str
        As for `score_year`.
    keep : Path, optional
        Folder where a finished year's sums are kept. They are of pupil records and nothing in
        them has been withheld: it belongs where the records are. A year is taken from there if
        the measure and the year's files are what they were.
    progress : callable, optional
        Called with each year as it begins.

    Returns
    -------
    tuple of ScoredYear
        In order of year.

    Raises
    ------
    UnknownNameError
        A year is not held.
    CannotAnswerError, SourceError
        As for `schools.score_year`; years finished before are kept.
    """
    held = records.years()
    for year in years:
        if year not in held:
            raise UnknownNameError("year of pupil records", str(year), map(str, held))
    found = []
    for year in sorted(set(years)) or held:
        if progress is not None:
            progress(str(year))
        found.append(_one(records, measure, year, by, keep))
    return tuple(found)


def _one(
    records: PupilRecords, measure: EntryMeasure, year: int, by: str, keep: Path | None
) -> ScoredYear:
    if keep is None:
        return score_year(records, measure, year, by)
    said = repr((VERSION, measure, year, by, records.stamp(year)))
    name = f"{measure.name}-{year}-{hashlib.sha256(said.encode()).hexdigest()[:16]}.json"
    path = keep / _plain(name)
    if path.exists():
        return _read(path)
    scored = score_year(records, measure, year, by)
    _write(scored, path)
    return scored


def _plain(name: str) -> str:
    """Return a file's name in which a measure's own cannot lead to another folder."""
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in name)


def _read(path: Path) -> ScoredYear:
    try:
        fields = json.loads(path.read_text("utf-8"))
        lists = {name: tuple(fields[name]) for name in ("schools", "pupils", "totals", "groups")}
        return ScoredYear(**{**fields, **lists})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SourceError(
            f"{path} is no finished year: {error}.", remedy="Delete it, and ask again."
        ) from error


def _write(scored: ScoredYear, path: Path) -> None:
    """Write a finished year whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        part = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                json.dump(asdict(scored), out)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise RequestError(
            f"The finished year {scored.year} cannot be kept at {path.parent}: {error.strerror}.",
            remedy="Make room, or name another folder with --keep.",
        ) from error
