"""How the years spell a measure's columns: group marks, group sizes, rule suffixes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from codebreakers.measures import Series

__all__ = [
    "FROM_2011_ON",
    "FROM_2015_ON",
    "MARKS",
    "MARKS_2015",
    "MARKS_MORE",
    "PRIOR",
    "PROGRESS_PUPILS",
    "PROGRESS_PUPILS_MID",
    "PUPILS_FROM_2015",
    "PUPILS_TO_2014",
    "SCORES_WITH_MID",
    "SCORES_WITH_MIDDLE",
    "SHARES_FROM_2015",
    "SHARES_TO_2014",
    "SOURCE",
    "SPLIT",
    "TIDY_MARKS",
    "TIDY_PUPILS",
    "TIDY_PUPILS_2025",
    "UNDERSCORED",
    "UNDERSCORED_2015",
    "UNDERSCORED_MID",
    "UNDERSCORED_SPLIT",
    "basics",
    "expected_progress",
    "intake",
    "progress_part",
    "three_rules",
]

# Who publishes the columns.
SOURCE = "Department for Education, school performance tables"

# The size of each group, and its share of the cohort, as the years spell them.
_SIZES = {"low": "TPRIORLO", "middle": "TPRIORAV", "high": "TPRIORHI", "eal": "TEALGRP2"}
_SHARES = {"low": "PTPRIORLO", "middle": "PTPRIORAV", "high": "PTPRIORHI", "eal": "PTEALGRP2"}
PUPILS_TO_2014 = {
    "all": "TPUP",
    "disadvantaged": "TFSMCLA",
    "other": "TNOTFSMCLA",
    "non_mobile": "TNMOB",
    "boys": "BPUP",
    "girls": "GPUP",
    **_SIZES,
}
PUPILS_FROM_2015 = {**PUPILS_TO_2014, "disadvantaged": "TFSM6CLA1A", "other": "TNOTFSM6CLA1A"}
SHARES_TO_2014 = {"disadvantaged": "PTFSMCLA", "other": "PTNOTFSMCLA", **_SHARES}
SHARES_FROM_2015 = {"disadvantaged": "PTFSM6CLA1A", "other": "PTNOTFSM6CLA1A", **_SHARES}

# The mark each group has inside a column's name.
PRIOR = {"low": "LO", "middle": "AV", "high": "HI"}
MARKS = {"all": "", "disadvantaged": "FSM", "other": "NFSM", **PRIOR}
MARKS_MORE = {**MARKS, "eal": "EAL", "non_mobile": "NMOB"}
MARKS_2015 = {
    **MARKS_MORE,
    "disadvantaged": "FSM6CLA1A",
    "other": "NFSM6CLA1A",
}
UNDERSCORED = {group: f"_{mark}" if mark else "" for group, mark in MARKS.items()}
UNDERSCORED_2015 = {
    "all": "",
    "disadvantaged": "_FSM6CLA1A",
    "other": "_NFSM6CLA1A",
    "low": "_LO",
    "middle": "_AV",
    "high": "_HI",
    "eal": "_EAL",
    "non_mobile": "_NMOB",
    "boys": "_BOYS",
    "girls": "_GIRLS",
}
UNDERSCORED_MID = {**UNDERSCORED_2015, "middle": "_MID"}
UNDERSCORED_SPLIT = {g: m for g, m in UNDERSCORED_2015.items() if g in MARKS and g not in PRIOR}
SPLIT = ("disadvantaged", "other")
PROGRESS_PUPILS = {group: f"P8PUP{mark}" for group, mark in UNDERSCORED_2015.items()}
PROGRESS_PUPILS_MID = {**PROGRESS_PUPILS, "middle": "P8PUP_MID"}
TIDY_MARKS = dict.fromkeys(
    ("all", "disadvantaged", "other", "boys", "girls", "eal", "non_mobile"), ""
)
TIDY_PUPILS = dict.fromkeys(TIDY_MARKS, "T_PUPILS")
TIDY_PUPILS_2025 = dict.fromkeys(TIDY_MARKS, "PUPIL_COUNT")


def three_rules(value: str, count: str = "", counted: tuple[str, ...] = ()) -> tuple[Series, ...]:
    """Return the series of a measure of 2011-2015: the name ends in the rule in force."""
    return tuple(
        Series(
            years,
            f"{value}{rule}",
            f"{count}{rule}" if count else "",
            marks=marks,
            pupils=pupils,
            shares=shares,
            counted=counted,
        )
        for years, rule, marks, pupils, shares in (
            (range(2011, 2012), "", MARKS, PUPILS_TO_2014, SHARES_TO_2014),
            (range(2012, 2014), "", MARKS_MORE, PUPILS_TO_2014, SHARES_TO_2014),
            (range(2014, 2015), "_PTQ", MARKS_MORE, PUPILS_TO_2014, SHARES_TO_2014),
            (range(2015, 2016), "_PTQ_EE", MARKS_2015, PUPILS_FROM_2015, SHARES_FROM_2015),
        )
    )


def basics(grade: str) -> tuple[Series, ...]:
    """Return the series of English and maths at grade ``94`` (4 or above) or ``95``."""
    wide: dict[str, Any] = {"pupils": PUPILS_FROM_2015, "shares": SHARES_FROM_2015}
    years = FROM_2017_ON
    return (
        Series(years, f"PTL2BASICS{{g}}_{grade}", marks={"all": "", "eal": "EAL"}, **wide),
        Series(
            years,
            f"PT{{g}}BASICS_{grade}",
            marks={"disadvantaged": "FSM6CLA1A", "other": "NOTFSM6CLA1A"},
            **wide,
        ),
        Series(
            years,
            f"PTBASICS{{g}}_{grade}",
            f"TBASICS{{g}}_{grade}",
            marks=PRIOR,
            counted=tuple(PRIOR),
            **wide,
        ),
        Series(years, f"P{{g}}L2BASICS_{grade}", marks={"boys": "B", "girls": "G"}, **wide),
        Series(
            range(2024, 2025),
            f"PT_L2BASICS_{grade}",
            f"T_L2BASICS_{grade}",
            marks=TIDY_MARKS,
            pupils=TIDY_PUPILS,
            counted=tuple(TIDY_MARKS),
            tidy=True,
        ),
        Series(
            range(2025, 2026),
            f"ENGMATH_{grade}_PERCENT",
            f"ENGMATH_{grade}_TOTAL",
            marks=TIDY_MARKS,
            pupils=TIDY_PUPILS_2025,
            counted=tuple(TIDY_MARKS),
            tidy=True,
        ),
    )


def expected_progress(subject: str) -> tuple[Series, ...]:
    """Return the series of expected progress in ``ENG`` or ``MATH``.

    The published counts are not used: they are of the pupils with key stage 2 results, whose number
    is not published.
    """

    def series(years: range, rule: str, fsm: str, pupils: dict[str, str]) -> tuple[Series, ...]:
        return (
            Series(
                years,
                f"PT24{subject}PRG{{g}}{rule}",
                marks={"all": "", **PRIOR},
                pupils=pupils,
                shares=_SHARES,
            ),
            Series(
                years,
                f"PT{{g}}24{subject}PRG{rule}",
                marks={"disadvantaged": fsm, "other": f"NOT{fsm}"},
                pupils=pupils,
            ),
        )

    return (
        Series(range(2010, 2011), f"PPROG{subject}", pupils={"all": "KS4TOTPUP"}),
        *series(range(2011, 2014), "", "FSM", PUPILS_TO_2014),
        *series(range(2014, 2015), "_PTQ", "FSM", PUPILS_TO_2014),
        *series(range(2015, 2016), "_PTQ_EE", "FSM6CLA1A", PUPILS_FROM_2015),
    )


def intake(count: str, share: str, years: Sequence[int]) -> Series:
    """Return the series of a share of the cohort: its count where published."""
    return Series(years, share, count, pupils={"all": "TPUP"}, counted=("all",))


# No school's results were published for 2020 and 2021.
SCORES_WITH_MIDDLE = (2016, 2017, 2018, 2019)
SCORES_WITH_MID = (2022, 2023)
FROM_2017_ON = (2017, 2018, 2019, 2022, 2023)
FROM_2015_ON = (2015, 2016, *FROM_2017_ON)
FROM_2011_ON = (2011, 2012, 2013, 2014, *FROM_2015_ON)


def progress_part(part: str) -> tuple[Series, ...]:
    """Return the series of one part of Progress 8: ``ENG``, ``MAT``, ``EBAC`` or ``OPEN``."""
    marks = {g: m for g, m in UNDERSCORED_2015.items() if g in ("all", *SPLIT)}
    return (
        Series(
            FROM_2015_ON,
            f"P8MEA{part}{{g}}",
            low=f"P8MEA{part}_CILOW{{g}}",
            high=f"P8MEA{part}_CIUPP{{g}}",
            marks=marks,
            pupils=PROGRESS_PUPILS,
        ),
    )
