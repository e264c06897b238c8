"""What a declared example project would return for a pound, and what each of its inputs does to it.

Nothing here is identified: every input is a choice with a range. Its two outcomes are of different
people, so that no gain is counted twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...data.catalogue import DataFolder
from ...models.specification import NotEstimable as Inestimable
from ...models.valuation import social_return as returns
from ...models.valuation.social_return import Outcome, Range
from ..graph import result
from ..quantities import Count, NotEstimable, Ratio, Share
from ..reasons import Refused
from ..study import Study
from ..valuation_parameters import Ends, Parameters, parameters

DRAWS = 200_000
MEMBERS, HOMES = "members", "homes"
"""The outcomes: members of a group feel better, and other homes are spared a burglary."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The example's ratio with what its ranges do to it.

    Parameters
    ----------
    ratio : with every input at its central value
    low, high : ends of the middle ``level`` of the draws; no confidence interval
    above_one : of the draws, those in which the value exceeds the cost
    swings : ``outcome, input, low, high``, one input at its ends, the widest first
    """

    INLINE: ClassVar = ("ratio",)
    ratio: Ratio
    low: Ratio
    high: Ratio
    level: Share
    draws: Count
    above_one: Share
    swings: pd.DataFrame

    @property
    def widest(self) -> tuple[float, float]:
        """What the input that matters most makes of the ratio at its two ends."""
        first = self.swings.iloc[0]
        return float(first["low"]), float(first["high"])


@dataclass(frozen=True, slots=True)
class ExampleReturn:
    """The social return of the example, or why it cannot be had."""

    INLINE: ClassVar = ("drawn",)
    drawn: Drawn | NotEstimable

    @property
    def ratio(self) -> Ratio | NotEstimable:
        return self.drawn if isinstance(self.drawn, NotEstimable) else self.drawn.ratio


@result(prefix="alternative_valuation.social_return")
def social_return(study: Study, folder: DataFolder) -> ExampleReturn:
    """The ratio, its Monte Carlo range, and what each input does to it."""
    given = parameters(folder, study.period.last_year)
    try:
        return ExampleReturn(_drawn(given, study.seed))
    except Inestimable as fault:
        return ExampleReturn(NotEstimable(Refused(str(fault)), "ratio", "described"))


def _drawn(given: Parameters, seed: int) -> Drawn:
    outcomes, cost = _example(given)
    found = returns.social_return(
        outcomes, cost, given.schedule, np.random.default_rng(seed), DRAWS
    )
    swings = returns.one_at_a_time(outcomes, cost, given.schedule)
    ends = swings[["at_low", "at_high"]]
    return Drawn(
        ratio=Ratio(found.ratio),
        low=Ratio(found.low),
        high=Ratio(found.high),
        level=Share(100 * found.level),
        draws=Count(found.draws),
        above_one=Share(100 * found.above_one),
        swings=swings[["outcome", "input"]].assign(low=ends.min(axis=1), high=ends.max(axis=1)),
    )


def _example(given: Parameters) -> tuple[list[Outcome], Range]:
    rise = given.number("scenario_satisfaction")
    low, central, high = given.pounds("wellby")
    feeling = (rise * low, rise * central, rise * high)
    return (
        [
            _outcome(MEMBERS, "scenario_members", feeling, given),
            _outcome(HOMES, "scenario_homes", given.pounds("burglary_economic"), given),
        ],
        given.range_of("scenario_cost"),
    )


def _outcome(name: str, quantity: str, proxy: Ends, given: Parameters) -> Outcome:
    return Outcome(
        name,
        given.range_of(quantity),
        Range(*proxy),
        given.range_of("scenario_deadweight", 100),
        given.range_of("scenario_attribution", 100),
        given.range_of("scenario_displacement", 100),
        given.range_of("scenario_drop_off", 100),
        round(given.number("scenario_years")),
    )
