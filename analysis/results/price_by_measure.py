"""Price against each measure, area by area: over the whole city, and inside its wards.

The two can point in different ways. Areas that differ from others of their ward share all that the
ward has; areas of different wards share only the city.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...data.measures import Measure, measure
from ..graph import result
from ..quantities import NotEstimable, Year, percent_effect
from ..reasons import MissingSource
from ..study import Study

CITY = ""
"""Stands for the whole city among the levels inside which areas are compared."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """One measure at one level, each area a point.

    Parameters
    ----------
    level : column of the areas inside which others are compared; `CITY` for all with all
    areas : ``x``, standard deviations from the mean of its level; ``y``, price above it in per cent
    line : the same columns, two points of the straight line through them
    """

    measure: Measure
    level: str
    areas: pd.DataFrame
    line: pd.DataFrame


@dataclass(frozen=True, slots=True)
class PriceByMeasure:
    """Every measure of social capital, and the mean dates to which the areas' sales belong."""

    clouds: tuple[Cloud, ...]
    levels: tuple[str, ...]
    earliest: Year | NotEstimable
    latest: Year | NotEstimable


@result()
def price_by_measure(study: Study, areas: pd.DataFrame) -> PriceByMeasure:
    """What the cross-section compares, before it holds anything else equal."""
    section = study.cross_section
    sold = areas[areas["sales"] >= section.minimum_sales]
    levels = (CITY, *section.steps[-1].effects[-1:])
    dates = sold["sale_date"]
    return PriceByMeasure(
        tuple(
            _cloud(sold, column, section.outcome, level, section.weights)
            for column in section.social_capital
            for level in levels
        ),
        levels,
        _year(dates.min()),
        _year(dates.max()),
    )


def _year(date: float) -> Year | NotEstimable:
    return NotEstimable(MissingSource("cpi"), "year") if np.isnan(date) else Year(int(date))


def _cloud(sold: pd.DataFrame, column: str, outcome: str, level: str, weights: str | None) -> Cloud:
    kept = sold.dropna(subset=[column, outcome])
    weight = kept[weights] if weights else pd.Series(1.0, kept.index)
    group = kept[level] if level else pd.Series(0, kept.index)
    x, y = (_from_mean(kept[name], group, weight) for name in (column, outcome))
    spread = float((weight * x**2).sum())
    slope = float((weight * x * y).sum()) / spread if spread > 0 else np.nan
    ends = np.array([x.min(), x.max()])
    return Cloud(
        measure(column),
        level,
        pd.DataFrame({"x": x, "y": y.map(percent_effect)}).reset_index(drop=True),
        pd.DataFrame({"x": ends, "y": [percent_effect(slope * end) for end in ends]}),
    )


def _from_mean(values: pd.Series, group: pd.Series, weight: pd.Series) -> pd.Series:
    """Distance from the group's weighted mean."""
    total = (values * weight).groupby(group).transform("sum")
    return values - total / weight.groupby(group).transform("sum")
