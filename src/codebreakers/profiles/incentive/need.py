"""The schools of need, in order of name."""

from __future__ import annotations

import math

from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Cell, Column, Table
from codebreakers.findings.disclosure import tabulate
from codebreakers.findings.words import age
from codebreakers.measures import Measure
from codebreakers.profiles.incentive.taken import Tables
from codebreakers.questions.workforce.answered import meals_means
from codebreakers.questions.workforce.joined import Staffed
from codebreakers.sources import academic_year
from codebreakers.store import Store

__all__ = ["listed"]


def listed(store: Store, tables: Tables) -> Table:
    """Return a row for each school in both the most disadvantaged and the lowest fifth.

    Parameters
    ----------
    store : Store
    tables : Tables

    Returns
    -------
    Table
        In order of name.
    """
    schools = tables.schools
    people = schools.people
    names = people.schools["name"]
    order = sorted(
        tables.need.nonzero()[0].tolist(), key=lambda i: (str(names[i]), str(people.keys[i]))
    )
    return tabulate(
        "incentive.schools",
        "The most disadvantaged fifth of schools that is also in the lowest fifth of results, "
        f"{academic_year(people.year)}",
        _columns(schools.measure),
        [_row(schools, i) for i in order],
        notes=(
            (
                f"In order of name. {int(tables.ranked.sum()):,} schools have both. Fifths of "
                f"{meals_means(people.year)}, and of the result of all pupils."
            ),
            "One year's result is partly chance, and says nothing of why.",
            age(people.year),
        ),
        made_up=any(r.made_up for r in store.releases()),
    )


def _columns(measure: Measure) -> tuple[Column, ...]:
    return (
        Column("school_urn", "URN"),
        Column("name", "School"),
        Column("authority", "Authority"),
        Column("free_meals_percent", "Free meals %", 0),
        Column(f"{measure.name}_{measure.unit}", measure.name, 0),
        Column("teachers", "Teachers", 0),
        Column("mean_pay_pounds", "Mean pay, £", 0),
    )


def _row(schools: Staffed, i: int) -> tuple[Cell | Figure, ...]:
    who = schools.people.schools
    return (
        str(schools.people.keys[i]),
        str(who["name"][i]),
        str(who["authority_name"][i] or who["authority"][i]),
        _cell(schools, "meals", i, schools.values["pupils"][i]),
        _estimate(schools.results[i], schools.result_pupils[i]),
        _cell(schools, "teachers", i),
        _cell(schools, "salary", i),
    )


def _cell(schools: Staffed, role: str, i: int, pupils: float = math.nan) -> Figure:
    code = str(schools.codes[role][i])
    return Withheld(code) if code else _estimate(schools.values[role][i], pupils)


def _estimate(value: float, pupils: float) -> Estimate:
    """Return a figure with the pupils behind it, where their number is known."""
    return Estimate(float(value), n=None if math.isnan(pupils) else int(pupils))
