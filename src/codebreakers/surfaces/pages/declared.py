"""The questions that have a page: a declaration each."""

from __future__ import annotations

from codebreakers.errors import UnknownNameError
from codebreakers.findings import Finding, Table
from codebreakers.peers.benchmarks import top
from codebreakers.peers.gains import PRESETS
from codebreakers.profiles.claims import claims
from codebreakers.questions.codebreakers import Rule, breakers
from codebreakers.questions.data import checks
from codebreakers.questions.floor import floor
from codebreakers.questions.gaps import gaps
from codebreakers.questions.league import league
from codebreakers.questions.lottery import lottery
from codebreakers.questions.potential import potential
from codebreakers.questions.robustness import robustness
from codebreakers.store import Store
from codebreakers.surfaces.pages import Choice
from codebreakers.surfaces.pages.asked import number
from codebreakers.surfaces.pages.choices import AUTHORITY, REGION, measure_choice, scope_of
from codebreakers.surfaces.pages.learning import LEARNING
from codebreakers.surfaces.pages.question import Chosen, Question
from codebreakers.surfaces.pages.staffroom import STAFFROOM

__all__ = ["QUESTIONS"]


def _everywhere(store: Store, year: int) -> tuple[Choice, ...]:
    return (measure_choice(store, year), REGION, AUTHORITY)


def _of_measure(store: Store, year: int) -> tuple[Choice, ...]:
    return (measure_choice(store, year),)


def _of_nothing(store: Store, year: int) -> tuple[Choice, ...]:  # noqa: ARG001
    return ()


def _of_gaps(store: Store, year: int) -> tuple[Choice, ...]:
    return (
        *_everywhere(store, year),
        Choice(
            "by",
            "A row for each",
            options=(
                ("", "Group of pupils"),
                ("region", "Region"),
                ("authority", "Local authority"),
            ),
        ),
    )


def _ask_gaps(store: Store, year: int, given: Chosen) -> Table:
    return gaps(
        store,
        year=year,
        measure=given["measure"] or None,
        scope=scope_of(given),
        by=given["by"],
    )


def _of_trend(store: Store, year: int) -> tuple[Choice, ...]:
    return (
        measure_choice(store, year),
        Choice("back", "Years looked back over", "number", default="10", low=2, high=20),
    )


def _ask_trend(store: Store, year: int, given: Chosen) -> Table:
    back = int(number(given["back"]))
    years = range(year - back + 1, year + 1)
    return gaps(store, years=years, measure=given["measure"] or None)


_YES = (("", "No"), ("yes", "Yes"))


def _of_breakers(store: Store, year: int) -> tuple[Choice, ...]:
    return (
        *_everywhere(store, year),
        Choice(
            "min_disadvantaged",
            "At least this share of pupils disadvantaged, %",
            "number",
            default="0",
            high=100,
        ),
        Choice(
            "definition",
            "What has to be beaten",
            options=(
                ("national", "All pupils in England"),
                ("intake", "What the school's own intake predicts, by 5 points"),
            ),
            default="national",
        ),
        Choice("everyone", "Show schools that did not, too", options=_YES),
    )


def _ask_breakers(store: Store, year: int, given: Chosen) -> Table:
    return breakers(
        store,
        year=year,
        measure=given["measure"] or None,
        rule=Rule(
            min_disadvantaged=number(given["min_disadvantaged"]), definition=given["definition"]
        ),
        scope=scope_of(given),
        everyone=given["everyone"] == "yes",
    )


def _of_potential(store: Store, year: int) -> tuple[Choice, ...]:
    return (
        measure_choice(store, year),
        Choice(
            "preset",
            "Which pupils, and which schools are similar",
            options=(
                ("disadvantage-2014", "Disadvantaged pupils, by disadvantaged share"),
                ("ability-2014", "All pupils, by prior attainment"),
            ),
            default="disadvantage-2014",
        ),
        Choice(
            "fraction",
            "How much of the gap is closed, %",
            "range",
            default="50",
            high=100,
            step=5,
        ),
        Choice(
            "best",
            "The best of similar schools to go towards, %",
            "range",
            default="20",
            low=5,
            high=50,
            step=5,
            hint="The best fifth is 20. By prior attainment the report took the single best.",
        ),
        Choice(
            "by",
            "A row for each",
            options=(("region", "Region"), ("authority", "Local authority"), ("school", "School")),
            default="region",
        ),
        REGION,
        AUTHORITY,
    )


def _ask_potential(store: Store, year: int, given: Chosen) -> Table:
    share = number(given["best"]) / 100
    # Nothing chosen is the report's own rule, which the preset has.
    usual = PRESETS[given["preset"]].benchmark
    return potential(
        store,
        given["measure"] or None,
        year=year,
        preset=given["preset"],
        benchmark=usual if given["best"] == "20" else top(share),
        fraction=number(given["fraction"]) / 100,
        by=given["by"],
        scope=scope_of(given),
    )


def _of_league(store: Store, year: int) -> tuple[Choice, ...]:
    return (
        measure_choice(store, year, "old", "Ranked before by"),
        measure_choice(store, year, "new", "Ranked after by", "What followed it"),
        Choice(
            "weights",
            "Or a measure of your own",
            "text",
            hint="Weights and names: 0.4*p8_english + 0.6*p8_maths",
        ),
        Choice(
            "threshold",
            "A fall that counts, in percentile points",
            "range",
            default="25",
            low=10,
            high=50,
            step=5,
        ),
        Choice(
            "by",
            "A row for each",
            options=(
                ("threshold", "Size of fall"),
                ("region", "Region"),
                ("authority", "Local authority"),
                ("fifth", "Fifth of disadvantage"),
                ("school", "School"),
            ),
            default="threshold",
        ),
        REGION,
        AUTHORITY,
    )


def _ask_league(store: Store, year: int, given: Chosen) -> Table:
    own = given["weights"]
    if own.casefold().endswith((".toml", ".csv")):
        # The question takes a file; a reader of these pages has none of its files.
        raise UnknownNameError("measure", own, [v for v, _ in _of_league(store, year)[1].options])
    return league(
        store,
        year=year,
        old=given["old"] or None,
        new=own or given["new"] or None,
        threshold=number(given["threshold"]),
        by=given["by"],
        scope=scope_of(given),
    )


def _of_floor(store: Store, year: int) -> tuple[Choice, ...]:  # noqa: ARG001
    return (
        Choice("back", "Years looked back over", "number", default="5", low=1, high=10),
        Choice("run", "Below in every year that could be judged of", "number", high=10),
        REGION,
        AUTHORITY,
    )


def _ask_floor(store: Store, year: int, given: Chosen) -> Table:
    back = int(number(given["back"]))
    return floor(
        store,
        years=range(year - back + 1, year + 1),
        run=int(number(given["run"])) or None if given["run"] else None,
        scope=scope_of(given),
    )


def _not_of_one_region(finding: Finding) -> bool:
    return not finding.id.startswith("league.fallers.") or finding.id.endswith(("share", "fifth"))


QUESTIONS: dict[str, Question] = {
    question.name: question
    for question in (
        Question(
            "gaps",
            "How far behind are disadvantaged pupils?",
            "The results of disadvantaged pupils, of the others and of all.",
            _of_gaps,
            _ask_gaps,
            # What is said of each area stands in its row.
            said=lambda f: f.id.count(".") < 2 or "range" in f.id or "london" in f.id,
        ),
        Question(
            "trend",
            "How the gap has moved",
            "The gap of each year, with a line drawn wherever the rules changed.",
            _of_trend,
            _ask_trend,
            said=lambda f: "change" in f.id,
            command=lambda year: f"codebreakers gaps --years {year - 9}:{year}",
        ),
        Question(
            "breakers",
            "Schools that cracked the code",
            "Schools whose disadvantaged pupils did better than all pupils in England, and how "
            "sure that is of each.",
            _of_breakers,
            _ask_breakers,
            said=lambda f: "choice" not in f.id and f.id != "breakers.share",
        ),
        Question(
            "potential",
            "How many more pupils",
            "How many more pupils would succeed if schools went part of the way to the best of "
            "the schools most like them.",
            _of_potential,
            _ask_potential,
            said=lambda f: not f.id.endswith(".published"),
            live=True,
            command=lambda year: f"codebreakers potential --year {year} --by region",
        ),
        Question(
            "lottery",
            "How different are similar schools?",
            "The best and the lowest fifth of schools with a similar intake.",
            _everywhere,
            lambda store, year, given: lottery(
                store, year=year, measure=given["measure"] or None, scope=scope_of(given)
            ),
        ),
        Question(
            "league",
            "Who moves when the measure changes?",
            "Schools ranked by one measure and then by another: who falls, and how much of it is "
            "chance.",
            _of_league,
            _ask_league,
            said=_not_of_one_region,
            live=True,
        ),
        Question(
            "floor",
            "Below the floor, year after year",
            "How many schools were below the Department's floor standard, and for how long.",
            _of_floor,
            _ask_floor,
            command=lambda year: f"codebreakers floor --years {year - 4}:{year}",
        ),
        Question(
            "claims",
            "The 2014 report, sentence by sentence",
            "What the report said, what the tables give, and a verdict on each.",
            _of_nothing,
            lambda store, year, _: claims(store, year=year),
        ),
        Question(
            "robustness",
            "Does it stand on other choices?",
            "The national answer over other rules of likeness, benchmarks and years.",
            _of_measure,
            lambda store, year, given: robustness(
                store, year=year, measure=given["measure"] or None
            ),
        ),
        Question(
            "checks",
            "What is wrong with the tables?",
            "What was found in the published tables that would mislead an answer.",
            _of_nothing,
            lambda store, year, _: checks(store, year=year),
        ),
        *STAFFROOM,
        *LEARNING,
    )
}
