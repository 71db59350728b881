"""What pupils of Example England got: passes, drawn from the truth, and how they fall in groups.

The passes of disadvantaged and of other pupils are binomial, with the true rates. Which prior
attainment and which sex those who passed and those who did not have is drawn afterwards, so every
way of counting the pupils of a school adds up to the same pupils and the same passes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from codebreakers.sources.example.cohorts import Cohort
from codebreakers.sources.example.figures import Flags, Floats, Ints, Texts
from codebreakers.sources.example.sites import Sites, expit

__all__ = ["BANDS", "Codes", "Drawn", "Split", "draw_passes", "logit", "split"]

BANDS = ("LO", "AV", "HI")

# Pupils' key stage 2 points within a school: logistic about the mean of their group. The limits
# give 14% low, 50% middle and 32% high nationally, and 4% unmatched, as in 2013/14.
_POINTS_SCALE, _LOW, _HIGH = 2.1, 23.7, 29.4
# Log odds of five good GCSEs by band, low, middle, high, unmatched, before a group's own level.
_BAND_LOGITS = np.array([-2.75, 0.04, 2.55, -0.4])[:, None]
_FEWEST = 6


def logit(rate: Floats) -> Floats:
    """Return the logit of a rate."""
    odds: Floats = np.log(rate / (1 - rate))
    return odds


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Pupils in and not in a group, and those of each who passed, all of shape (sites,)."""

    inside: Ints
    outside: Ints
    passed: Ints
    passed_outside: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """The pupils of a year and those who passed.

    Parameters
    ----------
    pupils, passed : array of int, shape (2, sites)
        Disadvantaged and other.
    cells, passed_cells : array of int, shape (2, sites, 4)
        The same by prior attainment: low, middle, high, unmatched.
    """

    pupils: Ints
    passed: Ints
    cells: Ints
    passed_cells: Ints

    @property
    def size(self) -> Ints:
        """All pupils, shape (sites,)."""
        total: Ints = self.pupils.sum(axis=0)
        return total

    @property
    def bands(self) -> Ints:
        """All pupils by prior attainment, shape (4, sites)."""
        total: Ints = self.cells.sum(axis=0).T
        return total

    @property
    def matched(self) -> Ints:
        """Pupils with key stage 2 results, shape (2, sites)."""
        total: Ints = self.cells[:, :, :3].sum(axis=2)
        return total


def _band_shares(sites: Sites, cohort: Cohort) -> Floats:
    """Return how prior attainment is spread in each group, shape (2, 4, sites)."""
    behind = 2.1 - 1.5 * cohort.share
    away = np.stack([-(1 - cohort.share) * behind, cohort.share * behind])
    centre = cohort.points + away
    low = expit((_LOW - centre) / _POINTS_SCALE)
    below_high = expit((_HIGH - centre) / _POINTS_SCALE)
    known = np.broadcast_to(sites.intake.coverage, low.shape)
    shares: Floats = np.stack(
        [known * low, known * (below_high - low), known * (1 - below_high), 1 - known], axis=1
    )
    return shares


def _band_rates(shares: Floats, rates: Floats) -> Floats:
    """Return the rate of each band, shape (2, 4, sites), such that a group's rate is the given."""
    low, high = np.full_like(rates, -12.0), np.full_like(rates, 12.0)
    for _ in range(30):
        middle = (low + high) / 2
        mean = (shares * expit(_BAND_LOGITS + middle[:, None])).sum(axis=1)
        low, high = np.where(mean < rates, middle, low), np.where(mean < rates, high, middle)
    return expit(_BAND_LOGITS + ((low + high) / 2)[:, None])


def draw_passes(rng: np.random.Generator, sites: Sites, cohort: Cohort, rates: Floats) -> Drawn:
    """Draw who passed, and the prior attainment of those who did and did not.

    Parameters
    ----------
    rng : numpy.random.Generator
    sites : Sites
    cohort : Cohort
    rates : array of float, shape (2, sites)
        True rates of disadvantaged and other pupils.
    """
    passed = rng.binomial(cohort.pupils, rates)
    shares = _band_shares(sites, cohort)
    by_band = _band_rates(shares, rates)
    cells, passed_cells = [], []
    for group in range(2):
        odds = np.stack([shares[group] * by_band[group], shares[group] * (1 - by_band[group])])
        odds = (odds / odds.sum(axis=1, keepdims=True)).transpose(0, 2, 1)
        did = rng.multinomial(passed[group], odds[0])
        did_not = rng.multinomial(cohort.pupils[group] - passed[group], odds[1])
        cells.append(did + did_not)
        passed_cells.append(did)
    return Drawn(cohort.pupils, passed, np.stack(cells), np.stack(passed_cells))


def split(rng: np.random.Generator, size: Ints, passed: Ints, share: Floats, ahead: float) -> Split:
    """Divide pupils into a group and the rest.

    Parameters
    ----------
    rng : numpy.random.Generator
    size, passed : array of int, shape (sites,)
    share : array of float, shape (sites,)
        Share of the pupils who are in the group.
    ahead : float
        Log odds of passing in the group over the rest.
    """
    rate = logit(np.clip(passed / size, 0.02, 0.98))
    inside, outside = expit(rate + ahead / 2), expit(rate - ahead / 2)
    of_passed = share * inside / (share * inside + (1 - share) * outside)
    of_rest = share * (1 - inside) / (share * (1 - inside) + (1 - share) * (1 - outside))
    did = rng.binomial(passed, np.clip(of_passed, 0, 1))
    did_not = rng.binomial(size - passed, np.clip(of_rest, 0, 1))
    total = did + did_not
    return Split(total, size - total, did, passed - did)


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """Which codes stand in place of which schools' figures.

    Parameters
    ----------
    sites : Sites
    drawn : Drawn
    no_entries : array of bool, shape (sites,)
        Schools that entered nobody.
    """

    sites: Sites
    drawn: Drawn
    no_entries: Flags

    def intake(self) -> Texts:
        """Return the codes of columns that describe pupils by what independent schools lack."""
        return np.where(self.sites.kinds.independent, "NA", "")

    def results(self, pupils: Ints) -> Texts:
        """Return the codes of a group's results: fewer than six pupils are suppressed."""
        small = np.where(pupils == 0, "NA", np.where(pupils < _FEWEST, "SUPP", ""))
        small = np.where((pupils > 0) & (self.drawn.size < _FEWEST), "SUPP", small)
        return np.where(self.no_entries & (small == ""), "NE", small)

    def group(self, pupils: Ints, others: Ints | None = None) -> Texts:
        """Return the codes of a group that independent schools do not have.

        Where `others` are few, what is left of all pupils would give them away.
        """
        code = self.results(pupils)
        if others is not None:
            tells = (others > 0) & (others < _FEWEST)
            code = np.where((code == "") & tells, "SUPP", code)
        return np.where(self.sites.kinds.independent, "NA", code)

    def progress(self, pupils: Ints, others: Ints | None = None) -> Texts:
        """Return the codes of a measure of progress, which needs key stage 2 results."""
        covered = self.drawn.matched.sum(axis=0) * 2 >= self.drawn.size
        code = self.group(pupils, others)
        code = np.where((code == "") & ~covered, "LOWCOV", code)
        return np.where(self.sites.kinds.independent, "NP", code)
