"""What intake alone says of every school's level, with the coefficients as unsure as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.inference.intake import Intake
from codebreakers.inference.quadrature import Floats
from codebreakers.measures import Measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Predictions"]


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """Joint draws of what the intake of S schools predicts.

    Parameters
    ----------
    measure : Measure
    known : ndarray of bool, shape (S,)
        Which schools have a level.
    intake : Intake
        What was known of the schools beforehand.
    coefficients : ndarray of float, shape (D, P)
        Of the intake's columns, draw by draw.
    pupil_sd : float
        Standard deviation of pupils' scores within a school; NaN for a proportion.
    """

    measure: Measure
    known: NDArray[np.bool_]
    intake: Intake
    coefficients: Floats
    pupil_sd: float

    def predicted(
        self,
        chosen: slice | NDArray[Any] | None = None,
        *,
        schools: slice | NDArray[Any] | None = None,
    ) -> NDArray[np.float32]:
        """Return the levels that intake alone gives, with no effect of the school.

        Parameters
        ----------
        chosen : slice or ndarray of int, optional
            Which draws; all by default.
        schools : slice or ndarray of int, optional
            Which schools; all by default.

        Returns
        -------
        ndarray of float32, shape (D, S)
            NaN for a school without a level, or without one of the features of its intake.
        """
        some = self.coefficients[slice(None) if chosen is None else chosen]
        whose = slice(None) if schools is None else schools
        modelled = some.astype(np.float32) @ self.intake.alone[whose].T.astype(np.float32)
        found: NDArray[np.float32] = self.in_units(modelled)
        found[:, ~(self.known & self.intake.complete)[whose]] = np.nan
        return found

    def in_units(self, modelled: NDArray[Any]) -> NDArray[Any]:
        """Return values of the model's scale, logits for a proportion, in the measure's unit."""
        if self.measure.kind != "proportion":
            return modelled
        rates = np.tanh(modelled / 2)
        rates *= 50
        rates += 50
        return np.asarray(rates)
