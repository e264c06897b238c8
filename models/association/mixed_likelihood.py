"""The restricted likelihood of random effects that are independent between groups.

y_g = X_g b + Z_g u_g + e_g, u_g ~ (0, s^2 L L'), e ~ (0, s^2). Given L, a lower triangle of
relative standard deviations, b and s^2 have closed forms, so that the search is over L alone: one
number for random intercepts, three with a slope. Groups enter by their cross-products once; an
evaluation costs the solution of G systems of two equations and does not grow with the rows.

Why not the library's: statsmodels' MixedLM evaluates the same likelihood (the tests compare them),
but its search fails near a slope variance of zero, where it returned fits worse than those without
any slope; and it needs about a second for what this does in a few hundredths.

References
----------
Patterson and Thompson (1971): restricted likelihood. Bates, Maechler, Bolker and Walker (2015):
the profile in relative standard deviations, and why zero is an ordinary value of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize

# Starts of the relative standard deviations: random effects small, as large as the error, larger.
_STARTS = (0.1, 1.0, 3.0)
# Relative changes of the deviance at which a search stops: the last, and those before or beside it.
_FLAT, _NEARLY = 1e-12, 1e-9


@dataclass(frozen=True, slots=True)
class Blocks:
    """Cross-products of a sample by group.

    Parameters
    ----------
    inner : (G, q, q) Z_g'Z_g
    mixed : (G, q, p + 1) Z_g'[X_g, y_g]
    total : (p + 1, p + 1) [X, y]'[X, y]
    n : rows
    """

    inner: np.ndarray
    mixed: np.ndarray
    total: np.ndarray
    n: int


@dataclass(frozen=True, slots=True)
class MixedFit:
    """The maximum of the restricted likelihood, or its value at a given factor.

    Parameters
    ----------
    factor : (q, q) lower triangle L
    deviance : minus twice the restricted log likelihood
    coefficients, covariance : (p,) and (p, p) of the fixed effects
    variance : s^2, of the error
    """

    factor: np.ndarray
    deviance: float
    coefficients: np.ndarray
    covariance: np.ndarray
    variance: float


def blocks(outcome: np.ndarray, fixed: np.ndarray, random: np.ndarray, codes: np.ndarray) -> Blocks:
    """Cross-products of (n,), (n, p) and (n, q) arrays by group codes (n,) from 0."""
    both = np.column_stack([fixed, outcome])
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    z, right = random[order], both[order]
    return Blocks(
        inner=np.add.reduceat(z[:, :, None] * z[:, None, :], starts),
        mixed=np.add.reduceat(z[:, :, None] * right[:, None, :], starts),
        total=both.T @ both,
        n=len(outcome),
    )


def fit_at(parts: Blocks, factor: np.ndarray) -> MixedFit:
    """Coefficients, error variance and deviance at a given factor."""
    return _solved(parts, factor)[0]


def predictions(parts: Blocks, fit: MixedFit) -> tuple[np.ndarray, np.ndarray]:
    """(G, q) predicted u_g, and (G, q, q) of u_g about it, the coefficients taken as known."""
    system = np.eye(len(fit.factor)) + fit.factor.T @ parts.inner @ fit.factor
    spread = fit.factor @ np.linalg.inv(system) @ fit.factor.T
    residual = parts.mixed @ np.append(-fit.coefficients, 1.0)
    return (spread @ residual[:, :, None])[:, :, 0], fit.variance * spread


def fit(parts: Blocks) -> MixedFit:
    """The factor of greatest restricted likelihood, for one or two random effects a group.

    A variance may come out as zero, and a correlation as one: the caller looks.
    """
    q = parts.inner.shape[1]
    scale = np.sqrt(np.einsum("gqq->q", parts.inner) / parts.n)[:, None]
    lower = np.tril_indices(q)

    def factor(theta: np.ndarray) -> np.ndarray:
        relative = np.zeros((q, q))
        relative[lower] = theta
        return np.asarray(relative / scale)

    def objective(theta: np.ndarray) -> tuple[float, np.ndarray]:
        at, slope = _solved(parts, factor(theta))
        return at.deviance, (slope / scale)[lower]

    starts = [[1.0]] if q == 1 else [[1.0, 0.0, start] for start in _STARTS]
    bounds = [(0.0 if row == column else None, None) for row, column in zip(*lower, strict=True)]
    rough = [_search(objective, start, bounds, _NEARLY) for start in starts]
    best = _search(objective, min(rough, key=lambda one: one.fun).x, bounds)
    return fit_at(parts, factor(best.x))


def fit_with_slope_ratio(parts: Blocks, ratio: float, near: MixedFit) -> MixedFit:
    """The best fit whose slopes have ``ratio`` times the error's standard deviation.

    Parameters
    ----------
    near : the fit from whose intercepts and correlation the search starts
    """

    def factor(theta: np.ndarray) -> np.ndarray:
        return np.array([[theta[0], 0.0], [ratio * np.sin(theta[1]), ratio * np.cos(theta[1])]])

    def objective(theta: np.ndarray) -> tuple[float, np.ndarray]:
        at, slope = _solved(parts, factor(theta))
        turn = ratio * (slope[1, 0] * np.cos(theta[1]) - slope[1, 1] * np.sin(theta[1]))
        return at.deviance, np.array([slope[0, 0], turn])

    half = np.pi / 2
    angle = float(np.arctan2(near.factor[1, 0], near.factor[1, 1]))
    start = [float(near.factor[0, 0]), angle]
    best = _search(objective, start, [(0.0, None), (-half, half)], _NEARLY)
    return fit_at(parts, factor(best.x))


def _solved(parts: Blocks, factor: np.ndarray) -> tuple[MixedFit, np.ndarray]:
    """The fit at a factor, and the derivative of its deviance by the factor's entries."""
    q = factor.shape[0]
    system = np.eye(q) + factor.T @ parts.inner @ factor
    joined = np.concatenate([parts.inner, parts.mixed], axis=2)
    solved = factor @ np.linalg.solve(system, factor.T @ joined)
    # Z'V^-1 [Z, X, y] of each group, and the sum of [X, y]'V^-1 [X, y].
    weighed = joined - parts.inner @ solved
    left = parts.total - np.tensordot(parts.mixed, solved[:, :, q:], axes=([0, 1], [0, 1]))
    p = left.shape[0] - 1
    inverse = np.linalg.inv(left[:p, :p])
    coefficients = inverse @ left[:p, p]
    df = parts.n - p
    variance = float(left[p, p] - left[:p, p] @ coefficients) / df
    logs = np.linalg.slogdet(system)[1].sum() + np.linalg.slogdet(left[:p, :p])[1]
    residual = np.append(-coefficients, 1.0)
    fixed, score = weighed[:, :, q:-1], weighed[:, :, q:] @ residual
    middle = weighed[:, :, :q].sum(axis=0) - score.T @ score / variance
    middle -= np.tensordot(fixed @ inverse, fixed, axes=([0, 2], [0, 2]))
    found = MixedFit(
        factor=factor,
        deviance=float(logs + df * (1 + np.log(2 * np.pi * variance))),
        coefficients=coefficients,
        covariance=variance * inverse,
        variance=variance,
    )
    return found, 2 * middle @ factor


def _search(
    objective: Callable[[np.ndarray], tuple[float, np.ndarray]],
    start: Sequence[float],
    bounds: Sequence[tuple[float | None, float | None]],
    flat: float = _FLAT,
) -> Any:
    options = {"ftol": flat, "gtol": 1e-6, "maxiter": 200}
    return optimize.minimize(
        objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options
    )
