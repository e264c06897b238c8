"""How would an estimate differ with other clusters drawn from the same place?

Whole clusters are drawn with replacement, as many as there are (pairs cluster bootstrap). What
least squares and instruments need of the rows are sums of products, and those of a draw are the
clusters' own, each as often as it was drawn: a thousand draws cost a thousand small systems of
equations. A function of several estimates takes its interval from the percentiles of its draws,
which need not be symmetric.

References
----------
Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90(3): pairs cluster
bootstrap. Efron and Tibshirani (1993), chapter 13: percentiles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Least root of a draw's scaled moments: below it the draw holds no variation to estimate from.
_VARIATION = 1e-8
MOST_LOST = 0.05
"""Share of draws without an estimate above which no interval is given: the rest are a selection."""


@dataclass(frozen=True, slots=True)
class Bootstrapped:
    """A number with the spread of its draws.

    Parameters
    ----------
    estimate, std_error : the estimate, and the standard deviation of the draws
    low, high : ends of the percentile interval
    """

    estimate: float
    std_error: float
    low: float
    high: float


def cluster_moments(columns: np.ndarray, weights: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Weighted sums of products of columns (n, p) by cluster, (G, p, p)."""
    order = np.argsort(clusters, kind="stable")
    starts = np.flatnonzero(np.diff(clusters[order], prepend=-1))
    scaled = (np.sqrt(weights)[:, None] * columns)[order]
    return np.stack([part.T @ part for part in np.split(scaled, starts[1:])])


def resampled(moments: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Moments of ``draws`` resamples of the clusters, (draws, p, p)."""
    groups = len(moments)
    counts = rng.multinomial(groups, np.full(groups, 1 / groups), size=draws)
    return np.tensordot(counts, moments, axes=1)


def with_variation(moments: np.ndarray) -> np.ndarray:
    """Which of some moments (D, p, p) can be inverted, (D,)."""
    length = np.sqrt(np.diagonal(moments, axis1=-2, axis2=-1).clip(min=0.0))
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)
    roots = np.linalg.eigvalsh(scale[:, :, None] * moments * scale[:, None, :])
    return np.asarray(roots[:, 0] > _VARIATION)


def bootstrapped(estimate: float, draws: np.ndarray, level: float = 0.95) -> Bootstrapped:
    """An estimate with its draws (D,) as standard error and percentile interval."""
    low, high = np.quantile(draws, [0.5 - level / 2, 0.5 + level / 2])
    return Bootstrapped(float(estimate), float(draws.std(ddof=1)), float(low), float(high))
