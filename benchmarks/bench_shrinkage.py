"""Budgets of the binomial multilevel model: 3,000 schools fitted in 0.5 s; 2,000 draws in 2 s."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Thread

import numpy as np
import psutil

from codebreakers.inference.posterior import draw_rates
from codebreakers.inference.shrinkage import BinomialData, fit_binomial

SCHOOLS, DRAWS = 3_000, 2_000
FIT_SECONDS, DRAW_SECONDS = 0.5, 2.0
GIGABYTE = 10**9


def made() -> BinomialData:
    rng = np.random.default_rng(1)
    n = rng.integers(10, 120, SCHOOLS)
    x = rng.normal(size=(SCHOOLS, 2))
    logits = -0.5 + x @ [0.3, 0.6] + 0.5 * rng.normal(size=SCHOOLS)
    k = rng.binomial(n, 1 / (1 + np.exp(-logits)))
    design = np.column_stack([np.ones(SCHOOLS), x])
    return BinomialData(k, k, n, design, ["intercept", "share", "ks2"])


def most_memory(work: Callable[[], object]) -> int:
    """Return the most memory used above what was held before, looked at every 5 ms."""
    process, done = psutil.Process(), Event()
    before = process.memory_info().rss
    seen = [before]

    def watch() -> None:
        while not done.wait(0.005):
            seen.append(process.memory_info().rss)

    watcher = Thread(target=watch)
    watcher.start()
    work()
    done.set()
    watcher.join()
    return max(seen) - before


def test_three_thousand_schools() -> None:
    data = made()
    started = time.perf_counter()
    fit = fit_binomial(data)
    fitted = time.perf_counter()
    draw_rates(fit, data, DRAWS, np.random.default_rng(1))
    drawn = time.perf_counter()
    used = most_memory(lambda: draw_rates(fit, data, DRAWS, np.random.default_rng(1)))
    print(
        f"\n{SCHOOLS:,} schools fitted in {fitted - started:.2f} s, {DRAWS:,} draws in"
        f" {drawn - fitted:.2f} s, {used / 1e6:.0f} MB"
    )
    assert fitted - started < FIT_SECONDS
    assert drawn - fitted < DRAW_SECONDS
    assert used < GIGABYTE
