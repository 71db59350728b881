"""Budgets of the peers room: 20,000 schools, 10 features, 50 peers, within 5 s and 1 GB."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import numpy as np
import psutil
import pytest

from codebreakers.peers import PeerGroups, PeerRule
from codebreakers.peers.benchmarks import benchmark_values, top
from codebreakers.peers.matching import match

SCHOOLS = 20_000
SECONDS = 5.0
GIGABYTE = 10**9
NAMES = np.array([str(100_000 + number) for number in range(SCHOOLS)])
SIZES = np.random.default_rng(7).integers(30, 300, SCHOOLS).astype(float)


def independent() -> np.ndarray:
    """Ten features that have nothing to do with one another: the hardest for a tree."""
    return np.random.default_rng(1).normal(size=(SCHOOLS, 10))


def alike() -> np.ndarray:
    """Ten features that three things explain, as intake does."""
    rng = np.random.default_rng(2)
    mixed = rng.normal(size=(SCHOOLS, 3)) @ rng.normal(size=(3, 10))
    return mixed + 0.5 * rng.normal(size=(SCHOOLS, 10))


def whole_percent() -> np.ndarray:
    """One share in whole percent: up to 500 schools at each of some 90 values."""
    return np.round(np.random.default_rng(3).beta(2, 4, size=(SCHOOLS, 1)) * 100)


def yes_or_no() -> np.ndarray:
    """Ten thousand schools at each of two values."""
    return np.random.default_rng(4).integers(0, 2, (SCHOOLS, 1)).astype(float)


def share_and_points() -> np.ndarray:
    """A whole percentage and a score to one decimal, as the tables have them."""
    points = np.round(np.random.default_rng(5).normal(27.8, 1.4, SCHOOLS), 1)
    return np.column_stack([whole_percent(), points])


@contextmanager
def peak_memory(peaks: list[int]) -> Iterator[None]:
    """Append the most memory above what the process held before, looked at every 5 ms."""
    process, done = psutil.Process(), Event()
    before = process.memory_info().rss
    seen = [before]

    def watch() -> None:
        while not done.wait(0.005):
            seen.append(process.memory_info().rss)

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
        peaks.append(max(seen) - before)


def nearest(values: np.ndarray) -> PeerGroups:
    names = [f"f{column}" for column in range(values.shape[1])]
    return match(PeerRule.nearest(names, size=50), NAMES, values, sizes=SIZES)


@pytest.mark.parametrize("make", [independent, alike, whole_percent, yes_or_no, share_and_points])
def test_fifty_nearest_of_twenty_thousand(make: Callable[[], np.ndarray]) -> None:
    values = make()
    match(PeerRule.nearest(["a"], size=1), ["A", "B"], [[1.0], [2.0]])  # loads scipy
    seconds, peaks = [], []
    for _ in range(3):  # the least of three, because other work shares the machine
        start = time.perf_counter()
        with peak_memory(peaks):
            groups = nearest(values)
        seconds.append(time.perf_counter() - start)
    print(f"\n{make.__name__}: {min(seconds):.2f} s, {max(peaks) / 1e6:.0f} MB above the start")
    assert groups.sizes.tolist() == [50] * SCHOOLS
    assert min(seconds) < SECONDS
    assert max(peaks) < GIGABYTE


def test_two_thousand_draws_of_a_benchmark_over_three_thousand_schools() -> None:
    """What a posterior of 2,000 draws asks for: within a minute."""
    values = share_and_points()[:3000]
    rule = PeerRule.nearest(["share", "points"], size=50)
    groups = match(rule, NAMES[:3000], values, sizes=SIZES[:3000])
    draws = np.random.default_rng(6).normal(40, 10, size=(50, 3000))
    start = time.perf_counter()
    for draw in draws:
        benchmark_values(top(0.2), groups, draw)
    seconds = (time.perf_counter() - start) * 2000 / len(draws)
    print(f"\n2,000 draws: {seconds:.1f} s")
    assert seconds < 60
