"""Are the residuals of a least-squares fit alike among neighbours, and in which way?

Moran's I of residuals with its mean and variance for residuals (which lean against each other even
where errors do not), and the Lagrange multiplier tests: of an error that neighbours share, of an
outcome that neighbours share, and each robust to the other. They test; they do not tell why.

References
----------
Cliff and Ord (1981): moments of I for residuals of normal errors. Anselin (1988) and Anselin,
Bera, Florax and Yoon (1996): the Lagrange multiplier tests and their robust forms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from .spatial_sample import SpatialSample


@dataclass(frozen=True, slots=True)
class ResidualMoran:
    """Moran's I of residuals.

    Parameters
    ----------
    statistic : I, weighted where the fit is
    expected, z : mean and standardised value for residuals of independent normal errors
    p_value : two-sided, normal
    n : areas
    """

    statistic: float
    expected: float
    z: float
    p_value: float
    n: int


def residual_moran(spatial: SpatialSample) -> ResidualMoran:
    """Moran's I of the residuals of (weighted) least squares, effects among the regressors."""
    matrix, design = spatial.starred_matrix, spatial.design
    residual = _residual(spatial.outcome, design)
    n = len(residual)
    df = n - np.linalg.matrix_rank(design)
    basis, _ = np.linalg.qr(design)
    # M W M with M = I - QQ', by its parts.
    lag = matrix.toarray()
    left = lag - basis @ (basis.T @ lag)
    both = left - (left @ basis) @ basis.T
    trace = float(np.trace(both))
    spread = float((both * both.T).sum() + (both * both).sum())
    scale = n / spatial.matrix.sum()
    expected = scale * trace / df
    variance = scale**2 * (spread + trace**2) / (df * (df + 2)) - expected**2
    statistic = scale * float(residual @ (matrix @ residual) / (residual @ residual))
    z = (statistic - expected) / np.sqrt(variance)
    return ResidualMoran(
        float(statistic), float(expected), float(z), float(2 * stats.norm.sf(abs(z))), n
    )


def lagrange_tests(spatial: SpatialSample) -> pd.DataFrame:
    """Lagrange multiplier tests of the residuals of (weighted) least squares.

    Returns
    -------
    frame ``test, statistic, df, p_value``
        error, lag, robust_error, robust_lag, sarma; chi-squared; residual variance over n.
    """
    matrix, design = spatial.starred_matrix, spatial.design
    outcome = spatial.outcome
    residual = _residual(outcome, design)
    variance = float(residual @ residual) / len(residual)
    error = float(residual @ (matrix @ residual)) / variance
    lag = float(residual @ (matrix @ outcome)) / variance
    trace = float(matrix.multiply(matrix).sum() + matrix.multiply(matrix.T).sum())
    fitted_lag = _residual(matrix @ (outcome - residual), design)
    whole = float(fitted_lag @ fitted_lag) / variance + trace
    robust_lag = (lag - error) ** 2 / (whole - trace)
    statistics = {
        "error": error**2 / trace,
        "lag": lag**2 / whole,
        "robust_error": (error - trace / whole * lag) ** 2 / (trace * (1 - trace / whole)),
        "robust_lag": robust_lag,
        "sarma": robust_lag + error**2 / trace,
    }
    frame = pd.DataFrame({"test": list(statistics), "statistic": list(statistics.values())})
    frame["df"] = np.where(frame["test"] == "sarma", 2, 1)
    return frame.assign(p_value=stats.chi2.sf(frame["statistic"], frame["df"]))


def _residual(outcome: np.ndarray, design: np.ndarray) -> np.ndarray:
    coefficients, *_ = np.linalg.lstsq(design, outcome)
    return np.asarray(outcome - design @ coefficients)
