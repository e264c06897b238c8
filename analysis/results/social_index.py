"""The index of a study's measures: what they share, how far to trust it, where its areas stand.

The index is the mean of the measures in standard deviations. It is asked how well its measures go
together (alpha, omega), what its ranks owe to each measure and to the choice of weights, and which
wards it tells from the city's mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ...data.measures import Measure, measure
from ...models.measurement.index_weights import (
    Index,
    RandomWeights,
    composite_index,
    leave_one_item_out,
    random_weights,
    scale_items,
)
from ...models.measurement.reliability import Reliability, reliability
from ...models.specification import NotEstimable as Inestimable
from ..graph import result
from ..quantities import Count, NotEstimable, Number, Share
from ..reasons import NoProperSolution, Reason, Refused, TooFewMeasures
from ..study import Study

FEWEST = 2
"""Measures of an index; one more where each is left out in turn."""
REACH = 1.959964
"""Standard errors to each end of a 95% interval of a normal variable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SocialIndex:
    """The index of the measures of social capital; refused number by number where there is none.

    Parameters
    ----------
    items : how many measures
    weakest : the measure that goes least with the others, as ``weakest_item_rest`` says
    weight_correlation, weight_correlation_low : rank correlation of the index with that under
        weights drawn at random, in the middle draw and in a low one
    weight_rank_width : places over which the middle area moves by the choice of weights
    component_explained, component_correlation : weights of the first principal component
    reliability : by which the error of the index is known: omega, or alpha where there is none
    wards_above, wards_below : whose interval lies wholly above or below the city's mean
    by_item : one row a measure
    by_area : one row an area: value with error and interval, rank and the rank's interval
    by_ward : one row a ward, the highest first: ``value, error``
    """

    measures: tuple[Measure, ...]
    items: Count
    areas: Count | NotEstimable
    alpha: Number | NotEstimable
    omega: Number | NotEstimable
    mean_correlation: Number | NotEstimable
    weakest_item_rest: Number | NotEstimable
    least_rank_correlation: Number | NotEstimable
    weight_draws: Count | NotEstimable
    weight_correlation: Number | NotEstimable
    weight_correlation_low: Number | NotEstimable
    weight_rank_width: Number | NotEstimable
    component_explained: Share | NotEstimable
    component_correlation: Number | NotEstimable
    reliability: Number | NotEstimable
    index_error: Number | NotEstimable
    wards_above: Count | NotEstimable
    wards_below: Count | NotEstimable
    weakest: Measure | None = None
    by_item: pd.DataFrame = field(default_factory=pd.DataFrame)
    by_area: pd.DataFrame = field(default_factory=pd.DataFrame)
    by_ward: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def made(self) -> bool:
        """Whether there is an index."""
        return not self.by_area.empty

    @property
    def by_omega(self) -> bool:
        """Whether the reliability is omega; else it is alpha."""
        used, alpha = self.reliability, self.alpha
        return isinstance(used, Number) and not (
            isinstance(alpha, Number) and used.value == alpha.value
        )

    @property
    def values(self) -> pd.Series:
        """The index by the code of the area; empty where there is none."""
        return self.by_area.set_index("lsoa21")["value"] if self.made else pd.Series(dtype=float)


@result(prefix="social_capital")
def social_index(study: Study, areas: pd.DataFrame) -> SocialIndex:
    """The index of the study's measures with its reliability, or why there is none."""
    names = study.cross_section.social_capital
    if len(names) < FEWEST:
        return _refused(names, TooFewMeasures(len(names), FEWEST))
    rng = np.random.default_rng(study.seed)
    try:
        items = scale_items(areas.set_index("lsoa21"), dict.fromkeys(names, 1))
        index, trust = composite_index(items), reliability(items, names)
        component = composite_index(items, "principal_component")
        by_ward = _by_ward(areas, index)
    except Inestimable as fault:
        return _refused(names, Refused(str(fault)))
    drawn = random_weights(items, rng)
    by_item = _by_item(items, trust)
    weakest = by_item.iloc[int(by_item["item_rest"].argmin())]
    low, middle, _ = drawn.rank_correlation
    reach = REACH * by_ward["error"]
    columns, weighed = tuple(names), (*names, "households")
    return SocialIndex(
        measures=tuple(map(measure, names)),
        items=Count(len(names), columns=columns),
        areas=Count(int(index.values.notna().sum()), columns=columns),
        alpha=Number(trust.alpha, float(trust.alpha_low), float(trust.alpha_high), columns=columns),
        omega=_omega(trust, columns),
        mean_correlation=Number(trust.mean_correlation, columns=columns),
        weakest_item_rest=Number(float(weakest["item_rest"]), columns=columns),
        least_rank_correlation=_least(by_item, columns),
        weight_draws=Count(drawn.draws, columns=columns),
        weight_correlation=Number(float(middle), columns=columns),
        weight_correlation_low=Number(float(low), columns=columns),
        weight_rank_width=Number(
            float(np.median(drawn.rank_high - drawn.rank_low)), columns=columns
        ),
        component_explained=Share(100 * component.explained, columns=columns),
        component_correlation=Number(
            float(component.values.rank().corr(index.values.rank())), columns=columns
        ),
        reliability=Number(index.reliability, columns=columns),
        index_error=Number(index.standard_error, columns=columns),
        wards_above=Count(int((by_ward["value"] - reach > 0).sum()), columns=weighed),
        wards_below=Count(int((by_ward["value"] + reach < 0).sum()), columns=weighed),
        weakest=measure(str(weakest["item"])),
        by_item=by_item,
        by_area=_by_area(areas, index, drawn),
        by_ward=by_ward,
    )


def _refused(names: Sequence[str], reason: Reason) -> SocialIndex:
    given = ("measures", "items", "weakest", "by_item", "by_area", "by_ward")
    none: dict[str, Any] = {
        name: NotEstimable(reason, "number", "described")
        for name in SocialIndex.__dataclass_fields__
        if name not in given
    }
    return SocialIndex(measures=tuple(map(measure, names)), items=Count(len(names)), **none)


def _omega(trust: Reliability, columns: tuple[str, ...]) -> Number | NotEstimable:
    if len(columns) <= FEWEST:
        reason = TooFewMeasures(len(columns), FEWEST + 1)
        return NotEstimable(reason, "number", "described")
    if trust.model is None:
        return NotEstimable(Refused(trust.no_omega), "number", "described")
    if not (np.isfinite(trust.omega_low) and np.isfinite(trust.omega_high)):
        return NotEstimable(NoProperSolution(), "number", "described")
    return Number(trust.omega, trust.omega_low, trust.omega_high, columns=columns)


def _by_item(items: pd.DataFrame, trust: Reliability) -> pd.DataFrame:
    """What each measure adds: columns of those numbers that so many measures have."""
    table = trust.tidy_items()
    if len(table) > FEWEST:
        table = table.merge(leave_one_item_out(items), on="item")
    if trust.model is not None:
        loading = np.asarray(trust.model.standardised)
        reach = REACH * np.asarray(trust.model.standardised_errors)
        table = table.assign(
            loading=loading, loading_low=loading - reach, loading_high=loading + reach
        )
    return table


def _least(by_item: pd.DataFrame, columns: tuple[str, ...]) -> Number | NotEstimable:
    if "rank_correlation" not in by_item:
        reason = TooFewMeasures(len(by_item), FEWEST + 1)
        return NotEstimable(reason, "number", "described")
    return Number(float(by_item["rank_correlation"].min()), columns=columns)


def _by_area(areas: pd.DataFrame, index: Index, drawn: RandomWeights) -> pd.DataFrame:
    names = areas.set_index("lsoa21")[["ward22", "ward22_name"]]
    ranks = drawn.tidy()[["rank_low", "rank_high"]]
    return names.join(index.tidy()).join(ranks).reset_index()


def _by_ward(areas: pd.DataFrame, index: Index) -> pd.DataFrame:
    """The mean of a ward's areas weighted by households, with the error of measurement."""
    frame = areas.set_index("lsoa21")[["ward22", "ward22_name", "households"]]
    frame = frame.assign(value=index.values)
    weight = frame["households"] / frame.groupby("ward22")["households"].transform("sum")
    parts = frame.assign(value=weight * frame["value"], error=(weight * index.standard_error) ** 2)
    wards = parts.groupby(["ward22", "ward22_name"])[["value", "error"]].sum().reset_index()
    return wards.assign(error=np.sqrt(wards["error"])).sort_values("value", ascending=False)
