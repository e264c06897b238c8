"""How would an estimate differ with other clusters drawn from the same place?

Whole clusters are drawn with replacement, as many as there are (pairs cluster bootstrap). What
least squares and instruments need of the rows are sums of products, and those of a draw are the
clusters' own, each as often as it was drawn: a thousand draws cost a thousand small systems of
equations. A function of several estimates takes its interval from the percentiles of its draws,
which need not be symmetric. With G clusters the plain percentiles are too narrow by the root of
(G - 1)/G and by the normal in place of t, so that they are taken a little further out.

References
----------
Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90(3): pairs cluster
bootstrap. Hesterberg (2015), The American Statistician 69(4): expanded percentiles. Coverage in
``docs/loop_simulation.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from ..clusters import by_cluster
from ..covariance import cluster_factor
from ..tolerance import SQUARE

MOST_LOST = 0.05
"""Share of draws without an estimate above which no interval is given: the rest are a selection."""


@dataclass(frozen=True, slots=True)
class Bootstrapped:
    """A number with the spread of its draws.

    Parameters
    ----------
    estimate, std_error : the estimate, and the standard deviation of the draws
    low, high : ends of the expanded percentile interval
    """

    estimate: float
    std_error: float
    low: float
    high: float


def cluster_moments(columns: np.ndarray, weights: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Weighted sums of products of columns (n, p) by cluster, (G, p, p)."""
    order, starts = by_cluster(clusters)
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
    return np.asarray(roots[:, 0] > SQUARE)


def percentiles(clusters: int, level: float = 0.95) -> tuple[float, float]:
    """Ranks between 0 and 1 of the draws that end an interval: 0.0222 and 0.9778 for 69 clusters.

    >>> low, high = percentiles(69)
    >>> round(low, 4), round(high, 4)
    (0.0222, 0.9778)
    """
    reach = np.sqrt(cluster_factor(clusters)) * stats.t.ppf(0.5 + level / 2, clusters - 1)
    return float(stats.norm.cdf(-reach)), float(stats.norm.cdf(reach))


def bootstrapped(
    estimate: float, draws: np.ndarray, clusters: int, level: float = 0.95
) -> Bootstrapped:
    """An estimate with its draws (D,) of so many clusters as standard error and interval."""
    low, high = np.quantile(draws, percentiles(clusters, level))
    return Bootstrapped(float(estimate), float(draws.std(ddof=1)), float(low), float(high))
