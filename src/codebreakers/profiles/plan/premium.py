"""What the premium comes to, and how many pupils there are to a teacher."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Finding
from codebreakers.findings.disclosure import cite, say
from codebreakers.measures.meals import EVER, ROLL, SHARE, CensusRow, census_row
from codebreakers.measures.staffing import staffing
from codebreakers.profiles.page_one.year import Year
from codebreakers.sources import academic_year
from codebreakers.sources.pupil_premium import RATES, financial_year

__all__ = ["Money", "money_of", "ratio_of"]

_NO_CENSUS = Withheld("not-held", "no school census of the year is held")
_NO_ROW = Withheld("not-held", "that year's school census does not have the school")
_PAID_FOR = (
    "Pupils with free school meals at any time in the last six years, by the January census: those "
    "the premium is paid for. Pupils looked after or adopted, and service children, are paid for "
    "at other rates and are not in it."
)

_MEANS = {
    "roll": "All pupils.",
    "share": "Free school meals at any time in the last six years, of the pupils whom the census "
    "counts for meals: where there is a sixth form they are not all.",
    "paid_for": _PAID_FOR,
}
_KNOWN = {
    "roll": "{:,.0f} pupils are in the school.",
    "share": "{:.0f}% of the pupils counted for meals had free ones in the last six years.",
    "paid_for": "The premium is paid for {:,.0f} pupils.",
}
_UNKNOWN = {
    "roll": "How many pupils are in the school",
    "share": "How many of every hundred pupils had free meals in the last six years",
    "paid_for": "How many pupils the premium is paid for",
}


@dataclass(frozen=True, slots=True)
class Money:
    """What the tables say of the premium.

    Parameters
    ----------
    roll : Finding
        ``plan.roll``: pupils in the school.
    share : Finding
        ``plan.share``: what part of them the premium is paid for.
    paid_for : Finding
        ``plan.paid_for``: how many.
    premium : Finding
        ``plan.premium``: that many times the rate, in pounds.
    """

    roll: Finding
    share: Finding
    paid_for: Finding
    premium: Finding

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All four."""
        return self.roll, self.share, self.paid_for, self.premium


def money_of(found: Year, urn: str) -> Money:
    """Return what the premium of the year after the results comes to.

    Parameters
    ----------
    found : Year
    urn : str

    Returns
    -------
    Money
        The rate is that of the financial year that begins in the results year. What the census
        does not have is withheld, for its own reason; so is the premium of a year whose rate is
        not known.
    """
    store, year = found.people.store, found.people.year
    row = census_row(store, urn, year)
    cited = cite(store.releases(), () if row is None else (row.release,))
    figures = {
        "roll": _first(row, ROLL),
        "share": _column(row, SHARE),
        "paid_for": _column(row, EVER),
    }
    made = {
        name: say(
            f"plan.{name}",
            _said(name, figure),
            figure,
            unit="percent" if name == "share" else "pupils",
            year=year,
            definition=f"{_MEANS[name]} School census of {academic_year(year)}.",
            provenance=cited,
        )
        for name, figure in figures.items()
    }
    premium = _premium(made["paid_for"], year)
    return Money(made["roll"], made["share"], made["paid_for"], premium)


def _said(name: str, figure: Figure) -> str:
    if isinstance(figure, Withheld):
        return f"{_UNKNOWN[name]} is not known: {figure.reason}."
    return _KNOWN[name].format(figure.value)


def _premium(paid_for: Finding, year: int) -> Finding:
    rate, pupils = RATES.get(year), paid_for.figure
    when = financial_year(year)
    figure: Figure
    if isinstance(pupils, Withheld):
        figure = pupils
        said = f"What the premium comes to is not known: {pupils.reason}."
    elif rate is None:
        figure = Withheld("not-held", f"no published rate of {when} was found")
        said = (
            f"The premium is paid for {pupils.value:,.0f} pupils; what it comes to is not known: "
            f"{figure.reason}."
        )
    else:
        figure = Estimate(
            rate.pounds * pupils.value, n=pupils.n, method="rate x pupils", no_interval="a sum"
        )
        said = (
            f"The premium of {when} comes to £{figure.value:,.0f}: £{rate.pounds:,} for each of "
            f"{pupils.value:,.0f} pupils."
        )
    return say(
        "plan.premium",
        said,
        figure,
        unit="pounds",
        year=year,
        definition=f"{_PAID_FOR} Times the rate of a secondary school in {when}"
        + (f": {rate.source}." if rate else "."),
        caveats=("What a school was told it would be paid stands before what is worked out here.",),
        provenance=paid_for.provenance,
    )


def _first(row: CensusRow | None, names: tuple[str, ...]) -> Figure:
    figures = [_column(row, name) for name in names]
    return next((f for f in figures if isinstance(f, Estimate)), figures[0])


def _column(row: CensusRow | None, name: str) -> Figure:
    if row is None:
        return _NO_CENSUS
    if not row.is_there:
        return _NO_ROW
    if name in row.values:
        value = row.values[name]
        return Estimate(value, n=None if name == SHARE else round(value), method="published")
    return Withheld(row.codes.get(name, "not-held"))


def ratio_of(found: Year, urn: str, rows: Sequence[int]) -> Finding:
    """Return ``plan.ratio``: pupils to a teacher, beside similar schools.

    Parameters
    ----------
    found : Year
    urn : str
    rows : sequence of int
        The similar schools'.
    """
    store, year = found.people.store, found.people.year
    means, others = "", np.array([])
    releases: tuple[int, ...] = ()
    try:
        staff = staffing(store, year)
    except CannotAnswerError:
        figure: Figure = Withheld("not-held", "no workforce census of the year is held")
    else:
        releases = staff.releases
        at = {str(key): i for i, key in enumerate(staff.schools)}
        ratios, codes = staff.values["ratio"], staff.codes["ratio"]
        keys = found.people.keys
        places = [at[str(keys[row])] for row in rows if str(keys[row]) in at]
        others = ratios[places][~np.isnan(ratios[places])]
        figure = Withheld("not-held", "that year's workforce census does not have the school")
        if urn in at:
            value = float(ratios[at[urn]])
            figure = Withheld(str(codes[at[urn]])) if np.isnan(value) else Estimate(value)
    said = f"Pupils to a teacher: not shown, {_reason(figure)}."
    if isinstance(figure, Estimate):
        means = f"; {others.mean():.1f} at {len(others)} similar schools" if len(others) else ""
        said = f"{figure.value:.1f} pupils to a teacher{means}."
    return say(
        "plan.ratio",
        said,
        figure,
        unit="ratio",
        year=year,
        definition="Pupils to a qualified teacher, all years together, by the school workforce "
        f"census of {academic_year(year)}. Beside it the mean of similar schools.",
        caveats=("Fewer pupils to a teacher is not smaller classes for those who are behind.",),
        provenance=cite(store.releases(), releases[:1]),
    )


def _reason(figure: Figure) -> str:
    return figure.reason if isinstance(figure, Withheld) else ""
