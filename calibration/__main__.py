"""Hold every interval against countries whose truth is known; print tables, and keep them in docs.

Run with ``make calibration``; ``python -m calibration --part 10`` plays a tenth of the worlds. The
page says how many were played.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from calibration.country import Covered, base, schools_covered
from calibration.lasting import Lasting, play_years
from calibration.worlds import Outcome, play

COUNTRIES, WORLDS, FLAT, LASTING = 50, 500, 200, 100
SCHOOLS = 400
GOAL = 60.6
PAGE = Path(__file__).resolve().parent.parent / "docs" / "calibration.md"
KINDS = ("as fitted", "heavy tails")


def fifths(values: np.ndarray, hits: np.ndarray) -> list[float]:
    """Return the share of hits in each fifth of some values, in percent."""
    order = np.argsort(values, kind="stable")
    return [100 * float(hits[part].mean()) for part in np.array_split(order, 5)]


def row(name: str, *cells: object) -> str:
    """Return a line of a table."""
    shown = (f"{c:.1f}" if isinstance(c, float) else str(c) for c in cells)
    return f"| {name} | {' | '.join(shown)} |"


def of_schools(found: list[Covered]) -> Iterator[str]:
    """Say how often the intervals of schools' rates and ranks cover the truth."""
    pupils, truth, rate, rank = (
        np.concatenate([getattr(c, name) for c in found])
        for name in ("pupils", "truth", "rate", "rank")
    )
    yield f"Example England, {len(found)} seeds, {len(rate):,} schools: 95% intervals that cover.\n"
    yield row("", "all", "fifth 1", "2", "3", "4", "5")
    yield "|---" * 7 + "|"
    for name, hits in (("rate", rate), ("rank", rank)):
        yield row(f"{name}, by pupils", 100 * float(hits.mean()), *fifths(pupils, hits))
        yield row(f"{name}, by true rate", 100 * float(hits.mean()), *fifths(truth, hits))


def of_worlds(kind: str, found: list[Outcome]) -> Iterator[str]:
    """Say how the sums fare, and whether probabilities mean what they say."""
    n = len(found)
    mean = {
        name: float(np.mean([getattr(o, name) for o in found]))
        for name in ("gain", "published", "removed", "alone", "truly_covered", "gain_covered")
    }
    rates = 100 * float(np.mean(np.concatenate([o.covered for o in found])))
    both = float(np.hypot(mean["removed"], mean["alone"]))
    yield f"\n## {n} small countries, {kind}\n"
    yield row("what", "figure")
    yield "|---|---|"
    yield row("intervals of rates that cover, %", rates)
    yield row("intervals of the number truly above that cover, %", 100 * mean["truly_covered"])
    yield row("intervals of the gain allowing for chance that cover, %", 100 * mean["gain_covered"])
    yield row("published gain, % of those who succeed", mean["published"])
    yield row("true gain", mean["gain"])
    yield row("allowing for chance", mean["removed"])
    yield row("by luck alone", mean["alone"])
    yield row("published less true", mean["published"] - mean["gain"])
    yield row("published less allowing for chance", mean["published"] - mean["removed"])
    yield row("root of (allowing for chance squared + luck squared)", both)
    yield from _tenths(found)


def of_lasting(kind: str, found: list[Lasting]) -> Iterator[str]:
    """Say whether three years' probabilities, and the highest grade, mean what they say."""
    yield f"\n## {len(found)} small countries over three years, {kind}\n"
    if kind != "flat":
        yield from _tenths(found)
    chances, above, confirmed = (
        np.concatenate([getattr(o, name) for o in found])
        for name in ("chances", "above", "confirmed")
    )
    yield ""
    yield row("what", "figure")
    yield "|---|---|"
    if kind == "flat":
        of = f"schools of {len(confirmed):,} with strong evidence of being 5 points above"
        yield row(f"{of} their intake", f"{confirmed.sum():,}")
        return
    yield row("schools graded strong evidence", f"{confirmed.sum():,}")
    said, true = (100 * float(of[confirmed].mean()) for of in (chances, above))
    yield row("their mean probability, %", said)
    yield row("of them truly above, %", true)


def _tenths(found: list[Outcome] | list[Lasting]) -> Iterator[str]:
    chances = np.concatenate([o.chances for o in found])
    above = np.concatenate([o.above for o in found])
    yield "\nSchools by their probability of being truly above, and how many are:\n"
    yield row("probability", "schools", "mean, %", "truly above, %", "standard errors apart")
    yield "|---" * 5 + "|"
    for tenth in range(10):
        inside = (chances >= tenth / 10) & ((chances < (tenth + 1) / 10) | (tenth == 9))
        if not inside.any():
            continue
        said, true = float(chances[inside].mean()), float(above[inside].mean())
        error = np.sqrt(max(said * (1 - said), 1e-9) / inside.sum())
        yield row(
            f"{tenth / 10:.1f} to {(tenth + 1) / 10:.1f}",
            f"{inside.sum():,}",
            100 * said,
            100 * true,
            float((true - said) / error),
        )


def of_flat(found: list[Outcome]) -> Iterator[str]:
    """Say what is found where no school differs from its intake."""
    low = 100 * float(np.mean([o.beyond < 0.5 for o in found]))
    sure = sum(o.sure for o in found)
    yield f"\n## {len(found)} small countries in which no school differs from its intake\n"
    yield row("what", "figure")
    yield "|---|---|"
    yield row("the interval of what is beyond intake reaches below 0.5% of the base, %", low)
    yield row("schools at 0.9 or more of being 5 points above their intake", sure)


def main(part: int) -> None:
    """Play one world in so many, and write the page."""
    lines = ["# Calibration\n", "What `make calibration` printed last. A truth is known, results"]
    lines += ["are drawn from it, and what is said of them is held against it.\n"]
    with multiprocessing.get_context("spawn").Pool() as pool:
        lines += of_schools(pool.map(schools_covered, range(COUNTRIES // part)))
        schools = base()
        for kind in (*KINDS, "flat"):
            count = (FLAT if kind == "flat" else WORLDS) // part
            one = partial(play, schools, kind, size=SCHOOLS, goal=GOAL)
            found = pool.map(one, range(count), chunksize=4)
            lines += of_flat(found) if kind == "flat" else of_worlds(kind, found)
            count = (FLAT if kind == "flat" else LASTING) // part
            years = partial(play_years, schools, kind, size=SCHOOLS, goal=GOAL)
            lines += of_lasting(kind, pool.map(years, range(count), chunksize=2))
    page = "\n".join(lines) + "\n"
    sys.stdout.write(page)
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--part", type=int, default=1, help="play one world in so many")
    main(max(1, asked.parse_args().part))
