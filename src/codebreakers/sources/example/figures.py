"""What Example England was calibrated to: every constant, and where it comes from.

Figures are moments of the Department's tables as ``scripts/calibrate_example.py`` prints them,
rounded; no row of those tables is copied. "Logit" is the natural logarithm of the odds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = [
    "ALSO_BASICS",
    "ATTAINMENT",
    "FIRST",
    "FIVE",
    "GROUP_CORRELATION",
    "KS2_DRIFT",
    "LASTING",
    "MADE_UP",
    "MADE_UP_COLUMN",
    "MEASURE_OWN",
    "NATIONAL",
    "PERSISTENCE",
    "POINTS_PER_SHARE",
    "PUPIL_SD",
    "SHARE_DRIFT",
    "SIZE_DRIFT",
    "SPAN",
    "YEARS",
    "Attainment",
    "Flags",
    "Floats",
    "Group",
    "Ints",
    "Texts",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]

MADE_UP_COLUMN = "EXAMPLE_ENGLAND"
MADE_UP = "made up"

YEARS = range(2011, 2019)
"""Results years that can be written."""

FIRST = 2010
"""First year simulated: the destinations published in 2012 are those of the cohort of 2010."""

SPAN = range(FIRST, YEARS.stop)

POINTS_PER_SHARE = (-10.38, 6.73)
"""Key stage 2 points per unit of disadvantaged share, and of its square, within a region."""

SHARE_DRIFT = {2010: -0.75, 2011: -0.75}
"""Shift of the logit share: until 2011 only current free school meals counted as disadvantage."""

KS2_DRIFT = (-0.4, -0.3, -0.1, 0.04, 0.0, -0.1, -0.29, 0.4, 0.71)
"""Shift of all schools' key stage 2 points from 2014, over `SPAN` (2013, 2016, 2018 seen)."""

SIZE_DRIFT = (1.03, 1.02, 1.01, 1.02, 1.0, 0.98, 0.96, 0.925, 0.895)
"""Cohorts against 2014, over `SPAN` (2013 to 2018 seen at schools that stand in two tables)."""


@dataclass(frozen=True, slots=True)
class Group:
    """How one group's five good GCSEs depend on intake, on the logit scale.

    Parameters
    ----------
    share : float
        Per standard deviation (0.168) of the disadvantaged share.
    points : float
        Per 1.4 key stage 2 points.
    selective : float
        Added in grammar schools.
    school_sd, authority_sd : float
        Standard deviation between schools within an authority, and between authorities within a
        region, at the same intake.
    progress : float
        Progress 8 points per unit of the logit effect.
    """

    share: float
    points: float
    selective: float
    school_sd: float
    authority_sd: float
    progress: float


# Disadvantaged and other pupils, fitted to non-selective schools of 2013/14 with regions.
FIVE = (
    Group(0.162, 0.420, 2.26, 0.391, 0.145, 0.85),
    Group(0.036, 0.519, 1.17, 0.363, 0.098, 0.78),
)

GROUP_CORRELATION = 0.88
"""Between the effects of one school on its disadvantaged and on its other pupils."""

LASTING = 0.45
"""Share of the school effect's variance that never changes."""

PERSISTENCE = 0.55
"""Correlation a year apart of the rest. With `LASTING`, and the effects of areas, which last, a
school's results correlate about .77 a year apart and .66 two apart once chance is taken out."""

MEASURE_OWN = 0.35
"""Of an effect on another measure than five good GCSEs, the part that is that measure's own: its
square is a share of variance."""

# National rates of (disadvantaged, other) pupils in mainstream state schools: the Department's
# national figures, a little raised for the special schools that are not in them.
NATIONAL: dict[str, dict[int, tuple[float, float]]] = {
    "five": {
        2010: (33.0, 60.0),
        2011: (34.5, 62.5),
        2012: (38.9, 66.0),
        2013: (41.1, 68.0),
        2014: (38.1, 64.3),
        2015: (37.9, 65.0),
        2016: (38.5, 65.5),
    },
    "basics": {2017: (45.2, 72.0), 2018: (45.6, 72.4)},
    "attainment8": {2016: (42.6, 53.2), 2017: (38.0, 50.2), 2018: (37.6, 50.4)},
    "progress8": {2016: (-0.33, 0.12), 2017: (-0.36, 0.13), 2018: (-0.40, 0.15)},
    # By the year of the exams; in education only until 2013, in work too from 2014.
    "destinations": {
        2010: (79.0, 88.6),
        2011: (79.5, 89.0),
        2012: (82.5, 90.8),
        2013: (85.0, 92.2),
        2014: (88.4, 95.8),
        2015: (88.6, 95.8),
        2016: (88.8, 96.0),
    },
}

ALSO_BASICS = {2016: (0.093, 0.174)}
"""Of those without five good GCSEs, the share who have English and mathematics all the same: in
2016, when both were published."""

PUPIL_SD = {"progress8": 1.26, "attainment8": 12.6, "value_added": 66.0}
"""Between pupils of one intake: Progress 8 from its limits in 2018, Attainment 8 ten times that,
value added from the limits of 2010."""


@dataclass(frozen=True, slots=True)
class Attainment:
    """Expected Attainment 8 by key stage 2 points, in one year.

    Parameters
    ----------
    slope, curve : float
        Per point above 28, and per square of it.
    scale : float
        Spread of Progress 8 between schools against 2016 (points per grade changed in 2017).
    """

    slope: float
    curve: float
    scale: float


ATTAINMENT = {
    2016: Attainment(3.06, 0.062, 1.04),
    2017: Attainment(3.20, 0.130, 1.16),
    2018: Attainment(3.27, 0.157, 1.28),
}
