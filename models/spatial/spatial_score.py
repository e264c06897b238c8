"""The spatial coefficient: where the likelihood's slope is zero, or that slope set right.

With A = I - rho W and H = W A^-1 the slope of the likelihood in rho is e'H A y / s2 - tr H, e the
residual. It takes what stands beside rho as known. Where K coefficients and levels are estimated
the slope's mean at the truth is not zero but tr(MH) - tr(H), M what is left after a projection on
their columns: many levels for few areas pull rho towards zero (Neyman and Scott 1948). The
adjusted score e'H A y / s2 = tr(MH), s2 = e'e / (N - K), has mean zero; of the error model it is
the slope of the restricted likelihood.

References
----------
Ord (1975): the likelihood. Patterson and Thompson (1971): restricted likelihood. Lee and Yu (2010):
effects in spatial models. Liu and Yang (2015), Regional Science and Urban Economics 52: scores of
the spatial coefficient set right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import optimize, sparse
from scipy.sparse.linalg import splu

from ..specification import SpecificationError, require_word
from .spatial_sample import SpatialSample

Score = Literal["likelihood", "adjusted"]
_ACCURACY = 1e-10
_EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class SpatialParts:
    """What a spatial coefficient solves for.

    Parameters
    ----------
    rho, variance : the spatial coefficient and the variance of the errors
    coefficients : (q + k,) of base and terms
    covariance : (q + k + 1, q + k + 1), rho last
    """

    rho: float
    variance: float
    coefficients: np.ndarray
    covariance: np.ndarray


class Problem:
    """A sample under the lag model (``errors`` false) or the error model, to be asked at any rho.

    Parameters
    ----------
    spatial : rows, starred columns and matrix
    errors : whether the likeness is of errors, not of outcomes
    roots : eigenvalues of W
    """

    def __init__(self, spatial: SpatialSample, errors: bool, roots: np.ndarray) -> None:
        self.matrix, self.errors, self.roots = spatial.starred_matrix, errors, roots
        self.outcome, self.design = spatial.outcome, spatial.design
        self.lagged_outcome = self.matrix @ self.outcome
        self.lagged_design = self.matrix @ self.design
        self.log_weights = float(np.log(spatial.sample.weights).sum())
        self._fixed = np.linalg.qr(self.design)[0]

    @property
    def rows(self) -> int:
        return int(self.design.shape[0])

    @property
    def free(self) -> int:
        """Rows less columns of the design."""
        return self.rows - int(self.design.shape[1])

    def columns(self, rho: float) -> np.ndarray:
        """The right-hand side that goes with A y."""
        return self.design - rho * self.lagged_design if self.errors else self.design

    def left(self, rho: float) -> tuple[np.ndarray, np.ndarray]:
        """Residual (n,) of A y, and the orthonormal basis (n, q + k) it is taken from."""
        basis = np.linalg.qr(self.columns(rho))[0] if self.errors else self._fixed
        filtered = self.outcome - rho * self.lagged_outcome
        return _without(filtered, basis), basis

    def log_likelihood(self, rho: float) -> float:
        """With coefficients and variance solved out, and all constants."""
        residual, _ = self.left(rho)
        n = self.rows
        spread = np.log(2 * np.pi * float(residual @ residual) / n) + 1
        jacobian = float(np.log(np.abs(1 - rho * self.roots)).sum())
        return float(jacobian + self.log_weights / 2 - n / 2 * spread)

    def adjusted_score(self, rho: float) -> float:
        """e'H A y (N - K) / e'e - tr(MH)."""
        residual, basis = self.left(rho)
        filter_ = sparse.eye_array(self.rows, format="csc") - rho * self.matrix.tocsc()
        solve = splu(sparse.csc_matrix(filter_)).solve
        moved = self.matrix @ solve(residual) if self.errors else self.lagged_outcome
        used = float((basis * (self.matrix @ solve(basis))).sum())
        trace = float((self.roots / (1 - rho * self.roots)).sum().real) - used
        return float(residual @ moved) / float(residual @ residual) * self.free - trace

    def maximum(self) -> float:
        """rho where the likelihood is highest."""
        found = optimize.minimize_scalar(
            lambda rho: -self.log_likelihood(rho),
            bounds=self._range(),
            method="bounded",
            options={"xatol": _ACCURACY},
        )
        return float(found.x)

    def root(self) -> float:
        """rho where the adjusted score is zero.

        Raises
        ------
        SpecificationError
            No such rho inside the range: likeness and what is held equal cannot be told apart.
        """
        low, high = self._range()
        if self.adjusted_score(low) * self.adjusted_score(high) > 0:
            raise SpecificationError(
                "the spatial coefficient's adjusted score has no zero: the columns held equal "
                "leave nothing to tell the likeness of neighbours by"
            )
        return float(optimize.brentq(self.adjusted_score, low, high, xtol=_ACCURACY))

    def parts(self, score: Score) -> SpatialParts:
        """The estimate by either score, with its covariance: variance of the score over its slope.

        For the likelihood and the restricted likelihood the two are one, the expected information.
        """
        require_word("score", score, Score)
        adjusted = score == "adjusted"
        rho = self.root() if adjusted else self.maximum()
        columns, (residual, basis) = self.columns(rho), self.left(rho)
        bread = np.linalg.inv(columns.T @ columns)
        coefficients = bread @ (columns.T @ (self.outcome - rho * self.lagged_outcome))
        free = self.free if adjusted else self.rows
        variance = float(residual @ residual) / free
        multiplied = _multiplier(self.matrix, rho)
        moved = np.zeros(self.rows) if self.errors else multiplied @ (columns @ coefficients)
        signal = _without(moved, basis)
        form = _without(multiplied, basis) if adjusted else multiplied
        turned = multiplied
        if adjusted and self.errors:
            form = turned = _without(form.T, basis).T
        rest = float(signal @ signal) / variance + float((form**2).sum())
        rest -= 2 * float(np.trace(form)) ** 2 / free
        spread = rest + float((form * form.T).sum())
        slope = rest + float((form * turned.T).sum())
        along = np.append(-bread @ (columns.T @ moved), 1.0)
        covariance = np.outer(along, along) * spread / slope**2
        covariance[:-1, :-1] += variance * bread
        return SpatialParts(rho, variance, coefficients, covariance)

    def _range(self) -> tuple[float, float]:
        return max(1 / float(self.roots.real.min()), -1) + _EDGE, 1 - _EDGE


def _without(columns: np.ndarray, basis: np.ndarray) -> np.ndarray:
    return np.asarray(columns - basis @ (basis.T @ columns))


def _multiplier(matrix: sparse.csr_array, rho: float) -> np.ndarray:
    """W (I - rho W)^-1; the two commute."""
    dense = matrix.toarray()
    return np.asarray(np.linalg.solve(np.eye(len(dense)) - rho * dense, dense))
