"""Budget of a large poll: 100,000 respondents, 40 questions, 200 replicates in 30 s and 1 GB."""

from __future__ import annotations

import os
import subprocess
import sys

SECONDS, BYTES = 30.0, 1_000_000_000

# In a process of its own: memory that another benchmark had would be counted with it.
CODE = """
import resource, time
import numpy as np
from codebreakers.inference.raked_shares import Linear, share_limits
from codebreakers.inference.weighting import Margin, rake

PEOPLE, QUESTIONS, OPTIONS, REPLICATES = 100_000, 40, 5, 200
rng = np.random.default_rng(1)
known = {"phase x region": 18, "sex": 2, "age": 4, "grade": 2}
margins = []
for name, number in known.items():
    shares = rng.dirichlet(np.full(number, 20.0))
    codes = rng.choice(number, PEOPLE, p=rng.dirichlet(np.full(number, 20.0)))
    margins.append(Margin(name, tuple(map(str, range(number))), shares, codes))
answers = rng.integers(0, OPTIONS, (QUESTIONS, PEOPLE)).astype(np.int8)
everyone = np.ones(PEOPLE, dtype=bool)

began = time.perf_counter()
weights = rake(margins, replicates=REPLICATES)
estimator = Linear(weights)
for answer in answers:
    share_limits(estimator.shares(answer[:, None] == np.arange(OPTIONS), everyone))
taken = time.perf_counter() - began
print(weights.replicates.shape[1], taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_a_hundred_thousand_respondents_with_replicates() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
        env=os.environ,
    )
    replicates, seconds, kilobytes = map(float, done.stdout.split())
    print(f"\n{replicates:.0f} replicates: {seconds:.1f} s, {kilobytes / 1e6:.2f} GB")
    assert replicates == 200
    assert seconds < SECONDS
    assert kilobytes * 1024 < BYTES
