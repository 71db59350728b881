"""Blocks 9 and 10: what the page cannot tell, and where it is from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codebreakers.findings import Provenance, Run
from codebreakers.findings.disclosure import About
from codebreakers.profiles.page_one.year import Year
from codebreakers.sources import academic_year

__all__ = ["HOW_MORE", "OURS", "limits", "sources_said"]

HOW_MORE = (
    "The first figure is the same rule, worked out anew on every draw of what each school's true "
    "level may be: its own, and those of the best."
)
OURS = "The five headings are the 2014 report's, from case studies; the questions are ours."


def limits(found: Year, about: About) -> Iterator[str]:
    """Yield what the page cannot tell, the surest first."""
    yield (
        "Whether the school caused any of it: a difference from similar schools is not an effect "
        "of the school."
    )
    features = " and ".join(_feature(name) for name in found.rule.features)
    yield (
        f"Whether the pupils are alike in all else: schools are matched on {features} alone, and "
        "what these disadvantaged pupils knew at eleven is not published."
    )
    yield (
        f"Anything of today: these pupils left in {found.people.year}, and a year that was good or "
        "bad for a whole cohort counts as the school's."
    )
    yield from about.caveats
    if found.unsaid:
        yield found.unsaid


def _feature(name: str) -> str:
    return {"disadvantaged_percent": "disadvantaged share", "ks2_points": "KS2 points"}.get(
        name, name.replace("_", " ")
    )


def sources_said(sources: Iterable[Provenance], run: Run) -> Iterator[str]:
    """Yield who published what the page was made from, and which run made it."""
    used = tuple(sources)
    if any(p.made_up for p in used):
        yield "Example England is a made-up country: its schools and figures are made up."
    else:
        yield f"Source: {'; '.join(_series(used))}."
    yield (
        f"Not an official statistic: worked out by codebreakers {run.version}, run {run.id}, "
        f"seed {run.seed}."
    )


def _series(used: tuple[Provenance, ...]) -> Iterator[str]:
    """Yield each series once, with its years, by publisher and licence."""
    years: dict[tuple[str, str, str], set[int]] = {}
    for p in used:
        years.setdefault((p.publisher, p.title, p.licence), set()).add(p.year)
    licences = {(publisher, licence) for publisher, _, licence in years}
    for publisher, licence in sorted(licences):
        titles = [
            f"{title}{_when(of)}"
            for (who, title, under), of in years.items()
            if (who, under) == (publisher, licence)
        ]
        yield f"{publisher} ({licence}): {', '.join(titles)}"


def _when(years: set[int]) -> str:
    dated = [academic_year(year) for year in sorted(years) if year]
    return f" {', '.join(dated)}" if dated else ""
