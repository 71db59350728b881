"""What is said of schools below and what came after, beside equally low ones."""

from __future__ import annotations

from collections.abc import Iterator

from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Cell, Column, Finding
from codebreakers.findings.disclosure import About
from codebreakers.inference.intervals import LEVEL
from codebreakers.questions.floor.after import FEWEST, After, Compared
from codebreakers.sources import academic_year

__all__ = ["after_columns", "after_rows", "of_after"]


def after_columns() -> list[Column]:
    """Return the columns of the comparisons."""
    return [
        Column("schools_below", "Schools"),
        Column("beside", "Beside equally low"),
        Column("schools", "Compared"),
        Column("without_match", "None alike", screen=False),
        Column("rise_points", "Rise", 1),
        Column("others", "Beside"),
        Column("their_rise_points", "Rise", 1),
        Column("difference_points", "Difference", 1),
        Column("low_points", "From", 1),
        Column("high_points", "To", 1),
    ]


def after_rows(found: After) -> Iterator[tuple[Cell | Estimate, ...]]:
    """Yield a row a comparison; why there is none a finding says."""
    for which, whom, one in (
        ("below", "below elsewhere" if found.elsewhere else "not below", found.alike),
        ("below, another URN", "below, same URN", found.became),
    ):
        if one is None:
            continue
        yield (
            which,
            whom,
            one.schools,
            one.among - one.schools,
            one.rise,
            one.others,
            one.theirs,
            one.difference,
            one.low,
            one.high,
        )


def _alike(found: After) -> tuple[Compared | None, str]:
    return found.alike, found.why_not


def _became(found: After) -> tuple[Compared | None, str]:
    return found.became, f"fewer than {FEWEST} of those that kept their URN are equally low"


def of_after(found: After, about: About, place: str) -> Iterator[Finding]:
    """Yield what came after.

    Parameters
    ----------
    found : After
    about : About
    place : str
        Where the schools are, for a sentence.
    """
    name = found.base.standard.name
    yield _rise(found, about, place)
    beside = "below elsewhere" if found.elsewhere else "not below"
    yield _difference(
        f"{name}.after.difference",
        f"Beside {{others}} equally low schools that were {beside}, they",
        "It is no effect of having been below.",
        *_alike(found),
        about,
    )
    yield _difference(
        f"{name}.after.became",
        "Of those below, beside {others} equally low ones to which nothing happened by then, those "
        "with another URN",
        "Schools were chosen for that: it is no effect of it.",
        *_became(found),
        about,
    )
    if found.luck is not None:
        yield _luck(name, found, found.luck, about)


def _rise(found: After, about: About, place: str) -> Finding:
    name, base, end = found.base.standard.name, found.base.year, found.end.year
    n = found.below - found.gone
    return about.say(
        f"{name}.after.rise",
        f"Of {found.below:,} schools{place} below in {academic_year(base)}, {n:,} have a result in "
        f"{academic_year(end)}: on average they stood at {found.place:.1f} of 100 places and rose "
        f"{found.rise:.1f}. Low schools rise by chance alone.",
        Estimate(found.rise, n=n, method="mean over schools", no_interval="it is compared beside"),
        unit="points",
        counts="schools",
    )


def _luck(name: str, found: After, luck: float, about: About) -> Finding:
    return about.say(
        f"{name}.after.luck",
        f"Results of those below in {academic_year(found.base.year)} ({found.measure.title}) were "
        f"{luck:.2f} points lower than their true levels on average: so much would come back with "
        "nothing done.",
        Estimate(
            luck,
            n=found.below,
            method="mean of draws of true levels less the results",
            no_interval="a mean over many schools",
        ),
        unit="points",
        counts="schools",
    )


def _difference(
    id_: str, start: str, end: str, one: Compared | None, why: str, about: About
) -> Finding:
    if one is None:
        sentence = f"Not compared with equally low schools: {why}."
        return about.say(id_, sentence, Withheld("no-match", why), unit="points", counts="schools")
    return about.say(
        id_,
        f"{start.format(others=f'{one.others:,}')} rose {one.rise:.1f} percentile points, not "
        f"{one.theirs:.1f}: a difference of {one.difference:.1f} ({one.low:.1f} to "
        f"{one.high:.1f}), over the {one.schools:,} of {one.among:,} that have an equal. {end}",
        Estimate(
            one.difference,
            one.low,
            one.high,
            LEVEL,
            n=one.schools,
            method="difference within steps of equal results, pooled variance",
        ),
        unit="points",
        counts="schools",
    )
