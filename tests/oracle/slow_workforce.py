"""Weighted regression the slow way: a column for each level, fractions, elimination by hand."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from math import sqrt


def solve(matrix, right):
    """Solve linear equations by elimination; None where they have no one solution."""
    size = len(matrix)
    rows = [[*row, *other] for row, other in zip(matrix, right, strict=True)]
    for column in range(size):
        pivot = next((r for r in range(column, size) if rows[r][column] != 0), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        lead = rows[column][column]
        rows[column] = [cell / lead for cell in rows[column]]
        for r in range(size):
            if r != column and rows[r][column] != 0:
                times = rows[r][column]
                rows[r] = [a - times * b for a, b in zip(rows[r], rows[column], strict=True)]
    return [row[size:] for row in rows]


def slow_slopes(outcome, columns, weights, clusters, strata=None):
    """Return slopes and standard errors; None where the columns cannot be told apart."""
    places = sorted(set(strata)) if strata is not None else [""]
    belongs = strata if strata is not None else [""] * len(outcome)
    x = [
        [*(Fraction(v) for v in row), *(Fraction(int(own == place)) for place in places)]
        for row, own in zip(columns, belongs, strict=True)
    ]
    y, w = [Fraction(v) for v in outcome], [Fraction(v) for v in weights]
    n, k = len(x), len(x[0])
    square = [[sum(w[i] * x[i][a] * x[i][b] for i in range(n)) for b in range(k)] for a in range(k)]
    right = [[sum(w[i] * x[i][a] * y[i] for i in range(n))] for a in range(k)]
    found = solve(square, right)
    if found is None or n <= k:
        return None
    b = [row[0] for row in found]
    scores = defaultdict(lambda: [Fraction(0)] * k)
    for i in range(n):
        left = y[i] - sum(x[i][a] * b[a] for a in range(k))
        scores[clusters[i]] = [s + w[i] * x[i][a] * left for a, s in enumerate(scores[clusters[i]])]
    identity = [[Fraction(int(a == c)) for c in range(k)] for a in range(k)]
    bread = solve(square, identity)
    g = len(scores)
    few = Fraction(g, max(1, g - 1)) * Fraction(n - 1, n - k)
    errors = []
    for a in range(len(columns[0])):
        moved = [sum(bread[a][c] * s[c] for c in range(k)) for s in scores.values()]
        errors.append(sqrt(few * sum(m * m for m in moved)))
    return [float(v) for v in b[: len(columns[0])]], errors


def slow_grid(schools):
    """Return weighted means and numbers by fifth of meals and of result.

    A school is (value, weight, meals, result). A fifth ends at the smallest value that its share
    of the schools do not exceed, and takes all who have that value.
    """

    def fifths(values):
        ordered = sorted(values)
        ends = [ordered[-(-part * len(ordered) // 5) - 1] for part in (1, 2, 3, 4)]
        return [sum(v > end for end in ends) for v in values]

    rows, columns = fifths([s[2] for s in schools]), fifths([s[3] for s in schools])
    cells = {}
    for r in range(6):
        for c in range(6):
            inside = [
                s
                for s, row, column in zip(schools, rows, columns, strict=True)
                if r in (row, 5) and c in (column, 5)
            ]
            total = sum(Fraction(s[1]) for s in inside)
            mean = sum(Fraction(s[0]) * Fraction(s[1]) for s in inside) / total if inside else None
            cells[r, c] = (mean, len(inside))
    return cells
