"""The spatial coefficients without a likelihood: instruments and moments.

The lag model by two-stage least squares, W y instrumented by the neighbours' values of the
regressors (W X and W W X); the coefficient of the error model by the three moments of
Kelejian and Prucha. They stand beside maximum likelihood, which leans on normal errors.

References
----------
Kelejian and Prucha (1998): two-stage least squares. Kelejian and Prucha (1999): the moments.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import optimize

from ..estimate import Estimate
from ..specification import Specification
from .moran import Neighbours
from .spatial_sample import spatial_sample


def spatial_two_stage(
    frame: pd.DataFrame,
    specification: Specification,
    neighbours: Neighbours,
    code: str,
    orders: int = 2,
) -> Estimate:
    """The lag model by two-stage least squares.

    Parameters
    ----------
    frame, specification, neighbours, code : as for `spatial_model`
    orders : highest power of W in the instruments

    Returns
    -------
    Estimate
        Terms and "rho"; classical variance, residual sum of squares over N-K.
    """
    spatial = spatial_sample(frame, specification, neighbours, code)
    matrix, outcome, exogenous = spatial.starred_matrix, spatial.outcome, spatial.design
    instruments, power = [exogenous], spatial.starred(spatial.sample.right)
    for _ in range(orders):
        power = matrix @ power
        instruments.append(power)
    right = np.column_stack([exogenous, matrix @ outcome])
    outside = np.column_stack(instruments)
    projected = outside @ np.linalg.lstsq(outside, right)[0]
    bread = np.linalg.inv(projected.T @ projected)
    coefficients = bread @ (projected.T @ outcome)
    residual = outcome - right @ coefficients
    n, k = right.shape
    variance = float(residual @ residual) / (n - k)
    skipped = spatial.base.shape[1]
    sample = spatial.sample
    centred = sample.outcome - np.average(sample.outcome, weights=sample.weights)
    return Estimate(
        specification=replace(specification, variance="classical", clusters=None),
        terms=(*sample.terms, "rho"),
        coefficients=coefficients[skipped:],
        covariance=(variance * bread)[skipped:, skipped:],
        df=float(n - k),
        n=n,
        clusters=None,
        r_squared=1 - float(residual @ residual) / float(sample.weights @ centred**2),
        variance_rule=(
            f"two-stage least squares, classical: residual sum of squares over N-K, N = {n}, "
            f"K = {k}; t with {n - k} degrees of freedom"
        ),
        dropped=sample.dropped,
    )


def error_by_moments(
    frame: pd.DataFrame, specification: Specification, neighbours: Neighbours, code: str
) -> float:
    """lambda of the error model from the moments of the least-squares residuals."""
    spatial = spatial_sample(frame, specification, neighbours, code)
    matrix, design = spatial.starred_matrix, spatial.design
    u = spatial.outcome - design @ np.linalg.lstsq(design, spatial.outcome)[0]
    n = len(u)
    v = matrix @ u
    w = matrix @ v
    trace = float(matrix.multiply(matrix).sum())
    sides = np.array([u @ u, v @ v, u @ v]) / n
    rows = np.array(
        [
            [2 * (u @ v), -(v @ v), n],
            [2 * (w @ v), -(w @ w), trace],
            [u @ w + v @ v, -(v @ w), 0.0],
        ]
    )
    rows = rows / n

    def gaps(guess: np.ndarray) -> np.ndarray:
        lam, variance = guess
        return np.asarray(rows @ np.array([lam, lam**2, variance]) - sides)

    start = np.array([np.clip(float(u @ v) / float(v @ v), -0.9, 0.9), sides[0]])
    found = optimize.least_squares(
        gaps, start, bounds=([-0.999, 0], [0.999, np.inf]), x_scale=[1, sides[0]], xtol=1e-12
    )
    return float(found.x[0])
