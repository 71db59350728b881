"""The coefficients given how widely effects scatter, integrated out by Laplace's method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from codebreakers.inference.quadrature import Floats
from codebreakers.inference.shrinkage import LOGIT_SPREAD

__all__ = ["NEAR", "Profile"]

NEAR = 0.02
"""Of a log density: what a climb may leave to its last step, which is then reckoned in."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of the coefficients at given standard deviations of effects.

    Parameters
    ----------
    log_density : float
        Of the standard deviations, up to a constant.
    coefficients : ndarray of float, shape (P,)
        Of the orthonormal design: the middle of their distribution.
    root : ndarray of float, shape (P, P)
        A root of their covariance.
    """

    log_density: float
    coefficients: Floats
    root: Floats

    @classmethod
    def of(cls, near: Floats, value: float, gradient: Floats, information: Floats) -> Profile:
        """Return it from the penalised log likelihood near its top.

        Parameters
        ----------
        near : ndarray of float, shape (P,)
        value : float
        gradient : ndarray of float, shape (P,)
        information : ndarray of float, shape (P, P)
        """
        stiff, vectors = np.linalg.eigh(information)
        # The prior alone is as stiff as this. A few schools with rounded results may bend the
        # surface the other way, and so may the quadrature's error.
        stiff = np.maximum(stiff, LOGIT_SPREAD**-2.0)
        root = vectors / np.sqrt(stiff)
        # The climb's last step, which it did not take.
        step = root.T @ gradient
        top = value + 0.5 * float(step @ step)
        return cls(top - 0.5 * float(np.log(stiff).sum()), near + root @ step, root)
