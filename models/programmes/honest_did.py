"""How far may the paths part without the effect being told from zero no more?

Rambachan and Roth bound the parting of treated and control units after the start by what was seen
before it: from one period to the next it is at most Mbar times the largest such step before. For a
mean effect over the first T periods, with weights 1/T, the bias is then at most

    Mbar V (T + 1)/2,    V the largest step before the start,

because a step in period s moves all later ones. The breakdown value is the Mbar at which the
interval first holds zero: above 1, the parting after the start would have to be larger than any
seen before.

Two forms are given. ``known`` takes the steps as estimated and adds the usual margin, as diff-diff
and the paper's identified set do. ``cautious`` also allows for their error: a simultaneous upper
limit of the steps, and half of the error probability each (Bonferroni), which errs to the safe
side. The paper's own hybrid interval lies between; diff-diff 3.13 does not compute it either.

References
----------
Rambachan and Roth (2023), Review of Economic Studies 90(5), section 2.4.1 and lemma 2.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from ..estimate import Estimate
from .aggregation import band_reach
from .staggered import StaggeredError


@dataclass(frozen=True, slots=True)
class HonestBounds:
    """A mean effect and the steps before the start.

    Parameters
    ----------
    effect, error, df : of the mean over the first periods after the start
    step : largest absolute step from one period to the next before the start
    step_at_most : its simultaneous upper limit, at half of the error probability
    reach : what a step of one in every period comes to in the mean
    level : of the intervals
    """

    effect: float
    error: float
    df: float
    step: float
    step_at_most: float
    reach: float
    level: float

    def interval(self, mbar: float, *, cautious: bool = False) -> tuple[float, float]:
        """Effects that are not ruled out when later steps are at most ``mbar`` times earlier."""
        away = self._margin(cautious) + mbar * self.reach * self._step(cautious)
        return self.effect - away, self.effect + away

    def breakdown(self, *, cautious: bool = False) -> float:
        """The smallest Mbar whose interval holds zero; 0 if the plain interval does."""
        over = abs(self.effect) - self._margin(cautious)
        return max(over, 0.0) / (self.reach * self._step(cautious))

    def _step(self, cautious: bool) -> float:
        return self.step_at_most if cautious else self.step

    def _margin(self, cautious: bool) -> float:
        wrong = (1 - self.level) / (2 if cautious else 1)
        return float(stats.t.isf(wrong / 2, self.df)) * self.error


def honest_bounds(
    events: Estimate, periods: int, rng: np.random.Generator, level: float = 0.95
) -> HonestBounds:
    """Bounds for the mean effect of the first ``periods`` after the start.

    Parameters
    ----------
    events : an `event_study` with a universal base and terms on both sides of the start
    rng : for the simultaneous limit

    Raises
    ------
    StaggeredError
        Fewer periods after the start than asked for, or none before the base period.
    """
    since = np.array([int(term) for term in events.terms])
    before, after = np.flatnonzero(since < 0), np.flatnonzero((since >= 0) & (since < periods))
    if len(after) < periods or not len(before):
        raise StaggeredError(
            f"the bounds need {periods} periods after the start and one before the base period; "
            f"there are {len(after)} and {len(before)}"
        )
    weights = np.zeros(len(since))
    weights[after] = 1 / periods
    steps = np.diff(np.vstack([np.eye(len(since))[before], np.zeros(len(since))]), axis=0)
    values, covariance = steps @ events.coefficients, steps @ events.covariance @ steps.T
    reach = band_reach(covariance, events.df, rng, (1 + level) / 2)
    return HonestBounds(
        effect=float(weights @ events.coefficients),
        error=float(np.sqrt(weights @ events.covariance @ weights)),
        df=events.df,
        step=float(np.abs(values).max()),
        step_at_most=float((np.abs(values) + reach * np.sqrt(np.diag(covariance))).max()),
        reach=(periods + 1) / 2,
        level=level,
    )
