"""Budgets of pairing: 3,000 schools that each could be paired with many, within 10 s."""

from __future__ import annotations

import time

import numpy as np

from codebreakers.peers.miles import miles_between
from codebreakers.peers.pairing import pair_fewest_miles, pair_with_nearest

SCHOOLS, BREAKERS, CAPACITY = 3_000, 300, 5
SECONDS = 10.0


def country(asked: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return who could be paired with whom, each of `SCHOOLS` with `asked` of the `BREAKERS`."""
    rng = np.random.default_rng(11)
    here, there = (
        np.column_stack([rng.uniform(50, 55, n), rng.uniform(-4, 1, n)])
        for n in (SCHOOLS, BREAKERS)
    )
    others = rng.permuted(np.tile(np.arange(BREAKERS), (SCHOOLS, 1)), axis=1)[:, :asked].ravel()
    owners = np.repeat(np.arange(SCHOOLS), asked)
    return owners, others, miles_between(here[owners], there[others])


def _timed(asked: int) -> None:
    owners, others, miles = country(asked)
    start = time.perf_counter()
    chosen = pair_fewest_miles(owners, others, miles, CAPACITY)
    seconds = time.perf_counter() - start
    near = pair_with_nearest(owners, others, miles, CAPACITY)
    print(
        f"{SCHOOLS:,} schools, {len(owners):,} pairs possible: {len(chosen):,} paired at "
        f"{miles[chosen].mean():.1f} miles in {seconds:.2f} s; {len(near):,} by asking the nearest"
    )
    assert len(chosen) >= len(near)
    assert seconds < SECONDS


def test_few_could_be_paired_with_each_as_on_the_published_tables() -> None:
    """Five of them, as of 50 similar schools of which a tenth have the evidence."""
    _timed(5)


def test_everybody_could_be_paired_with_a_sixth_of_them() -> None:
    """Fifty of them: all of a school's similar schools have the evidence."""
    _timed(50)
