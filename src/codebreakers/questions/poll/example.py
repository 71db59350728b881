"""The poll of Example England's teachers, made anew each time it is asked for."""

from __future__ import annotations

import tempfile
from pathlib import Path

from codebreakers.inference.weighting import BOUNDS, Bounds
from codebreakers.questions.poll.questionnaire import read_questionnaire
from codebreakers.questions.poll.weighted import Poll, weigh
from codebreakers.sources.example.poll import POLLED, write_example_poll

__all__ = ["HELD", "example_poll"]

HELD = 2014
"""When it was held."""


def example_poll(
    *,
    seed: int = 0,
    polled: int = POLLED,
    bounds: Bounds | None = BOUNDS,
    replicates: int = 0,
) -> tuple[Poll, dict[str, float]]:
    """Return the example poll, weighted, and what is true of all the teachers it stands for.

    Parameters
    ----------
    seed : int
        Of who answers, and what.
    polled : int
        How many answer.
    bounds, replicates
        As for `questions.poll.poll`.

    Returns
    -------
    poll : Poll
    truth : dict of str to float
        As `sources.example.poll.write_example_poll` returns it.
    """
    with tempfile.TemporaryDirectory(prefix="codebreakers-") as scratch:
        folder = Path(scratch)
        truth = write_example_poll(folder, seed=seed, polled=polled)
        poll = weigh(
            folder / "responses.csv",
            folder / "margins.csv",
            read_questionnaire(),
            year=HELD,
            bounds=bounds,
            replicates=replicates,
            seed=seed,
        )
    return poll, truth
