"""Who could take a part of a rise in worth, and what a loop would multiply if all were known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from ...data import reference_tables
from ...models.loop.loop_multiplier import (
    LoopGain,
    UnboundedLoopError,
    multiplier,
    rounds_to_reach,
)
from ..graph import result
from ..quantities import Count, Money

SHARES = (0.01, 0.05, 0.1)
"""Scenario shares of a rise that are captured: declared, because no route publishes one."""
RETURNED = "US dollars per dollar"
"""Unit of the published benchmark from which the scenarios of worth for a pound are taken."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A loop that is laid down and not estimated; without end its last two are NaN.

    Parameters
    ----------
    worth : pounds gained for one
    share : captured, as a fraction
    gain : pounds that come back in one round
    multiplier : pounds in all rounds together
    rounds : until nine tenths of them are reached
    """

    worth: float
    share: float
    gain: float
    multiplier: float
    rounds: float


@dataclass(frozen=True, slots=True)
class CaptureScenarios:
    """Gain and multiplier for laid-down worth and capture; ``endless`` of them have none.

    Parameters
    ----------
    work : in which the worth for a pound was published
    """

    worth_low: Money
    worth_high: Money
    endless: Count
    scenarios: tuple[Scenario, ...]
    work: str


@dataclass(frozen=True, slots=True)
class CaptureRoutes:
    """The ways of capture that exist, and of how many a share is known, and one above nothing.

    Parameters
    ----------
    table : as `reference_tables.capture_routes`
    """

    INLINE: ClassVar = ("routes",)
    routes: Count
    known: Count
    positive: Count
    table: pd.DataFrame


@result(prefix="equity_model.scenarios")
def capture_scenarios() -> CaptureScenarios:
    """Scenarios over the published range of worth for a pound, and twice its upper end."""
    benchmarks = reference_tables.published_benchmarks()
    row = benchmarks[benchmarks["unit"] == RETURNED]
    low, high = float(row["low"].iloc[0]), float(row["high"].iloc[0])
    every = tuple(_scenario(worth, share) for worth in (low, high, 2 * high) for share in SHARES)
    endless = sum(math.isnan(one.multiplier) for one in every)
    return CaptureScenarios(
        Money(low), Money(high), Count(endless), every, str(row["source"].iloc[0])
    )


def _scenario(worth: float, share: float) -> Scenario:
    gain = worth * share
    try:
        found = multiplier(LoopGain.assumed(gain)).estimate
    except UnboundedLoopError:
        return Scenario(worth, share, gain, math.nan, math.nan)
    return Scenario(worth, share, gain, found, rounds_to_reach(gain))


@result(prefix="equity_model.routes")
def capture_routes() -> CaptureRoutes:
    """What is known of the share that each route of capture can take."""
    table = reference_tables.capture_routes()
    return CaptureRoutes(
        routes=Count(len(table)),
        known=Count(int(table["share_high"].notna().sum())),
        positive=Count(int((table["share_high"] > 0).sum())),
        table=table,
    )
