"""What share of its pupils did something: the proportions we ship."""

from __future__ import annotations

from codebreakers.measures import Measure, Series
from codebreakers.measures.spelling import (
    FROM_2015_ON,
    MARKS,
    MARKS_2015,
    MARKS_MORE,
    PRIOR,
    PUPILS_FROM_2015,
    PUPILS_TO_2014,
    SHARES_FROM_2015,
    SHARES_TO_2014,
    SOURCE,
    SPLIT,
    basics,
    expected_progress,
    three_rules,
)

__all__ = ["RATES"]

RATES: tuple[Measure, ...] = (
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
        f"{SOURCE}. 5+ A*-C or equivalents including English and mathematics. From 2014 only "
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
        f"{SOURCE}. GCSEs only.",
        breaks=(2014,),
        construct="attainment",
    ),
    Measure(
        "basics_94",
        "got grade 4 or above in English and maths",
        "proportion",
        "percent",
        "higher",
        basics("94"),
        SOURCE,
        construct="attainment",
    ),
    Measure(
        "basics_95",
        "got grade 5 or above in English and maths",
        "proportion",
        "percent",
        "higher",
        basics("95"),
        SOURCE,
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
        SOURCE,
    ),
    Measure(
        "english_progress",
        "made expected progress in English",
        "proportion",
        "percent",
        "higher",
        expected_progress("ENG"),
        f"{SOURCE}. From key stage 2 to GCSE, of the pupils with key stage 2 results.",
        breaks=(2014,),
    ),
    Measure(
        "maths_progress",
        "made expected progress in maths",
        "proportion",
        "percent",
        "higher",
        expected_progress("MATH"),
        f"{SOURCE}. From key stage 2 to GCSE, of the pupils with key stage 2 results.",
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
)
