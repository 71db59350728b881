"""The report's 21 contains its 26: did secondary teachers say it more than the rest?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

from codebreakers.estimates import Estimate
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.disclosure import About, tabulate
from codebreakers.inference.intervals import LEVEL
from codebreakers.sources.report import PUBLISHED

__all__ = ["POLLED", "claim"]

POLLED = 1_100
"""Teachers polled for the report, at least: it says "more than 1,100"."""

SHARES = (40, 45, 50, 55)
"""Secondary teachers, of every 100 polled: how many they were is published nowhere."""

_POWER = 0.8
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class _Test:
    """Secondary teachers against the rest, if they were such a share of those polled."""

    share: int
    rest: float  # percent
    difference: float  # points
    error: float
    plain_error: float  # were both alike: for the test and its power

    @property
    def likely(self) -> float:
        return 2 * _NORMAL.cdf(-abs(self.difference) / self.plain_error)

    @property
    def low(self) -> float:
        return self.difference - _critical() * self.error

    @property
    def high(self) -> float:
        return self.difference + _critical() * self.error

    def power(self, difference: float) -> float:
        """Return how often a poll of this size would find a true difference."""
        apart = difference / self.plain_error
        return _NORMAL.cdf(apart - _critical()) + _NORMAL.cdf(-apart - _critical())

    @property
    def found(self) -> float:
        """The smallest difference that four polls in five would find."""
        return (_critical() + _NORMAL.inv_cdf(_POWER)) * self.plain_error

    @property
    def undone(self) -> float:
        """The design effect from which the difference could be chance."""
        return (self.difference / self.plain_error / _critical()) ** 2


def _critical() -> float:
    return _NORMAL.inv_cdf(0.5 + LEVEL / 2)


def _test(share: int) -> _Test:
    part, all_ = _published()
    s = share / 100
    rest = (all_ - s * part) / (1 - s)
    n = (s * POLLED, (1 - s) * POLLED)
    error = math.sqrt(sum(p * (100 - p) / m for p, m in zip((part, rest), n, strict=True)))
    plain = math.sqrt(all_ * (100 - all_) * (1 / n[0] + 1 / n[1]))
    return _Test(share, rest, part - rest, error, plain)


def _published() -> tuple[float, float]:
    """Return what was published of secondary teachers, and of all, in percent."""
    secondary, everyone = (
        PUBLISHED[f"poll_lower_expectations{part}"] for part in ("_secondary", "")
    )
    return secondary.values[0], everyone.values[0]


def claim() -> Table:
    """Test the report's secondary teachers against the rest, and not against the whole.

    Returns
    -------
    Table
        A row for each share of secondary teachers among those polled, from 40 to 55 of 100;
        finding ``poll.claim.secondary``.
    """
    part, all_ = _published()
    tests = [_test(share) for share in SHARES]
    half = next(t for t in tests if t.share == 50)
    return tabulate(
        "poll.claim",
        f"The report's {all_:.0f} contains its {part:.0f}: secondary teachers against the rest",
        _COLUMNS,
        list(_rows(tests)),
        findings=[_finding(tests, half)],
        notes=_notes(tests, half),
    )


def _notes(tests: list[_Test], half: _Test) -> tuple[str, ...]:
    part, all_ = _published()
    power = (
        f"Power: a poll of {POLLED:,}, half of them secondary, finds a true difference of "
        f"{part - all_:.0f} points, as {part:.0f} less {all_:.0f} seems to be, in "
        f"{100 * half.power(part - all_):.0f} polls of 100; four in five find one of "
        f"{half.found:.1f} points."
    )
    undone = (
        "Undone: the design effect from which the difference may be chance. The report gives no "
        f"weights; here it takes {min(t.undone for t in tests):.1f} at least."
    )
    rounding = (
        "Both published figures are whole numbers: rounding alone could move the difference by up "
        f"to {max(_rounding(t.share) for t in tests):.1f} points."
    )
    return power, undone, rounding


def _finding(tests: list[_Test], half: _Test) -> Finding:
    part, all_ = _published()
    about = About(
        PUBLISHED["poll_lower_expectations"].year,
        f"The report's poll: {all_:.0f} of every 100 teachers, and {part:.0f} of every 100 "
        "secondary teachers, said that colleagues expect less of disadvantaged pupils. The "
        "secondary teachers are among all: they are tested against the rest, which follows from "
        f"both figures and their share. Taken as a simple random sample of {POLLED:,}.",
        ("How many of those polled were secondary teachers is published nowhere.",),
    )
    low, high = (f(t.difference for t in tests) for f in (min, max))
    surest = max(t.likely for t in tests)
    chance = (
        f"chance alone would give as much in fewer than 1 of {int(1 / surest):,} polls"
        if surest < 1 - LEVEL
        else "chance alone may give as much"
    )
    return about.say(
        "poll.claim.secondary",
        f"If {SHARES[0]} to {SHARES[-1]} of every 100 teachers polled were secondary, "
        f"{part:.0f} of every 100 of them said it and {tests[-1].rest:.0f} to {tests[0].rest:.0f} "
        f"of every 100 others, {low:.0f} to {high:.0f} points apart: {chance}.",
        Estimate(
            half.difference,
            min(t.low for t in tests),
            max(t.high for t in tests),
            LEVEL,
            POLLED,
            "two proportions, half of them secondary; the range covers every share shown",
        ),
        unit="points",
        counts="respondents",
    )


def _rounding(share: int) -> float:
    """Return how far rounding of both figures by a half may move the difference, in points."""
    s = share / 100
    return 0.5 + (0.5 + s * 0.5) / (1 - s)


_COLUMNS = (
    Column("secondary_percent", "Secondary"),
    Column("rest_percent", "Rest say", 1),
    Column("difference_points", "Apart", 1),
    Column("low_points", "From", 1),
    Column("high_points", "To", 1),
    Column("probability", "Chance", 5),
    Column("power_five_points", "Power", 2),
    Column("found_points", "Found", 1, screen=False),
    Column("undone_by_design_effect", "Undone", 1),
)


def _rows(tests: list[_Test]) -> Iterator[tuple[Cell, ...]]:
    part, all_ = _published()
    for t in tests:
        yield (
            t.share,
            t.rest,
            t.difference,
            t.low,
            t.high,
            t.likely,
            t.power(part - all_),
            t.found,
            t.undone,
        )
