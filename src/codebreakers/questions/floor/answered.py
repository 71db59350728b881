"""Everything that one request comes to: findings, rows and notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate
from codebreakers.findings import Cell, Column, Finding, Provenance
from codebreakers.findings.disclosure import About, cite
from codebreakers.peers.population import Scope
from codebreakers.questions.floor.chance import Chance, chance_of
from codebreakers.questions.floor.followed import Followed, Run
from codebreakers.questions.floor.judged import BELOW, Judged, Unjudged, rule_in_words
from codebreakers.questions.floor.listing import columns, rows
from codebreakers.questions.floor.said import (
    Told,
    in_one_name,
    of_run,
    of_year,
    of_years,
    whole_country,
)
from codebreakers.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Answer"]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What was asked, worked out.

    Parameters
    ----------
    store : Store
    standard : str
    followed : Followed
        N schools.
    inside : ndarray of bool, shape (N,)
        Which of them are asked about.
    scope : Scope
    run : Run, optional
    draws, seed : int
    """

    store: Store
    standard: str
    followed: Followed
    inside: NDArray[np.bool_]
    scope: Scope
    run: Run | None
    draws: int
    seed: int

    def __post_init__(self) -> None:
        if any(isinstance(year, Judged) for year in self.followed.years):
            return
        said = [f"{y.year}, {y.why}" for y in self.followed.years if isinstance(y, Unjudged)]
        raise CannotAnswerError(
            f"No year asked about can be judged: {'; '.join(said)}.",
            remedy="Ask about other years, or get their tables: codebreakers fetch.",
        )

    @property
    def place(self) -> str:
        """Where the schools asked about are, for a sentence."""
        where = self.scope.describe().removeprefix("schools")
        return where if where.startswith(" in ") else ""

    @property
    def chances(self) -> Mapping[int, Chance]:
        """How probable it is that each school was truly below, by year."""
        if not self.draws:
            return {}
        found = {
            judged.year: chance_of(judged, draws=self.draws, seed=self.seed)
            for judged in self.followed.able
        }
        return {year: chance for year, chance in found.items() if chance is not None}

    def _cited(self, *years: Judged) -> tuple[Provenance, ...]:
        links = [r.id for r in self.store.releases() if r.dataset == "links"]
        used = [release for judged in years for release in judged.releases]
        return cite(self.store.releases(), [*used, *links])

    @property
    def about(self) -> About:
        """What findings of several years share."""
        judged = [year for year in self.followed.years if isinstance(year, Judged)]
        rules = [f"{year.year}: {rule_in_words(year)}" for year in judged]
        caveats = [
            "Schools are one through a conversion or a new number, where the register says so; "
            "of those that merged or were divided each is itself."
            if self.followed.lineages is not None and self.followed.lineages.has_register
            else "The register's links are not held: a school with another URN is another school."
        ]
        return About(judged[-1].year, " ".join(rules), tuple(caveats), self._cited(*judged))

    def findings(self) -> list[Finding]:
        """Return the findings of every year, and of the run."""
        said: list[Finding] = []
        for judged in self.followed.able:
            rows_ = self.followed.rows[self.followed.at(judged.year)][self.inside]
            inside = np.zeros(len(judged.status), dtype=bool)
            inside[rows_[rows_ >= 0]] = True
            chance = self.chances.get(judged.year)
            told = Told(judged, inside, chance, self._cited(judged), self.place)
            said += of_year(told)
            if self.scope.is_everything:
                said += whole_country(told)
        said = in_one_name(said)
        said.append(of_years(self.followed, self.standard, self.inside, self.about))
        if self.run is not None:
            said += of_run(self.standard, self.run, self.inside, self.about, self.place)
        return said

    def listing(self, *, everyone: bool) -> tuple[list[Column], list[tuple[Cell | Estimate, ...]]]:
        """Return the columns, and a row a school: those below, or all that are asked about."""
        chosen = self.inside.copy()
        if not (everyone or self.scope.schools):
            if self.run is not None:
                chosen &= self.run.whole | self.run.partly
            else:
                chosen &= (self.followed.status == BELOW).any(axis=0)
        return (
            columns(self.followed, self.chances, self.run),
            rows(self.followed, self.chances, self.run, chosen),
        )

    def notes(self) -> tuple[str, ...]:
        """Return what is said below the table."""
        judged = [year for year in self.followed.years if isinstance(year, Judged)]
        fewest = ", ".join(
            f"{y.year}: fewer than {y.standard.fewest} pupils" for y in judged if y.standard.fewest
        )
        small = (
            f"The standard is not applied to the smallest schools ({fewest}), nor where under half "
            "the cohort has key stage 2 results: both are to be confirmed."
        )
        notes = [small, *self._unknown()]
        newest = judged[-1].people
        if newest.left_out:
            listed = ", ".join(f"{n:,} {why}" for why, n in newest.left_out.items())
            notes.append(f"Left out in {newest.year}: {listed}.")
        return tuple(notes)

    def _unknown(self) -> tuple[str, ...]:
        """Say which of the schools listed have no results in any of the years."""
        asked = self.scope.schools
        lineages = self.followed.lineages
        keys = asked if lineages is None else lineages.identity(asked)
        known = set(self.followed.schools.tolist())
        missing = [urn for urn, key in zip(asked, keys, strict=True) if key not in known]
        if not missing:
            return ()
        said = (
            f"{len(missing):,} of the {len(asked):,} schools listed have no results in those years"
        )
        return (f"{said}: {', '.join(missing)}.",)
