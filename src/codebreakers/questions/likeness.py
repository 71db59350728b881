"""Who is like whom?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.chance import allowed_for, apart_in_words
from codebreakers.findings.disclosure import About, cite, tabulate
from codebreakers.findings.words import age
from codebreakers.inference.chance import SUMMED
from codebreakers.inference.draws import told_apart
from codebreakers.inference.levels import levels_of
from codebreakers.measures import Measure, Summary
from codebreakers.measures.held import resolve
from codebreakers.peers import PeerGroup, PeerGroups, PeerRule
from codebreakers.peers.likeness import compared, feature_values
from codebreakers.peers.population import Population
from codebreakers.sources import academic_year
from codebreakers.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["similar"]


_APART = {1: "higher", 0: "cannot tell", -1: "lower"}


def similar(
    store: Store,
    row: int,
    *,
    people: Population,
    measure: str | None = None,
    rule: PeerRule,
    seed: int = 0,
    draws: int = SUMMED,
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
        Settles ties, and of the draws.
    draws : int
        Of the schools' true levels, to say who can be told apart from it; 0 for none.

    Returns
    -------
    Table
        A row a similar school, most alike first; findings ``peers.quality`` and, with draws,
        ``peers.alike``, how many cannot be told apart from it.

    Raises
    ------
    CannotAnswerError
        The school misses a feature, so that nobody can be said to be like it.
    """
    counted, _ = resolve(store, measure, people.year, "disadvantaged")
    summary = people.take(counted, "disadvantaged")
    groups = compared(people, summary, rule, seed)
    own = groups.of(str(people.keys[row]))
    name = str(people.schools["name"][row])
    if own.withheld is not None:
        raise CannotAnswerError(
            f"No school can be said to be similar to {name}: {own.withheld.reason}.",
            remedy="Match on other features: --features.",
        )
    members = groups.members[groups.starts[row] : groups.starts[row + 1]]
    apart = _told_apart(people, summary, row, members, draws, seed)
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
        _columns(rule, counted, apart=apart is not None),
        list(_rows(people, groups, row, summary, apart)),
        findings=[
            _quality(own, name, rule, about),
            *([] if apart is None else [_alike(apart, name, about)]),
        ],
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


def _told_apart(
    people: Population,
    summary: Summary,
    row: int,
    members: NDArray[Any],
    draws: int,
    seed: int,
) -> NDArray[Any] | None:
    """Return who is surely higher (1) or lower (-1); None where chance cannot be allowed for."""
    if not draws or np.isnan(summary.values[row]):
        return None
    # The result stands without it; what the measure lacks is said where chance is asked for.
    levels, _ = allowed_for(lambda: levels_of(people, summary, draws=draws, seed=seed))
    return None if levels is None else told_apart(levels.draws, row, members)


def _alike(apart: NDArray[Any], name: str, about: About) -> Finding:
    alike, said = apart_in_words(apart, name, f"the {len(apart)}")
    return about.say(
        "peers.alike",
        said,
        Estimate(alike, n=len(apart), method="draws of the true levels"),
        unit="schools",
        counts="schools",
    )


def _columns(rule: PeerRule, measure: Measure, *, apart: bool) -> tuple[Column, ...]:
    return (
        Column("school_urn", "URN"),
        Column("school_name", "School"),
        Column("authority", "Authority"),
        Column("distance", "Distance", 2),
        *(Column(feature, feature.replace("_", " "), 1) for feature in rule.features),
        Column(f"rate_{measure.unit}", "Result", measure.decimals),
        *([Column("true_level", "Its true level")] if apart else []),
    )


def _rows(
    people: Population,
    groups: PeerGroups,
    row: int,
    summary: Summary,
    apart: NDArray[Any] | None,
) -> Iterator[tuple[Cell | Estimate, ...]]:
    features = feature_values(people, groups.rule.features)
    span = slice(groups.starts[row], groups.starts[row + 1])
    said = [()] * (span.stop - span.start) if apart is None else [(_APART[a],) for a in apart]
    near = zip(groups.members[span], groups.distances[span], said, strict=True)
    for i, distance, told in near:
        yield (
            str(people.keys[i]),
            str(people.schools["name"][i]),
            str(people.schools["authority_name"][i]),
            float(distance),
            *(Withheld("not-held") if np.isnan(f) else float(f) for f in features[i]),
            _result(float(summary.values[i]), float(summary.pupils[i])),
            *told,
        )


def _result(value: float, pupils: float) -> Cell | Estimate:
    if np.isnan(value):
        return Withheld("not-held")
    return Estimate(value, n=None if np.isnan(pupils) else round(pupils))
