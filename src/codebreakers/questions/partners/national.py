"""Every school below its benchmark paired with one to talk to, as far as there are any."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Cell, Column, Table
from codebreakers.findings.disclosure import tabulate
from codebreakers.findings.words import age
from codebreakers.inference.grades import GRADES
from codebreakers.inference.levels import DRAWS
from codebreakers.measures.held import resolve
from codebreakers.peers.population import Scope
from codebreakers.questions.partners.demand import (
    REASONS,
    Demand,
    Pairs,
    demand_of,
    paired,
)
from codebreakers.questions.partners.field import field_of
from codebreakers.questions.partners.national_said import about_pairing, findings_of_pairing
from codebreakers.questions.partners.offers import WITHIN_MILES, miles_asked
from codebreakers.sources import academic_year
from codebreakers.store import Store

__all__ = ["CAPACITY", "pairing"]

CAPACITY = 5

_COLUMNS = (
    Column("school_urn", "URN"),
    Column("school_name", "School"),
    Column("authority", "Authority", screen=False),
    Column("region", "Region", screen=False),
    Column("partner_urn", "URN of the school to talk to", screen=False),
    Column("partner_name", "School to talk to"),
    Column("partner_authority", "Its authority", screen=False),
    Column("miles", "Miles", 0),
    Column("distance", "Unlike", 2),
    Column("lasting_probability", "Lastingly above", 2, screen=False),
    Column("evidence", "Evidence"),
    Column("unmet", "Paired with nobody because", screen=False),
    Column("pairing", "Paired", screen=False),
)


def pairing(
    store: Store,
    *,
    capacity: int = CAPACITY,
    within_miles: float = WITHIN_MILES,
    year: int | str | None = None,
    measure: str | None = None,
    scope: Scope | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Table:
    """Pair every school below its benchmark with one to talk to, as far as there are any.

    Parameters
    ----------
    store : Store
        Where to read.
    capacity : int
        How many schools each may be paired with.
    within_miles : float
        How far, in a straight line.
    year : int or str, optional
        Results year; by default the newest that can answer.
    measure : str, optional
        Name of a measure; by default the one of the year.
    scope : Scope, optional
        Which schools to pair; those they may talk to are sought everywhere.
    draws : int
        Of the schools' true levels.
    seed : int
        Settles ties, and of the draws.

    Returns
    -------
    Table
        A row a school below its benchmark, in order of name; where it is paired with nobody
        ``partner_urn`` says why. Findings ``pairing.needed``, ``pairing.offered``,
        ``pairing.aside``, ``pairing.paired``, ``pairing.miles``, ``pairing.unmet`` and
        ``pairing.unmet.*`` by reason, ``pairing.full``, and beside them what would come of each
        school asking its nearest alone: ``pairing.nearest.paired``, ``pairing.nearest.miles``.

    Raises
    ------
    RequestError
        The capacity or the distance is none.
    UnknownNameError
        The measure or the scope names what is not there.
    CannotAnswerError
        The tables held cannot answer.
    """
    within, scope = miles_asked(within_miles), scope or Scope()
    with store.reading():
        counted, when = resolve(store, measure, year, "disadvantaged")
        field = field_of(store, counted, when, draws=draws, seed=seed)
        demand = demand_of(field, scope, within)
        pairs = paired(demand, capacity)
        about = about_pairing(field, capacity, within, scope)
        made_up = any(r.made_up for r in store.releases())
    return tabulate(
        "pairing",
        f"Schools to talk to, paired: at most {capacity} with each, within {within:g} miles, "
        f"{academic_year(when)}",
        _COLUMNS,
        list(_rows(demand, pairs)),
        findings=list(findings_of_pairing(demand, pairs, capacity, within, about)),
        notes=(
            age(when),
            (
                "Those paired first, then those that are not, each in order of name. A school is "
                "here because its published result is below the mean of the best fifth of its "
                "similar schools, as most are: it is no judgement of it."
            ),
            *field.people.unknown(scope),
        ),
        made_up=made_up,
    )


def _rows(demand: Demand, pairs: Pairs) -> Iterator[tuple[Cell | Estimate, ...]]:
    field = demand.field
    schools, evidence = field.people.schools, field.evidence
    assert evidence is not None
    edge_of = dict(zip(demand.owners[pairs.chosen].tolist(), pairs.chosen.tolist(), strict=True))
    needing = np.flatnonzero(demand.needs)
    without = ~np.isin(needing, list(edge_of))
    for row in needing[np.lexsort((schools["name"][needing].astype(str), without))].tolist():
        own = tuple(str(schools[role][row]) for role in ("name", "authority_name", "region"))
        head = (str(schools.keys[row]), *own)
        if row not in edge_of:
            why = REASONS[str(demand.lacking[row]) or "full"]
            nobody = Withheld("no-partner", why)
            yield (*head, nobody, nobody, *[None] * 5, why, "unpaired")
            continue
        edge = edge_of[row]
        other = int(demand.others[edge])
        yield (
            *head,
            str(schools.keys[other]),
            str(schools["name"][other]),
            str(schools["authority_name"][other]),
            float(demand.miles[edge]),
            float(demand.distances[edge]),
            float(evidence.lasting[other]),
            GRADES[str(evidence.grades[other])],
            "",
            "paired",
        )
