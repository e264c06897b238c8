"""Do the instruments move the regressor enough for the usual interval to be believed?

First stage x = Z p + W'd + v. Three statistics of the same question: F if errors are alike, F under
the variance rule of the equation, and the effective F of Montiel Olea and Pflueger, p'Qp/tr(V Q),
which is the one that bounds the bias of two-stage least squares when errors are not alike. Its
critical value here is the simplified one, which holds whatever the errors of the outcome are and is
therefore larger than need be.

References
----------
Montiel Olea and Pflueger (2013), section 3: effective F, simplified critical value by Patnaik's
approximation. Stock and Yogo (2005): the classical case. Cragg and Donald (1993): several
regressors. Lee, McCrary, Moreira and Porter (2022): F at which the usual t interval of one
instrument is right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ..clusters import cluster_sums
from ..covariance import Kind, require_rule, small_sample_factor
from ..specification import Specification
from .identification import Instruments, Partialled, identified_sample, partialled

BIAS = 0.1
"""Worst bias allowed, as a share of the worst case."""
LEVEL = 0.05
T_HOLDS_FROM = 104.7
"""First-stage F from which t with 1.96 has its level for one instrument (Lee et al. 2022)."""


@dataclass(frozen=True, slots=True)
class Strength:
    """Strength of the instruments for one endogenous regressor, or for the weakest of several.

    Parameters
    ----------
    classical : F of the instruments in the first stage, errors taken to be alike; for several
        regressors the Cragg-Donald statistic
    ruled : the same F with the variance rule of the equation; NaN for several regressors
    effective : effective F; NaN for several regressors
    critical : effective F above which the bias exceeds `BIAS` of the worst case with less than 5%
        probability; NaN for several regressors
    """

    classical: float
    ruled: float
    effective: float
    critical: float

    @property
    def weak(self) -> bool:
        """Whether weak instruments cannot be ruled out; so too where it is not known."""
        return not self.effective > self.critical


def instrument_strength(
    frame: pd.DataFrame, specification: Specification, instruments: Instruments
) -> Strength:
    """The three first-stage statistics of an equation.

    Raises
    ------
    IdentificationError, SpecificationError
        See `identified_sample`.
    """
    require_rule(specification, "the strength of instruments", ("classical", "robust", "clustered"))
    return strength(partialled(identified_sample(frame, specification, instruments)))


def strength(parts: Partialled) -> Strength:
    """The three first-stage statistics of columns already partialled out."""
    m, q = parts.endogenous.shape[1], parts.instruments.shape[1]
    moved = parts.instruments.T @ parts.endogenous
    left = parts.endogenous - parts.instruments @ moved
    noise = left.T @ left / parts.df
    half = np.linalg.solve(np.linalg.cholesky(noise), moved.T)
    weakest = float(np.linalg.eigvalsh(half @ half.T)[0] / q)
    if m > 1:
        return Strength(weakest, np.nan, np.nan, np.nan)
    variance = score_covariance(parts, left[:, 0])
    signal = moved[:, 0]
    return Strength(
        classical=weakest,
        ruled=float(signal @ np.linalg.solve(variance, signal) / q),
        effective=float(signal @ signal / np.trace(variance)),
        critical=effective_critical(variance),
    )


def effective_critical(variance: np.ndarray, bias: float = BIAS, level: float = LEVEL) -> float:
    """Simplified critical value of the effective F, Montiel Olea and Pflueger (2013).

    Parameters
    ----------
    variance : (q, q) of the first-stage coefficients of orthonormal instruments
    bias : share of the worst bias that is allowed
    level : size of the test

    Examples
    --------
    >>> round(effective_critical(np.eye(1)), 1)
    23.1
    """
    trace = np.trace(variance)
    largest = np.linalg.eigvalsh(variance)[-1]
    x = 1 / bias
    df = trace**2 * (1 + 2 * x) / (np.sum(variance**2) + 2 * x * trace * largest)
    return float(stats.ncx2.ppf(1 - level, df, x * df) / df)


def score_covariance(parts: Partialled, error: np.ndarray) -> np.ndarray:
    """Covariance (q, q) of Z'v for first-stage errors v (n,), by the rule of the parts.

    Classical: mean square over n-L-q. Robust: HC1, factor n/(n-L-q). Clustered: CR1, factor
    G/(G-1) (n-1)/(n-L-q).
    """
    n, q = parts.instruments.shape
    if not parts.robust:
        return np.asarray(error @ error / parts.df * np.eye(q))
    sums = score_sums(parts, error)
    kind: Kind = "HC1" if parts.clusters is None else "CR1"
    return np.asarray(small_sample_factor(kind, n, n - parts.df, len(sums)) * sums.T @ sums)


def score_sums(parts: Partialled, error: np.ndarray) -> np.ndarray:
    """Instruments times error, summed by cluster (G, q), or row by row (n, q)."""
    scores = parts.instruments * error[:, None]
    if parts.clusters is None:
        return np.asarray(scores)
    return cluster_sums(scores, parts.clusters)
