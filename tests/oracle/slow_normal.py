"""The normal multilevel model in plain Python: whole matrices, loops, and sums over tau."""

from __future__ import annotations

import math


def dot(a, b):
    return math.fsum(x * y for x, y in zip(a, b, strict=True))


def transposed(a):
    return [list(row) for row in zip(*a, strict=True)]


def product(a, b):
    columns = transposed(b)
    return [[dot(row, column) for column in columns] for row in a]


def plus(a, b, times=1.0):
    return [[x + times * y for x, y in zip(r, s, strict=True)] for r, s in zip(a, b, strict=True)]


def eliminated(matrix, right):
    """Gauss's elimination with pivots: the solution, and the log of the determinant's size."""
    a = [[*row, *extra] for row, extra in zip(matrix, right, strict=True)]
    size, log = len(a), 0.0
    for i in range(size):
        pivot = max(range(i, size), key=lambda r: abs(a[r][i]))
        a[i], a[pivot] = a[pivot], a[i]
        log += math.log(abs(a[i][i]))
        a[i] = [x / a[i][i] for x in a[i]]
        for r in range(size):
            if r != i:
                a[r] = [x - a[r][i] * y for x, y in zip(a[r], a[i], strict=True)]
    return [row[size:] for row in a], log


def identity(size):
    return [[float(i == j) for j in range(size)] for i in range(size)]


def inverse(matrix):
    return eliminated(matrix, identity(len(matrix)))[0]


def log_determinant(matrix):
    return eliminated(matrix, identity(len(matrix)))[1]


def contrasts(design):
    """Rows that are orthonormal to one another and to every column of the design."""
    kept = []
    for column in transposed(design) + identity(len(design)):
        for _ in range(2):
            for other in kept:
                along = dot(column, other)
                column = [x - along * y for x, y in zip(column, other, strict=True)]
        size = math.sqrt(dot(column, column))
        if size > 1e-6:
            kept.append([x / size for x in column])
    return kept[len(design[0]) :]


def restricted_log_likelihood(values, covariance, design):
    """The log density of the error contrasts of normal values."""
    rows = contrasts(design)
    if not rows:
        return 0.0
    seen = product(rows, [[y] for y in values])
    spread = product(product(rows, covariance), transposed(rows))
    solved, log = eliminated(spread, seen)
    squares = product(transposed(seen), solved)[0][0]
    return -0.5 * (log + squares + len(rows) * math.log(2 * math.pi))


def least_squares(values, covariance, design):
    """Coefficients by generalised least squares, and their covariance."""
    weighted = product(transposed(design), inverse(covariance))
    spread = inverse(product(weighted, design))
    return product(spread, product(weighted, [[y] for y in values])), spread


def covariance_of_values(pupils, sigma, tau):
    size = len(pupils)
    return [
        [tau**2 + sigma**2 / pupils[s] if s == r else 0.0 for r in range(size)] for s in range(size)
    ]


def moments_of_levels(values, covariance, covariances, design, designs):
    """Mean and covariance of levels given the covariance of effects.

    `covariances` are those of the wanted levels' effects with the values', and among themselves.
    What the coefficients leave unsure is part of it.
    """
    with_values, among = covariances
    b, spread = least_squares(values, covariance, design)
    rest = plus([[y] for y in values], product(design, b), -1.0)
    gain = product(with_values, inverse(covariance))
    means = plus(product(designs, b), product(gain, rest))
    off = plus(designs, product(gain, design), -1.0)
    scatter = plus(among, product(gain, transposed(with_values)), -1.0)
    return [m for (m,) in means], plus(scatter, product(product(off, spread), transposed(off)))


def posterior(values, pupils, design, sigma, prior_scale, steps=400):
    """Mean and standard deviation of tau, and of each level, by equal steps in log tau."""
    size, taus, logs = len(values), [], []
    for i in range(steps):
        tau = prior_scale * math.exp(-14 + 16 * (i + 0.5) / steps)
        spread = covariance_of_values(pupils, sigma, tau)
        logs.append(
            restricted_log_likelihood(values, spread, design)
            - 0.5 * (tau / prior_scale) ** 2
            + math.log(tau)
        )
        taus.append(tau)
    top = max(logs)
    weights = [math.exp(log - top) for log in logs]
    whole = math.fsum(weights)
    total = [0.0] * (2 * size + 2)
    for tau, weight in zip(taus, weights, strict=True):
        if weight < 1e-9:
            continue
        spread = covariance_of_values(pupils, sigma, tau)
        between = [[tau**2 * x for x in row] for row in identity(size)]
        means, covariance = moments_of_levels(values, spread, (between, between), design, design)
        squares = [covariance[s][s] + means[s] ** 2 for s in range(size)]
        for i, figure in enumerate([tau, tau**2, *means, *squares]):
            total[i] += weight / whole * figure
    means, squares = total[2 : 2 + size], total[2 + size :]
    sds = [math.sqrt(q - m * m) for m, q in zip(means, squares, strict=True)]
    return (total[0], math.sqrt(total[1] - total[0] ** 2)), means, sds
