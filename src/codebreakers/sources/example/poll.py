"""A poll of the teachers of Example England: uneven in who answers, and its truth is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from codebreakers.sources.example.figures import Flags, Floats, Ints, Texts
from codebreakers.sources.example.regions import REGIONS
from codebreakers.sources.example.tables import quoted, write_table
from codebreakers.sources.example.teachers import (
    AGES,
    GRADES,
    LIKERT,
    PHASES,
    ROLES,
    SEXES,
    YEAR,
    Teachers,
    teachers_of,
)

__all__ = ["POLLED", "WORLD", "write_example_poll"]

POLLED = 1_150
WORLD = (2014, 3_100)
"""The seed and the schools of the country whose teachers are asked."""

_SILENT = 0.02  # do not answer a question put to them

# What is counted together in each question, by place: all answers of nearly one kind.
_HEADLINES = {**dict.fromkeys(LIKERT, (0, 1)), "salary": (0,)}


def write_example_poll(
    folder: Path, *, seed: int = 0, polled: int = POLLED, world: tuple[int, int] = WORLD
) -> dict[str, float]:
    """Write the answers and the margins of a poll of Example England's teachers.

    Parameters
    ----------
    folder : Path
        Where ``responses.csv`` and ``margins.csv`` are written.
    seed : int
        Of who answers, and what: the country stays the same.
    polled : int
        How many answer.
    world : tuple of int
        The seed and the number of schools of the country.

    Returns
    -------
    dict of str to float
        What is true of all its teachers, in percent: by question for the answers counted together,
        by question and code (``salary.2``) for each answer, and by question for secondary teachers
        (``salary.secondary``).
    """
    everyone = teachers_of(*world)
    rng = np.random.default_rng([seed, YEAR])
    # The readiest by their own luck: a draw without return, each as likely as it is ready.
    luck = everyone.ready + rng.gumbel(size=len(everyone))
    asked = np.sort(np.argpartition(luck, -polled)[-polled:])
    columns = dict(_known(everyone, asked)) | dict(_answered(rng, everyone, asked))
    write_table(
        folder / "responses.csv",
        ["respondent", *columns],
        [np.arange(1, polled + 1).astype(np.str_), *columns.values()],
        encoding="utf-8",
    )
    rows = list(_margins(everyone))
    write_table(
        folder / "margins.csv",
        ["margin", "category", "total"],
        [quoted(np.array(column)) for column in zip(*rows, strict=True)],
        encoding="utf-8",
    )
    return dict(_truth(everyone))


def _named(names: Sequence[str], codes: Ints) -> Texts:
    found: Texts = np.array(names, dtype=np.str_)[codes]
    return found


def _known(everyone: Teachers, who: Ints) -> Iterator[tuple[str, Texts]]:
    regions = [region.name for region in REGIONS]
    yield "school_urn", everyone.urn[who]
    yield "phase", _named(PHASES, everyone.phase[who])
    yield "region", _named(regions, everyone.region[who])
    yield "sex", _named(SEXES, everyone.sex[who])
    yield "age", _named(AGES, everyone.age[who])
    yield "grade", _named(GRADES, everyone.grade[who])
    yield "role", _named(ROLES, everyone.role[who])


def _answered(
    rng: np.random.Generator, everyone: Teachers, who: Ints
) -> Iterator[tuple[str, Texts]]:
    """Yield each question, and the code that each respondent gave; blank where none."""
    put_off: Flags = np.zeros(len(who), dtype=np.bool_)
    for question in _HEADLINES:
        likely = everyone.answers[question][everyone.kind[who]]
        place = (rng.random(len(who))[:, None] > np.cumsum(likely, axis=1)[:, :-1]).sum(axis=1)
        silent = rng.random(len(who)) < _SILENT
        if question == "pressure_deterrent":
            put_off = (place < 2) & ~silent
        yield question, np.where(silent, "", (place + 1).astype(np.str_))
    yield "look_again", _many(rng, everyone.answers["look_again"][everyone.kind[who]], put_off)


def _many(rng: np.random.Generator, likely: Floats, asked: Flags) -> Texts:
    """Return the codes of those chosen, with semicolons; the last stands for none of the rest."""
    chosen = rng.random((len(likely), likely.shape[1] - 1)) < likely[:, :-1]
    none = ~chosen.any(axis=1)
    silent = rng.random(len(likely)) < _SILENT
    codes = np.column_stack([chosen, none])
    return np.array(
        [
            ";".join(str(i + 1) for i in np.flatnonzero(row)) if put else ""
            for row, put in zip(codes, asked & ~silent, strict=True)
        ]
    )


def _margins(everyone: Teachers) -> Iterator[tuple[str, str, str]]:
    for p, phase in enumerate(PHASES):
        for r, region in enumerate(REGIONS):
            total = int(((everyone.phase == p) & (everyone.region == r)).sum())
            yield "phase x region", f"{phase} x {region.name}", str(total)
    for name, kinds in (("sex", SEXES), ("age", AGES), ("grade", GRADES)):
        counts = np.bincount(getattr(everyone, name), minlength=len(kinds))
        for kind, total in zip(kinds, counts.tolist(), strict=True):
            yield name, kind, str(total)


def _truth(everyone: Teachers) -> Iterator[tuple[str, float]]:
    secondary = PHASES.index("secondary")
    for question, likely in everyone.answers.items():
        for place in range(likely.shape[1]):
            yield f"{question}.{place + 1}", everyone.truth(question, (place,))
        if question in _HEADLINES:
            yield question, everyone.truth(question, _HEADLINES[question])
            yield f"{question}.secondary", everyone.truth(question, _HEADLINES[question], secondary)
