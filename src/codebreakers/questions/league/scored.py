"""A side of the comparison that is a file of scores: what pupil records came to, school by school.

Where the store knows the file's schools they are compared as its schools, with their regions and
intakes; without a store the file's own schools are all there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.findings import Provenance
from codebreakers.measures import Measure, Summary
from codebreakers.peers.population import Population, population
from codebreakers.store import Store
from codebreakers.store.schools import ROLES, Schools
from codebreakers.store.score_files import ScoreFile, read_scores

__all__ = ["Listed", "Scores", "left_out", "limits_apart", "results_of", "scores_of", "source_of"]

_Z = 1.96  # of the limits around a score
_ALIKE = 0.05  # how far standard deviations of one file may lie apart, for rounding

_NO_RELEASE = 0


@dataclass(frozen=True, slots=True)
class Scores:
    """A file of scores that is one of the two measures.

    Parameters
    ----------
    measure : Measure
        What it is; it has no columns of its own.
    held : ScoreFile
        Of the year asked about.
    """

    measure: Measure
    held: ScoreFile

    @property
    def name(self) -> str:
        """The file's name."""
        return self.held.file


class Listed(Population):
    """The schools of a file, of which nothing is known besides."""

    __slots__ = ()

    def take(self, measure: Measure, group: str, *, status: str = "") -> NoReturn:  # noqa: ARG002
        """Refuse: the file has no such column.

        Raises
        ------
        CannotAnswerError
            Always.
        """
        raise CannotAnswerError(
            f"A file of scores says nothing of its schools' {measure.name.replace('_', ' ')}.",
            remedy=f"Name a store that holds their tables of {self.year}, with --store.",
        )


def scores_of(path: Path, year: int | None, group: str) -> Scores:
    """Return a file of scores as a measure.

    Parameters
    ----------
    path : Path
    year : int, optional
        Results year; the newest by default.
    group : str
        Which pupils.

    Raises
    ------
    SourceError, RequestError, UnknownNameError, CannotAnswerError
        As for `score_files.read_scores`.
    """
    held = read_scores(path, year, group)
    # A score that is centred on 0 is of progress; nobody's attainment is below it.
    centred = any(score < 0 for score in held.numbers["values"])
    kind = "proportion" if held.unit == "percent" else "progress" if centred else "mean"
    title = f"had what {held.file} counts" if held.unit == "percent" else f"score of {held.file}"
    measure = Measure(
        held.file,
        title,
        kind,
        held.unit,
        "higher",
        (),
        f"Worked out from pupils' exam entries; sha256 {held.sha256[:12]}",
        decimals=2 if centred else 1,
        construct="progress" if centred else "attainment",
    )
    return Scores(measure, held)


def results_of(store: Store, scores: Scores, group: str) -> tuple[Population, Summary]:
    """Return the schools of a file and their results, in the order of the schools' keys.

    Parameters
    ----------
    store : Store
        Which knows the schools, or is not there.
    scores : Scores
    group : str
        Which pupils.
    """
    held = scores.held
    people = _people(store, held)
    keys, there = people.keys.astype(str), np.array(held.keys)
    places = np.minimum(np.searchsorted(there, keys), len(there) - 1)
    found = there[places] == keys
    of = {
        name: np.where(found, np.array(column)[places], np.nan)
        for name, column in held.numbers.items()
    }
    rates = held.unit == "percent"
    nothing = np.full(len(places), np.nan)
    counted = np.round(of["values"] * of["pupils"] / 100) if rates else nothing
    return people, Summary(
        measure=scores.measure,
        year=held.year,
        group=group,
        release=_NO_RELEASE,
        schools=people.keys,
        pupils=of["pupils"],
        successes_low=counted,
        successes_high=counted,
        values=of["values"],
        limits_low=nothing if rates else of["low"],
        limits_high=nothing if rates else of["high"],
        codes=np.where(found, np.array(held.codes, dtype=object)[places], "not-held"),
    )


def _people(store: Store, held: ScoreFile) -> Population:
    if store.path.exists() and held.year in {
        r.year for r in store.releases() if r.dataset == "ks4"
    }:
        people = population(store, held.year)
        if np.isin(held.keys, people.keys.astype(str)).any():
            return people
    blank = np.full(len(held.keys), "", dtype=object)
    columns = {
        role: np.array(held.places[role], dtype=object) if role in held.places else blank
        for role in ROLES
    }
    return Listed(store, held.year, Schools(held.year, np.array(held.keys), columns), {})


def limits_apart(scores: Scores) -> float | None:
    """Return the standard deviation of pupils' scores that a file's limits stand for.

    Returns
    -------
    float or None
        None where it has no limits, or they are not of one standard deviation.
    """
    of = {name: np.array(column) for name, column in scores.held.numbers.items()}
    spreads = (of["high"] - of["low"]) / (2 * _Z) * np.sqrt(of["pupils"])
    known = spreads[np.isfinite(spreads) & (spreads > 0)]
    if scores.held.unit == "percent" or not known.size:
        return None
    middle = float(np.median(known))
    alike = np.abs(known / middle - 1) < _ALIKE
    return middle if float(np.mean(alike)) > 1 - _ALIKE else None


def source_of(scores: Scores) -> Provenance:
    """Return what is cited of a file."""
    held = scores.held
    return Provenance(
        "pupil-records",
        "Schools' scores from pupil records",
        "the holder of the records",
        "not for publication unless its holder says so",
        held.year,
        held.file,
        held.sha256,
        "as read",
        held.made_up,
    )


def left_out(scores: Scores, people: Population) -> Iterator[str]:
    """Say which schools of a file are not compared."""
    held = scores.held
    of = f"of the {len(held.keys):,} schools of {held.file}"
    withheld = sum(code != "" for code in held.codes)
    if withheld:
        yield f"{withheld:,} {of} have no result there, since it was withheld."
    unknown = int((~np.isin(held.keys, people.keys.astype(str))).sum())
    if unknown:
        yield f"{unknown:,} {of} are not among the schools compared in {people.year}."
