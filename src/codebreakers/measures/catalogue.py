"""The measures we ship, declared from the Department's data dictionaries of each year.

A new measure is one declaration here and one case in ``tests/spec``.
"""

from __future__ import annotations

from codebreakers.errors import UnknownNameError
from codebreakers.measures import Measure, Series
from codebreakers.measures.spelling import (
    FROM_2011_ON,
    FROM_2015_ON,
    MARKS,
    MARKS_2015,
    MARKS_MORE,
    PRIOR,
    PROGRESS_PUPILS,
    PROGRESS_PUPILS_MID,
    PUPILS_FROM_2015,
    PUPILS_TO_2014,
    SCORES_WITH_MID,
    SCORES_WITH_MIDDLE,
    SHARES_FROM_2015,
    SHARES_TO_2014,
    SPLIT,
    TIDY_MARKS,
    TIDY_PUPILS,
    TIDY_PUPILS_2025,
    UNDERSCORED,
    UNDERSCORED_2015,
    UNDERSCORED_MID,
    UNDERSCORED_SPLIT,
    basics,
    expected_progress,
    intake,
    progress_part,
    three_rules,
)

__all__ = ["CATALOGUE", "DEFAULTS", "default_measure", "find"]

_DFE = "Department for Education, school performance tables"

_MEASURES: tuple[Measure, ...] = (
    Measure(
        "five_good_gcses",
        "got five good GCSEs with English and maths",
        "proportion",
        "percent",
        "higher",
        (
            *(
                Series(range(y, y + 1), f"P5ACINCLEM{y % 100:02d}", held_in=2010)
                for y in (2007, 2008, 2009)
            ),
            Series(range(2010, 2011), "P5ACINCLEM", pupils={"all": "KS4TOTPUP"}),
            *three_rules("PTAC5EM{g}", "TAC5EM{g}", SPLIT),
            Series(range(2016, 2017), "PTAC5EM_PTQ_EE", pupils=PUPILS_FROM_2015),
        ),
        f"{_DFE}. 5+ A*-C or equivalents including English and mathematics. From 2014 only "
        "approved qualifications count, each once, at first entry.",
        breaks=(2014,),
        construct="attainment",
    ),
    Measure(
        "five_good_gcses_no_equivalents",
        "got five good GCSEs with English and maths, without equivalents",
        "proportion",
        "percent",
        "higher",
        tuple(
            Series(
                years,
                f"PTGAC5EM{rule}",
                f"TGAC5EM{rule}",
                pupils={"all": "TPUP"},
                counted=("all",),
            )
            for years, rule in (
                (range(2011, 2014), ""),
                (range(2014, 2015), "_PTQ"),
                (range(2015, 2016), "_PTQ_EE"),
            )
        ),
        f"{_DFE}. GCSEs only.",
        breaks=(2014,),
        construct="attainment",
    ),
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
        f"{_DFE}. Points were rescaled in 2017.",
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
        f"{_DFE}. Not published for 2020, 2021, 2025 and 2026: those pupils had no key stage 2.",
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
            f"{_DFE}. One of the four parts of Progress 8.",
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
        "basics_94",
        "got grade 4 or above in English and maths",
        "proportion",
        "percent",
        "higher",
        basics("94"),
        _DFE,
        construct="attainment",
    ),
    Measure(
        "basics_95",
        "got grade 5 or above in English and maths",
        "proportion",
        "percent",
        "higher",
        basics("95"),
        _DFE,
        construct="attainment",
    ),
    Measure(
        "ebacc_entry",
        "entered the English Baccalaureate",
        "proportion",
        "percent",
        "higher",
        tuple(
            Series(
                years,
                f"PTEBACC_E{{g}}{rule}",
                f"TEBACC_E{{g}}{rule}",
                marks=marks,
                pupils=pupils,
                shares=shares,
                counted=("all", *PRIOR),
            )
            for years, rule, marks, pupils, shares in (
                (range(2011, 2012), "", MARKS, PUPILS_TO_2014, SHARES_TO_2014),
                (range(2012, 2014), "", MARKS_MORE, PUPILS_TO_2014, SHARES_TO_2014),
                (range(2014, 2015), "_PTQ", MARKS_MORE, PUPILS_TO_2014, SHARES_TO_2014),
                (FROM_2015_ON, "_PTQ_EE", MARKS_2015, PUPILS_FROM_2015, SHARES_FROM_2015),
            )
        ),
        _DFE,
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
        _DFE,
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
        f"{_DFE}. Best eight results against what prior attainment predicts, centred on 1000.",
        breaks=(2014,),
        centre=1000.0,
        decimals=1,
        construct="progress",
    ),
    Measure(
        "english_progress",
        "made expected progress in English",
        "proportion",
        "percent",
        "higher",
        expected_progress("ENG"),
        f"{_DFE}. From key stage 2 to GCSE, of the pupils with key stage 2 results.",
        breaks=(2014,),
    ),
    Measure(
        "maths_progress",
        "made expected progress in maths",
        "proportion",
        "percent",
        "higher",
        expected_progress("MATH"),
        f"{_DFE}. From key stage 2 to GCSE, of the pupils with key stage 2 results.",
        breaks=(2014,),
    ),
    Measure(
        "sustained_destinations",
        "stayed in education, training or work",
        "proportion",
        "percent",
        "higher",
        (
            # Counts are rounded to ten in these years: the percentage is nearer the truth.
            Series(range(2012, 2016), "OVERALLPER", pupils={"all": "COHORT"}),
            Series(
                range(2017, 2019),
                "OVERALL_DESTPER{g}",
                "OVERALL_DEST{g}",
                marks={"all": "", "disadvantaged": "_DIS", "other": "_NONDIS"},
                pupils={"all": "COHORT", "disadvantaged": "COHORT_DIS", "other": "COHORT_NONDIS"},
                counted=("all", *SPLIT),
            ),
        ),
        "Department for Education, key stage 4 destination measures. The year is the table's: "
        "its pupils left one to three years earlier. To 2015 education only.",
        breaks=(2017,),
    ),
    Measure(
        "disadvantaged_percent",
        "of pupils are disadvantaged",
        "proportion",
        "percent",
        "lower",
        (
            intake("TFSMCLA", "PTFSMCLA", range(2011, 2015)),
            intake("TFSM6CLA1A", "PTFSM6CLA1A", FROM_2015_ON),
        ),
        f"{_DFE}. Free school meals at any time in the last six years, or looked after; from 2015 "
        "adopted and briefly looked-after pupils too; before 2012 current free meals only.",
        breaks=(2012, 2015),
        intake=True,
    ),
    Measure(
        "ks2_points",
        "key stage 2 points",
        "mean",
        "points",
        "higher",
        (
            Series(range(2011, 2020), "KS2APS", pupils={"all": "TPUP"}),
            Series((2023,), "KS2ASS", pupils={"all": "TPUP"}),
        ),
        f"{_DFE}. Average points before 2020, average scaled score from 2023.",
        breaks=(2023,),
        decimals=1,
        intake=True,
    ),
    Measure(
        "eal_percent",
        "of pupils have English as an additional language",
        "proportion",
        "percent",
        "lower",
        (intake("TEALGRP2", "PTEALGRP2", FROM_2011_ON),),
        _DFE,
        intake=True,
    ),
    Measure(
        "low_prior_percent",
        "of pupils had low prior attainment",
        "proportion",
        "percent",
        "lower",
        # Of the pupils with key stage 2 results, whose number is not published: never the count.
        (Series(FROM_2011_ON, "PTPRIORLO", pupils={"all": "TPUP"}),),
        _DFE,
        intake=True,
    ),
)

CATALOGUE: dict[str, Measure] = {measure.name: measure for measure in _MEASURES}


def find(name: str) -> Measure:
    """Return a measure by its name.

    Raises
    ------
    UnknownNameError
        No measure has this name; the nearest is suggested.
    """
    if name not in CATALOGUE:
        raise UnknownNameError("measure", name, CATALOGUE)
    return CATALOGUE[name]


DEFAULTS = ("five_good_gcses", "attainment8")


def default_measure(year: int) -> str:
    """Return the measure a year is asked about when none is named."""
    return DEFAULTS[0] if year <= 2015 else DEFAULTS[1]
