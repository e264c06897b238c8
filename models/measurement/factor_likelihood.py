"""The normal likelihood of a factor model: its parameters, its maximum and the measures of fit.

All in units of the items' standard deviations and with factors of variance one; `factor_model` puts
the results into the items' units.

References
----------
Joreskog (1969): the likelihood. Bentler (1990): CFI. Tucker and Lewis (1973): TLI. Browne and
Cudeck (1993): RMSEA and its interval. Bentler (1995): SRMR.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from ..specification import SpecificationError
from ..tolerance import SQUARE

_MAX_STEPS = 500
# Largest gradient, per observation and in units of the items' standard deviations, at the maximum.
_FLAT = 1e-9
# What still counts as a maximum where rounding ends the climb.
_NEARLY_FLAT = 1e-6
_SHORTEST = 1e-10


@dataclass(frozen=True, slots=True)
class Fit:
    """How far the model is from the covariances of the items.

    A model with no degrees of freedom fits always: its measures are NaN, "not testable".

    Parameters
    ----------
    chi_square, df, p_value : likelihood ratio against unrestricted covariances
    baseline_chi_square, baseline_df : the same for items without any correlation
    cfi, tli : distance from the baseline, 1 the best
    rmsea, rmsea_low, rmsea_high : misfit per degree of freedom, with its 90% interval
    srmr : root mean square of the residual correlations
    """

    chi_square: float
    df: int
    p_value: float
    baseline_chi_square: float
    baseline_df: int
    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmr: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parameters stand: p loadings, p uniquenesses, then Phi's."""

    owner: np.ndarray
    factors: int
    second_order: bool
    pairs: list[tuple[int, int]]

    @property
    def size(self) -> int:
        return 2 * len(self.owner) + (self.factors if self.second_order else len(self.pairs))

    def correlations(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Phi (m, m) with unit diagonal and its derivatives (parameters of Phi, m, m)."""
        rest, m = theta[2 * len(self.owner) :], self.factors
        phi, slope = np.eye(m), np.zeros((len(rest), m, m))
        for position, (j, k) in enumerate(self.pairs):
            if self.second_order:
                value = rest[j] * rest[k]
                slope[j, j, k] = slope[j, k, j] = rest[k]
                slope[k, j, k] = slope[k, k, j] = rest[j]
            else:
                value = rest[position]
                slope[position, j, k] = slope[position, k, j] = 1.0
            phi[j, k] = phi[k, j] = value
        return phi, slope

    def implied(self, theta: np.ndarray) -> np.ndarray:
        """Sigma (p, p)."""
        p = len(self.owner)
        loadings = spread(theta[:p], self.owner, self.factors)
        common = loadings @ self.correlations(theta)[0] @ loadings.T
        return np.asarray(common + np.diag(theta[p : 2 * p]))

    def slopes(self, theta: np.ndarray) -> np.ndarray:
        """Derivatives of Sigma (parameters, p, p)."""
        p = len(self.owner)
        phi, phi_slope = self.correlations(theta)
        loadings = spread(theta[:p], self.owner, self.factors)
        cross = phi[self.owner] @ loadings.T
        result = np.zeros((self.size, p, p))
        each = np.arange(p)
        result[each, each, :] += cross
        result[each, :, each] += cross
        result[p + each, each, each] = 1.0
        result[2 * p :] = loadings @ phi_slope @ loadings.T
        return result


def spread(loadings: np.ndarray, owner: np.ndarray, factors: int) -> np.ndarray:
    """Loadings (p, m) with the zeros of items that belong to other factors."""
    return np.asarray(loadings[:, None] * (owner[:, None] == np.arange(factors)))


def starting_values(layout: Layout, correlation: np.ndarray) -> np.ndarray:
    """Loadings from the first component of each factor's items, middling correlations."""
    loadings = np.empty(len(layout.owner))
    for factor in range(layout.factors):
        own = np.flatnonzero(layout.owner == factor)
        values, vectors = np.linalg.eigh(correlation[np.ix_(own, own)])
        component = vectors[:, -1] * np.sqrt(values[-1])
        loadings[own] = 0.8 * component * (1.0 if component[0] >= 0 else -1.0)
    rest = np.full(layout.size - 2 * len(loadings), 0.5 if layout.second_order else 0.3)
    return np.concatenate([loadings, 1 - loadings**2, rest])


def maximise(layout: Layout, correlation: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Parameters of the highest likelihood and the expected information of one observation.

    Fisher scoring; a step is halved until the likelihood rises.

    Raises
    ------
    SpecificationError
        No maximum within the steps, or an information that is singular at it.
    """
    theta = starting_values(layout, correlation)
    height = discrepancy(layout, theta, correlation)
    for _ in range(_MAX_STEPS):
        gradient, information = _derivatives(layout, theta, correlation)
        if np.abs(gradient).max() < _FLAT:
            return theta, information
        # Half the gradient of the discrepancy is that of minus the log-likelihood.
        step = np.linalg.lstsq(information, -gradient / 2, rcond=SQUARE)[0]
        length = 1.0
        while (trial := discrepancy(layout, theta + length * step, correlation)) > height:
            length /= 2
            if length < _SHORTEST:
                break
        if length < _SHORTEST:
            break
        theta, height = theta + length * step, trial
    gradient, information = _derivatives(layout, theta, correlation)
    if np.abs(gradient).max() > _NEARLY_FLAT:
        raise SpecificationError(
            "factor model: the likelihood has no maximum within "
            f"{_MAX_STEPS} steps; the items do not support these factors"
        )
    return theta, information


def invert(information: np.ndarray) -> np.ndarray:
    """The variance of the estimates; refuses an information that leaves a parameter open."""
    scale = np.sqrt(np.diag(information))
    if (scale == 0).any() or np.linalg.eigvalsh(information / np.outer(scale, scale))[0] < SQUARE:
        raise SpecificationError(
            "factor model: the likelihood is flat at its maximum, so the model is not identified "
            "by these data; a factor of two items needs a correlation with another factor"
        )
    return np.asarray(np.linalg.inv(information))


def signed(
    layout: Layout, theta: np.ndarray, variance: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Turn factors round so that each marker's loading is positive."""
    first = np.searchsorted(layout.owner, np.arange(layout.factors))
    sign = np.where(theta[first] < 0, -1.0, 1.0)
    rest = sign if layout.second_order else np.array([sign[j] * sign[k] for j, k in layout.pairs])
    turn = np.concatenate([sign[layout.owner], np.ones(len(layout.owner)), rest])
    return theta * turn, variance * np.outer(turn, turn)


def discrepancy(layout: Layout, theta: np.ndarray, correlation: np.ndarray) -> float:
    """Minus twice the log-likelihood ratio to free covariances, per observation."""
    implied = layout.implied(theta)
    if not np.isfinite(implied).all() or np.linalg.eigvalsh(implied)[0] <= 0:
        return np.inf
    ratio = np.linalg.solve(implied, correlation)
    return float(np.trace(ratio) - np.linalg.slogdet(ratio)[1] - len(correlation))


def measures(layout: Layout, theta: np.ndarray, correlation: np.ndarray, n: int) -> Fit:
    """Measures of fit, with the conventions of lavaan: n in chi-square and RMSEA."""
    p = len(correlation)
    df = p * (p + 1) // 2 - layout.size
    chi, baseline = n * discrepancy(layout, theta, correlation), p * (p - 1) // 2
    base_chi = -n * float(np.linalg.slogdet(correlation)[1])
    if df == 0:
        nothing = (np.nan,) * 6
        return Fit(max(chi, 0.0), 0, np.nan, base_chi, baseline, *nothing)
    excess, base_excess = max(chi - df, 0.0), max(base_chi - baseline, chi - df, 0.0)
    base_ratio = base_chi / baseline
    residual = (correlation - layout.implied(theta))[np.tril_indices(p)]
    return Fit(
        chi_square=chi,
        df=df,
        p_value=float(stats.chi2.sf(chi, df)),
        baseline_chi_square=base_chi,
        baseline_df=baseline,
        cfi=1 - excess / base_excess if base_excess > 0 else 1.0,
        tli=(base_ratio - chi / df) / (base_ratio - 1),
        rmsea=float(np.sqrt(excess / (df * n))),
        rmsea_low=_rmsea_at(0.95, chi, df, n),
        rmsea_high=_rmsea_at(0.05, chi, df, n),
        srmr=float(np.sqrt(np.mean(residual**2))),
    )


def _rmsea_at(probability: float, chi: float, df: int, n: int) -> float:
    """RMSEA whose noncentral chi-square lies under ``chi`` with this probability."""

    def gap(noncentrality: float) -> float:
        return float(stats.ncx2.cdf(chi, df, noncentrality)) - probability

    if stats.chi2.cdf(chi, df) < probability:
        return 0.0
    top = 2 * chi + 100.0
    return float(np.sqrt(optimize.brentq(gap, 1e-12, top) / (df * n)))


def _derivatives(
    layout: Layout, theta: np.ndarray, correlation: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Gradient of the discrepancy and the expected information of one observation."""
    inverse = np.linalg.inv(layout.implied(theta))
    slopes = layout.slopes(theta)
    weight = inverse - inverse @ correlation @ inverse
    scaled = inverse @ slopes
    gradient = np.einsum("aij,ij->a", slopes, weight)
    information = 0.5 * np.einsum("aij,bji->ab", scaled, scaled)
    return gradient, information
