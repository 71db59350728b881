"""The rows of the schools that one school may talk to."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Cell, Column
from codebreakers.inference.grades import GRADES
from codebreakers.questions.partners.better import better_at
from codebreakers.questions.partners.field import Field
from codebreakers.questions.partners.offers import Candidate, Offer

__all__ = ["columns", "miles_cell", "rows"]

_UNKNOWN = Withheld("not-held", "where one of the two is, is not held")
_NO_INSPECTION = Withheld("not-held", "no inspection is held")


def columns(field: Field) -> tuple[Column, ...]:
    """Return the columns; the result is in the measure's unit."""
    unit, decimals = field.measure.unit, field.measure.decimals
    return (
        Column("school_urn", "URN"),
        Column("school_name", "School"),
        Column("authority", "Authority", screen=False),
        Column("region", "Region", screen=False),
        Column("miles", "Miles", 0),
        Column("distance", "Unlike", 2),
        *(Column(name, name.replace("_", " "), 1, screen=False) for name in field.rule.features),
        Column(f"rate_{unit}", "Result", decimals),
        Column("lead_points", "Higher by", decimals),
        Column("low_points", "From", decimals),
        Column("high_points", "To", decimals),
        Column("lasting_probability", "Lastingly above", 2, screen=False),
        Column("years_judged", "Years", screen=False),
        Column("grade", "Grade", screen=False),
        Column("evidence", "Evidence"),
        Column("better_at", "What it did better, as published", screen=False),
        Column("inspected", "Inspected", screen=False),
        Column("inspection", "Inspection"),
        Column("urn_now", "URN now", screen=False),
        Column("name_now", "Name now", screen=False),
        Column("changes", "Since", screen=False),
    )


def rows(offer: Offer) -> Iterator[tuple[Cell | Estimate, ...]]:
    """Yield a row a school to talk to, in order of name."""
    names = offer.field.people.schools["name"]
    for one in sorted(offer.named, key=lambda one: str(names[one.row])):
        yield _row(offer, one)


def _row(offer: Offer, one: Candidate) -> tuple[Cell | Estimate, ...]:
    field, row = offer.field, one.row
    schools, since, evidence = field.people.schools, field.since[row], field.evidence
    years = int(evidence.years[row]) if evidence is not None else 0
    grade = str(evidence.grades[row]) if evidence is not None else ""
    lead, seen = one.lead, since.inspection
    leads: tuple[Cell | Estimate, ...] = (Withheld("not-held", "it has no result"), None, None)
    if lead is not None:
        leads = (lead, lead.low, lead.high)
    pupils = field.summary.pupils[row]
    n = None if np.isnan(pupils) else round(float(pupils))
    value = float(field.summary.values[row])
    return (
        str(schools.keys[row]),
        str(schools["name"][row]),
        str(schools["authority_name"][row]),
        str(schools["region"][row]),
        miles_cell(one.miles),
        one.distance,
        *(float(feature) for feature in field.features[row]),
        Withheld("not-held") if np.isnan(value) else Estimate(value, n=n),
        *leads,
        one.chance,
        years,
        grade,
        GRADES.get(grade, ""),
        "; ".join(better_at(field, offer.row, row)),
        seen.day.isoformat() if seen is not None and seen.day is not None else _NO_INSPECTION,
        seen.outcome or _NO_INSPECTION if seen is not None else _NO_INSPECTION,
        since.urn_now,
        since.name_now or Withheld("not-held", "no later table of results held has it"),
        "; ".join(since.changes),
    )


def miles_cell(miles: float | None) -> float | Withheld:
    """Return how far as a cell, or that it is not known."""
    return _UNKNOWN if miles is None else miles
