"""How well its pupils did on average: the mean and progress scores we ship."""

from __future__ import annotations

from codebreakers.measures import Measure, Series
from codebreakers.measures.spelling import (
    PROGRESS_PUPILS,
    PROGRESS_PUPILS_MID,
    PUPILS_FROM_2015,
    PUPILS_TO_2014,
    SCORES_WITH_MID,
    SCORES_WITH_MIDDLE,
    SHARES_FROM_2015,
    SHARES_TO_2014,
    SOURCE,
    TIDY_MARKS,
    TIDY_PUPILS,
    TIDY_PUPILS_2025,
    UNDERSCORED,
    UNDERSCORED_2015,
    UNDERSCORED_MID,
    UNDERSCORED_SPLIT,
    progress_part,
)

__all__ = ["SCORES"]

SCORES: tuple[Measure, ...] = (
    Measure(
        "attainment8",
        "Attainment 8 score",
        "mean",
        "points",
        "higher",
        (
            *(
                Series(
                    years,
                    "ATT8SCR{g}",
                    marks=marks,
                    pupils=PUPILS_FROM_2015,
                    shares=SHARES_FROM_2015,
                )
                for years, marks in (
                    ((2015,), UNDERSCORED_SPLIT),
                    (SCORES_WITH_MIDDLE, UNDERSCORED_2015),
                    (SCORES_WITH_MID, UNDERSCORED_MID),
                )
            ),
            Series(range(2024, 2025), "AVG_ATT8", marks=TIDY_MARKS, pupils=TIDY_PUPILS, tidy=True),
            Series(
                range(2025, 2026),
                "ATTAINMENT8_AVERAGE",
                marks=TIDY_MARKS,
                pupils=TIDY_PUPILS_2025,
                tidy=True,
            ),
        ),
        f"{SOURCE}. Points were rescaled in 2017.",
        breaks=(2017,),
        decimals=1,
        construct="attainment",
    ),
    Measure(
        "progress8",
        "Progress 8 score",
        "progress",
        "points",
        "higher",
        (
            Series(
                range(2015, 2016),
                "P8MEA{g}",
                low="P8CILOW{g}",
                high="P8CIUPP{g}",
                marks={"all": ""},
                pupils=PROGRESS_PUPILS,
            ),
            *(
                Series(
                    years,
                    "P8MEA{g}",
                    low="P8CILOW{g}",
                    high="P8CIUPP{g}",
                    marks=marks,
                    pupils=pupils,
                )
                for years, marks, pupils in (
                    (SCORES_WITH_MIDDLE, UNDERSCORED_2015, PROGRESS_PUPILS),
                    (SCORES_WITH_MID, UNDERSCORED_MID, PROGRESS_PUPILS_MID),
                )
            ),
            Series(
                range(2024, 2025), "AVG_P8SCORE", marks=TIDY_MARKS, pupils=TIDY_PUPILS, tidy=True
            ),
        ),
        f"{SOURCE}. Not published for 2020, 2021, 2025 and 2026: those pupils had no key stage 2.",
        decimals=2,
        construct="progress",
    ),
    *(
        Measure(
            f"p8_{name}",
            f"Progress 8 score in {words}",
            "progress",
            "points",
            "higher",
            progress_part(mark),
            f"{SOURCE}. One of the four parts of Progress 8.",
            decimals=2,
        )
        for name, mark, words in (
            ("english", "ENG", "English"),
            ("maths", "MAT", "mathematics"),
            ("ebacc", "EBAC", "the English Baccalaureate's slots"),
            ("open", "OPEN", "the open slots"),
        )
    ),
    Measure(
        "ebacc_aps",
        "English Baccalaureate average point score",
        "mean",
        "points",
        "higher",
        (
            *(
                Series(
                    years,
                    "EBACCAPS{g}",
                    marks=marks,
                    pupils=PUPILS_FROM_2015,
                    shares=SHARES_FROM_2015,
                )
                for years, marks in (
                    ((2018, 2019), UNDERSCORED_2015),
                    (SCORES_WITH_MID, UNDERSCORED_MID),
                )
            ),
        ),
        SOURCE,
        decimals=2,
    ),
    Measure(
        "best8_value_added",
        "best 8 value added score",
        "progress",
        "points",
        "higher",
        (
            *(
                Series(
                    years,
                    f"B8VAMEA{{g}}{rule}",
                    low=f"B8VALOW{{g}}{rule}",
                    high=f"B8VAUPP{{g}}{rule}",
                    marks=UNDERSCORED,
                    pupils=PUPILS_TO_2014,
                    shares=SHARES_TO_2014,
                )
                for years, rule in ((range(2011, 2014), ""), (range(2014, 2015), "_PTQ"))
            ),
            Series(
                range(2015, 2016),
                "B8VAMEA{g}_PTQ_EE",
                low="B8VALOW{g}_PTQ_EE",
                high="B8VAUPP{g}_PTQ_EE",
                marks={g: m for g, m in UNDERSCORED_2015.items() if g in UNDERSCORED},
                pupils=PUPILS_FROM_2015,
                shares=SHARES_FROM_2015,
            ),
        ),
        f"{SOURCE}. Best eight results against what prior attainment predicts, centred on 1000.",
        breaks=(2014,),
        centre=1000.0,
        decimals=1,
        construct="progress",
    ),
)
