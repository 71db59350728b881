"""What may be said of a year, and of a run of years."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Finding, Provenance
from codebreakers.findings.disclosure import About, cite
from codebreakers.measures.catalogue import find
from codebreakers.questions.floor.chance import CORRELATION, Chance
from codebreakers.questions.floor.followed import Followed, Run
from codebreakers.questions.floor.judged import (
    BELOW,
    NOT_BELOW,
    Judged,
    Unjudged,
    judge,
    rule_in_words,
)
from codebreakers.sources import academic_year
from codebreakers.sources.report import PUBLISHED

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Told", "in_one_name", "of_run", "of_year", "of_years", "whole_country"]

COUNTED = "every school of the tables is counted, so there is no sample to allow for"


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What the findings of one year are made from.

    Parameters
    ----------
    judged : Judged
        Of S schools.
    inside : ndarray of bool, shape (S,)
        Which of them are asked about.
    chance : Chance, optional
    provenance : tuple of Provenance
    place : str
        Where they are, for a sentence: "in Birmingham", or nothing.
    """

    judged: Judged
    inside: NDArray[Any]
    chance: Chance | None
    provenance: tuple[Provenance, ...]
    place: str = ""

    @property
    def below(self) -> NDArray[Any]:
        """Which of the schools asked about are below, shape (S,), bool."""
        found: NDArray[Any] = (self.judged.status == BELOW) & self.inside
        return found

    @property
    def about(self) -> About:
        """What its findings share."""
        caveats = []
        if self.chance is not None:
            caveats.append(_covers(self.judged, self.chance))
        return About(self.judged.year, rule_in_words(self.judged), tuple(caveats), self.provenance)


def _covers(judged: Judged, chance: Chance) -> str:
    said = f"{judged.year}: probabilities allow for who happened to be in the cohort, for no more"
    if len(judged.summaries) > 1:
        said += (
            f"; the rule's {len(judged.summaries)} measures are taken to go together with a "
            f"correlation of {CORRELATION:g}, which is published nowhere"
        )
    if not chance.intake:
        said += "; intake is not in the tables, so schools are drawn towards one mean"
    return f"{said}."


def _counted(count: int, told: Told) -> Estimate:
    n = int((told.judged.is_told() & told.inside).sum())
    return Estimate(count, n=n, method="counted by the year's rule", no_interval=COUNTED)


def of_year(told: Told) -> Iterator[Finding]:
    """Yield how many schools were below, in each way of counting them.

    Parameters
    ----------
    told : Told
        Of a year in which schools can be found below.
    """
    judged, about, below = told.judged, told.about, told.below
    prefix, when = f"{judged.standard.name}.below.{judged.year}", academic_year(judged.year)
    count, n = int(below.sum()), int((judged.is_told() & told.inside).sum())
    ordinary = int((below & ~judged.atypical).sum())
    standard = f"the {judged.standard.name} standard of {when}"
    yield about.say(
        f"{prefix}.count",
        f"{count:,} of {n:,} schools{told.place} were below {standard}; {ordinary:,} without "
        "university technical colleges and studio schools.",
        _counted(count, told),
        unit="schools",
        counts="schools",
    )
    yield about.say(
        f"{prefix}.without_utc_and_studio",
        f"Without university technical colleges and studio schools, {ordinary:,}{told.place} were "
        f"below {standard}: whether the Department counted them could not be verified.",
        _counted(ordinary, told),
        unit="schools",
        counts="schools",
    )
    yield _open(told, prefix, standard)
    yield from _medians(told, prefix)
    yield from _allowing(told, prefix, standard)


def _open(told: Told, prefix: str, standard: str) -> Finding:
    judged, below = told.judged, told.below
    figure: Figure = Withheld("not-held", "no table of that year flags closed schools")
    sentence = f"Not known without schools closed since {academic_year(judged.year)}: none flagged."
    if judged.closed is not None:
        still = below & ~judged.closed
        ordinary = int((still & ~judged.atypical).sum())
        figure = _counted(int(still.sum()), told)
        sentence = (
            f"Without those the table flags as closed when it was made, {int(still.sum()):,}"
            f"{told.place} were below {standard}; {ordinary:,} without university technical "
            "colleges and studio schools too."
        )
    return told.about.say(
        f"{prefix}.without_closed", sentence, figure, unit="schools", counts="schools"
    )


def _medians(told: Told, prefix: str) -> Iterator[Finding]:
    judged = told.judged
    n = int(judged.applied.sum())
    for condition, goal in judged.goals.items():
        if condition.below is not None or np.isnan(goal):
            continue
        measure = find(condition.measure)
        yield told.about.say(
            f"{prefix}.median.{measure.name}",
            f"The national median of those who {measure.title} was {goal:g}% in "
            f"{academic_year(judged.year)}, over the schools that the rule is applied to.",
            Estimate(goal, n=n, method="median over schools", no_interval=COUNTED),
            unit=measure.unit,
            counts="schools",
        )


def _allowing(told: Told, prefix: str, standard: str) -> Iterator[Finding]:
    chance = told.chance
    if chance is None:
        return
    judged, below = told.judged, told.below
    known = told.inside & ~np.isnan(chance.probability) & judged.applied
    expected = float(chance.probability[known].sum())
    listed = below & known
    wrong = float((1 - chance.probability[listed]).sum())
    method = f"sum of probabilities, {chance.draws:,} draws"
    why = "each school's probability is given; how their chances go together is not"
    yield told.about.say(
        f"{prefix}.expected",
        f"Allowing for chance, {expected:,.0f}{told.place} are expected to be truly below what "
        f"{standard} asks, where {int(below.sum()):,} were counted.",
        Estimate(expected, n=int(known.sum()), method=method, seed=chance.seed, no_interval=why),
        unit="schools",
        counts="schools",
    )
    yield told.about.say(
        f"{prefix}.expected_wrong",
        f"Of the {int(listed.sum()):,} counted, {wrong:,.0f} are expected not to be truly below.",
        Estimate(wrong, n=int(listed.sum()), method=method, seed=chance.seed, no_interval=why),
        unit="schools",
        counts="schools",
    )


def in_one_name(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings, the count of the newest year also under a name that has no year.

    Parameters
    ----------
    findings : iterable of Finding
        In order of year.
    """
    said = list(findings)
    counts = [finding for finding in said if finding.id.endswith(".count")]
    standards = [finding.id.split(".")[0] for finding in counts[-1:]]
    newest = [replace(counts[-1], id=f"{name}.below.count") for name in standards]
    return [*newest, *said]


def whole_country(told: Told) -> Iterator[Finding]:
    """Yield the count from the year's other tables, and the published one with why they differ.

    Parameters
    ----------
    told : Told
        Of every school of the country.
    """
    judged = told.judged
    store, prefix = judged.people.store, f"{judged.standard.name}.below.{judged.year}"
    tables = {r.id: r.status for r in store.releases() if r.dataset == "ks4"}
    read = {tables[number] for number in judged.releases}
    beside = {r.status for r in store.releases() if r.dataset == "ks4" and r.year == judged.year}
    for status in sorted(beside - read):
        other = judge(store, judged.standard.name, judged.year, status=status)
        if isinstance(other, Unjudged) or other.missing:
            continue
        yield _by_another(other, f"{prefix}.{status}", status)
    yield from _beside_published(told, prefix, read)


def _by_another(judged: Judged, id_: str, status: str) -> Finding:
    """Say the count by a table that is not the best of its year."""
    releases = judged.people.store.releases()
    everyone = np.ones(len(judged.status), dtype=bool)
    told = Told(judged, everyone, None, cite(releases, judged.releases))
    count, ordinary = int(told.below.sum()), int((told.below & ~judged.atypical).sum())
    return told.about.say(
        id_,
        f"By the {status} table of {academic_year(judged.year)}, {count:,} were below; "
        f"{ordinary:,} without university technical colleges and studio schools.",
        _counted(count, told),
        unit="schools",
        counts="schools",
    )


def _beside_published(told: Told, prefix: str, read: set[str]) -> Iterator[Finding]:
    judged = told.judged
    published = PUBLISHED.get(f"{judged.standard.name}_{judged.year}")
    if published is None or any(r.made_up for r in judged.people.store.releases()):
        return
    odd = int((told.below & judged.atypical).sum())
    whys = [f"{odd:,} here are university technical colleges or studio schools"]
    if "final" not in read:
        whys.append("the table held is provisional, and results were corrected after it")
    if judged.closed is None:
        whys.append("the table held does not flag schools that closed, which the rule leaves out")
    elif (told.below & judged.closed).any():
        whys.append(f"{int((told.below & judged.closed).sum()):,} here are flagged as closed")
    if not judged.covered:
        whys.append(
            "it is not held how much of each cohort has key stage 2 results, so a school left out "
            "for it is known by the publisher's code alone"
        )
    yield told.about.say(
        f"{prefix}.published",
        f"{published.numbers[0]} were published for {academic_year(judged.year)} "
        f"({published.source}), against {int(told.below.sum()):,} here. What may differ: "
        f"{'; '.join(whys)}.",
        Estimate(
            published.values[0],
            method=f"{published.source}; {published.status}",
            no_interval="as it was published",
        ),
        unit="schools",
        counts="schools",
    )


def of_years(followed: Followed, standard: str, inside: NDArray[Any], about: About) -> Finding:
    """Say in how many of the years schools can be found below, and why not in the others.

    Parameters
    ----------
    followed : Followed
        N schools.
    standard : str
    inside : ndarray of bool, shape (N,)
        Which of them are asked about.
    about : About
    """
    able = followed.able
    said = [_could(len(able), len(followed.years), [judged.year for judged in able])]
    for year, status in zip(followed.years, followed.status, strict=True):
        if isinstance(year, Unjudged):
            said.append(f"{year.year}: {year.why}.")
        elif year.missing:
            spared = int((inside & (status == NOT_BELOW)).sum())
            known = f", but {spared:,} are known not to be below" if spared else ""
            said.append(f"{year.year}: {year.missing}{known}.")
    return about.say(
        f"{standard}.judged",
        " ".join(said),
        Estimate(len(able), n=len(followed.years), method="years in which some can be found"),
        unit="years",
        counts="years",
    )


def _could(able: int, years: int, which: list[int]) -> str:
    listed = f": {', '.join(map(str, which))}" if which else ""
    return f"{able} of {years} year{'s' if years != 1 else ''} could be judged{listed}."


def of_run(
    standard: str,
    run: Run,
    inside: NDArray[Any],
    about: About,
    place: str,
) -> Iterator[Finding]:
    """Yield how many schools were below in each year of a run that could be judged.

    Parameters
    ----------
    standard : str
    run : Run
        Of N schools.
    inside : ndarray of bool, shape (N,)
    about : About
    place : str
        As in `Told`.
    """
    length, able = len(run.years), len(run.able)
    could = _could(able, length, list(run.able))
    if run.without:
        could += f" In {', '.join(map(str, run.without))} no standard was in force."
    whole, partly = int((run.whole & inside).sum()), int((run.partly & inside).sum())
    n = int((inside & (run.told > 0)).sum())
    method = "counted by each year's rule, schools followed through the register's links"
    figure: Figure = Estimate(whole, n=n, method=method, no_interval=COUNTED)
    sentence = (
        f"{whole:,} schools{place} were below in each of the {able} years of {run.years[0]} to "
        f"{run.years[-1]} that could be judged. {could}"
    )
    if able < 2:
        figure = Withheld("few-years", "one year is no run")
        sentence = f"Not known: {could} One year is no run."
    yield about.say(f"{standard}.run.count", sentence, figure, unit="schools", counts="schools")
    if able > 2:
        yield about.say(
            f"{standard}.run.fewer",
            f"{partly:,} more{place} were below in every year that can be told of them, which are "
            f"fewer than {able}: they began or ended between, or a result is not published.",
            Estimate(partly, n=n, method=method, no_interval=COUNTED),
            unit="schools",
            counts="schools",
        )
