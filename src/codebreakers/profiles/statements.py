"""What the 2014 report stated, in its order, and how each statement is tested."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Table
from codebreakers.questions.league import THRESHOLD
from codebreakers.sources import academic_year
from codebreakers.sources.report import PUBLISHED, PublishedFigure

__all__ = [
    "CANNOT_TEST",
    "CLAIMS",
    "FLOOR_YEARS",
    "NEAR",
    "NEARLY",
    "NOT_REPRODUCED",
    "REPRODUCED",
    "UNKNOWN",
    "VERDICTS",
    "Answers",
    "Claim",
]

NEAR = 0.1
"""How far from the published figure ours may be and still be near it, as a share of it."""

REPRODUCED, NEARLY, NOT_REPRODUCED = "reproduced", "near", "not reproduced"
UNKNOWN, CANNOT_TEST = "definition unknown", "cannot test here"

FLOOR_YEARS = range(2012, 2018)
"""Results years whose count of schools below the floor was printed."""

PRESS = "press count, which does not say which schools it leaves out"

VERDICTS: Mapping[str, str] = {
    REPRODUCED: "our figure is within what the source's words allow, or equal to it as rounded",
    NEARLY: f"not that, but within {NEAR:.0%} of the published figure",
    NOT_REPRODUCED: f"more than {NEAR:.0%} from the published figure",
    UNKNOWN: "nothing public says what was counted",
    CANNOT_TEST: "the tables held cannot say, for the reason given",
}

Answers = Mapping[str, Table | CannotAnswerError]


def _itself(figure: Figure) -> Figure:
    return figure


def _successes(rate: Figure) -> Figure:
    """Return how many pupils a rate of them is."""
    if isinstance(rate, Withheld):
        return rate
    if rate.n is None:
        return Withheld("not-held", "the number of pupils is not in the tables held")
    return Estimate(rate.value * rate.n / 100, n=rate.n, method=rate.method)


def _no_more(_answers: Answers) -> str:
    return ""


def _one_in_nine(answers: Answers) -> str:
    return _sentence(answers, "breakers", "breakers.one_in_nine")


def _base_disadvantaged(answers: Answers) -> str:
    return _on_another_base(
        answers,
        "disadvantage-2014",
        PUBLISHED["disadvantaged_passes"].values[0],
        "disadvantaged pupils the report counted",
    )


def _base_all(answers: Answers) -> str:
    table = answers["gaps"]
    if isinstance(table, CannotAnswerError):
        return table.message
    everyone = _successes(table["gap.all"].figure)
    if isinstance(everyone, Withheld):
        return f"How many pupils succeed nationally is not known: {everyone.reason}."
    words = f"pupils who succeed nationally ({everyone.method})"
    return f"{_on_another_base(answers, 'ability-2014', everyone.value, words)} {_in_2014(answers)}"


def _in_2014(answers: Answers) -> str:
    """Say what the ability rule gives on the results it was recovered on."""
    return _sentence(answers, "ability-2014, on 2014", "potential.ability-2014.pupils")


def _on_another_base(answers: Answers, preset: str, others: float, words: str) -> str:
    """Say what a gain in percent comes to on another number of pupils who succeed now."""
    table = answers[preset]
    if isinstance(table, CannotAnswerError):
        return table.message
    percent = table[f"potential.{preset}.percent"].figure
    more = table[f"potential.{preset}.pupils"].figure
    if isinstance(percent, Withheld) or isinstance(more, Withheld) or percent.value == 0:
        return ""
    return (
        f"In the schools held {100 * more.value / percent.value:,.0f} succeed now; the same "
        f"{percent.value:.1f}% of the {others:,.0f} {words} is {others * percent.value / 100:,.0f}."
    )


def _who_is_similar(answers: Answers) -> str:
    """Say what the report's other rule of likeness gives: it does not say which it used here."""
    table = answers["lottery, on share"]
    if isinstance(table, CannotAnswerError):
        return table.message
    ends = [table[f"lottery.{name}_fifth"].figure for name in ("best", "lowest")]
    shown = " / ".join(f"{end.value:.1f}" for end in ends if isinstance(end, Estimate))
    return (
        "Which schools are similar is not stated, nor whether schools or pupils are averaged; ours "
        f"are means over schools. With those nearest in disadvantaged share alone it is {shown}. "
        f"{_sentence(answers, 'lottery', 'lottery.ratio')}"
    ).strip()


def _fallers(answers: Answers) -> str:
    """Say how far schools fall from one measure held to another, and which of them."""
    table = answers["league"]
    if isinstance(table, CannotAnswerError):
        return table.message
    said = [
        _sentence(answers, "league", f"league.{name}")
        for name in ("fallers.share", "report", "fallers.most_disadvantaged_fifth", "slope")
    ]
    year = academic_year(table["league.fallers.share"].year)
    beside = f"From five good GCSEs to value added, in {year}: {' '.join(filter(None, said))}"
    slope = table["league.slope"].value
    if slope is not None and slope < 0:
        beside += (
            " The report has the most disadvantaged schools fall furthest; on these tables it is "
            "the least disadvantaged."
        )
    return beside


def _fallers_there(answers: Answers) -> str:
    if isinstance(answers["league"], CannotAnswerError):
        return answers["league"].message
    said = _sentence(answers, "league", "league.fallers.north_east")
    counted = f"{THRESHOLD:g} percentile points, five good GCSEs to value added"
    return f"{counted}: {said}" if said else ""


def _below(question: str) -> Callable[[Answers], str]:
    """Return what says how many were below the floor by other ways of counting."""

    def said(answers: Answers) -> str:
        table = answers[question]
        if isinstance(table, CannotAnswerError):
            return table.message
        ways = (".without_utc_and_studio", ".without_closed")
        others = [f.sentence for f in table.findings if f.id.endswith(ways)]
        return " ".join([f"What was published is a {PRESS}.", *others])

    return said


def _sentence(answers: Answers, question: str, finding: str) -> str:
    """Return what a finding says, or why its question has no answer."""
    table = answers[question]
    if isinstance(table, CannotAnswerError):
        return table.message
    return "".join(f.sentence for f in table.findings if f.id == finding)


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement, and how it is tested.

    Parameters
    ----------
    published : str
        Id of the figure it states, in `PUBLISHED`.
    statement : str
        It in our words; ``{0}`` is the figure as published, ``{1}`` a second one.
    question : str
        The question that answers it; empty where none does.
    findings : tuple of str
        The findings compared with the figure, one for each value of it.
    counted : callable
        What is made of each finding's figure before it is compared.
    moves : callable
        What moves our figure: choices of definition, pupils left out.
    untested : str
        Why it is not tested, where no question answers it; `moves` then says what can be said.
    verdict : str
        The verdict then.
    """

    published: str
    statement: str
    question: str = ""
    findings: tuple[str, ...] = ()
    counted: Callable[[Figure], Figure] = _itself
    moves: Callable[[Answers], str] = _no_more
    untested: str = ""
    verdict: str = CANNOT_TEST

    @property
    def figure(self) -> PublishedFigure:
        """The figure it states."""
        return PUBLISHED[self.published]


_TWO_MEASURES = (
    "Nothing public says how far is far. It also needs Attainment 8 and Progress 8 of 2012/13, "
    "which no table held has."
)
_POLL = "It was a poll of teachers: only its totals are public, and no table held has the answers."
_PUPILS = "It needs each pupil's results; the tables held have those of schools only."

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "disadvantaged_rate",
        "Of every 100 disadvantaged pupils, {0} got five good GCSEs with English and maths.",
        "gaps",
        ("gap.disadvantaged",),
    ),
    Claim("other_rate", "Of every 100 other pupils, {0} did.", "gaps", ("gap.other",)),
    Claim("all_rate", "Of every 100 pupils in all, {0} did.", "gaps", ("gap.all",)),
    Claim(
        "disadvantaged_passes",
        "About {0} disadvantaged pupils did.",
        "gaps",
        ("gap.disadvantaged",),
        counted=_successes,
    ),
    Claim(
        "code_breaker_share",
        "Of every 100 schools, {0} (one in nine) cracked the code: their disadvantaged pupils "
        "beat the national figure of all pupils.",
        "breakers",
        ("breakers.share",),
        moves=_one_in_nine,
    ),
    Claim(
        "similar_best_worst",
        "In the best fifth of similar schools {0} of every 100 disadvantaged pupils succeed, in "
        "the lowest fifth {1}.",
        "lottery",
        ("lottery.best_fifth", "lottery.lowest_fifth"),
        moves=_who_is_similar,
    ),
    Claim(
        "half_gap_disadvantage",
        "If every school went half way to the best fifth of schools as disadvantaged, {0} more "
        "disadvantaged pupils would succeed.",
        "disadvantage-2014",
        ("potential.disadvantage-2014.pupils",),
        moves=_base_disadvantaged,
    ),
    Claim(
        "half_gap_disadvantage_percent",
        "That is {0}% more than succeed now.",
        "disadvantage-2014",
        ("potential.disadvantage-2014.percent",),
    ),
    Claim(
        "half_gap_ability",
        "If every school went half way to the best school of similar ability, {0} more pupils "
        "would succeed.",
        "ability-2014",
        ("potential.ability-2014.pupils",),
        moves=_base_all,
    ),
    Claim(
        "half_gap_ability_percent",
        "That is {0}% more than succeed now.",
        "ability-2014",
        ("potential.ability-2014.percent",),
        moves=_in_2014,
    ),
    Claim(
        "big_fallers",
        "Ranked by the measures of 2016, {0} of every 100 schools fall far down the league table.",
        moves=_fallers,
        untested=_TWO_MEASURES,
        verdict=UNKNOWN,
    ),
    Claim(
        "big_fallers_north_east",
        "In the North East, {0} of every 100 do.",
        moves=_fallers_there,
        untested=_TWO_MEASURES,
        verdict=UNKNOWN,
    ),
    Claim(
        "poll_lower_expectations",
        "Of every 100 teachers, {0} agree that colleagues expect less of disadvantaged students.",
        untested=_POLL,
    ),
    Claim(
        "poll_lower_expectations_secondary",
        "Of every 100 secondary teachers, {0} agree.",
        untested=f"{_POLL} They are among all of them: `codebreakers poll --claim` tests them "
        "against the rest.",
    ),
    Claim(
        "poll_seek_challenge",
        "Of every 100 teachers, {0} would seek a post in a more challenging school.",
        untested=_POLL,
    ),
    Claim(
        "poll_pressure_deterrent",
        "The pressure of a weaker school would deter {0} of every 100.",
        untested=_POLL,
    ),
    Claim(
        "poll_salary",
        "More pay might make {0} of every 100 more interested in a weaker school.",
        untested=_POLL,
    ),
    *(
        Claim(
            f"floor_{year}",
            f"In {academic_year(year)}, {{0}} schools were below the floor standard.",
            f"floor, {year}",
            (f"floor.below.{year}.count",),
            moves=_below(f"floor, {year}"),
        )
        for year in FLOOR_YEARS
    ),
    Claim(
        "gap_index_ks4_2022",
        "The Department: the disadvantage gap index was {0} in 2021/22.",
        untested=_PUPILS,
    ),
    Claim(
        "gap_index_ks4_2023",
        "The Department: the disadvantage gap index was {0} in 2022/23.",
        untested=_PUPILS,
    ),
    Claim(
        "p8_sd_2024",
        "The Department: the standard deviation of pupils' Progress 8 was {0} in 2023/24.",
        untested=_PUPILS,
    ),
)
"""Every statement, in the report's order; press counts and the Department's figures last."""
