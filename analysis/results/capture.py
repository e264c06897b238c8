"""Who could take a part of a rise in worth, and what a published programme gained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from ...data import reference_tables
from ..graph import result
from ..quantities import Count, Ratio

SHARES = (0.01, 0.1)
"""Scenario shares of a rise that are captured: declared, because no route publishes one."""
RETURNED = "US dollars per dollar"
"""Unit of the published benchmark of worth for a unit of money."""


@dataclass(frozen=True, slots=True)
class CaptureScenarios:
    """Land value that one programme gained for each unit of money spent, as published."""

    worth_low: Ratio
    worth_high: Ratio


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
    """The published range of worth for a unit of money."""
    benchmarks = reference_tables.published_benchmarks()
    row = benchmarks[benchmarks["unit"] == RETURNED]
    return CaptureScenarios(Ratio(float(row["low"].iloc[0])), Ratio(float(row["high"].iloc[0])))


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
