"""Cohorts whose progress was worked out by hand, by the published rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tiny_pupils import Worked, write

# Entries that come to so many points of Attainment 8.
OF_POINTS: Mapping[int, str] = {
    0: "",
    10: "maths 5",
    20: "maths 5\nhistory 6\nart 4",
    40: "maths 5\nhistory 9\nfrench 9\ngeography 9\nart 3",
    50: "maths 9\nhistory 9\nfrench 9\ngeography 9\nart 5",
    60: "maths 9\nhistory 9\nfrench 9\ngeography 8\nart 8\ndrama 8",
    90: "english_language 9\nenglish_literature 9\nmaths 9\nhistory 9\nfrench 9\ngeography 9\n"
    "art 9\ndrama 9\nmusic 9",
}


@dataclass(frozen=True)
class WorkedCohort:
    """All pupils of a year, and what comes out of them.

    `pupils` are school, prior attainment and points, so many times; `schools` how many pupils each
    has with progress, and its score; `limits` how far its limits lie from that.
    """

    name: str
    measure: str
    year: int
    pupils: Sequence[tuple[str, int | None, int, int]]
    schools: Mapping[str, tuple[int, float]]
    limits: Mapping[str, float]
    without: int = 0
    deviations: float | None = None


def write_cohort(cohort: WorkedCohort, folder: Path) -> None:
    """Write a cohort as a folder of records."""
    made = [
        Worked(f"{row}-{at}", OF_POINTS[points], {}, cohort.year, prior, school)
        for row, (school, prior, points, times) in enumerate(cohort.pupils)
        for at in range(times)
    ]
    write(made, folder)


# Nobody else is far from the mean of 50: one pupil at 0, nine at 20, eight at 90.
UNEVEN = [("1", 450, 50, 82), ("1", 450, 0, 1), ("2", 450, 20, 9), ("2", 450, 90, 8)]

COHORTS = [
    # Level 4.5: 40, 60 and 50, a mean of 50. Level 5.2: 60 and 90, a mean of 75. Progress is
    # therefore -1, +1, 0 and -1.5, +1.5: the variance is (1 + 1 + 0 + 2.25 + 2.25) / 5 = 1.3, and
    # 1.96 standard errors are 1.96 * 1.140175 / sqrt(pupils).
    WorkedCohort(
        "two groups, and a pupil without prior attainment",
        "progress8",
        2017,
        [
            ("1", 450, 40, 1),
            ("1", 450, 60, 1),
            ("1", 520, 90, 1),
            ("2", 450, 50, 1),
            ("2", 520, 60, 1),
            ("2", None, 90, 1),
        ],
        {"1": (3, 0.5), "2": (2, -0.75)},
        {"1": 1.290230, "2": 1.580203},
        without=1,
    ),
    # School 2: (9 * -30 + 8 * 40) / 17 / 10. The variance is (50² + 9 * 30² + 8 * 40²) / 100 = 234
    # points of Attainment 8, so 1.529706 of progress.
    WorkedCohort(
        "extreme scores before 2018",
        "progress8",
        2017,
        UNEVEN,
        {"1": (83, -50 / 83 / 10), "2": (17, 50 / 17 / 10)},
        {"1": 0.329098, "2": 0.727176},
    ),
    # Of 100 pupils one may be raised. The next lowest lie 30 points below the mean, which is
    # 30 / 15.297059 = 1.96 standard deviations: 29.98 points, and nobody is further below.
    # The sum is now -10 * 29.98 + 8 * 40 = 20.2 and the sum of squares 10 * 29.98² + 8 * 40² =
    # 21788.004, so the variance is 217.88004 - 0.202² = 217.839236, and the deviation 1.475938.
    WorkedCohort(
        "extreme scores from 2018",
        "progress8",
        2018,
        UNEVEN,
        {"1": (83, -29.98 / 83 / 10), "2": (17, (320 - 9 * 29.98) / 17 / 10)},
        {"1": 0.317530, "2": 0.701616},
        deviations=1.96,
    ),
    # Against the published means of 2024 and their standard deviation: 35.46 for a scaled score of
    # 99.5 to 100; 99.25 is rounded up to 99.5, and 99.24 down to 99, which has 33.78.
    # 40 - 35.46 = 4.54; 50 - 35.46 = 14.54; 20 - 33.78 = -13.78.
    WorkedCohort(
        "published means",
        "progress8_published",
        2024,
        [("1", 10000, 40, 1), ("1", 9925, 50, 1), ("2", 9924, 20, 4)],
        {"1": (2, 0.954), "2": (4, -1.378)},
        {"1": 1.962864, "2": 1.387954},
    ),
]
