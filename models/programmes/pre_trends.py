"""Did the units already move apart before the start, and would this test have seen it if so?

A joint test of the effects before the start, and the linear trend against which it has a given
power: a test that sees only steep trends says little by not rejecting (Roth 2022). Where clusters
are few the test is Hotelling's, with treated clusters as draws.

References
----------
Callaway and Sant'Anna (2021), section 4 (Wald pre-test); Roth (2022), American Economic Review:
Insights 4(3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from ..estimate import Estimate
from .staggered import GroupTime, StaggeredError


@dataclass(frozen=True, slots=True)
class PreTrendTest:
    """A Wald statistic that k estimates are zero; its p by the distribution that ``df`` gives.

    Parameters
    ----------
    statistic : b'V^-1 b
    k : number of estimates
    df : of the covariance; ``numpy.inf`` for chi-squared, else Hotelling's T-squared
    """

    statistic: float
    k: int
    df: float

    @property
    def p(self) -> float:
        """Probability of a statistic as large if all are zero."""
        if not np.isfinite(self.df):
            return float(stats.chi2.sf(self.statistic, self.k))
        second = self.df - self.k + 1
        return float(stats.f.sf(self.statistic * second / (self.df * self.k), self.k, second))

    def power(self, noncentrality: float, level: float = 0.05) -> float:
        """Probability of rejecting at ``level`` when b'V^-1 b is this in truth."""
        if not np.isfinite(self.df):
            bound = stats.chi2.isf(level, self.k)
            return float(stats.ncx2.sf(bound, self.k, noncentrality))
        second = self.df - self.k + 1
        bound = stats.f.isf(level, self.k, second)
        return float(stats.ncf.sf(bound, self.k, second, noncentrality))


def pre_trend_test(estimates: np.ndarray, covariance: np.ndarray, df: float) -> PreTrendTest:
    """That all (k,) estimates are zero.

    Raises
    ------
    StaggeredError
        More estimates than ``df`` allows, or a covariance without an inverse.
    """
    k = len(estimates)
    if k > df or np.linalg.matrix_rank(covariance) < k:
        raise StaggeredError(
            f"{k} estimates before the start cannot be tested jointly with {df:.0f} degrees of "
            "freedom"
        )
    return PreTrendTest(float(estimates @ np.linalg.solve(covariance, estimates)), k, df)


def pre_test(found: GroupTime) -> PreTrendTest:
    """That all group-time effects before the start are zero: the test which R's ``did`` prints."""
    before = found.since < 0
    influence = found.widened_each(found.groups[before], found.influence[:, before])
    covariance = found.covariance(influence)
    return pre_trend_test(found.effects[before], covariance, found.panel.df)


def event_pre_test(events: Estimate) -> PreTrendTest:
    """That the means by periods before the start, of an `event_study`, are zero."""
    before = _before(events)
    covariance = events.covariance[np.ix_(before, before)]
    return pre_trend_test(events.coefficients[before], covariance, events.df)


def detectable_trend(events: Estimate, power: float = 0.8, level: float = 0.05) -> float:
    """The linear trend, a period, that `event_pre_test` rejects with this power.

    ``events`` has a universal base, so that a trend of slope d puts d (since + 1) on each term.
    """
    before = _before(events)
    distance = np.array([int(events.terms[index]) + 1 for index in before], dtype=float)
    covariance = events.covariance[np.ix_(before, before)]
    test = PreTrendTest(0.0, len(before), events.df)
    unit = float(distance @ np.linalg.solve(covariance, distance))

    def lacking(slope: float) -> float:
        return test.power(slope**2 * unit, level) - power

    highest = 1 / np.sqrt(unit)
    while lacking(highest) < 0:
        highest *= 2
    return float(optimize.brentq(lacking, 0.0, highest, xtol=highest * 1e-6))


def _before(events: Estimate) -> np.ndarray:
    return np.array([index for index, term in enumerate(events.terms) if int(term) < 0], dtype=int)
