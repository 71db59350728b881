"""What intake predicts with, in plain Python: one school and one column at a time."""

from __future__ import annotations

import math
from itertools import pairwise

from slow_draws import quantile
from slow_normal import dot

KNOTS = (0.05, 0.35, 0.65, 0.95)
APART = 1e-6


def spline(x, knots):
    """A natural cubic spline's columns at one place, by differences of truncated cubics.

    In the form of T. Hastie, R. Tibshirani and J. Friedman, "The elements of statistical learning",
    equation 5.4, each column times (last - its knot) / (last - first) squared.
    """
    first, *_, before, last = knots

    def beyond(knot):
        return max(x - knot, 0.0) ** 3

    def turned(knot):
        return (beyond(knot) - beyond(last)) / (last - knot)

    return [
        x,
        *(
            (turned(knot) - turned(before)) * (last - knot) / (last - first) ** 2
            for knot in knots[:-2]
        ),
    ]


def columns(features, values, used, selective, regions):
    """{name: column} before any is left out."""
    found = {"intercept": [1.0] * len(values)}
    for name, given in zip(features, zip(*values, strict=True), strict=True):
        known = [x for x, u in zip(given, used, strict=True) if u and not math.isnan(x)]
        if not known:
            continue
        mean = math.fsum(known) / len(known)
        filled = [mean if math.isnan(x) else x for x in given]
        knots = [quantile(known, q) for q in KNOTS]
        if any(b <= a for a, b in pairwise(knots)):
            found[name] = filled
            continue
        rows = [spline(x, knots) for x in filled]
        for i, column in enumerate(zip(*rows, strict=True)):
            found[f"{name} bend {i}" if i else name] = list(column)
    found["selective"] = [1.0 if s else 0.0 for s in selective]
    for region in sorted(set(regions or [])):
        found[f"in {region or 'no region'}"] = [1.0 if r == region else 0.0 for r in regions]
    return found


def told_apart(found, used):
    """The columns that are no sum of multiples of earlier ones, at the schools used."""
    kept, basis = {}, []
    for name, column in found.items():
        left = [x for x, u in zip(column, used, strict=True) if u]
        size = math.sqrt(dot(left, left))
        for _ in range(2):
            for other in basis:
                along = dot(left, other)
                left = [x - along * y for x, y in zip(left, other, strict=True)]
        rest = math.sqrt(dot(left, left))
        if size > 0 and rest > APART * size:
            kept[name] = column
            basis.append([x / rest for x in left])
    return kept


def in_a_mean_region(kept, used):
    """The same, every school having the regions of the mean school used."""
    n = sum(used)
    return {
        name: [math.fsum(x for x, u in zip(column, used, strict=True) if u) / n] * len(column)
        if name.startswith("in ")
        else column
        for name, column in kept.items()
    }
