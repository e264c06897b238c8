"""The effect by years since the start: had prices parted before, and how much would it bear?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...models.estimate import Estimate
from ...models.programmes.aggregation import band_reach
from ...models.programmes.aggregation import event_study as by_years_since
from ...models.programmes.honest_did import honest_bounds
from ...models.programmes.pre_trends import detectable_trend, event_pre_test
from ...models.programmes.staggered import GroupTime, StaggeredError
from ..quantities import Count, NotEstimable, Number, PriceDifference, PValue
from ..reasons import Reason, Refused

FIRST, LAST = -5, 10
"""Years since the start that are shown: every start has them in the simulated city."""
HONEST = 5
"""Years after the start whose mean effect is bounded."""
LIMIT = 0.05
"""A p from which on prices are said to have parted before the start."""
NIL = 0.01
"""A breakdown value below this is nil."""
Difference = PriceDifference | NotEstimable


@dataclass(frozen=True, slots=True)
class PreTrends:
    """The years before the start.

    Parameters
    ----------
    p, years : of no parting in any of so many years
    trend, trend_after : a year, which the test finds four times in five; and over `HONEST` years
    """

    p: PValue | NotEstimable
    trend: Difference
    years: Count | None = None
    trend_after: PriceDifference | None = None

    @property
    def parted(self) -> bool:
        """Whether prices had parted before the start."""
        return isinstance(self.p, PValue) and self.p.p < LIMIT


@dataclass(frozen=True, slots=True)
class Honest:
    """The mean effect of the first years, and how much parting it bears.

    Parameters
    ----------
    step : the largest from year to year before the start
    breakdown, cautious : the parting, in steps a year, at which the interval first holds zero; the
        same with the error of the steps counted
    """

    breakdown: Number | NotEstimable
    cautious: Number | NotEstimable
    effect: PriceDifference | None = None
    years: Count | None = None
    step: PriceDifference | None = None

    @property
    def nil(self) -> bool:
        """Whether it bears no parting at all."""
        return isinstance(self.breakdown, Number) and self.breakdown.number < NIL

    @property
    def cautious_nil(self) -> bool:
        """Whether it bears none once the error of the steps is counted."""
        return isinstance(self.cautious, Number) and self.cautious.number < NIL

    @property
    def within_seen(self) -> bool:
        """Whether a parting no larger than was seen before would explain the effect away."""
        return isinstance(self.breakdown, Number) and self.breakdown.number < 1


@dataclass(frozen=True, slots=True)
class EventStudy:
    """Years before and after the start.

    Parameters
    ----------
    reach : standard errors either way that hold all years at once
    planted : by years since the start as in ``estimate``, in logs, in a simulated city
    """

    pre: PreTrends
    honest: Honest
    estimate: Estimate | None = None
    reach: float | None = None
    planted: tuple[float, ...] | None = None

    @property
    def explained_by_trend(self) -> bool:
        """Whether a trend that the test may miss comes to more than the effect."""
        trend, effect = self.pre.trend_after, self.honest.effect
        return bool(trend and effect and trend.value > abs(effect.value))

    @property
    def band(self) -> tuple[np.ndarray, np.ndarray]:
        """Both ends of what holds all years at once, in logs."""
        if self.estimate is None or self.reach is None:
            return np.empty(0), np.empty(0)
        error = self.reach * np.sqrt(np.diag(self.estimate.covariance))
        return self.estimate.coefficients - error, self.estimate.coefficients + error

    @property
    def years_after(self) -> int:
        """Years shown from the start on."""
        return sum(self._after)

    @property
    def years_outside(self) -> int:
        """Those of them in which the band leaves out zero."""
        low, high = self.band
        return int((((low > 0) | (high < 0)) & np.array(self._after, dtype=bool)).sum())

    @property
    def _after(self) -> list[bool]:
        return [int(term) >= 0 for term in self.estimate.terms] if self.estimate else []


def no_events(why: Reason) -> EventStudy:
    """What cannot be had of years before and after, and why."""
    number = NotEstimable(why, unit="number", label="did")
    return EventStudy(
        PreTrends(p=NotEstimable(why, unit="p", label="did"), trend=NotEstimable(why, label="did")),
        Honest(breakdown=number, cautious=number),
    )


def event_study(found: GroupTime, noiseless: GroupTime | None, seed: int) -> EventStudy:
    """The event study with its band, the pre-trend test with its power, the honest bounds.

    Parameters
    ----------
    found, noiseless : effects on prices, and on the planted part of them where that is known
    """
    try:
        events = by_years_since(found, FIRST, LAST)
        test, trend = event_pre_test(events), detectable_trend(events)
    except StaggeredError as fault:
        return no_events(Refused(str(fault)))
    bounds = honest_bounds(events, HONEST, np.random.default_rng(seed))
    planted = None
    if noiseless:
        planted = tuple(map(float, by_years_since(noiseless, FIRST, LAST).coefficients))
    return EventStudy(
        PreTrends(
            p=PValue(test.p, label="did", specification=events.specification.name),
            years=Count(test.k),
            trend=PriceDifference(trend, label="did"),
            trend_after=PriceDifference(HONEST * trend, label="did"),
        ),
        Honest(
            effect=PriceDifference(bounds.effect, *bounds.interval(0), label="did"),
            years=Count(HONEST),
            step=PriceDifference(bounds.step),
            breakdown=Number(bounds.breakdown(), label="did"),
            cautious=Number(bounds.breakdown(cautious=True), label="did"),
        ),
        estimate=events,
        reach=band_reach(events.covariance, events.df, np.random.default_rng(seed)),
        planted=planted,
    )
