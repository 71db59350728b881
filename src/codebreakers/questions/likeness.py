"""Who is like whom?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.disclosure import About, cite, tabulate
from codebreakers.findings.words import age
from codebreakers.measures import Measure, Summary
from codebreakers.measures.held import resolve
from codebreakers.peers import PeerGroup, PeerGroups, PeerRule
from codebreakers.peers.likeness import feature_values, group
from codebreakers.peers.population import Population
from codebreakers.sources import academic_year
from codebreakers.store import Store

__all__ = ["similar"]


def similar(
    store: Store,
    row: int,
    *,
    people: Population,
    measure: str | None = None,
    rule: PeerRule,
    seed: int = 0,
) -> Table:
    """Return the schools most like one, with how alike they are.

    Parameters
    ----------
    store : Store
        Where to read.
    row : int
        The school's row in `people`.
    people : Population
        The schools of its year.
    measure : str, optional
        A result to show beside them; by default the one of the year.
    rule : PeerRule
        Who is similar.
    seed : int
        Settles ties.

    Returns
    -------
    Table
        A row a similar school, most alike first; finding ``peers.quality``.

    Raises
    ------
    CannotAnswerError
        The school misses a feature, so that nobody can be said to be like it.
    """
    counted, _ = resolve(store, measure, people.year, "disadvantaged")
    summary = people.take(counted, "disadvantaged")
    groups = group(people, rule, eligible=~np.isnan(summary.values), apart=True, seed=seed)
    own = groups.of(str(people.keys[row]))
    name = str(people.schools["name"][row])
    if own.withheld is not None:
        raise CannotAnswerError(
            f"No school can be said to be similar to {name}: {own.withheld.reason}.",
            remedy="Match on other features: --features.",
        )
    releases = store.releases()
    about = About(
        people.year,
        f"{rule.describe()} Selective schools are compared only with one another. A mean more "
        "than 0.25 standard deviations away is a loose match, more than 0.5 no good match.",
        (),
        cite(releases, (summary.release,)),
    )
    return tabulate(
        "peers",
        f"Schools similar to {name}, {academic_year(people.year)}",
        _columns(rule, counted),
        list(_rows(people, groups, row, summary)),
        findings=[_quality(own, name, rule, about)],
        notes=(age(people.year),),
        made_up=any(r.made_up for r in releases),
    )


def _quality(own: PeerGroup, name: str, rule: PeerRule, about: About) -> Finding:
    apart = ", ".join(
        f"{feature.replace('_', ' ')} {difference:+.2f}"
        for feature, difference in zip(rule.features, own.differences, strict=True)
    )
    n = len(own.members)
    return about.say(
        "peers.quality",
        f"{n} schools similar to {name} in {academic_year(about.year)}: {own.quality}. Their mean "
        f"less its own, in standard deviations: {apart}.",
        Estimate(max((abs(d) for d in own.differences), default=0.0), n=n),
        unit="standard deviations",
    )


def _columns(rule: PeerRule, measure: Measure) -> tuple[Column, ...]:
    return (
        Column("school_urn", "URN"),
        Column("school_name", "School"),
        Column("authority", "Authority"),
        Column("distance", "Distance", 2),
        *(Column(feature, feature.replace("_", " "), 1) for feature in rule.features),
        Column(f"rate_{measure.unit}", "Result", measure.decimals),
    )


def _rows(
    people: Population, groups: PeerGroups, row: int, summary: Summary
) -> Iterator[tuple[Cell | Estimate, ...]]:
    features = feature_values(people, groups.rule.features)
    span = slice(groups.starts[row], groups.starts[row + 1])
    for i, distance in zip(groups.members[span], groups.distances[span], strict=True):
        yield (
            str(people.keys[i]),
            str(people.schools["name"][i]),
            str(people.schools["authority_name"][i]),
            float(distance),
            *(Withheld("not-held") if np.isnan(f) else float(f) for f in features[i]),
            _result(float(summary.values[i]), float(summary.pupils[i])),
        )


def _result(value: float, pupils: float) -> Cell | Estimate:
    if np.isnan(value):
        return Withheld("not-held")
    return Estimate(value, n=None if np.isnan(pupils) else round(pupils))
