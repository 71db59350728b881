"""Would the answer be different, had one chosen otherwise?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.disclosure import SMALLEST, About, cite, tabulate
from codebreakers.findings.words import age, definition
from codebreakers.measures import Measure
from codebreakers.measures.held import resolve, years_held
from codebreakers.peers.population import population
from codebreakers.peers.search import find_school
from codebreakers.peers.specifications import CHOICES, Specification, differing
from codebreakers.peers.trials import Asked, Trial, headline, trials
from codebreakers.peers.turning import turnings
from codebreakers.peers.verdicts import GROUP, Verdict, verdict_of
from codebreakers.sources import academic_year
from codebreakers.store import Store

__all__ = ["robustness"]

NO_INTERVAL = "sets of choices are no sample: all are of the same pupils"
_NAMED = 6


@dataclass(frozen=True, slots=True)
class _Answers:
    """What became of a verdict: the trials with a figure, those without, and the headline's."""

    verdict: Verdict
    measure: Measure
    limit: float
    claim: str
    answered: tuple[tuple[Specification, Estimate], ...]
    unanswered: tuple[tuple[Specification, Withheld], ...]
    default: Specification

    @property
    def every(self) -> list[tuple[Specification, Estimate | Withheld]]:
        """In order of the number, those without one last."""
        ordered = sorted(self.answered, key=lambda pair: pair[1].value)
        return [*ordered, *self.unanswered]

    def stands(self, figure: Estimate) -> bool:
        return self.verdict.stands(figure.value, self.limit)

    def shown(self, value: float) -> str:
        decimals = max(1, self.measure.decimals)
        return self.verdict.shown.format(value=value, decimals=decimals)


def robustness(
    store: Store,
    *,
    school: str | None = None,
    verdict: str | None = None,
    year: int | str | None = None,
    measure: str | None = None,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> Table:
    """Return one verdict under every reasonable set of choices: a specification curve.

    Parameters
    ----------
    store : Store
        Where to read.
    school : str, optional
        The school it is about: its name, postcode or URN. None for England.
    verdict : str, optional
        ``beats-similar``, ``best-fifth`` or ``room-to-grow`` of a school, ``gain`` of England; by
        default the first that fits.
    year : int or str, optional
        Results year, or "2012/13", of the headline; by default the newest that can answer. Every
        other year held is among the choices, each judged by its own schools.
    measure : str, optional
        Name of a measure; by default the one of the year.
    seed : int
        Settles ties.
    progress : callable, optional
        Called with what is being matched.

    Returns
    -------
    Table
        A row a specification, in order of its number, those that cannot be answered last with
        their reason. Findings ``robustness.default``, ``.stands`` (percent of those answered),
        ``.stands_in_year`` where there are several, ``.limit``, ``.lowest``, ``.median``,
        ``.highest``, ``.one_change``, ``.unanswered``; for each choice
        ``robustness.by.<choice>``, the percent of pairs differing in it alone in which the answer
        turns, the highest first, and ``robustness.by.<choice>.<option>``, how often it stands in
        those pairs.

    Raises
    ------
    UnknownNameError, RequestError
        No such verdict, measure or school; or the verdict does not go with the school or measure.
    CannotAnswerError
        The tables held cannot answer under any specification.
    """
    chosen = verdict_of(verdict, of_school=school is not None)
    with store.reading():
        counted, when = resolve(store, measure, year, GROUP)
        limit = chosen.limit(counted)
        people = population(store, when)
        row = None if school is None else find_school(people, school)
        key = None if row is None else str(people.keys[row])
        who = "England" if row is None else str(people.schools["name"][row])
        asked = Asked(store, chosen, counted, key, seed)
        years = sorted({when, *years_held(store, counted, GROUP)})
        tried = trials(asked, years, progress)
        default = headline(chosen, people)
        releases = store.releases()
        used = _releases(asked, tried)
    claim = chosen.claim.format(who=who, limit=limit, counted=_of_what(counted))
    found = _answers(tried, default, chosen, counted, limit, claim)
    about = About(when, _definition(found), _caveats(found), cite(releases, used))
    place = who if key is None else f"{who}, URN {key}"
    return tabulate(
        "robustness",
        f"Would other choices change the answer? {place}, {academic_year(when)}",
        _columns(found),
        list(_rows(found, tried)),
        findings=list(_findings(found, about)),
        notes=(age(when),),
        made_up=any(r.made_up for r in releases),
    )


def _of_what(measure: Measure) -> str:
    if measure.kind == "proportion":
        return f"disadvantaged pupils who {measure.title}"
    return f"{measure.title} of disadvantaged pupils"


def _answers(
    tried: list[Trial],
    default: Specification,
    verdict: Verdict,
    measure: Measure,
    limit: float,
    claim: str,
) -> _Answers:
    figures = [(t.specification, _protected(t)) for t in tried]
    answered = tuple((one, f) for one, f in figures if isinstance(f, Estimate))
    unanswered = tuple((one, f) for one, f in figures if isinstance(f, Withheld))
    if not answered:
        reasons = Counter(withheld.reason for _, withheld in unanswered)
        said = "; ".join(reason for reason, _ in reasons.most_common(_NAMED))
        raise CannotAnswerError(
            f"None of {len(tried):,} sets of choices can be answered: {said}.",
            remedy="Ask about another school, year or measure.",
        )
    return _Answers(verdict, measure, limit, claim, answered, unanswered, default)


def _protected(trial: Trial) -> Estimate | Withheld:
    """Return a trial's figure, withheld where any comparison would be of very few pupils."""
    figure = trial.figure
    if isinstance(figure, Estimate) and figure.n is not None and figure.n < SMALLEST:
        when = academic_year(trial.specification.year)
        return Withheld("small", f"fewer than {SMALLEST} disadvantaged pupils in {when}")
    return figure


def _releases(asked: Asked, tried: list[Trial]) -> set[int]:
    years = {t.specification.year for t in tried if isinstance(t.figure, Estimate)}
    store, measure = asked.store, asked.measure
    return {population(store, year).take(measure, GROUP).release for year in years}


def _definition(found: _Answers) -> str:
    verdict = found.verdict
    return (
        f"{definition(found.measure, found.default.year, GROUP)} Under each set of choices the "
        f"number is {verdict.drawn}; the verdict stands where it is {verdict.needs} "
        f"{found.limit:g}. Every set counts once. Choices: "
        f"{', '.join(choice.heading.lower() for choice in CHOICES.values())}."
    )


def _caveats(found: _Answers) -> tuple[str, ...]:
    caveats = [
        (
            "The sets of choices are no sample and are not independent: they share their pupils "
            "and most of their similar schools. The share in which a verdict stands is not a "
            "probability, and says nothing of chance in small cohorts."
        ),
        (
            "Every set of choices counts once, so that a kind of similar school with more "
            "variants counts more."
        ),
    ]
    years = {one.year for one, _ in found.answered}
    if any(not found.measure.same_series(found.default.year, year) for year in years):
        caveats.append(
            "What is counted changed between the years: each year is judged among its own schools "
            "only."
        )
    return tuple(caveats)


def _columns(found: _Answers) -> tuple[Column, ...]:
    unit = found.verdict.unit
    return (
        Column("specification", "Set", screen=False),
        *(
            Column(name, choice.short, screen=found.verdict.benchmark or name != "benchmark")
            for name, choice in CHOICES.items()
        ),
        Column(f"figure_{unit}", "Points" if unit == "points" else "Percent", 1),
        Column("stands", "Stands"),
        Column("default", "Usual"),
    )


def _rows(found: _Answers, tried: list[Trial]) -> Iterator[tuple[Cell | Estimate, ...]]:
    numbers = {t.specification: number for number, t in enumerate(tried, start=1)}
    for one, figure in found.every:
        stands = found.stands(figure) if isinstance(figure, Estimate) else None
        choices: list[Cell] = [getattr(one, name) for name in CHOICES if name != "year"]
        when = academic_year(one.year)
        yield numbers[one], when, *choices, figure, stands, one == found.default


def _findings(found: _Answers, about: About) -> Iterator[Finding]:
    def say(name: str, said: str, value: float | Withheld, unit: str, n: int) -> Finding:
        figure = (
            value
            if isinstance(value, Withheld)
            else Estimate(value, n=n, method="specification curve", no_interval=NO_INTERVAL)
        )
        return about.say(f"robustness.{name}", said, figure, unit=unit, counts="specifications")

    for said in (_headline(found), *_stands(found), _limit(found), *_along(found)):
        yield say(*said)
    yield say(*_one_change(found))
    for said in _by_choice(found):
        yield say(*said)
    yield say(*_unanswered(found))


_Said = tuple[str, str, float | Withheld, str, int]
"""Name, sentence, figure, unit and number of specifications of a finding to be."""


def _stands(found: _Answers) -> Iterator[_Said]:
    stands = {one: found.stands(figure) for one, figure in found.answered}
    years = {one.year for one in stands}
    own = [yes for one, yes in stands.items() if one.year == found.default.year]
    when = f"with {academic_year(found.default.year)} results"
    if own and len(years) > 1:
        yield _share_standing("stands_in_year", found, own, when)
        when = f"over {len(years)} years"
    elif not own:
        when = "with the results of other years"
    yield _share_standing("stands", found, list(stands.values()), when)


def _share_standing(name: str, found: _Answers, stands: list[bool], when: str) -> _Said:
    count, n = sum(stands), len(stands)
    share = _percent(count, n)
    said = f"In {count:,} of {n:,} sets of choices ({share}) {when}, {found.claim}."
    return name, said, 100 * count / n, "percent", n


def _limit(found: _Answers) -> _Said:
    verdict = found.verdict
    said = f"It stands where {verdict.drawn} is {verdict.needs} {found.limit:g}."
    return "limit", said, found.limit, verdict.unit, len(found.answered)


def _headline(found: _Answers) -> _Said:
    unit, n = found.verdict.unit, len(found.answered)
    figure = dict(found.every)[found.default]
    if isinstance(figure, Withheld):
        said = f"With the usual choices it cannot be answered: {figure.reason}."
        return "default", said, figure, unit, n
    does = "stands" if found.stands(figure) else "does not stand"
    said = (
        f"With the usual choices it {does} that {found.claim}: {found.shown(figure.value)} "
        f"({found.default.describe()})."
    )
    return "default", said, figure.value, unit, n


def _along(found: _Answers) -> Iterator[_Said]:
    unit, n = found.verdict.unit, len(found.answered)
    ordered = sorted(found.answered, key=lambda pair: pair[1].value)
    middle = median(figure.value for _, figure in ordered)
    for name, (one, figure) in (("lowest", ordered[0]), ("highest", ordered[-1])):
        said = f"The {name}: {found.shown(figure.value)} ({one.describe()})."
        yield name, said, figure.value, unit, n
        if name == "lowest":
            yield "median", f"The median: {found.shown(middle)}.", middle, unit, n


def _one_change(found: _Answers) -> _Said:
    figures = dict(found.answered)
    if found.default not in figures:
        said = "Not known: the usual choices cannot be answered."
        return "one_change", said, dict(found.unanswered)[found.default], "changes", 0
    now = found.stands(figures[found.default])
    near = [one for one in figures if len(differing(one, found.default)) == 1]
    turned = [_changed(one, found.default) for one in near if found.stands(figures[one]) != now]
    named = "; ".join(turned[:_NAMED])
    more = f"; and {len(turned) - _NAMED} more" if len(turned) > _NAMED else ""
    said = (
        f"Changing one of the usual choices at a time turns the answer in {len(turned)} of "
        f"{len(near)} changes{f': {named}{more}' if turned else ''}."
    )
    return "one_change", said, len(turned), "changes", len(near)


def _changed(one: Specification, default: Specification) -> str:
    """Return what is chosen otherwise, and what choices that brings with it."""
    options = {name: getattr(one, name) for name in CHOICES}
    return ", ".join(
        CHOICES[name].words(option)
        for name, option in options.items()
        if option is not None and option != getattr(default, name)
    )


def _by_choice(found: _Answers) -> Iterator[_Said]:
    """Say what each choice does, those that matter most first."""
    answers = {one: (figure.value, found.stands(figure)) for one, figure in found.answered}
    decimals = max(1, found.measure.decimals)
    for turning in turnings(answers):
        name, choice = turning.choice, CHOICES[turning.choice]
        often = "never turns the answer"
        if turning.turned:
            often = f"turns the answer in {_percent(turning.turned, turning.pairs)} of pairs"
        said = (
            f"{choice.heading}: changing nothing else {often}, and moves the number by "
            f"{turning.moved:.{decimals}f} on average."
        )
        yield f"by.{name}", said, turning.share, "percent", turning.pairs
        for option, (count, n) in turning.options.items():
            words = choice.words(option)
            usual = " (usual)" if option == getattr(found.default, name) else ""
            said = f"{words[0].upper()}{words[1:]}{usual}: {_of(count, n)}."
            slug = str(option).lower().replace(" ", "-")
            yield f"by.{name}.{slug}", said, 100 * count / n, "percent", n


def _unanswered(found: _Answers) -> _Said:
    total = len(found.answered) + len(found.unanswered)
    reasons = Counter(withheld.reason for _, withheld in found.unanswered)
    said = f"All {total:,} sets of choices can be answered."
    if reasons:
        why = "; ".join(f"{count:,}, {reason}" for reason, count in reasons.most_common())
        said = (
            f"{len(found.unanswered):,} of {total:,} sets of choices have no answer of their own: "
            f"{why}."
        )
    return "unanswered", said, len(found.unanswered), "specifications", total


def _of(count: int, n: int) -> str:
    return f"{count:,} of {n:,} ({_percent(count, n)})"


def _percent(count: int, n: int) -> str:
    """Return a share in whole percent that says 0% and 100% only where it is none and all."""
    if 0 < count < 0.005 * n:
        return "under 1%"
    if 0.995 * n < count < n:
        return "over 99%"
    return f"{100 * count / n:.0f}%"
