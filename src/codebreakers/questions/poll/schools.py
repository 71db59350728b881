"""The disadvantage fifth of each respondent's school, joined by its URN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.measures.catalogue import find
from codebreakers.peers.population import population
from codebreakers.peers.scales import quantile_bands
from codebreakers.questions.poll.cells import Column
from codebreakers.questions.poll.weighted import Poll
from codebreakers.sources import academic_year
from codebreakers.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FIFTH", "fifth_of"]

FIFTH = "fifth"
_FIFTHS = ("lowest", "second lowest", "middle", "second highest", "highest")
# Why a respondent is in no fifth, from 1; 0 is of those who are.
_REASONS = (
    "gave no URN",
    "gave a URN that is of no mainstream school with results that year (primary schools have none)",
    "are of a school whose disadvantaged share is not published",
)


def fifth_of(poll: Poll, store: Store | None) -> tuple[Column, tuple[str, ...]]:
    """Return the fifth of each respondent's school, and what share could be joined.

    Fifths are of the state-funded mainstream schools with results, as many in each but for ties.

    Raises
    ------
    RequestError
        There is no store to look schools up in, or the answers have no column of URNs.
    CannotAnswerError
        No results table is held, or no respondent's school is in it.
    """
    if store is None:
        raise RequestError(
            "Fifths of schools need a store to look them up in.",
            remedy="Name one: --store england.duckdb.",
        )
    if poll.asked.urn not in poll.columns:
        raise RequestError(
            "The answers have no column of schools' URNs.",
            remedy='Name the column in the questionnaire: urn = "school_urn".',
        )
    year = _year(store, poll.year)
    people = population(store, year)
    shares = people.take(find("disadvantaged_percent"), "all").values
    band = quantile_bands(shares, len(_FIFTHS))
    urns = poll.columns[poll.asked.urn]
    place, why = _joined(np.array(urns.texts, dtype=object), people.keys, band)
    codes = place[urns.codes]
    joined = codes >= 0
    if not joined.any():
        raise CannotAnswerError(
            f"No respondent's school is in the results tables of {academic_year(year)}.",
            remedy="Check the URNs, or ingest the tables of another year.",
        )
    counts = np.bincount(why[urns.codes], minlength=4)
    reasons = [
        f"{count:,} {reason}" for count, reason in zip(counts[1:], _REASONS, strict=True) if count
    ]
    note = (
        "Fifths are of schools by their share of disadvantaged pupils. "
        f"{joined.mean():.0%} of respondents were joined to their school's results of "
        f"{academic_year(year)}" + (f"; {'; '.join(reasons)}." if reasons else ".")
    )
    texts = (*_FIFTHS, "")
    return Column(FIFTH, texts, np.where(joined, codes, len(_FIFTHS))), (note,)


def _joined(
    urns: NDArray[np.object_], keys: NDArray[np.object_], band: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the band of each URN, -1 where there is none, and the number of the reason why."""
    places = np.minimum(np.searchsorted(keys, urns), len(keys) - 1)
    held = keys[places] == urns
    found = np.where(held, band[places], -1)
    why = np.where(found >= 0, 0, np.where(held, 3, np.where(urns == "", 1, 2)))
    return found, why.astype(np.int64)


def _year(store: Store, held: int) -> int:
    """Return the year of results that were the newest when the poll was held, or the nearest."""
    years = sorted({release.year for release in store.releases() if release.dataset == "ks4"})
    if not years:
        raise CannotAnswerError(
            f"No results table is held in {store.path.name}.",
            remedy="Get one: codebreakers fetch 2013.",
        )
    return max((year for year in years if year < held), default=years[0])
